import type { Core, Feature } from '../../core/feature';
import { parseKeys } from '../../core/tokens';
import { caseEndpoints } from './case.routes';
import { stayHandlers } from './stay.handlers';
import { stayDigestJob, stayJob } from './stay.jobs';
import { stayEndpoints } from './stay.routes';

/** 重点监管、依法查处: who is watched, why and until when; and cases whose facts collect themselves. */
export function buildSupervision(core: Core): Feature {
  const parts = { events: core.events, qrKeys: parseKeys(core.config.qrKeys) };
  return {
    endpoints: [...stayEndpoints(parts), ...caseEndpoints(core.events)],
    jobs: [stayJob(core), stayDigestJob(core)],
    handlers: stayHandlers(),
  };
}
