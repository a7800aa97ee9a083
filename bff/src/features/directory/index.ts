import type { Core, Feature } from '../../core/feature';

export { effectiveInterval } from './interval.rules';
export { spreadAnchors } from './spread.rules';
export { usccCheck } from './uscc.rules';

export function buildDirectory(_core: Core): Feature {
  return { endpoints: [] };
}
