import { dayStart, localDay } from './day.rules';
import type { Colour } from './evaluate.rules';
import { COLOURS, type RuleSetBody } from './ruleset.schema';

/** How the colour stands: what is shown, and what is on its way up. */
export interface ColourState {
  colour: Colour;
  since: number;
  /** By better colour: since when the band has been at least that good. */
  better: Partial<Record<Colour, number>>;
  /** The latest passed check on site. */
  siteCheckAt: number | null;
}

/**
 * The colour after an evaluation that reached `reached` at `at`: down at once, up only after the dwell, and out of some
 * colours only with a check on site since they began.
 */
export function nextColour(
  before: ColourState | null,
  reached: Colour,
  at: number,
  ruleSet: Pick<RuleSetBody, 'dwell'>,
): ColourState {
  if (before === null) return { colour: reached, since: at, better: {}, siteCheckAt: null };
  const { colour, siteCheckAt } = before;
  if (rank(reached) > rank(colour)) return { colour: reached, since: at, better: {}, siteCheckAt };
  const better: ColourState['better'] = {};
  for (const step of COLOURS) {
    if (rank(step) < rank(colour) && rank(reached) <= rank(step)) better[step] = before.better[step] ?? at;
  }
  const next = { ...before, better };
  if (!mayLeave(next, ruleSet)) return next;
  const up = COLOURS.find((step) => {
    const since = better[step];
    return since !== undefined && rank(step) >= rank(reached) && at >= upAt(since, ruleSet);
  });
  if (up === undefined) return next;
  const still = Object.entries(better).filter(([step]) => rank(step as Colour) < rank(up));
  return { colour: up, since: at, better: Object.fromEntries(still), siteCheckAt };
}

/** When a colour may be shown whose band has been reached since `since`. */
function upAt(since: number, { dwell }: Pick<RuleSetBody, 'dwell'>): number {
  return dwell.upDays === 0 ? since : dayStart(localDay(since) + dwell.upDays);
}

function mayLeave({ colour, since, siteCheckAt }: ColourState, { dwell }: Pick<RuleSetBody, 'dwell'>): boolean {
  return !dwell.checkToLeave.includes(colour) || (siteCheckAt !== null && siteCheckAt >= since);
}

/** Whether only a check on site keeps the colour from rising. */
export function waitsForCheck(state: ColourState, at: number, ruleSet: Pick<RuleSetBody, 'dwell'>): boolean {
  return !mayLeave(state, ruleSet) && Object.values(state.better).some((since) => at >= upAt(since, ruleSet));
}

/** The instants at which the colour may rise by time alone. */
export function dwellEnds(state: ColourState, ruleSet: Pick<RuleSetBody, 'dwell'>): number[] {
  return mayLeave(state, ruleSet) ? Object.values(state.better).map((since) => upAt(since, ruleSet)) : [];
}

function rank(colour: Colour): number {
  return COLOURS.indexOf(colour);
}
