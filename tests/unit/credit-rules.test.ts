import {
  adjusted,
  evaluatePeriod,
  gradeOf,
  outlook,
  periodAfter,
  spanOf,
  type PeriodFacts,
} from '../../bff/src/features/credit/credit.rules';
import { schemeBody, type SchemeBody } from '../../bff/src/features/credit/scheme.schema';

const SCHEME: SchemeBody = schemeBody.parse({
  basis: 'ours',
  components: [
    { code: 'score', weight: 0.6 },
    { code: 'colour', weight: 0.15 },
    { code: 'completion', weight: 0.15 },
    { code: 'overdue', weight: 0.1 },
  ],
  colourPoints: { green: 100, blue: 85, yellow: 70, red: 30, black: 0 },
  overdueCosts: 10,
  atLeastDays: 30,
  bands: [
    ['A', 90],
    ['B', 80],
    ['C', 60],
    ['D', 40],
    ['E', 0],
  ],
});

const facts = (given: Partial<PeriodFacts> = {}): PeriodFacts => ({
  days: 181,
  meanScore: 100,
  worstColour: 'green',
  tasksDue: 100,
  tasksDone: 100,
  overdue: 0,
  ...given,
});

describe('a half-year', () => {
  it('has its first and last day, and one after it', () => {
    expect(spanOf('2026H1')).toEqual({ from: '2026-01-01', to: '2026-06-30' });
    expect(spanOf('2026H2')).toEqual({ from: '2026-07-01', to: '2026-12-31' });
    expect([periodAfter('2026H1'), periodAfter('2026H2')]).toEqual(['2026H2', '2027H1']);
  });
});

describe('an evaluation', () => {
  it('is the weighted sum of its components, each shown with what was measured', () => {
    const evaluated = evaluatePeriod(
      facts({ meanScore: 87, worstColour: 'yellow', tasksDone: 92, overdue: 2 }),
      SCHEME,
    );
    expect(evaluated).toEqual({
      components: [
        { code: 'score', value: 87, points: 87, weight: 0.6 },
        { code: 'colour', value: 'yellow', points: 70, weight: 0.15 },
        { code: 'completion', value: 92, points: 92, weight: 0.15 },
        { code: 'overdue', value: 2, points: 80, weight: 0.1 },
      ],
      // 52.2 + 10.5 + 13.8 + 8
      score: 84.5,
      grade: 'B',
    });
  });

  it('is not made from too few days', () => {
    expect(evaluatePeriod(facts({ days: 29 }), SCHEME)).toBeUndefined();
    expect(evaluatePeriod(facts({ days: 30 }), SCHEME)).toMatchObject({ score: 100, grade: 'A' });
  });

  it('takes nothing from whom nothing was asked, and never more than a component has', () => {
    expect(evaluatePeriod(facts({ tasksDue: 0, tasksDone: 0 }), SCHEME)?.score).toBe(100);
    expect(evaluatePeriod(facts({ overdue: 40 }), SCHEME)?.score).toBe(90);
  });

  it('gives the better grade on the line itself', () => {
    expect([100, 90, 89.99, 80, 60, 40, 39.99, 0].map((score) => gradeOf(score, SCHEME)).join('')).toBe('AABBCDEE');
  });

  it('adds what was adjusted by hand, within 0 and 100', () => {
    expect(adjusted(84.5, [])).toBe(84.5);
    expect(adjusted(84.5, [6, -0.5])).toBe(90);
    expect(adjusted(95, [20])).toBe(100);
    expect(adjusted(5, [-20])).toBe(0);
  });
});

describe('the outlook', () => {
  it('says how far the next grade is and which component alone would reach it', () => {
    const { components, score } = evaluatePeriod(facts({ meanScore: 92, tasksDone: 60, overdue: 3 }), SCHEME)!;
    expect(score).toBe(86.2);
    expect(outlook(score, components, SCHEME)).toEqual({
      next: { grade: 'A', lacks: 3.8 },
      above: 6.2,
      movers: [
        { code: 'completion', gains: 6, enough: true },
        { code: 'score', gains: 4.8, enough: true },
        { code: 'overdue', gains: 3, enough: false },
      ],
    });
  });

  it('has nothing above the best and nothing below the last', () => {
    expect(outlook(100, [], SCHEME)).toEqual({ next: null, above: 10, movers: [] });
    expect(outlook(10, [], SCHEME)).toMatchObject({ next: { grade: 'D', lacks: 30 }, above: null });
  });
});

describe('a scheme', () => {
  const faultsOf = (change: object): string[] => {
    const { success, error } = schemeBody.safeParse({ ...SCHEME, ...change });
    return success ? [] : error.issues.map(({ path }) => path.join('.'));
  };

  it.each([
    ['weights that do not add up', { components: [{ code: 'score', weight: 0.9 }] }, 'components'],
    [
      'a component twice',
      {
        components: [
          { code: 'score', weight: 0.5 },
          { code: 'score', weight: 0.5 },
        ],
      },
      'components.1.code',
    ],
    [
      'bands out of order',
      {
        bands: [
          ['A', 90],
          ['C', 80],
          ['B', 60],
          ['D', 40],
          ['E', 0],
        ],
      },
      'bands.1.0',
    ],
    [
      'bands that overlap',
      {
        bands: [
          ['A', 90],
          ['B', 90],
          ['C', 60],
          ['D', 40],
          ['E', 0],
        ],
      },
      'bands.1.1',
    ],
    [
      'a gap at the bottom',
      {
        bands: [
          ['A', 90],
          ['B', 80],
          ['C', 60],
          ['D', 40],
          ['E', 10],
        ],
      },
      'bands.4.1',
    ],
    ['a field nobody knows', { extra: 1 }, ''],
    ['a colour without points', { colourPoints: { green: 100 } }, 'colourPoints.blue'],
  ])('is refused with the path of the fault: %s', (_what, change, path) => {
    expect(faultsOf(change)).toContain(path);
  });
});
