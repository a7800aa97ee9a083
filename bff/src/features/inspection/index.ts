import type { Core, Feature } from '../../core/feature';
import { parseKeys } from '../../core/tokens';
import type { ObjectStore } from '../../gateways/object-store';
import type { ChecklistReader } from '../checklists';
import { photoChecker } from './check.service';
import { packEndpoints } from './pack.routes';
import { photoEndpoints } from './photo.routes';
import { reportEndpoints } from './report.routes';
import { scanEndpoints } from './scan.routes';

export { missingPhotos } from './photo.service';
export { inboxKey, type PhotoState } from './photo.store';
export { qrToken, readQr } from './qr.rules';
export { shownPhoto } from './report.schema';
export { notePhotos, PhotoStates, urlOf } from './shown-photos.service';

/** Scan, report, photos: the proof that an inspection was done on the spot. */
export function buildInspection(core: Core, store: ObjectStore, reader: ChecklistReader): Feature {
  const parts = { core, reader, qrKeys: parseKeys(core.config.qrKeys) };
  return {
    endpoints: [
      ...scanEndpoints(parts),
      ...packEndpoints(parts),
      ...reportEndpoints(parts, store),
      ...photoEndpoints(store),
    ],
    loops: [{ name: 'photos', drain: photoChecker(core, store) }],
    queues: ['report_photo', 'evidence_photo'].map((table) => ({
      name: table,
      table,
      waiting: "state = 'waiting'",
      since: 'check_at',
      leased: true,
    })),
  };
}
