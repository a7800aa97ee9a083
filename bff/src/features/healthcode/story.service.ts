import type { Scope } from '../../core/actor';
import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { wire } from '../../core/problem';
import { codeWithin } from './code.read.store';
import type { Told } from './code.present';
import { standingOf } from './code.store';
import { nextColour } from './colour.rules';
import { evaluate } from './evaluate.rules';
import { factsOf } from './fact.store';
import { stepsFor, type Step } from './forward.rules';
import { healthProblems } from './healthcode.problems';
import { outlookOf, tryOut } from './outlook.rules';
import { reasonTexts } from './reason.store';
import { ruleSetInForce } from './ruleset.store';

/** Everything about one code as of now, and what would become of it by `steps`. Throws WIRE.NOT_FOUND, HEALTHCODE.*. */
export async function storyOf(
  tx: Tx,
  scope: Scope,
  enterpriseId: number,
  now: Date,
  steps: readonly Step[] | undefined,
): Promise<Told> {
  const listed = await codeWithin(tx, scope, enterpriseId);
  if (listed === undefined) throw wire.NOT_FOUND();
  const standing = await standingOf(tx, enterpriseId);
  if (listed === null || standing === undefined) throw healthProblems.NOT_YET();
  const ruleSet = await ruleSetInForce(tx, businessDate(now));
  const facts = (await factsOf(tx, [enterpriseId], [ruleSet.body], now)).get(enterpriseId) ?? [];
  const at = now.getTime();
  const evaluation = evaluate(facts, ruleSet.body, at);
  // What the evaluation loop is about to write, if something has happened a moment ago.
  const state = nextColour(standing.state, evaluation.colour, at, ruleSet.body);
  const given = { facts, ruleSet: ruleSet.body, state, at };
  if (steps !== undefined) {
    const known = stepsFor(evaluation);
    const legal = (step: Step) =>
      step.kind === 'site_check' || known.some(({ kind, key }) => kind === step.kind && key === step.key);
    if (!steps.every(legal)) throw healthProblems.UNKNOWN_STEP();
  }
  const shown = [...evaluation.deductions, ...evaluation.vetoes].map(({ rows }) => rows);
  return {
    listed,
    ruleSet,
    state,
    evaluation,
    outlook: outlookOf(given, evaluation),
    tried: steps === undefined ? null : tryOut(given, steps),
    texts: await reasonTexts(tx, shown),
    at: now,
  };
}

/** 'correct~H06:finding:12,site_check' as steps. */
export function parseSteps(text: string): Step[] {
  return text.split(',').map((part) => {
    const [kind = '', key] = part.split('~');
    return { kind: kind as Step['kind'], ...(key === undefined ? {} : { key }) };
  });
}
