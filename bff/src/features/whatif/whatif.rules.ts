import {
  evaluate,
  nextColour,
  walk,
  type Colour,
  type Deduction,
  type Evaluation,
  type Fact,
  type RuleSetBody,
} from '../healthcode';

const DAY_MS = 86_400_000;

/** How an enterprise fared under one rule set. */
interface Course {
  evaluation: Evaluation;
  colour: Colour;
  /** From each instant on, the colour that was shown. */
  colours: { at: number; colour: Colour }[];
}

/** Why score or colour differ at the end of the window. */
export interface Because {
  /** Codes whose points differ: [code, under the rules in force, under the draft]. */
  points: [code: string, base: number, draft: number][];
  /** The same score lies in another band, or bonuses and vetoes differ. */
  band: boolean;
  /** The band is the same, but one of the two has not dwelt there long enough, or waits for a check. */
  dwell: boolean;
}

export interface Compared {
  baseScore: number;
  baseColour: Colour;
  draftScore: number;
  draftColour: Colour;
  /** Days of the window on which the colours differ, rounded up. */
  daysApart: number;
  because: Because;
}

export interface Window {
  from: number;
  to: number;
}

/** The same facts under two rule sets over a window; both begin at the band they have reached when it opens. */
export function compare(facts: readonly Fact[], base: RuleSetBody, draft: RuleSetBody, window: Window): Compared {
  const one = courseOf(facts, base, window);
  const other = courseOf(facts, draft, window);
  return {
    baseScore: one.evaluation.score,
    baseColour: one.colour,
    draftScore: other.evaluation.score,
    draftColour: other.colour,
    daysApart: Math.ceil(apartMs(one.colours, other.colours, window) / DAY_MS),
    because: becauseOf(one, other),
  };
}

function courseOf(facts: readonly Fact[], ruleSet: RuleSetBody, { from, to }: Window): Course {
  const opening = evaluate(facts, ruleSet, from);
  const state = nextColour(null, opening.colour, from, ruleSet);
  const colours = [{ at: from, colour: state.colour }];
  let colour = state.colour;
  walk(facts, ruleSet, { state, from, to }, (moment) => {
    if (moment.state.colour !== colour) {
      colour = moment.state.colour;
      colours.push({ at: moment.at, colour });
    }
  });
  return { evaluation: evaluate(facts, ruleSet, to), colour, colours };
}

/** Milliseconds of the window in which two courses show different colours. */
function apartMs(one: Course['colours'], other: Course['colours'], { to }: Window): number {
  const cuts = [...new Set([...one, ...other].map(({ at }) => at))].sort((a, b) => a - b);
  const colourAt = (course: Course['colours'], at: number) => course.findLast((each) => each.at <= at)?.colour;
  return cuts.reduce(
    (sum, at, index) => (colourAt(one, at) === colourAt(other, at) ? sum : sum + (cuts[index + 1] ?? to) - at),
    0,
  );
}

function becauseOf(base: Course, draft: Course): Because {
  const one = pointsByCode(base.evaluation.deductions);
  const other = pointsByCode(draft.evaluation.deductions);
  const points = [...new Set([...one.keys(), ...other.keys()])]
    .map((code): Because['points'][number] => [code, one.get(code) ?? 0, other.get(code) ?? 0])
    .filter(([, before, after]) => before !== after)
    .sort((a, b) => Math.abs(b[2] - b[1]) - Math.abs(a[2] - a[1]) || a[0].localeCompare(b[0]));
  const reachedDiffers = base.evaluation.colour !== draft.evaluation.colour;
  return {
    points,
    band: reachedDiffers && points.length === 0,
    dwell: base.colour !== draft.colour && !reachedDiffers,
  };
}

function pointsByCode(deductions: readonly Deduction[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { code, counted } of deductions) {
    sums.set(code, Math.round(((sums.get(code) ?? 0) + counted) * 100) / 100);
  }
  return sums;
}
