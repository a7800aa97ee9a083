import fc from 'fast-check';
import { nextColour, waitsForCheck, type ColourState } from '../../bff/src/features/healthcode/colour.rules';
import { evaluate, type Colour } from '../../bff/src/features/healthcode/evaluate.rules';
import {
  findingFacts,
  gradeFacts,
  marked,
  type Fact,
  type FindingRow,
} from '../../bff/src/features/healthcode/fact.rules';
import { nextInstant, project, walk } from '../../bff/src/features/healthcode/forward.rules';
import { outlookOf } from '../../bff/src/features/healthcode/outlook.rules';
import { at, cityRules, factOf } from '../builders/health';

const rules = cityRules();
const NOW = at('2026-11-23', '09:00');
const DAY = 86_400_000;
const ago = (days: number) => NOW - days * DAY;
const score = (...facts: Fact[]) => evaluate(facts, rules, NOW).score;

describe('worked examples', () => {
  const three = () => [factOf('H01', ago(3)), factOf('H01', ago(8)), factOf('H01', ago(12))];

  it('three missed tasks, one overdue general finding and a fine of 40,000 yuan are 87, green', () => {
    const result = evaluate([...three(), factOf('H06', ago(2)), factOf('H21', ago(20))], rules, NOW);
    expect(result).toMatchObject({ score: 87, colour: 'green', vetoes: [] });
    expect(result.deductions.map(({ code, counted }) => [code, counted])).toEqual([
      ['H01', 1],
      ['H01', 1],
      ['H01', 1],
      ['H06', 2],
      ['H21', 8],
    ]);
  });

  it('with a hidden pipe it is red at 87, for 365 days', () => {
    const facts = [...three(), factOf('H06', ago(2)), factOf('H21', ago(20)), factOf('hidden_pipe', ago(1))];
    const result = evaluate(facts, rules, NOW);
    expect(result).toMatchObject({ score: 87, colour: 'red' });
    expect(result.vetoes[0]!.until).toBe(at('2027-11-22'));
    expect(evaluate(facts, rules, at('2027-11-21', '23:59')).vetoes).toHaveLength(1);
    expect(evaluate(facts, rules, at('2027-11-22')).vetoes).toEqual([]);
  });

  it('an overdue major finding bars green, however high the score', () => {
    expect(evaluate([factOf('H07', ago(1))], rules, NOW)).toMatchObject({ score: 92, colour: 'yellow' });
    expect(evaluate([factOf('H07', ago(1), { endedAt: NOW })], rules, NOW).colour).toBe('green');
  });

  it('a verified restoration halves fines, never fake evidence', () => {
    const restoredAt = ago(1);
    expect(score(factOf('H21', ago(20), { restoredAt }))).toBe(96);
    expect(score(factOf('H20', ago(20), { restoredAt }))).toBe(97.5);
    expect(score(factOf('H03', ago(20), { restoredAt }))).toBe(90);
    const { restoration, deductions } = evaluate([factOf('H22', ago(20), { restoredAt })], rules, NOW);
    expect(restoration).toEqual([{ key: deductions[0]!.key, since: restoredAt, saved: 7.5 }]);
    expect(deductions[0]!.remedies).toEqual(['wait', 'dispute']);
  });
});

describe('how long a deduction counts', () => {
  it.each([
    ['days are local dates', factOf('H01', at('2026-11-01', '23:59')), '2026-12-01'],
    ['a finding counts 30 days more once it is put right', factOf('H06', ago(9), { endedAt: ago(0) }), '2026-12-23'],
    ['an emergency plan only until it is renewed', factOf('H19', ago(9), { endedAt: at('2026-11-25') }), null],
    ['a finding that is not put right has no end', factOf('H06', ago(9)), null],
    ['a grade until it ends', factOf('H26', ago(9), { grade: 'D', endedAt: at('2027-01-01') }), '2027-01-01'],
  ])('%s', (_what, given, expiry) => {
    const [deduction] = evaluate([given], rules, NOW).deductions;
    expect(deduction!.expiresAt).toBe(expiry === null ? null : at(expiry));
  });

  it('each grade costs its own points', () => {
    const graded = (grade: 'C' | 'D' | 'E') => score(factOf('H26', ago(9), { grade, endedAt: NOW + DAY }));
    expect([graded('C'), graded('D'), graded('E')]).toEqual([97, 94, 90]);
  });

  it('a cancelled fact counts until the decision, a disputed one is marked and counts', () => {
    const fact = factOf('H24', ago(9), { disputedAt: ago(5), decidedAt: NOW, cancelledAt: NOW });
    const before = evaluate([fact], rules, NOW - 1);
    expect(before).toMatchObject({ score: 97, deductions: [{ disputed: true, remedies: ['wait'] }] });
    expect(evaluate([fact], rules, NOW)).toMatchObject({ score: 100, deductions: [] });
  });
});

