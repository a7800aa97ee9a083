import type { Core, Feature } from '../../core/feature';
import type { ObjectStore } from '../../gateways/object-store';

export function buildInspection(_core: Core, _store: ObjectStore): Feature {
  return { endpoints: [] };
}
