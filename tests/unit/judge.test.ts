import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  answerFault,
  itemsFor,
  judge,
  needsPhoto,
  type Answer,
  type Item,
  type ItemHistory,
  type PointFacts,
} from '../../bff/src/features/checklists';

const lists = JSON.parse(readFileSync(path.resolve(__dirname, '../../sql/seed-data/checklists.json'), 'utf8')) as {
  pointType: string;
  items: Item[];
}[];
const profiles = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../sql/seed-data/limit-profiles.json'), 'utf8'),
) as {
  code: string;
  limits: PointFacts['profile'];
}[];

const item = (code: string): Item => {
  const found = lists.flatMap((list) => list.items).find((each) => each.code === code);
  if (found === undefined) throw new Error(code);
  return found;
};
const point = (changed: Partial<PointFacts> = {}): PointFacts => ({
  industry: '印染',
  profile: profiles.find((each) => each.code === 'gb4287-indirect')?.limits ?? null,
  settings: {},
  intervalDays: 5,
  ...changed,
});
const verdict = (
  code: string,
  value: Answer['value'],
  facts = point(),
  extra: Partial<Answer> = {},
  history?: Partial<ItemHistory>,
  others?: ReadonlyMap<string, number>,
) => {
  const known = { values: [], abnormalInRow: 0, daysSince: null, ...history };
  const { state, severity } = judge(item(code), { code, value, ...extra }, facts, known, others);
  return severity === null ? state : `${state} ${severity}`;
};

describe('the seven checklists', () => {
  it('hold every item of the source with both names, and begin with the two of the system', () => {
    expect(lists.map((list) => [list.pointType, list.items.length])).toEqual([
      ['WW', 15],
      ['WG', 16],
      ['HW', 16],
      ['SW', 13],
      ['EP', 13],
      ['EV', 14],
      ['RW', 14],
    ]);
    for (const { items } of lists) {
      expect(items.slice(0, 2).map((each) => each.code)).toEqual(['S01', 'S02']);
      for (const each of items) expect([each.zh, each.en, each.basis].every((text) => text.length > 0)).toBe(true);
    }
  });
});

