import type { Core, Feature } from '../../core/feature';
import { parseKeys } from '../../core/tokens';
import type { ObjectStore } from '../../gateways/object-store';
import type { ChecklistReader } from '../checklists';
import { findingHandlers } from './finding.handlers';
import { dueJob } from './finding.jobs';
import { findingEndpoints } from './finding.routes';
import { noticeHandlers } from './notice.handlers';

/** 自查自纠: what is wrong gets a deadline, a correction that is shown, and somebody else who verifies it. */
export function buildFindings(core: Core, store: ObjectStore, reader: ChecklistReader): Feature {
  const parts = { events: core.events, qrKeys: parseKeys(core.config.qrKeys) };
  return {
    endpoints: findingEndpoints(parts, store),
    jobs: [dueJob(core)],
    handlers: [...findingHandlers(core, reader), ...noticeHandlers()],
  };
}