describe('deductions that follow from others', () => {
  const missed = (...dates: string[]) =>
    dates.map((date) =>
      factOf('H01', at(date, '10:00') + DAY, { group: date, rows: { type: 'task', ids: [Number(date.slice(-2))] } }),
    );

  it('three days in a row with a missed task, with the tasks behind it', () => {
    const result = evaluate(missed('2026-11-10', '2026-11-11', '2026-11-12'), rules, NOW);
    expect(result.score).toBe(92);
    expect(result.deductions.find(({ code }) => code === 'H04')).toMatchObject({
      key: 'H04:day:2026-11-12',
      rows: { type: 'task', ids: [10, 11, 12] },
      expiresAt: at('2026-12-13'),
      remedies: ['wait'],
    });
    expect(score(...missed('2026-11-10', '2026-11-11', '2026-11-13'))).toBe(97);
  });

  it('a longer row counts once and as long as its last day', () => {
    const { score: total, deductions } = evaluate(
      missed('2026-11-10', '2026-11-11', '2026-11-12', '2026-11-13'),
      rules,
      NOW,
    );
    expect(total).toBe(91);
    expect(deductions.filter(({ code }) => code === 'H04').map(({ key, counted }) => [key, counted])).toEqual([
      ['H04:day:2026-11-13', 5],
      ['H04:day:2026-11-12', 0],
    ]);
  });

  it('the third petition about one matter within 90 days', () => {
    const petition = (days: number, group: string) => factOf('H24', ago(days), { group });
    expect(score(petition(1, 'smell'), petition(40, 'smell'), petition(80, 'smell'))).toBe(85);
    expect(score(petition(1, 'smell'), petition(40, 'noise'), petition(80, 'smell'))).toBe(91);
  });
});

describe('bonuses', () => {
  const watched = factOf('watched', ago(200));
  it('90 days without a missed task, for whom it has been looked at that long', () => {
    const bonuses = (...facts: Fact[]) => evaluate(facts, rules, NOW).bonuses;
    expect(bonuses(watched)).toEqual([{ code: 'B01', points: 2, until: null }]);
    expect(bonuses(factOf('watched', ago(89)))).toEqual([]);
    expect(bonuses(watched, factOf('H01', ago(89)))).toEqual([]);
    expect(bonuses(watched, factOf('H01', ago(90)))).toHaveLength(1);
  });
  it('never lift the score above 100, nor count above their cap', () => {
    expect(score(watched, factOf('B03', ago(1)))).toBe(100);
    expect(score(factOf('H24', ago(1)), factOf('B02', ago(1)), factOf('B02', ago(2)), factOf('B02', ago(3)))).toBe(99);
  });
});

describe('what a finding gives', () => {
  const finding = (given: Partial<FindingRow>): FindingRow => ({
    id: 7,
    point_id: 1,
    item_code: 'WG02',
    severity: 'general',
    opened_at: new Date(ago(20)),
    due_at: new Date(ago(13)),
    contain_due_at: null,
    contained_at: null,
    fixed_at: null,
    closed_at: null,
    previous_id: null,
    ...given,
  });
  const codes = (given: Partial<FindingRow>) => findingFacts(finding(given)).map(({ code }) => code);

  it('nothing when it was put right in time: reporting costs nothing', () => {
    expect(codes({ fixed_at: new Date(ago(14)), closed_at: new Date(ago(1)) })).toEqual([]);
    expect(codes({ item_code: 'EV01', fixed_at: new Date(ago(14)) })).toEqual([]);
  });
  it('its deduction from the deadline on, also one that lies ahead', () => {
    expect(findingFacts(finding({}))).toMatchObject([{ code: 'H06', occurredAt: ago(13), endedAt: null }]);
    expect(score(...findingFacts(finding({ due_at: new Date(NOW + DAY) })))).toBe(100);
  });
  it('a major one costs when it was not contained within 24 hours, though corrected in time', () => {
    const major = { severity: 'major', contain_due_at: new Date(ago(19)), fixed_at: new Date(ago(14)) } as const;
    expect(codes({ ...major, contained_at: new Date(ago(18)) })).toEqual(['H07', 'major_open']);
    expect(codes({ ...major, contained_at: new Date(ago(19.5)), closed_at: new Date(ago(12)) })).toEqual([
      'major_open',
      'B02',
    ]);
  });
  it.each([
    ['EP02', 'H15'],
    ['EV01', 'H16'],
    ['HW07', 'H17'],
    ['HW09', 'H18'],
  ])('%s that is left counts as %s too', (item, code) => {
    expect(codes({ item_code: item, severity: 'major' })).toContain(code);
  });
});

