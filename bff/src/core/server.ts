import { randomUUID } from 'node:crypto';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import Koa, { type Context, type Middleware } from 'koa';
import helmet from 'koa-helmet';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { z } from 'zod';
import { reachesCity, type Actor } from './actor';
import type { Authenticator } from './authenticate';
import type { Clock } from './clock';
import { isDuplicate, isUnavailable, type Database, type Share, type Tx } from './database';
import { isForPartners, type Endpoint } from './endpoint';
import type { Logger } from './logger';
import type { Metrics } from './metrics';
import type { Pressure } from './pressure';
import { sendingOf, type Once } from './once';
import type { Partner, Partners } from './partner';
import { auth, Problem, wire } from './problem';
import { faults, halfCharacters } from './wire';

export interface ServerDeps {
  db: Database;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  pressure: Pressure;
  authenticator: Authenticator;
  partners: Partners;
  once: Once;
  /** Checks each answer against its schema: on in development and tests, off in production. */
  verifyAnswers: boolean;
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustedProxies: number;
  /** Over https, HSTS is sent. */
  https: boolean;
}

/** 600 calls a minute for a person, 120 for an address that has not signed in; endpoints may set tighter ones. */
const PERSON_LIMIT = { calls: 600, perSeconds: 60 };
const PUBLIC_LIMIT = { calls: 120, perSeconds: 60 };

/** When to come again after a 503, s. */
const RETRY_AFTER_S = '5';

/** Middleware around the routes: what a demo puts in front, and pages that no route answers. */
interface Mounts {
  before?: readonly Middleware[] | undefined;
  after?: readonly Middleware[] | undefined;
}

/** Builds the Koa app from declared endpoints. */
export function createServer(
  deps: ServerDeps,
  endpoints: readonly Endpoint[],
  { before = [], after = [] }: Mounts = {},
): Koa {
  const app = new Koa({ proxy: deps.trustedProxies > 0, maxIpsCount: deps.trustedProxies });
  app.silent = true;
  const routers = new Map<string, Router>();
  const strangers = new RateLimiterMemory({ points: PUBLIC_LIMIT.calls, duration: PUBLIC_LIMIT.perSeconds });
  for (const endpoint of endpoints) {
    const group = groupOf(endpoint.path);
    const router = routers.get(group) ?? new Router();
    routers.set(group, router);
    router[endpoint.method === 'GET' ? 'get' : 'post'](endpoint.path, serve(deps, endpoint, strangers));
  }
  app.use(observe(deps));
  const forPages = sameForAll(
    helmet({
      contentSecurityPolicy: {
        directives: { upgradeInsecureRequests: null, imgSrc: ["'self'", 'data:', 'blob:', 'https:'] },
      },
      strictTransportSecurity: deps.https,
    }),
  );
  // Data is no page: it may do nothing at all, which is said in a few words. Each header costs on every answer.
  const forData = sameForAll(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
      strictTransportSecurity: deps.https,
      crossOriginOpenerPolicy: false,
      originAgentCluster: false,
      referrerPolicy: false,
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xFrameOptions: false,
      xPermittedCrossDomainPolicies: false,
      xXssProtection: false,
    }),
  );
  app.use((ctx, next) => {
    (ctx.path.startsWith('/api/') ? forData : forPages)(ctx);
    return next();
  });
  for (const mount of before) app.use(mount);
  app.use(routesBy(routers));
  for (const mount of after) app.use(mount);
  return app;
}

/** The constant part of a path's first two segments: '/api/tasks', or '/q' of '/q/:token'. */
function groupOf(path: string): string {
  const [, first = '', second] = path.split('/', 3);
  return second === undefined || second.startsWith(':') ? `/${first}` : `/${first}/${second}`;
}

/** The router tries every pattern it has, so that each group of paths gets one of its own. */
function routesBy(routers: ReadonlyMap<string, Router>): Middleware {
  const allowed = { throw: true, methodNotAllowed: refuseMethod, notImplemented: refuseMethod };
  const groups = new Map(
    [...routers].map(([name, router]) => [
      name,
      {
        routes: router.routes() as unknown as Middleware,
        methods: router.allowedMethods(allowed) as unknown as Middleware,
      },
    ]),
  );
  return async (ctx, next) => {
    const [, first = '', second = ''] = ctx.path.toLowerCase().split('/', 3);
    const group = groups.get(`/${first}/${second}`) ?? groups.get(`/${first}`);
    if (group === undefined) await next();
    else await group.routes(ctx, async () => void (await group.methods(ctx, next)));
  };
}

const refuseMethod = () => wire.METHOD_NOT_ALLOWED();

