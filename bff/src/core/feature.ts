import type { Clock } from './clock';
import type { Config } from './config';
import type { Database } from './database';
import type { Endpoint } from './endpoint';
import type { EventHandler, EventLog } from './events';
import type { DailyJob, Loop } from './jobs';
import type { Logger } from './logger';
import type { Metrics } from './metrics';
import type { Pressure } from './pressure';
import type { TokenKeys } from './tokens';
import type { WorkQueue } from './work-queue';

/** What every feature is built from. */
export interface Core {
  config: Config;
  clock: Clock;
  db: Database;
  events: EventLog;
  keys: TokenKeys;
  logger: Logger;
  metrics: Metrics;
  pressure: Pressure;
  /** Distinguishes this process in leases; new at each start, but it begins as that of the same instance before. */
  instanceId: string;
  /** Aborted when the instance is to stop: a batch of calls to others goes no further. */
  stopping: AbortSignal;
}

/** What a feature gives to the app. */
export interface Feature {
  endpoints: readonly Endpoint[];
  jobs?: readonly DailyJob[];
  loops?: readonly Loop[];
  handlers?: readonly EventHandler[];
  /** What it has to do later, as tables. */
  queues?: readonly WorkQueue[];
  /** Writes what is only in memory and ends what runs by itself; called when no request is in hand any more. */
  stop?(): Promise<void>;
}
