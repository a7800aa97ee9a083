import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import type { ObjectStore } from './object-store';

export function createObjectStore(_config: Config['oss'], _clock: Clock): ObjectStore {
  throw new Error('unwritten');
}