/** The headers that a middleware sets for every answer alike, worked out once: helmet takes as long as a router. */
function sameForAll(middleware: Middleware): (ctx: Context) => void {
  const headers: [string, string][] = [];
  const res = {
    setHeader: (name: string, value: string) => void headers.push([name, value]),
    removeHeader: () => undefined,
  };
  void middleware({ req: {}, res } as never, () => Promise.resolve());
  return (ctx) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
  };
}

/** One request id, one log line, one metric and one error form for every request. */
function observe({ logger, metrics, pressure }: ServerDeps): Middleware {
  return async (ctx, next) => {
    const began = performance.now();
    const offered = ctx.get('x-request-id');
    const requestId = /^[\w-]{8,64}$/.test(offered) ? offered : randomUUID();
    ctx.state['requestId'] = requestId;
    ctx.set('x-request-id', requestId);
    const answered = pressure.enter();
    try {
      await next();
      if (ctx.status === 404 && (ctx.body === undefined || ctx.body === null)) throw wire.NOT_FOUND();
    } catch (error) {
      answerProblem(ctx, error, requestId, logger);
    }
    answered();
    const ms = performance.now() - began;
    // The pattern, never the path: paths carry ids.
    const route = (ctx['_matchedRoute'] as string | undefined) ?? 'none';
    metrics.request(ctx.method, route, ctx.status, ms);
    logger.info({ requestId, method: ctx.method, route, status: ctx.status, ms: Math.round(ms) }, 'request');
  };
}

function answerProblem(ctx: Context, error: unknown, requestId: string, logger: Logger): void {
  const problem = toProblem(error);
  if (problem.status >= 500) logger.error({ err: error, requestId, code: problem.code }, 'request failed');
  if (problem.status === 503) ctx.set('retry-after', RETRY_AFTER_S);
  ctx.status = problem.status;
  ctx.body = {
    code: problem.code,
    status: problem.status,
    message: problem.message,
    ...(problem.details === undefined ? {} : { details: problem.details }),
    requestId,
    ...(ctx.state['alsoSays'] as Endpoint['alsoSays'])?.(problem),
  };
}

/** Turns what libraries throw into the catalogue's words; the rest is unknown and stays hidden. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { type, status } = (error ?? {}) as { type?: string; status?: number };
  if (isUnavailable(error)) return wire.BUSY();
  if (isDuplicate(error)) return wire.CONFLICT();
  if (type === 'entity.too.large') return wire.TOO_LARGE();
  if (status === 400) return wire.BROKEN_JSON();
  if (status === 413) return wire.TOO_LARGE();
  if (status === 415) return wire.WRONG_CONTENT_TYPE();
  return wire.INTERNAL();
}

const SURROGATE_ESCAPE = /\\ud[89a-f]/i;

type ReadBody = (ctx: Context) => Promise<unknown>;

/** The bytes of a file, no more than the endpoint takes. */
async function readFile(ctx: Context, { file = '', maxBytes }: Endpoint): Promise<Buffer> {
  if (!ctx.is(file) || ctx.get('content-encoding') !== '') throw wire.WRONG_CONTENT_TYPE();
  if (Number(ctx.get('content-length')) > maxBytes) throw wire.TOO_LARGE();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw wire.TOO_LARGE();
      chunks.push(chunk);
    }
  } catch (error) {
    // Whoever sent it has hung up in the middle of it.
    throw error instanceof Problem ? error : wire.BROKEN_JSON();
  }
  return Buffer.concat(chunks);
}

function bodyReader(endpoint: Endpoint): ReadBody {
  const { maxBytes, form, file } = endpoint;
  if (file !== undefined) return (ctx) => readFile(ctx, endpoint);
  const read = bodyParser({ enableTypes: [form ? 'form' : 'json'], jsonLimit: maxBytes, formLimit: maxBytes });
  return async (ctx) => {
    // An unsupported type would silently become an empty body.
    if (!ctx.is(form ? 'urlencoded' : 'json')) throw wire.WRONG_CONTENT_TYPE();
    try {
      await read(ctx, () => Promise.resolve());
    } catch (error) {
      // What has no status of the library's own comes from unpacking: it said to be compressed and is not, or is cut off.
      if ((error as { status?: number } | null)?.status === undefined) throw wire.BROKEN_JSON();
      throw error;
    }
    const { body, rawBody } = ctx.request;
    // Raw bytes that are no characters were replaced while decoding: only an escape can bring half of one.
    if (!SURROGATE_ESCAPE.test(rawBody)) return body;
    const broken = halfCharacters(body, ['body']);
    if (broken.length > 0) throw wire.INVALID({ faults: broken });
    return body;
  };
}

