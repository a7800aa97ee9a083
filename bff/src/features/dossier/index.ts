import type { Core, Feature } from '../../core/feature';
import { importEndpoints } from './import.routes';
import { forgetFiles, importNext } from './import.service';
import { recordHandlers } from './record.handlers';
import { recordEndpoints } from './record.routes';

export { takeFile } from './import.service';

/** 信访、处罚、事件: what officials know of an enterprise from elsewhere, entered by hand or from Excel. */
export function buildDossier(core: Core): Feature {
  return {
    endpoints: [...recordEndpoints(core), ...importEndpoints()],
    handlers: recordHandlers(),
    loops: [
      { name: 'dossier-import', drain: () => importNext(core) },
      { name: 'dossier-files', drain: () => forgetFiles(core) },
    ],
    queues: [
      { name: 'imports', table: 'dossier_import', waiting: "state = 'waiting'", since: 'sent_at', leased: true },
    ],
  };
}
