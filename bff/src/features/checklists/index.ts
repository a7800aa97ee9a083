import type { Core, Feature } from '../../core/feature';

export function buildChecklists(_core: Core): Feature {
  return { endpoints: [] };
}
