import type { Core, Feature } from '../../core/feature';
import { parseKeys } from '../../core/tokens';
import type { ObjectStore } from '../../gateways/object-store';
import { ChecklistReader } from '../checklists';
import { reportEndpoints } from './report.routes';
import { scanEndpoints } from './scan.routes';

export { qrToken } from './qr.rules';

/** From the door of a point to the receipt: scan, report. */
export function buildInspection(core: Core, store: ObjectStore): Feature {
  const parts = { core, reader: new ChecklistReader(), qrKeys: parseKeys(core.config.qrKeys) };
  return { endpoints: [...scanEndpoints(parts), ...reportEndpoints(parts, store)] };
}
