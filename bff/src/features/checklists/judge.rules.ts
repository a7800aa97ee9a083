import type { Answer, Item, ProfileLimits, Severity } from './checklist.schema';

/** What a point brings to its checklist. */
export interface PointFacts {
  industry: string;
  profile: ProfileLimits | null;
  /** devices: string[], limits: {item code: {min?, max?}} from the permit, and named values such as designFlowM3h. */
  settings: Readonly<Record<string, unknown>>;
  /** Days between two inspections of the point. */
  intervalDays: number;
}

/** What earlier reports of the point say of one item. */
export interface ItemHistory {
  /** Numbers of the last 30 days, oldest first. */
  values: readonly number[];
  /** All numbers of the report that each of `values` stood in, by item code. */
  beside?: readonly ReadonlyMap<string, number>[];
  /** Times in a row up to now that there was no number to read. */
  absentInRow?: number;
  /** Abnormal answers in a row up to now. */
  abnormalInRow: number;
  /** Whole days since the item was last answered; null when never. */
  daysSince: number | null;
}

export interface Limit {
  min: number | null;
  max: number | null;
  /** Where it comes from: the standard, the permit, or the rule behind it. */
  basis: string;
  basisTag: Item['basisTag'];
}

export interface Judgement {
  state: 'normal' | 'abnormal' | 'na';
  severity: Severity | null;
  /** Why it is abnormal, as one Chinese sentence; null when it is not. */
  reason: string | null;
  limit: Limit | null;
}

const RANK: Readonly<Record<Severity, number>> = { minor: 1, general: 2, major: 3 };
const NO_HISTORY: ItemHistory = { values: [], abnormalInRow: 0, daysSince: null };
/** Below this many values a median says nothing. */
const MEDIAN_OF = 3;

/**
 * The items that apply to a point today: its industry, its devices, and the ones whose turn it is. What is asked every so
 * many days is asked before it would be late: at an outlet of every five days, weekly means each time.
 */
export function itemsFor(
  items: readonly Item[],
  point: PointFacts,
  history: ReadonlyMap<string, ItemHistory> = new Map(),
): Item[] {
  const devices = Array.isArray(point.settings['devices']) ? (point.settings['devices'] as unknown[]) : [];
  return items.filter(({ code, when }) => {
    if (when === undefined) return true;
    if (when.industry !== undefined && when.industry !== point.industry) return false;
    if (when.device !== undefined && !devices.includes(when.device)) return false;
    const since = history.get(code)?.daysSince ?? null;
    return when.everyDays === undefined || since === null || since + point.intervalDays > when.everyDays;
  });
}

/**
 * The limits of a number at this point; null when none can be told (no profile value, no setting, too little history).
 * The permit's own value wins over everything. `others` are the numbers of the same report.
 */
export function limitOf(
  item: Item,
  point: PointFacts,
  history: ItemHistory = NO_HISTORY,
  others: ReadonlyMap<string, number> = new Map(),
): Limit | null {
  const permit = (point.settings['limits'] as Record<string, { min?: number; max?: number }> | undefined)?.[item.code];
  if (permit !== undefined) return limit(permit.min, permit.max, '排污许可证', 'S');
  const { range } = item;
  if (range === undefined) return null;
  const own = (min: number | undefined, max: number | undefined) => limit(min, max, item.basis, item.basisTag);
  switch (range.from) {
    case 'fixed':
      return own(range.min, range.max);
    case 'profile': {
      const found = point.profile?.[item.code];
      return found === undefined ? null : limit(found.min, found.max, found.basis, found.basisTag);
    }
    case 'setting': {
      const low = scaled(setting(point, range.minKey), range.minFactor);
      const high = scaled(setting(point, range.maxKey), range.maxFactor) ?? range.fallbackMax;
      const max = high === undefined ? undefined : Math.min(high, range.max ?? high);
      return own(low ?? range.min, max ?? (range.maxKey === undefined ? range.max : undefined));
    }
    case 'history': {
      const today = range.per === undefined ? 1 : others.get(range.per);
      const values = range.per === undefined ? history.values : ratios(history, range.per);
      if (values.length < MEDIAN_OF || today === undefined || today <= 0) return null;
      const middle = median(values) * today;
      return own(scaled(middle, range.minFactor, true), scaled(middle, range.maxFactor, true));
    }
    case 'item': {
      const rate = setting(point, range.factorKey);
      const other = others.get(range.item);
      return rate === undefined || other === undefined ? null : own(round(other * rate * range.minFactor), undefined);
    }
  }
}

/**
 * Judges one answer. `previous` is the severity memory of the point for this item. A wrong kind of value never gets
 * here: see `answerFault`.
 */
