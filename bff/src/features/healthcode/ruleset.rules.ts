import { COLOURS, type RuleSetBody } from './ruleset.schema';

/** Primitive facts that cost nothing themselves, but from which deductions may follow. */
const PRIMITIVES: ReadonlySet<string> = new Set(['recurrence']);

export interface Fault {
  /** Path of what is wrong, e.g. 'body.body.bands.1.to'. */
  field: string;
  problem: string;
}

/** Everything that is wrong with a rule set whose shape is right; empty when it may be used. */
export function ruleSetFaults(body: RuleSetBody): Fault[] {
  return [
    ...twice(body.dimensions, 'body.body.dimensions', ({ code }) => code, '维度重复'),
    ...twice(body.rules, 'body.body.rules', ({ code }) => code, '规则代码重复'),
    ...twice(body.bonuses.rules, 'body.body.bonuses.rules', ({ code }) => code, '加分代码重复'),
    ...twice(body.vetoes.kinds, 'body.body.vetoes.kinds', ({ code }) => code, '否决情形重复'),
    ...ruleFaults(body),
    ...bonusFaults(body),
    ...bandFaults(body),
    ...colourFaults(body),
    ...referenceFaults(body),
  ];
}

/** The most that a single fact of a rule can cost. */
function dearest(points: RuleSetBody['rules'][number]['points']): number {
  return typeof points === 'number' ? points : Math.max(...Object.values(points));
}

function ruleFaults({ dimensions, rules }: RuleSetBody): Fault[] {
  const faults: Fault[] = [];
  rules.forEach((rule, index) => {
    const path = `body.body.rules.${index}`;
    const at = dimensions.findIndex(({ code }) => code === rule.dimension);
    const dimension = dimensions[at];
    if (rule.cap < dearest(rule.points)) faults.push({ field: `${path}.cap`, problem: '上限低于一次的扣分' });
    if (dimension === undefined) faults.push({ field: `${path}.dimension`, problem: '没有这个维度' });
    else if (dimension.cap < dearest(rule.points)) {
      faults.push({ field: `body.body.dimensions.${at}.cap`, problem: `维度上限低于规则 ${rule.code} 一次的扣分` });
    }
    const graded = typeof rule.points !== 'number';
    if (graded !== (rule.source === 'import')) {
      faults.push({ field: `${path}.points`, problem: '只有导入的等级可以按等级扣分' });
    }
    const { derived } = rule;
    if (derived === undefined) return;
    const source = rules.find(({ code }) => code === derived.from);
    if (source === undefined && !PRIMITIVES.has(derived.from)) {
      faults.push({ field: `${path}.derived.from`, problem: '没有这条规则' });
    }
    if (source?.derived !== undefined) {
      faults.push({ field: `${path}.derived.from`, problem: '不能从推出的扣分再推出' });
    }
    if (rule.valid.kind !== 'days') {
      faults.push({ field: `${path}.valid.kind`, problem: '推出的扣分只能按天数有效' });
    }
  });
  return faults;
}

function bonusFaults({ bonuses, rules }: RuleSetBody): Fault[] {
  return bonuses.rules.flatMap((bonus, index) => {
    const path = `body.body.bonuses.rules.${index}`;
    const faults: Fault[] = [];
    if (bonus.cap < bonus.points) faults.push({ field: `${path}.cap`, problem: '上限低于一次的加分' });
    if (rules.some(({ code }) => code === bonus.code)) {
      faults.push({ field: `${path}.code`, problem: '代码已被扣分规则使用' });
    }
    if (bonus.kind === 'clean' && !rules.some(({ code, derived }) => code === bonus.of && derived === undefined)) {
      faults.push({ field: `${path}.of`, problem: '没有这条规则' });
    }
    return faults;
  });
}

function bandFaults({ bands, floor }: RuleSetBody): Fault[] {
  const faults: Fault[] = [];
  bands.forEach((band, index) => {
    const path = `body.body.bands.${index}`;
    const better = bands[index - 1];
    if (band.from >= band.to) faults.push({ field: `${path}.from`, problem: '下限不低于上限' });
    if (better === undefined) {
      if (band.to !== 100) faults.push({ field: `${path}.to`, problem: '最好的分段要到 100 分' });
      return;
    }
    if (COLOURS.indexOf(band.colour) <= COLOURS.indexOf(better.colour)) {
      faults.push({ field: `${path}.colour`, problem: '分段要从好到坏排列，颜色不能重复' });
    }
    if (band.to > better.from) faults.push({ field: `${path}.to`, problem: '与上一个分段重叠' });
    if (band.to < better.from) faults.push({ field: `${path}.to`, problem: '与上一个分段之间有空缺' });
  });
  const last = bands.length - 1;
  if (bands[last]?.from !== floor)
    faults.push({ field: `body.body.bands.${last}.from`, problem: '最差的分段要从最低分开始' });
  return faults;
}

function colourFaults({ bands, vetoes, dwell, start, floor }: RuleSetBody): Fault[] {
  const known = new Set(bands.map(({ colour }) => colour));
  const faults: Fault[] = [];
  if (floor >= start) faults.push({ field: 'body.body.floor', problem: '最低分不低于起始分' });
  if (!known.has(vetoes.colour)) faults.push({ field: 'body.body.vetoes.colour', problem: '分段中没有这种颜色' });
  dwell.checkToLeave.forEach((colour, index) => {
    if (!known.has(colour))
      faults.push({ field: `body.body.dwell.checkToLeave.${index}`, problem: '分段中没有这种颜色' });
  });
  return faults;
}

function referenceFaults({ bestBarredBy, restoration, rules, dimensions }: RuleSetBody): Fault[] {
  return [
    ...bestBarredBy.flatMap(({ code }, index) =>
      rules.some((rule) => rule.code === code)
        ? []
        : [{ field: `body.body.bestBarredBy.${index}.code`, problem: '没有这条规则' }],
    ),
    ...restoration.dimensions.flatMap((code, index) =>
      dimensions.some((dimension) => dimension.code === code)
        ? []
        : [{ field: `body.body.restoration.dimensions.${index}`, problem: '没有这个维度' }],
    ),
  ];
}

function twice<T>(list: readonly T[], path: string, keyOf: (item: T) => string, problem: string): Fault[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) return [{ field: `${path}.${index}.code`, problem }];
    seen.add(key);
    return [];
  });
}
