import type { Core, Feature } from '../../core/feature';
import { benefitEndpoints } from './benefit.routes';
import { matterHandlers } from './matter.handlers';
import { matterEndpoints } from './matter.routes';
import { officialEndpoints } from './official.routes';
import { roundEndpoints } from './round.routes';
import { computeNext } from './round.service';
import { schemeEndpoints } from './scheme.routes';

export { isMeant } from './benefit.rules';
export { benefitAnswer } from './benefit.schema';
export { currentBenefit, currentBenefits, membersOf } from './benefit.store';
export { currentGrades } from './grade.store';
export type { CurrentGrade } from './grade.store';
export type { Grade } from './scheme.schema';

/** 环境信用评价: half-yearly grades that anybody can follow, and what hangs on them. */
export function buildCredit(core: Core): Feature {
  return {
    endpoints: [
      ...schemeEndpoints(core),
      ...roundEndpoints(core),
      ...matterEndpoints(core),
      ...benefitEndpoints(core),
      ...officialEndpoints(core),
    ],
    handlers: matterHandlers(),
    loops: [{ name: 'credit', drain: () => computeNext(core) }],
  };
}