describe('grades', () => {
  const grade = (period: string, source: 'ours' | 'province', letter: string, published: string) => ({
    period,
    source,
    grade: letter,
    published: new Date(`${published}T00:00:00Z`),
    validUntil: new Date('2027-06-01T00:00:00Z'),
  });
  it('give way to a later period, and ours to the province’s', () => {
    const facts = gradeFacts([
      grade('2025H2', 'ours', 'D', '2026-01-10'),
      grade('2025H2', 'province', 'E', '2026-03-01'),
      grade('2026H1', 'ours', 'A', '2026-07-10'),
    ]);
    expect(facts.map((each) => [each.grade, new Date(each.endedAt!).toISOString().slice(0, 10)])).toEqual([
      ['D', '2026-03-01'],
      ['E', '2026-07-10'],
    ]);
  });
});

describe('the colour', () => {
  const follow = (steps: readonly (readonly [string, Colour, string?])[], begin: Colour = 'green') => {
    let state: ColourState | null = { colour: begin, since: at('2026-10-01'), better: {}, siteCheckAt: null };
    return steps.map(([date, reached, checked]) => {
      if (checked !== undefined && state !== null) state = { ...state, siteCheckAt: at(checked) };
      state = nextColour(state, reached, at(date), rules);
      return state.colour;
    });
  };

  it('goes down at once and up after seven days at the better band', () => {
    expect(
      follow([
        ['2026-11-01', 'yellow'],
        ['2026-11-02', 'green'],
        ['2026-11-08', 'green'],
        ['2026-11-09', 'green'],
      ]),
    ).toEqual(['yellow', 'yellow', 'yellow', 'green']);
  });
  it('begins to wait anew after a relapse', () => {
    expect(
      follow([
        ['2026-11-01', 'yellow'],
        ['2026-11-02', 'green'],
        ['2026-11-05', 'yellow'],
        ['2026-11-06', 'green'],
        ['2026-11-12', 'green'],
        ['2026-11-13', 'green'],
      ]),
    ).toEqual(['yellow', 'yellow', 'yellow', 'yellow', 'yellow', 'green']);
  });
  it('leaves red only with a check since it turned red', () => {
    const steps = (checked?: string) =>
      follow([
        ['2026-11-01', 'red'],
        ['2026-11-02', 'green'],
        ['2026-11-20', 'green', checked],
      ]);
    expect(steps()).toEqual(['red', 'red', 'red']);
    expect(steps('2026-10-31')).toEqual(['red', 'red', 'red']);
    expect(steps('2026-11-03')).toEqual(['red', 'red', 'green']);
  });
  it('rises to the band that was held for seven days, not to the one just reached', () => {
    expect(
      follow(
        [
          ['2026-11-02', 'yellow', '2026-11-02'],
          ['2026-11-06', 'green'],
          ['2026-11-09', 'green'],
          ['2026-11-12', 'green'],
          ['2026-11-13', 'green'],
        ],
        'red',
      ),
    ).toEqual(['red', 'red', 'yellow', 'yellow', 'green']);
  });
  it('says that only a check is missing', () => {
    const state: ColourState = { colour: 'red', since: ago(30), better: { green: ago(9) }, siteCheckAt: null };
    expect(waitsForCheck(state, NOW, rules)).toBe(true);
    expect(waitsForCheck({ ...state, better: { green: ago(3) } }, NOW, rules)).toBe(false);
    expect(waitsForCheck({ ...state, siteCheckAt: ago(29) }, NOW, rules)).toBe(false);
  });
});

