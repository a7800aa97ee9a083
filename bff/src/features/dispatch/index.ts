import type { Core, Feature } from '../../core/feature';
import { closeMissedJob, dispatchJob } from './dispatch.jobs';
import { taskEndpoints } from './task.routes';

export { actingOfficer } from './acting-officer.rules';
export { nextDueDate } from './due.rules';
export { createOwnExtra } from './extra.service';

/** The daily list: made at 00:05, shown to the officer, closed at 10:00 of the next day. */
export function buildDispatch(core: Core): Feature {
  return { endpoints: taskEndpoints(core), jobs: [dispatchJob(core), closeMissedJob(core)] };
}