describe('judging', () => {
  it('knows the limits of the profile, and that more than 1.5 times, or twice in a row, is major', () => {
    expect(verdict('WW04', 200)).toBe('normal');
    expect(verdict('WW04', 201)).toBe('abnormal general');
    expect(verdict('WW04', 301)).toBe('abnormal major');
    expect(verdict('WW04', 201, point(), {}, { abnormalInRow: 1 })).toBe('abnormal major');
  });

  it('lets the value of the permit win', () => {
    expect(verdict('WW04', 150, point({ settings: { limits: { WW04: { max: 100 } } } }))).toBe('abnormal general');
  });

  it('reads ranges on both sides, and major beyond absolute values', () => {
    expect(['6', '9', '5.9', '9.1', '4.9', '10.1'].map((value) => verdict('WW03', Number(value)))).toEqual([
      'normal',
      'normal',
      'abnormal general',
      'abnormal general',
      'abnormal major',
      'abnormal major',
    ]);
  });

  it('gives each option its own severity', () => {
    expect(['正常', '未要求安装', '故障已报备', '故障未报备'].map((value) => verdict('WW09', value))).toEqual([
      'normal',
      'normal',
      'abnormal minor',
      'abnormal major',
    ]);
  });

  it('takes limits from the settings of the point, and judges nothing where there is none', () => {
    const fan = point({ settings: { ratedCurrentA: 50 } });
    expect([39, 40, 55, 56].map((value) => verdict('WG02', value, fan))).toEqual([
      'abnormal general',
      'normal',
      'normal',
      'abnormal general',
    ]);
    expect(verdict('WG02', 9999)).toBe('normal');
    expect(verdict('SW06', 81, point({ settings: { capacityT: 100 } }))).toBe('abnormal minor');
    expect(verdict('SW06', 101, point({ settings: { capacityT: 100 } }))).toBe('abnormal general');
    expect(verdict('EV02', 61)).toBe('abnormal general');
    expect(verdict('EV02', 170, point({ settings: { travelLimitS: 180 } }))).toBe('normal');
  });

  it('compares with the median of the last 30 days once there are three values', () => {
    expect(verdict('SW05', 100, point(), {}, { values: [10, 10] })).toBe('normal');
    expect(verdict('SW05', 16, point(), {}, { values: [10, 10, 11] })).toBe('abnormal minor');
  });

  it('compares what was dosed for each cubic metre, not the kilograms of a busy day with those of a quiet one', () => {
    const flows = (...numbers: number[]) => numbers.map((flow) => new Map([['WW07', flow]]));
    const history = { values: [10, 20, 30], beside: flows(10, 20, 30) };
    const dosed = (kg: number, flow: number) =>
      verdict(
        'WW10',
        kg,
        point(),
        {},
        history,
        new Map([
          ['WW07', flow],
          ['WW10', kg],
        ]),
      );
    expect([dosed(100, 100), dosed(59, 100), dosed(141, 100), dosed(20, 100)]).toEqual([
      'normal',
      'abnormal minor',
      'abnormal minor',
      'abnormal minor',
    ]);
    // Nothing flows, or flows of before are not known: no limit can be told.
    expect(dosed(20, 0)).toBe('normal');
    expect(verdict('WW10', 99, point(), {}, { values: [10, 10, 10] }, new Map([['WW07', 50]]))).toBe('normal');
  });

  it('judges a difference on both sides', () => {
    expect([5, -5, 6, -6, 21, -21].map((percent) => verdict('HW08', percent))).toEqual([
      'normal',
      'normal',
      'abnormal general',
      'abnormal general',
      'abnormal major',
      'abnormal major',
    ]);
    expect([-5, -5.1, 5.1].map((percent) => verdict('HW10', percent))).toEqual([
      'normal',
      'abnormal general',
      'abnormal general',
    ]);
  });

  it('takes for an answer that there is no number to read, where that can be, with the photo that the number has', () => {
    // A burner that nothing is fed to is cold, and that is no fault.
    expect([verdict('WG06', 25), verdict('WG06', 'na')]).toEqual(['abnormal major', 'na']);
    expect(needsPhoto(item('WG06'), 'na')).toBe(true);
    expect(needsPhoto(item('WG02'), 'na')).toBe(false);
    expect(verdict('EP10', 'na')).toBe('na');
    expect(answerFault(item('HW06'), { code: 'HW06', value: 'na' })).toBe('wrong_type');
    expect(answerFault(item('WG06'), { code: 'WG06', value: '未进气（停机）' })).toBe('wrong_type');
  });

  it('asks about a plant that stands still each time, and not about a pool that is dry each time', () => {
    expect(verdict('WG06', 'na', point(), {}, { absentInRow: 1 })).toBe('na');
    expect(verdict('WG06', 'na', point(), {}, { absentInRow: 2 })).toBe('abnormal minor');
    expect(verdict('EP10', 'na', point(), {}, { absentInRow: 20 })).toBe('na');
  });

  it('raises the severity by the question of the item', () => {
    expect(verdict('HW03', 'abnormal')).toBe('abnormal general');
    expect(verdict('HW03', 'abnormal', point(), { worse: true })).toBe('abnormal major');
  });

  it('knows what does not apply, and asks for no photo of it', () => {
    expect(verdict('HW11', 'na')).toBe('na');
    expect(needsPhoto(item('HW11'), 'na')).toBe(false);
    expect(needsPhoto(item('HW11'), 'abnormal')).toBe(true);
    expect(needsPhoto(item('HW02'), 'normal')).toBe(true);
  });

  it('refuses answers of the wrong kind', () => {
    const fault = (code: string, value: Answer['value']) => answerFault(item(code), { code, value });
    expect(fault('WW04', 'ok')).toBe('wrong_type');
    expect(fault('WW01', 1)).toBe('wrong_type');
    expect(fault('WW01', 'na')).toBe('wrong_type');
    expect(fault('WW09', '随便')).toBe('unknown_option');
    expect(fault('HW01', 'a')).toBe('wrong_type');
    expect(fault('HW11', 'na')).toBeNull();
  });
});

describe('the items of a day', () => {
  const codes = (type: string, facts: PointFacts, since: number | null) => {
    const list = lists.find((each) => each.pointType === type)?.items ?? [];
    const history = new Map([['WW12', { values: [], abnormalInRow: 0, daysSince: since }]]);
    return itemsFor(list, facts, history).map((each) => each.code);
  };

  it('hold antimony at dyeing works only, and only weekly', () => {
    expect(codes('WW', point(), null)).toContain('WW12');
    // At an outlet of every five days the next time would be the tenth day: weekly means each time.
    expect(codes('WW', point(), 5)).toContain('WW12');
    expect(codes('WW', point(), 2)).not.toContain('WW12');
    const often = point({ intervalDays: 3 });
    expect([3, 4, 5].map((since) => codes('WW', often, since).includes('WW12'))).toEqual([false, false, true]);
    expect(codes('WW', point({ intervalDays: 14 }), 14)).toContain('WW12');
    expect(codes('WW', point({ industry: '化工' }), null)).not.toContain('WW12');
  });

  it('follow the devices of the outlet', () => {
    const carbon = codes('WG', point({ settings: { devices: ['carbon'] } }), null);
    expect(carbon).toContain('WG04');
    expect(carbon).not.toContain('WG06');
    expect(codes('WG', point({ settings: { devices: ['rto'] } }), null)).toContain('WG06');
  });
});
