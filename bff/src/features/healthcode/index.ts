import type { Core, Feature } from '../../core/feature';
import type { ObjectStore } from '../../gateways/object-store';
import { caseEndpoints } from './case.routes';
import { codeHandlers } from './code.handlers';
import { evaluationLoop, nightJob } from './code.jobs';
import { codeEndpoints } from './code.routes';
import { effectHandlers } from './effect.service';
import { ruleSetEndpoints } from './ruleset.routes';

export { nextColour } from './colour.rules';
export type { ColourState } from './colour.rules';
export { evaluate } from './evaluate.rules';
export type { Colour, Deduction, Evaluation } from './evaluate.rules';
export type { Fact } from './fact.rules';
export { factsOf } from './fact.store';
export { walk } from './forward.rules';
export type { RuleSetBody } from './ruleset.schema';
export { publishRuleSet, ruleSetInForce, ruleSetOf } from './ruleset.store';
export type { RuleSet } from './ruleset.store';
export { scoreOf } from './code.read.store';
export { positiveSince, standingsOf } from './standing.store';
export type { Standing } from './standing.store';
export { addWorkingDays } from '../../core/workday';

/** 企业健康码: a score and a colour that explain themselves, at every instant, under rules that are data. */
export function buildHealthCode(core: Core, store: ObjectStore): Feature {
  return {
    endpoints: [...codeEndpoints(), ...caseEndpoints(core, store), ...ruleSetEndpoints(core)],
    jobs: [nightJob(core)],
    loops: [evaluationLoop(core)],
    queues: [{ name: 'codes', table: 'health_mark', waiting: 'TRUE', since: 'since', leased: false }],
    handlers: [...codeHandlers(), ...effectHandlers(core)],
  };
}