describe('run forward', () => {
  const green: ColourState = { colour: 'yellow', since: ago(3), better: {}, siteCheckAt: null };

  it('tells when the colour changes if nothing new happens', () => {
    const facts = [factOf('H22', at('2026-01-10')), factOf('H21', at('2026-08-01'))];
    const { path } = project(facts, rules, { state: green, at: NOW, days: 366 }, []);
    expect(
      path.map((step) => [new Date(step.at + 8 * 3_600_000).toISOString().slice(0, 10), step.score, step.colour]),
    ).toEqual([
      // 77 is yellow until the fine of January ends; then the dwell
      ['2027-01-10', 92, 'yellow'],
      ['2027-01-17', 92, 'green'],
      ['2027-01-28', 100, 'green'],
    ]);
  });

  it('tells what the steps bring, and the steps to the best band', () => {
    const overdue = factOf('H07', ago(3), { rows: { type: 'finding', ids: [9] } });
    const facts = [overdue, factOf('H16', ago(3), { rows: { type: 'finding', ids: [9] } }), factOf('H06', ago(2))];
    const evaluation = evaluate(facts, rules, NOW);
    expect(evaluation).toMatchObject({ score: 86, colour: 'yellow' });
    const { toBest, nothing } = outlookOf({ facts, ruleSet: rules, state: green, at: NOW }, evaluation);
    expect(nothing.bestAt).toBeNull();
    expect(toBest).toMatchObject({
      steps: [{ kind: 'correct', key: overdue.key }],
      reached: 'green',
      bestAt: at('2026-11-30'),
    });
  });
});

describe('what helps', () => {
  it('is named, with the check on site, though the best band stays out of reach for now', () => {
    const sealing = factOf('H23', ago(20));
    const facts = [sealing, factOf('H11', ago(5))];
    const evaluation = evaluate(facts, rules, NOW);
    const state: ColourState = { colour: 'red', since: ago(20), better: {}, siteCheckAt: null };
    const given = { facts, ruleSet: rules, state, at: NOW };
    expect(outlookOf(given, evaluation).toBest).toMatchObject({
      steps: [{ kind: 'repair', key: sealing.key }],
      score: 72.5,
      colour: 'red',
      reached: 'yellow',
      // the sealing ends on 3 November 2027, and seven days later the colour follows
      bestAt: at('2027-11-10'),
    });
    const restored = [{ ...sealing, restoredAt: ago(1) }];
    const check = outlookOf({ ...given, facts: restored }, evaluate(restored, rules, NOW)).toBest;
    expect(check).toMatchObject({ steps: [{ kind: 'site_check' }], score: 77.5 });
  });

  it('is nothing for a green code', () => {
    const evaluation = evaluate([factOf('H06', ago(1))], rules, NOW);
    const state: ColourState = { colour: 'green', since: ago(20), better: {}, siteCheckAt: null };
    const given = { facts: [factOf('H06', ago(1))], ruleSet: rules, state, at: NOW };
    expect(outlookOf(given, evaluation)).toMatchObject({ toBest: null, nothing: { bestAt: NOW } });
  });
});

/* Random histories: facts of all rules, put right, restored, disputed and cancelled at any time. */

const CODES = rules.rules.filter(({ derived }) => derived === undefined).map(({ code }) => code);
const MORE = ['recurrence', 'watched', 'B02', 'B03', 'hidden_pipe'];
const anyFact = (codes: readonly string[]) =>
  fc
    .record({
      code: fc.constantFrom(...codes),
      hour: fc.integer({ min: -24 * 400, max: 24 * 30 }),
      lasts: fc.option(fc.integer({ min: 0, max: 24 * 60 }), { nil: null }),
      restored: fc.option(fc.integer({ min: 0, max: 24 * 60 }), { nil: null }),
      disputed: fc.option(fc.integer({ min: 0, max: 24 * 30 }), { nil: null }),
      upheld: fc.boolean(),
      grade: fc.constantFrom('C' as const, 'D' as const, 'E' as const),
      group: fc.integer({ min: 0, max: 5 }),
    })
    .map(({ code, hour, lasts, restored, disputed, upheld, grade, group }) => {
      const occurredAt = NOW + hour * 3_600_000;
      const later = (hours: number | null) => (hours === null ? null : occurredAt + hours * 3_600_000);
      const decidedAt = disputed === null ? null : occurredAt + (disputed + 240) * 3_600_000;
      return factOf(code, occurredAt, {
        endedAt: later(lasts),
        restoredAt: later(restored),
        disputedAt: later(disputed),
        decidedAt,
        cancelledAt: upheld ? decidedAt : null,
        grade,
        group: code === 'H01' ? new Date(occurredAt).toISOString().slice(0, 10) : `matter${group}`,
      });
    });
const history = fc.array(anyFact([...CODES, ...MORE]), { maxLength: 25 });

