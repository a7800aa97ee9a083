import type { Core, Feature } from '../../core/feature';

export function buildDirectory(_core: Core): Feature {
  return { endpoints: [] };
}
