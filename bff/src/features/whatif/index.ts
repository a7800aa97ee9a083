import type { Core, Feature } from '../../core/feature';
import { whatIfEndpoints } from './whatif.routes';
import { computeNext } from './whatif.service';

/** 试算: a rule set is tried on the last weeks before it decides about anybody. */
export function buildWhatIf(core: Core): Feature {
  return {
    endpoints: whatIfEndpoints(core),
    loops: [{ name: 'what-if', drain: () => computeNext(core) }],
  };
}
