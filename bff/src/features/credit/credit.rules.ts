import type { BusinessDate } from '../../core/clock';
import type { Colour } from '../healthcode';
import type { ComponentCode, Grade, SchemeBody } from './scheme.schema';

/** What a half-year left behind of one enterprise. */
export interface PeriodFacts {
  /** Days with a snapshot of the health code. */
  days: number;
  /** Mean of the monthly mean scores, 0..100. */
  meanScore: number;
  worstColour: Colour;
  /** Tasks that were to be done, excused ones left out, and those that were. */
  tasksDue: number;
  tasksDone: number;
  /** Findings that ran past their deadline within the period. */
  overdue: number;
}

export interface Component {
  code: ComponentCode;
  /** What was measured: a mean score, a colour, percent, a number of findings. */
  value: number | string;
  /** 0..100. */
  points: number;
  /** Share of the whole, 0..1. */
  weight: number;
}

export interface Evaluated {
  components: Component[];
  /** 0..100, two decimals. */
  score: number;
  grade: Grade;
}

const PERIOD = /^(\d{4})H([12])$/;

export interface Span {
  from: BusinessDate;
  to: BusinessDate;
}

/** First and last day of a half-year such as '2026H1'. */
export function spanOf(period: string): Span {
  const [, year = '', half = ''] = PERIOD.exec(period) ?? [];
  return half === '1' ? { from: `${year}-01-01`, to: `${year}-06-30` } : { from: `${year}-07-01`, to: `${year}-12-31` };
}

/** The half-year after `period`. */
export function periodAfter(period: string): string {
  const [, year = '', half = ''] = PERIOD.exec(period) ?? [];
  return half === '1' ? `${year}H2` : `${Number(year) + 1}H1`;
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
const clamp = (value: number): number => Math.min(100, Math.max(0, value));

/** The evaluation of one enterprise; undefined where there were too few days to judge by. */
export function evaluatePeriod(facts: PeriodFacts, scheme: SchemeBody): Evaluated | undefined {
  if (facts.days < scheme.atLeastDays) return undefined;
  // Who had nothing to inspect in half a year has missed nothing.
  const completion = facts.tasksDue === 0 ? 100 : (100 * facts.tasksDone) / facts.tasksDue;
  const measured: Record<ComponentCode, { value: number | string; points: number }> = {
    score: { value: round2(facts.meanScore), points: clamp(facts.meanScore) },
    colour: { value: facts.worstColour, points: scheme.colourPoints[facts.worstColour] },
    completion: { value: round2(completion), points: clamp(completion) },
    overdue: { value: facts.overdue, points: clamp(100 - scheme.overdueCosts * facts.overdue) },
  };
  const components = scheme.components.map(({ code, weight }): Component => {
    const { value, points } = measured[code];
    return { code, value, points: round2(points), weight };
  });
  const score = round2(clamp(components.reduce((sum, { points, weight }) => sum + points * weight, 0)));
  return { components, score, grade: gradeOf(score, scheme) };
}

/** The grade whose band holds the score. */
export function gradeOf(score: number, { bands }: SchemeBody): Grade {
  return (bands.find(([, least]) => score >= least) ?? (['E', 0] as const))[0];
}

/** A score with what was adjusted by hand. */
export function adjusted(computed: number, points: readonly number[]): number {
  return round2(clamp(points.reduce((sum, each) => sum + each, 0) + computed));
}

/** What one component alone would add if it were full. */
interface Mover {
  code: ComponentCode;
  /** Points of the whole that this component still lacks. */
  gains: number;
  /** Whether that alone would reach the next grade. */
  enough: boolean;
}

export interface Outlook {
  /** The grade above and the points that lack to it; null for the best. */
  next: { grade: Grade; lacks: number } | null;
  /** Points above the line below which the grade falls; null for the lowest. */
  above: number | null;
  /** Components that lack most, first. */
  movers: Mover[];
}

/** How near the lines of the bands are, and what would move the enterprise across. */
export function outlook(score: number, components: readonly Component[], scheme: SchemeBody): Outlook {
  const at = scheme.bands.findIndex(([, least]) => score >= least);
  const better = scheme.bands[at - 1];
  const own = scheme.bands[at];
  const next = better === undefined ? null : { grade: better[0], lacks: round2(better[1] - score) };
  const movers = components
    .map(({ code, points, weight }) => {
      const gains = round2((100 - points) * weight);
      return { code, gains, enough: next !== null && gains >= next.lacks };
    })
    .filter(({ gains }) => gains > 0)
    .sort((one, other) => other.gains - one.gains || one.code.localeCompare(other.code));
  return { next, above: own === undefined || own[1] === 0 ? null : round2(score - own[1]), movers };
}
