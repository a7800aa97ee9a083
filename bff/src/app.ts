import path from 'node:path';
import type Koa from 'koa';
import type { Middleware } from 'koa';
import { createAuthenticator, type People, type Sessions } from './core/authenticate';
import type { Clock } from './core/clock';
import type { Config } from './core/config';
import { openDatabase } from './core/database';
import type { Endpoint } from './core/endpoint';
import { CHUNK_QUEUE } from './core/daily-jobs';
import { EVENT_QUEUE, EventLog } from './core/events';
import type { Core, Feature } from './core/feature';
import { healthEndpoints } from './core/health.routes';
import { thisInstance } from './core/instance';
import { JobRunner } from './core/jobs';
import { createLogger } from './core/logger';
import { Metrics } from './core/metrics';
import { eraseKeptAnswers, Once } from './core/once';
import type { Partners } from './core/partner';
import { Pressure } from './core/pressure';
import { createServer } from './core/server';
import { phoneAppPages } from './core/static';
import { parseKeys, TokenKeys } from './core/tokens';
import type { WorkQueue } from './core/work-queue';
import { showQueues, takeBackLeases } from './core/work-queues';
import { buildAssistance } from './features/assistance';
import { buildChecklists } from './features/checklists';
import { buildCredit } from './features/credit';
import { buildDirectory } from './features/directory';
import { buildDispatch } from './features/dispatch';
import { buildDossier } from './features/dossier';
import { buildFindings } from './features/findings';
import { buildHealthCode } from './features/healthcode';
import { buildIdentity } from './features/identity';
import { buildInspection } from './features/inspection';
import { buildNotifications } from './features/notifications';
import { buildPartner } from './features/partner';
import { buildSupervision } from './features/supervision';
import { buildTownship } from './features/township';
import { buildWarnings } from './features/warnings';
import { buildWhatIf } from './features/whatif';
import { buildWorkChat } from './features/work-chat';
import { createObjectStore } from './gateways/object-store-client';
import { SharedPace } from './gateways/shared-pace';
import { createWechatClient } from './gateways/wechat-client';
import { createWorkChatClient } from './gateways/work-chat-client';

export interface AppOptions {
  config: Config;
  clock: Clock;
  /** Middleware before all routes: what a demo puts between phone and server. */
  before?: readonly Middleware[];
  /** Middleware after all routes and the phone app's pages: what a demo adds. */
  mounts?: readonly Middleware[];
  /** Where the browser build of the phone app lies, if not where the build puts it. */
  phoneApp?: string;
}

const PHONE_APP = path.resolve(__dirname, '../../miniapp/dist/h5');

export interface App {
  core: Core;
  koa: Koa;
  jobs: JobRunner;
  endpoints: readonly Endpoint[];
  /** Everything that is to be done later. */
  queues: readonly WorkQueue[];
  /** Frees what this instance had in hand before it was started again; only when nobody else can be it any more. */
  takeBack(): Promise<void>;
  /** Takes no more work and says so at /readyz; waits for what is in hand, for `withinMs` at most. */
  quiesce(withinMs?: number): Promise<void>;
  /** Ends jobs after the batch in hand and closes the database. The HTTP server must be closed before. */
  close(withinMs?: number): Promise<void>;
}

