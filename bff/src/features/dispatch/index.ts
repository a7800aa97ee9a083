import type { Core, Feature } from '../../core/feature';

export function buildDispatch(_core: Core): Feature {
  return { endpoints: [] };
}