/** authenticate -> check role -> limit -> parse -> step outside -> one transaction -> answer. */
function serve(deps: ServerDeps, endpoint: Endpoint, strangers: RateLimiterMemory): Middleware {
  const limiter = limiterOf(endpoint);
  const readBody = bodyReader(endpoint);
  const single = endpoint.method === 'GET' || endpoint.ownTransaction;
  return async (ctx) => {
    if (endpoint.alsoSays !== undefined) ctx.state['alsoSays'] = endpoint.alsoSays;
    const actor = await admit(deps, endpoint, ctx, strangers);
    // A partner's limits are its own, and have been looked at.
    if (actor === undefined) await consume(ctx, limiter, ctx.ip);
    else if ('personId' in actor) await consume(ctx, limiter, String(actor.personId));
    const input = {
      actor: actor as never,
      params: parse(endpoint.params, ctx['params'] ?? {}, 'params'),
      query: parse(endpoint.query, { ...ctx.query }, 'query'),
      body: await bodyOf(endpoint, ctx, readBody),
      now: deps.clock.now(),
      requestId: ctx.state['requestId'] as string,
      log: deps.logger,
      ctx,
    };
    const share = shareOf(deps.db, actor);
    const sending = await sendingOf(endpoint, { ...input, actor });
    // What was done once is answered as then, also if the step outside would not let it pass any more.
    const before = sending && endpoint.outside && (await deps.once.before(share.read, sending));
    if (before !== undefined) {
      send(ctx, endpoint, before.answer, deps.verifyAnswers);
      return;
    }
    const prepared = await endpoint.outside?.({ ...input, read: share.read });
    const run = (tx: Tx) => endpoint.handler({ ...input, tx, prepared });
    const once = (tx: Tx) => (sending === undefined ? run(tx) : deps.once.run(tx, sending, input.now, () => run(tx)));
    const answer = single ? await run(share.read) : await share.transaction(once);
    send(ctx, endpoint, answer, deps.verifyAnswers);
  };
}

/** The connections that a request may use; one person or partner never has all of them. */
function shareOf(db: Database, actor: Actor | Partner | undefined): Share {
  if (actor === undefined) return db.of('strangers');
  if (!('personId' in actor)) return db.of('partners', String(actor.clientId));
  const caller = actor.grants.some(({ role }) => role === 'officer') ? 'phones' : 'officials';
  return db.of(caller, String(actor.personId));
}

async function bodyOf({ body, file }: Endpoint, ctx: Context, readBody: ReadBody): Promise<unknown> {
  if (file !== undefined) return readBody(ctx);
  return body === undefined ? undefined : parse(body, await readBody(ctx), 'body');
}

/** The person or partner behind the request; who fails to prove one is counted as a stranger, so that tokens cannot be tried out. */
async function admit(
  { authenticator, partners }: ServerDeps,
  endpoint: Endpoint,
  ctx: Context,
  strangers: RateLimiterMemory,
): Promise<Actor | Partner | undefined> {
  const { access } = endpoint;
  if (access === 'public') return undefined;
  try {
    if (isForPartners(access)) return await partners.admit(ctx, access.partner);
    const actor = await authenticator.authenticate(ctx, access, endpoint.beforePasswordChange);
    if (endpoint.cityWide && !reachesCity(actor.scope)) throw auth.CITY_ONLY();
    return actor;
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) await consume(ctx, strangers, ctx.ip);
    throw problem;
  }
}

function send(ctx: Context, endpoint: Endpoint, answer: unknown, verify: boolean): void {
  if (typeof endpoint.answer === 'string') {
    ctx.type = endpoint.answer;
    ctx.body = answer;
    return;
  }
  if (verify) endpoint.answer.parse(answer);
  ctx.set('cache-control', 'no-store');
  ctx.type = 'application/json';
  ctx.body = Object.isFrozen(answer) ? onceRendered(answer as object) : JSON.stringify(answer);
}

const rendered = new WeakMap<object, Buffer>();

/** The text of an answer that cannot change and is given again and again, for as long as somebody keeps it. */
function onceRendered(answer: object): Buffer {
  let text = rendered.get(answer);
  if (text === undefined) {
    text = Buffer.from(JSON.stringify(answer));
    rendered.set(answer, text);
  }
  return text;
}

function parse(schema: z.ZodType, value: unknown, part: string): unknown {
  const result = schema.safeParse(value);
  if (!result.success) throw wire.INVALID({ faults: faults(result.error, part) });
  return result.data;
}

function limiterOf(endpoint: Endpoint): RateLimiterMemory {
  const { calls, perSeconds } = endpoint.limit ?? (endpoint.access === 'public' ? PUBLIC_LIMIT : PERSON_LIMIT);
  return new RateLimiterMemory({ points: calls, duration: perSeconds });
}

async function consume(ctx: Context, limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (rejection) {
    if (rejection instanceof Error) throw rejection;
    const { msBeforeNext } = rejection as { msBeforeNext: number };
    ctx.set('retry-after', String(Math.ceil(msBeforeNext / 1000)));
    throw wire.TOO_MANY_REQUESTS();
  }
}
