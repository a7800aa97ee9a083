import type { Core, Feature } from '../../core/feature';
import { absenceEndpoints } from './absence.routes';
import { directoryEndpoints } from './directory.routes';
import { factorJob } from './factor.service';
import { leaveHandlers } from './leave.handlers';
import { leaveEndJob } from './leave.jobs';

export { findEnterprise } from './enterprise.store';
export { setFactors } from './factor.service';
export { effectiveInterval } from './interval.rules';
export { spreadAnchors } from './spread.rules';
export { usccCheck, usccIsValid } from './uscc.rules';

/** Who and where: regions, enterprises, points, people, leave and shutdowns. */
export function buildDirectory(core: Core): Feature {
  return {
    endpoints: [...directoryEndpoints(core), ...absenceEndpoints(core)],
    jobs: [factorJob(core), leaveEndJob(core)],
    handlers: leaveHandlers(),
  };
}
