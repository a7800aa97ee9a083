import type { Core, Feature } from '../../core/feature';
import { dutyEndpoints } from './duty.routes';
import { warningHandlers } from './warning.handlers';
import { clockLoop, digestJob, evaluationJob } from './warning.jobs';
import { warningEndpoints } from './warning.routes';

/** 自动预警: rules as versioned data look at the day's events and at every night; a warning ends only with an outcome. */
export function buildWarnings(core: Core): Feature {
  return {
    endpoints: [...warningEndpoints(core), ...dutyEndpoints(core)],
    jobs: [evaluationJob(core), digestJob(core)],
    loops: [clockLoop(core)],
    handlers: warningHandlers(core),
  };
}
