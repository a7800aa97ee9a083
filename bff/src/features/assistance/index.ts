import type { Core, Feature } from '../../core/feature';
import { parseKeys } from '../../core/tokens';
import type { ObjectStore } from '../../gateways/object-store';
import { visitHandlers } from './visit.handlers';
import { measureJob } from './visit.jobs';
import { visitEndpoints } from './visit.routes';

export { lastVisits } from './visit.store';

/** 帮扶: somebody goes there, teaches, agrees on steps, looks again; what came of it is measured. */
export function buildAssistance(core: Core, store: ObjectStore): Feature {
  const parts = { events: core.events, qrKeys: parseKeys(core.config.qrKeys) };
  return { endpoints: visitEndpoints(parts, store), jobs: [measureJob()], handlers: visitHandlers(parts) };
}
