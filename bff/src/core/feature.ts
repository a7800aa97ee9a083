import type { Clock } from './clock';
import type { Config } from './config';
import type { Database } from './database';
import type { Endpoint } from './endpoint';
import type { EventHandler, EventLog } from './events';
import type { DailyJob, Loop } from './jobs';
import type { Logger } from './logger';
import type { Metrics } from './metrics';
import type { TokenKeys } from './tokens';

/** What every feature is built from. */
export interface Core {
  config: Config;
  clock: Clock;
  db: Database;
  events: EventLog;
  keys: TokenKeys;
  logger: Logger;
  metrics: Metrics;
  /** Distinguishes this process in leases; new at each start. */
  instanceId: string;
}

/** What a feature gives to the app. */
export interface Feature {
  endpoints: readonly Endpoint[];
  jobs?: readonly DailyJob[];
  loops?: readonly Loop[];
  handlers?: readonly EventHandler[];
  /** Writes what is only in memory and ends what runs by itself; called when no request is in hand any more. */
  stop?(): Promise<void>;
}