export function judge(
  item: Item,
  given: Answer,
  point: PointFacts,
  history: ItemHistory = NO_HISTORY,
  others: ReadonlyMap<string, number> = new Map(),
): Judgement {
  switch (item.type) {
    case 'ok':
    case 'ok_na': {
      if (given.value === 'na') return { state: 'na', severity: null, reason: null, limit: null };
      if (given.value === 'ok') return normal(null);
      return abnormal(item, item.severity, given, history, '现场检查为异常', null);
    }
    case 'choice': {
      const option = item.options?.find((each) => each.zh === given.value);
      if (option === undefined || option.severity === null) return normal(null);
      return abnormal(item, option.severity, given, history, `选择了“${option.zh}”`, null);
    }
    case 'num': {
      if (typeof given.value !== 'number') return withoutNumber(item, given, history);
      const { value } = given;
      const limits = limitOf(item, point, history, others);
      const reason = beyond(value, limits, item.unit ?? '');
      return reason === null ? normal(limits) : abnormal(item, item.severity, given, history, reason, limits);
    }
    default:
      return normal(null);
  }
}

/** Whether a value is of the kind that the item asks for; the answer names the fault, or is null. */
export function answerFault(item: Item, given: Answer): 'wrong_type' | 'unknown_option' | null {
  switch (item.type) {
    case 'num':
      if (given.value === 'na' && item.absent !== undefined) return null;
      return typeof given.value === 'number' ? null : 'wrong_type';
    case 'ok':
      return given.value === 'ok' || given.value === 'abnormal' ? null : 'wrong_type';
    case 'ok_na':
      return given.value === 'ok' || given.value === 'abnormal' || given.value === 'na' ? null : 'wrong_type';
    case 'choice':
      if (typeof given.value !== 'string') return 'wrong_type';
      return item.options?.some((option) => option.zh === given.value) === true ? null : 'unknown_option';
    case 'multi':
      return Array.isArray(given.value) ? null : 'wrong_type';
    default:
      return 'wrong_type';
  }
}

/** Whether the item needs a photo, given how it was judged. That there is no number to read is shown like the number. */
export function needsPhoto(item: Item, state: Judgement['state']): boolean {
  if (state === 'na') return item.type === 'num' && item.photo === 'always';
  return item.photo === 'always' || (item.photo === 'on_abnormal' && state === 'abnormal');
}

/** No number to read. Once that is the usual answer, it is one to look into: who stands still for long, files it. */
function withoutNumber(item: Item, given: Answer, history: ItemHistory): Judgement {
  const { absent } = item;
  const times = (history.absentInRow ?? 0) + 1;
  if (absent?.longest === undefined || times < absent.longest)
    return { state: 'na', severity: null, reason: null, limit: null };
  const reason = `连续 ${times} 次填“${absent.zh}”；长期停用请报备停产或调整检查项`;
  return abnormal({ ...item, severity: 'minor', escalate: [] }, 'minor', given, history, reason, null);
}

/** What was used for each unit of another number, report by report. */
function ratios({ values, beside = [] }: ItemHistory, per: string): number[] {
  return values.flatMap((value, index) => {
    const unit = beside[index]?.get(per);
    return unit === undefined || unit <= 0 ? [] : [value / unit];
  });
}

function normal(limits: Limit | null): Judgement {
  return { state: 'normal', severity: null, reason: null, limit: limits };
}

function abnormal(
  item: Item,
  base: Severity | null,
  given: Answer,
  history: ItemHistory,
  reason: string,
  limits: Limit | null,
): Judgement {
  let worst: Severity = base ?? 'minor';
  const raise = (to: Severity) => {
    if (RANK[to] > RANK[worst]) worst = to;
  };
  if (item.question !== undefined && given.worse === true) raise(item.question.to);
  for (const rule of item.escalate ?? []) {
    const value = typeof given.value === 'number' ? given.value : undefined;
    if (rule.consecutive !== undefined && history.abnormalInRow + 1 >= rule.consecutive) raise(rule.to);
    if (value === undefined) continue;
    if (rule.below !== undefined && value < rule.below) raise(rule.to);
    if (rule.above !== undefined && value > rule.above) raise(rule.to);
    const top = limits?.max ?? null;
    if (rule.aboveFactor !== undefined && top !== null && value > rule.aboveFactor * top) raise(rule.to);
  }
  return { state: 'abnormal', severity: worst, reason, limit: limits };
}

function beyond(value: number, limits: Limit | null, unit: string): string | null {
  const measure = unit === '无量纲' ? '' : unit;
  if (limits === null) return null;
  if (limits.max !== null && value > limits.max) return `${value}${measure}，高于上限 ${limits.max}${measure}`;
  if (limits.min !== null && value < limits.min) return `${value}${measure}，低于下限 ${limits.min}${measure}`;
  return null;
}

function limit(
  min: number | undefined,
  max: number | undefined,
  basis: string,
  basisTag: Item['basisTag'],
): Limit | null {
  if (min === undefined && max === undefined) return null;
  return { min: min ?? null, max: max ?? null, basis, basisTag };
}

function setting(point: PointFacts, key: string | undefined): number | undefined {
  const value = key === undefined ? undefined : point.settings[key];
  return typeof value === 'number' ? value : undefined;
}

/** value × factor; without a factor the value itself, unless `only` asks for nothing in that case. */
function scaled(value: number | undefined, factor: number | undefined, only = false): number | undefined {
  if (value === undefined || (only && factor === undefined)) return undefined;
  return round(value * (factor ?? 1));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
