import type { Core, Feature } from '../../core/feature';
import { parseKeys } from '../../core/tokens';
import type { ObjectStore } from '../../gateways/object-store';
import type { ChecklistReader } from '../checklists';
import { packEndpoints } from './pack.routes';
import { photoEndpoints } from './photo.routes';
import { verifyPhotos } from './photo.service';
import { reportEndpoints } from './report.routes';
import { scanEndpoints } from './scan.routes';

export { objectKey } from './photo.store';
export { qrToken, readQr } from './qr.rules';

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
    loops: [{ name: 'photos', drain: () => verifyPhotos(core, store) }],
  };
}
