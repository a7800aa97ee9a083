import type { ColourState } from './colour.rules';
import { evaluate, type Evaluation } from './evaluate.rules';
import type { Fact } from './fact.rules';
import { afterSteps, project, stepsFor, type Projection, type Step } from './forward.rules';
import type { RuleSetBody } from './ruleset.schema';

const YEAR_DAYS = 366;
/** Each is run forward for a year. */
const MAX_OPTIONS = 12;
const MAX_STEPS = 30;

export interface Outcome extends Projection {
  steps: Step[];
  bestAt: number | null;
}

export interface Outlook {
  nothing: Outcome;
  /** What each remedy alone brings, in points; the most helpful first. */
  options: { step: Step; gain: number; outcome: Outcome }[];
  toBest: Outcome | null;
}

export interface Case {
  facts: readonly Fact[];
  ruleSet: RuleSetBody;
  state: ColourState;
  at: number;
}

/** What happens if these steps are done now and nothing new happens for a year. */
export function tryOut({ facts, ruleSet, state, at }: Case, steps: readonly Step[]): Outcome {
  const projection = project(facts, ruleSet, { state, at, days: YEAR_DAYS }, steps);
  const best = ruleSet.bands[0]?.colour;
  const bestAt = projection.colour === best ? at : (projection.path.find(({ colour }) => colour === best)?.at ?? null);
  return { ...projection, steps: [...steps], bestAt };
}

/** What lies ahead, and what can be done about it. */
export function outlookOf(given: Case, evaluation: Evaluation): Outlook {
  const nothing = tryOut(given, []);
  const options = stepsFor(evaluation)
    .slice(0, MAX_OPTIONS)
    .map((step) => {
      const outcome = tryOut(given, [step]);
      return { step, gain: Math.round((outcome.score - evaluation.score) * 100) / 100, outcome };
    })
    .sort((one, other) => other.gain - one.gain || (String(one.step.key) < String(other.step.key) ? -1 : 1));
  return { nothing, options, toBest: toBest(given, evaluation, nothing) };
}

/**
 * The steps to the best band: corrections and repairs, since nobody can count on a dispute. What is open and overdue never
 * expires, and may bar the best colour for as long as any of it is left: corrections come first, all together. Then repairs,
 * each time the one that brings most, until the band is reached or nothing more helps. Corrections that the best colour does
 * not come sooner for are left out again. A code that is left only with a check on site needs that, too. Null when nothing can be
 * done, or nothing need be.
 */
function toBest(given: Case, evaluation: Evaluation, nothing: Outcome): Outcome | null {
  const { facts, ruleSet, state, at } = given;
  const best = ruleSet.bands[0]?.colour;
  if (nothing.colour === best) return null;
  const after = (steps: readonly Step[]) => evaluate(afterSteps(facts, steps, at), ruleSet, at);
  const worth = ({ colour, score }: Evaluation) => score + (colour === best ? 1000 : 0);
  const known = evaluation.colour === best ? [] : stepsFor(evaluation).slice(0, MAX_STEPS);
  let chosen = known.filter(({ kind }) => kind === 'correct');
  let left = known.filter(({ kind }) => kind === 'repair');
  let reached = after(chosen);
  while (reached.colour !== best) {
    const [first] = left
      .map((step) => ({ step, result: after([...chosen, step]) }))
      .sort((one, other) => worth(other.result) - worth(one.result));
    if (first === undefined || worth(first.result) <= worth(reached)) break;
    chosen = [...chosen, first.step];
    left = left.filter((step) => step !== first.step);
    reached = first.result;
  }
  const checked = (steps: readonly Step[]): Step[] => {
    // A repair brings its own check on site.
    const seen = steps.some(({ kind }) => kind === 'repair') || (state.siteCheckAt ?? 0) >= state.since;
    return seen || !ruleSet.dwell.checkToLeave.includes(state.colour) ? [...steps] : [...steps, { kind: 'site_check' }];
  };
  let outcome = tryOut(given, checked(chosen));
  for (const step of chosen.filter(({ kind }) => kind === 'correct')) {
    if (outcome.bestAt === null) break;
    const fewer = chosen.filter((each) => each !== step);
    const without = tryOut(given, checked(fewer));
    if (without.bestAt === null || without.bestAt > outcome.bestAt) continue;
    chosen = fewer;
    outcome = without;
  }
  return outcome.steps.length === 0 ? null : outcome;
}
