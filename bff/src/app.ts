import { randomUUID } from 'node:crypto';
import type Koa from 'koa';
import type { Middleware } from 'koa';
import { createAuthenticator, type People } from './core/authenticate';
import type { Clock } from './core/clock';
import type { Config } from './core/config';
import { openDatabase } from './core/database';
import type { Endpoint } from './core/endpoint';
import { EventLog } from './core/events';
import type { Core, Feature } from './core/feature';
import { healthEndpoints } from './core/health.routes';
import { JobRunner } from './core/jobs';
import { createLogger } from './core/logger';
import { Metrics } from './core/metrics';
import { createServer } from './core/server';
import { TokenKeys } from './core/tokens';
import { buildChecklists } from './features/checklists';
import { buildDirectory } from './features/directory';
import { buildDispatch } from './features/dispatch';
import { buildIdentity } from './features/identity';
import { buildInspection } from './features/inspection';
import { buildNotifications } from './features/notifications';
import { createObjectStore } from './gateways/object-store-client';
import { createWechatClient } from './gateways/wechat-client';
import { createWorkChatClient } from './gateways/work-chat-client';

export interface AppOptions {
  config: Config;
  clock: Clock;
  /** Middleware after all routes: static pages, and what a demo adds. */
  mounts?: readonly Middleware[];
}

export interface App {
  core: Core;
  koa: Koa;
  jobs: JobRunner;
  endpoints: readonly Endpoint[];
  /** Ends jobs after the batch in hand and closes the database. The HTTP server must be closed before. */
  close(): Promise<void>;
}

/** The composition root: production, demo and tests build the same app with other parts put in. */
export function buildApp({ config, clock, mounts = [] }: AppOptions): App {
  const logger = createLogger(config.logLevel);
  const db = openDatabase({
    ...config.database,
    onSlow: (sql, ms) => logger.warn({ sql: sql.slice(0, 200), ms: Math.round(ms) }, 'slow statement'),
  });
  const keys = new TokenKeys(config.jwtKeys, clock);
  const metrics = new Metrics();
  const instanceId = randomUUID();
  const events = new EventLog(db, clock, logger, metrics, instanceId);
  const core: Core = { config, clock, db, events, keys, logger, metrics, instanceId };

  const { features, people } = composeFeatures(core);
  const endpoints: Endpoint[] = [];
  endpoints.push(...features.flatMap((feature) => feature.endpoints), ...healthEndpoints(core, () => endpoints));

  const jobs = new JobRunner(db, clock, logger, instanceId);
  for (const feature of features) {
    feature.jobs?.forEach((job) => jobs.addDaily(job));
    feature.loops?.forEach((loop) => jobs.addLoop(loop));
    feature.handlers?.forEach((handler) => events.register(handler));
  }
  jobs.addLoop({ name: 'events', drain: () => events.drain() });

  const koa = createServer(
    {
      db,
      clock,
      logger,
      metrics,
      authenticator: createAuthenticator(keys, people, new URL(config.publicUrl).origin),
      verifyAnswers: !config.production,
      trustedProxies: config.trustedProxies,
      https: config.publicUrl.startsWith('https:'),
    },
    endpoints,
    mounts,
  );
  return {
    core,
    koa,
    jobs,
    endpoints,
    close: async () => {
      await jobs.stop();
      await db.close();
    },
  };
}

/** Every feature of the house. Order matters for jobs only: dispatch comes before what is sent about it. */
function composeFeatures(core: Core): { features: Feature[]; people: People } {
  const { config, clock } = core;
  const wechat = createWechatClient(config.wechat, clock);
  const workChat = createWorkChatClient(config.workChat, clock);
  const store = createObjectStore(config.oss, clock);
  const identity = buildIdentity(core, { wechat, workChat });
  const checklists = buildChecklists(core);

  return {
    people: identity.people,
    features: [
      identity,
      buildDirectory(core),
      checklists,
      buildDispatch(core),
      buildInspection(core, store, checklists.reader),
      buildNotifications(core, wechat),
    ],
  };
}
