import type { Feature } from '../../core/feature';
import { townshipEndpoints } from './township.routes';

/** 先去哪: what officials read before they set out. It only looks; what is done there belongs to other features. */
export function buildTownship(): Feature {
  return { endpoints: townshipEndpoints() };
}