describe('of any history', () => {
  it('one more deduction never raises the score', () => {
    fc.assert(
      fc.property(history, anyFact(CODES), (facts, more) => {
        expect(score(...facts, more)).toBeLessThanOrEqual(score(...facts));
      }),
      { numRuns: 3000 },
    );
  });

  it('the order of the facts does not matter', () => {
    fc.assert(
      fc.property(
        history.chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length }))),
        ([facts, shuffled]) => expect(evaluate(shuffled, rules, NOW)).toEqual(evaluate(facts, rules, NOW)),
      ),
      { numRuns: 2000 },
    );
  });

  it('no cap is passed, and the score is what the deductions say', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const { deductions, dimensions, bonuses, score: total } = evaluate(facts, rules, NOW);
        const sum = (list: readonly number[]) => Math.round(list.reduce((one, other) => one + other, 0) * 100) / 100;
        for (const { code, cap } of rules.rules) {
          expect(
            sum(deductions.filter((each) => each.code === code).map(({ counted }) => counted)),
          ).toBeLessThanOrEqual(cap);
        }
        for (const { code, cap, counted } of dimensions) {
          expect(counted).toBeLessThanOrEqual(cap);
          expect(sum(deductions.filter((each) => each.dimension === code).map((each) => each.counted))).toBe(counted);
        }
        const lost = sum(dimensions.map(({ counted }) => counted));
        const won = Math.min(5, sum(bonuses.map(({ points }) => points)));
        expect(total).toBe(Math.min(100, Math.max(0, Math.round((100 - lost + won) * 100) / 100)));
      }),
      { numRuns: 2000 },
    );
  });

  it('10,000 of them: evaluated event by event with what was known then, the same as all at once afterwards', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const begin = at('2025-10-01');
        const whole: [number, number, Colour][] = [];
        walk(facts, rules, { state: null, from: begin, to: NOW }, (moment) => {
          whole.push([moment.at, moment.evaluation.score, moment.state.colour]);
        });
        expect(changes(step(facts, begin))).toEqual(changes(whole));
      }),
      { numRuns: 10_000 },
    );
  }, 120_000);
});

/** An instant at which nothing changed may be visited or not. */
function changes(seen: readonly [number, number, Colour][]): [number, number, Colour][] {
  return seen.filter(([, total, colour], index) => {
    const before = seen[index - 1];
    return before === undefined || before[1] !== total || before[2] !== colour;
  });
}

/** The live system: at each event it knows only what has happened; between events, time alone calls. */
function step(facts: readonly Fact[], begin: number): [number, number, Colour][] {
  const happened = new Set<number>();
  for (const { occurredAt, endedAt, restoredAt, cancelledAt, code } of facts) {
    // The end of a grade's validity is printed on it; everything else is an event.
    for (const each of [occurredAt, code === 'H26' ? null : endedAt, restoredAt, cancelledAt]) {
      if (each !== null && each > begin && each <= NOW) happened.add(each);
    }
  }
  const events = [...happened].sort((one, other) => one - other);
  const seen: [number, number, Colour][] = [];
  let state: ColourState | null = null;
  let next: number | null = events.shift() ?? null;
  let own: number | null = null;
  while (next !== null || own !== null) {
    const now = Math.min(next ?? Infinity, own ?? Infinity);
    if (now > NOW) break;
    if (now === next) next = events.shift() ?? null;
    const known = facts.filter(({ occurredAt }) => occurredAt <= now).map((fact) => knownAt(fact, now));
    const { score: current, colour } = evaluate(known, rules, now);
    state = nextColour(state, colour, now, rules);
    seen.push([now, current, state.colour]);
    own = nextInstant(known, rules, state, now);
  }
  return seen;
}

function knownAt(fact: Fact, now: number): Fact {
  const past = (instant: number | null) => (instant !== null && instant <= now ? instant : null);
  return {
    ...fact,
    endedAt: fact.code === 'H26' ? fact.endedAt : past(fact.endedAt),
    restoredAt: past(fact.restoredAt),
    disputedAt: past(fact.disputedAt),
    decidedAt: past(fact.decidedAt),
    cancelledAt: past(fact.cancelledAt),
  };
}

describe('marks', () => {
  it('belong to the fact of their key only', () => {
    const facts = [factOf('H21', ago(9)), factOf('H21', ago(8))];
    const [first, second] = marked(facts, [
      { fact_key: facts[0]!.key, kind: 'repair', at: new Date(ago(1)), decided_at: null, state: 'verified' },
      { fact_key: facts[0]!.key, kind: 'dispute', at: new Date(ago(3)), decided_at: new Date(ago(2)), state: 'upheld' },
    ]);
    expect(first).toMatchObject({ restoredAt: ago(1), disputedAt: ago(3), cancelledAt: ago(2) });
    expect(second).toEqual(facts[1]);
  });
});