/** The composition root: production, demo and tests build the same app with other parts put in. */
export function buildApp({ config, clock, before, mounts = [], phoneApp = PHONE_APP }: AppOptions): App {
  const logger = createLogger(config.logLevel);
  const db = openDatabase({
    ...config.database,
    onSlow: (sql, ms) => logger.warn({ sql: sql.slice(0, 200), ms: Math.round(ms) }, 'slow statement'),
  });
  const keys = new TokenKeys(config.jwtKeys, clock);
  const metrics = new Metrics();
  const pressure = new Pressure();
  const instance = thisInstance(config);
  const instanceId = instance.id;
  const stopping = new AbortController();
  const events = new EventLog(db, clock, logger, metrics, instanceId);
  const core: Core = {
    config,
    clock,
    db,
    events,
    keys,
    logger,
    metrics,
    pressure,
    instanceId,
    stopping: stopping.signal,
  };

  const { features, people, sessions, partners } = composeFeatures(core);
  const endpoints: Endpoint[] = [];
  endpoints.push(
    ...features.flatMap((feature) => feature.endpoints),
    ...healthEndpoints(core, instance, () => endpoints),
  );

  const jobs = new JobRunner(db, clock, logger, instanceId, pressure);
  const drainEvents = { name: 'events', drain: () => events.drain() };
  // Before the other loops, which then do at once what follows from events, and after them for what they have done.
  jobs.addLoop(drainEvents);
  jobs.setExpress(drainEvents);
  for (const feature of features) {
    feature.jobs?.forEach((job) => jobs.addDaily(job));
    feature.loops?.forEach((loop) => jobs.addLoop(loop));
    feature.handlers?.forEach((handler) => events.register(handler));
  }
  jobs.addLoop(drainEvents);
  jobs.addDaily(eraseKeptAnswers());
  const queues = [EVENT_QUEUE, CHUNK_QUEUE, ...features.flatMap((feature) => feature.queues ?? [])];
  showQueues({ db, clock, logger, metrics, jobs, queues });

  const koa = createServer(
    {
      db,
      clock,
      logger,
      metrics,
      pressure,
      authenticator: createAuthenticator(keys, people, sessions, new URL(config.publicUrl).origin),
      partners,
      once: new Once(parseKeys(config.jwtKeys)),
      verifyAnswers: !config.production,
      trustedProxies: config.trustedProxies,
      https: config.publicUrl.startsWith('https:'),
    },
    endpoints,
    { before, after: [phoneAppPages({ folder: phoneApp, storeOrigin: storeOrigin(config) }), ...mounts] },
  );
  const quiesce = async (withinMs?: number) => {
    stopping.abort();
    const left = await jobs.stop(withinMs);
    if (left.length > 0) logger.warn({ jobs: left }, 'stopped in the middle');
  };
  return {
    core,
    koa,
    jobs,
    endpoints,
    queues,
    takeBack: async () => {
      const rows = await takeBackLeases(db.read, queues, instanceId);
      if (rows > 0) logger.info({ rows }, 'took back what was in hand');
    },
    quiesce,
    close: async (withinMs) => {
      await quiesce(withinMs);
      for (const feature of features) await feature.stop?.();
      await db.close();
    },
  };
}

/** Where browsers post and fetch photos: the bucket's own host, or a compatible store's with the bucket in the path. */
function storeOrigin({ oss }: Config): string {
  return oss.endpoint === undefined ? `https://${oss.bucket}.${oss.region}.aliyuncs.com` : new URL(oss.endpoint).origin;
}

/** Every feature of the house. Order matters for jobs only: dispatch comes before what is sent about it. */
function composeFeatures(core: Core): { features: Feature[]; people: People; sessions: Sessions; partners: Partners } {
  const { config, clock } = core;
  const pace = new SharedPace(core.db.read, clock);
  const wechat = createWechatClient(config.wechat, clock, pace);
  const workChat = createWorkChatClient(config, clock, pace);
  const store = createObjectStore(config.oss, clock);
  const identity = buildIdentity(core, { wechat, workChat });
  const checklists = buildChecklists(core);
  const partner = buildPartner(core);

  return {
    people: identity.people,
    sessions: identity.sessions,
    partners: partner.partners,
    features: [
      identity,
      buildDirectory(core),
      checklists,
      buildDispatch(core),
      buildInspection(core, store, checklists.reader),
      buildFindings(core, store, checklists.reader),
      buildNotifications(core, { wechat, workChat, pace }),
      buildWarnings(core),
      buildWorkChat(core, workChat, identity),
      buildHealthCode(core, store),
      buildAssistance(core, store),
      buildSupervision(core),
      buildCredit(core),
      buildWhatIf(core),
      buildDossier(core),
      buildTownship(),
      partner,
    ],
  };
}
