import { WATCHED } from './codes.rules';
import { dwellEnds, nextColour, type ColourState } from './colour.rules';
import { dayStart, localDay } from './day.rules';
import { evaluate, type Colour, type Evaluation } from './evaluate.rules';
import type { Fact } from './fact.rules';
import type { RuleSetBody } from './ruleset.schema';

/*
 * The score only changes when something happens to a fact, so that running it forward (or backward) means to evaluate at
 * a few instants, not at every moment.
 */

/** Every instant after `from`, up to `to`, at which the score may change. Sorted, each once. */
function instants(facts: readonly Fact[], ruleSet: RuleSetBody, from: number, to: number): number[] {
  const found = new Set<number>();
  const add = (at: number | null | undefined) => {
    if (at !== null && at !== undefined && at > from && at <= to) found.add(at);
  };
  const spans = spansByCode(ruleSet);
  for (const fact of facts) {
    const { occurredAt, endedAt, restoredAt, cancelledAt } = fact;
    add(occurredAt);
    add(endedAt);
    add(restoredAt);
    add(cancelledAt);
    for (const { days, ended } of spans.get(fact.code) ?? []) {
      const begin = ended ? endedAt : occurredAt;
      if (begin !== null) add(dayStart(localDay(begin) + days));
    }
  }
  return [...found].sort((one, other) => one - other);
}

/** By code of a fact: after how many days something ends that it has begun. */
function spansByCode({ rules, bonuses, vetoes }: RuleSetBody): Map<string, { days: number; ended: boolean }[]> {
  const spans = new Map<string, { days: number; ended: boolean }[]>();
  const add = (code: string, days: number, ended = false) =>
    spans.set(code, [...(spans.get(code) ?? []), { days, ended }]);
  for (const { code, valid, derived } of rules) {
    if (valid.kind === 'days') add(derived?.from ?? code, valid.days);
    if (valid.kind === 'until_fixed' && valid.plusDays > 0) add(code, valid.plusDays, true);
  }
  for (const bonus of bonuses.rules) {
    add(bonus.kind === 'clean' ? bonus.of : bonus.code, bonus.days);
    if (bonus.kind === 'clean') add(WATCHED, bonus.days);
  }
  for (const { code } of vetoes.kinds) add(code, vetoes.days);
  return spans;
}

export interface Moment {
  at: number;
  evaluation: Evaluation;
  state: ColourState;
}

/**
 * Goes from `from` (exclusive) to `to` and shows every instant at which score or colour may change, in order. `state` is
 * how the colour stood at `from`; null: it begins with the first instant, for which `to` itself serves at the latest.
 */
export function walk(
  facts: readonly Fact[],
  ruleSet: RuleSetBody,
  begin: { state: ColourState | null; from: number; to: number },
  visit: (moment: Moment) => void,
): void {
  let { state } = begin;
  const due = instants(facts, ruleSet, begin.from, begin.to);
  let index = 0;
  let last = begin.from;
  for (;;) {
    const ends = state === null ? [] : dwellEnds(state, ruleSet).filter((at) => at > last && at <= begin.to);
    const next = Math.min(due[index] ?? Infinity, ...ends);
    if (next === Infinity) return;
    if (next === due[index]) index += 1;
    last = next;
    const evaluation = evaluate(facts, ruleSet, next);
    state = nextColour(state, evaluation.colour, next, ruleSet);
    visit({ at: next, evaluation, state });
  }
}

/** The first instant after `at` at which the score or the colour may change by time alone; null if none is known. */
export function nextInstant(
  facts: readonly Fact[],
  ruleSet: RuleSetBody,
  state: ColourState,
  at: number,
): number | null {
  const ends = dwellEnds(state, ruleSet).filter((end) => end > at);
  const next = Math.min(instants(facts, ruleSet, at, Infinity)[0] ?? Infinity, ...ends);
  return next === Infinity ? null : next;
}

/** Something that can be done about the score today. */
export interface Step {
  kind: 'correct' | 'repair' | 'dispute' | 'site_check';
  /** The fact that it is about; not for a check on site. */
  key?: string;
}

/** The facts as they would be once the steps are done at `at` and have succeeded. */
export function afterSteps(facts: readonly Fact[], steps: readonly Step[], at: number): Fact[] {
  const fixed = new Set(
    steps.flatMap(({ kind, key }) => {
      const fact = kind === 'correct' ? facts.find((each) => each.key === key) : undefined;
      return fact === undefined ? [] : fact.rows.ids.map((id) => `${fact.rows.type}:${id}`);
    }),
  );
  const keys = (wanted: Step['kind']) => new Set(steps.flatMap(({ kind, key }) => (kind === wanted ? [key] : [])));
  const repaired = keys('repair');
  const disputed = keys('dispute');
  return facts.map((fact) => {
    const open = fact.endedAt === null || fact.endedAt > at;
    const corrected = open && fact.rows.ids.some((id) => fixed.has(`${fact.rows.type}:${id}`));
    return {
      ...fact,
      ...(corrected ? { endedAt: at } : {}),
      // What is put right before its deadline never becomes a deduction.
      ...(disputed.has(fact.key) || (corrected && fact.occurredAt > at) ? { cancelledAt: at } : {}),
      ...(repaired.has(fact.key) ? { restoredAt: at } : {}),
    };
  });
}

export interface Projection {
  /** Right after the steps. */
  score: number;
  /** The colour that is shown right after the steps, and the one whose band is reached. */
  colour: Colour;
  reached: Colour;
  /** Every later change of score or colour if nothing new happens. */
  path: { at: number; score: number; colour: Colour }[];
}

/** What happens if `steps` are done at `at` and nothing new happens for `days`. The same function run forward. */
export function project(
  facts: readonly Fact[],
  ruleSet: RuleSetBody,
  begin: { state: ColourState; at: number; days: number },
  steps: readonly Step[],
): Projection {
  const { at } = begin;
  const then = steps.length === 0 ? facts : afterSteps(facts, steps, at);
  const checked = steps.some(({ kind }) => kind === 'site_check' || kind === 'repair');
  const evaluation = evaluate(then, ruleSet, at);
  const state = nextColour(checked ? { ...begin.state, siteCheckAt: at } : begin.state, evaluation.colour, at, ruleSet);
  const path: Projection['path'] = [];
  let shown = { score: evaluation.score, colour: state.colour };
  walk(then, ruleSet, { state, from: at, to: dayStart(localDay(at) + begin.days) }, (moment) => {
    const next = { score: moment.evaluation.score, colour: moment.state.colour };
    if (next.score !== shown.score || next.colour !== shown.colour) path.push({ at: moment.at, ...next });
    shown = next;
  });
  return { score: evaluation.score, colour: state.colour, reached: evaluation.colour, path };
}

/**
 * A deduction's remedies as steps that can be tried: what the enterprise can do itself before what others decide, and of
 * these the dearest first. Waiting is no step.
 */
export function stepsFor({ deductions }: Evaluation): Step[] {
  return [...deductions]
    .sort((one, other) => other.counted - one.counted || (one.key < other.key ? -1 : 1))
    .flatMap(({ key, remedies }) =>
      remedies.flatMap((remedy): Step[] => (remedy === 'wait' ? [] : [{ kind: remedy, key }])),
    )
    .sort((one, other) => Number(one.kind === 'dispute') - Number(other.kind === 'dispute'));
}
