import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Core } from './feature';
import { get, type Endpoint } from './endpoint';
import type { Instance } from './instance';
import { pendingMigrations } from './migrations';
import { isReadOnly } from './database-errors';
import { openapi } from './openapi';
import { defineProblems } from './problem';

const health = defineProblems('HEALTH', {
  NOT_READY: [503, '系统正在启动或数据库暂时不可用，请稍后再试。'],
  INSIDE_ONLY: [403, '指标只对内部开放：请从服务器本机直接读取，或带上令牌。'],
});

/** Whoever asks more often gets the figures, and what came of writing, of before, ms. */
const FRESH_MS = 1000;

/** Says why this instance should get no requests now; undefined when it should. Writes, so that a database that takes no writes shows. */
function readiness(core: Core, { name, id }: Instance): () => Promise<string | undefined> {
  const startedAt = core.clock.now();
  let wrote = -Infinity;
  let looking: Promise<string | undefined> | undefined;
  const look = async () => {
    try {
      const pending = await pendingMigrations(core.db.probe);
      if (pending.length > 0) return 'migrations missing';
      if (performance.now() - wrote < FRESH_MS) return undefined;
      const now = core.clock.now();
      await core.db.probe.execute(
        `INSERT INTO instance (name, run_id, started_at, seen_at) VALUES (?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE run_id = VALUES(run_id), started_at = VALUES(started_at), seen_at = VALUES(seen_at)`,
        [name, id, startedAt, now],
      );
      wrote = performance.now();
      return undefined;
    } catch (error) {
      core.logger.warn({ err: error }, 'not ready');
      return isReadOnly(error) ? 'read-only' : 'unreachable';
    }
  };
  return () => {
    if (core.stopping.aborted) return Promise.resolve('stopping');
    looking ??= look().finally(() => (looking = undefined));
    return looking;
  };
}

/** Alive, ready, figures and documentation. `endpoints` is asked late, when all features have been composed. */
export function healthEndpoints(core: Core, instance: Instance, endpoints: () => readonly Endpoint[]): Endpoint[] {
  const notReady = readiness(core, instance);
  let document: Readonly<Record<string, unknown>> | undefined;
  const figures = onceASecond(() => core.metrics.registry.metrics());
  return [
    get({
      path: '/healthz',
      summary: '进程存活',
      access: 'public',
      answer: z.object({ status: z.literal('alive') }),
      limit: { calls: 6000, perSeconds: 60 },
      handler: async () => ({ status: 'alive' as const }),
    }),
    get({
      path: '/readyz',
      summary: '可以服务：数据库可读可写，迁移齐全，没有正在停机',
      access: 'public',
      answer: z.object({ status: z.literal('ready') }),
      limit: { calls: 6000, perSeconds: 60 },
      handler: async () => {
        const because = await notReady();
        if (because !== undefined) throw health.NOT_READY({ because });
        return { status: 'ready' as const };
      },
    }),
    get({
      path: '/metrics',
      summary: 'Prometheus 指标：不经反向代理，本机直接取，或带令牌从内网取',
      access: 'public',
      answer: 'text/plain',
      limit: { calls: 6000, perSeconds: 60 },
      handler: ({ ctx }) => {
        requireInside(ctx, core.config.metricsToken);
        return figures();
      },
    }),
    get({
      path: '/openapi.json',
      summary: '接口文档（OpenAPI 3.1）',
      access: 'public',
      answer: z.record(z.string(), z.unknown()),
      handler: async () => {
        // It never changes: frozen, its text is made once.
        document ??= Object.freeze(openapi(endpoints(), core.config.publicUrl, '1.0.0'));
        return document;
      },
    }),
  ];
}

/** What a proxy leaves behind: whoever comes through one may be anybody. */
const FORWARDED = /^(?:forwarded|via|x-real-ip|x-forwarded-.+)$/;
const LOOPBACK = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;

/**
 * Lets in who comes to this process itself, not through a proxy: with the token if there is one, from this machine
 * otherwise. Throws HEALTH.INSIDE_ONLY.
 */
function requireInside(ctx: Context, token: string | undefined): void {
  if (Object.keys(ctx.headers).some((name) => FORWARDED.test(name))) throw health.INSIDE_ONLY();
  const known =
    token === undefined
      ? LOOPBACK.test(ctx.req.socket.remoteAddress ?? '')
      : timingSafeEqual(digest(ctx.get('authorization')), digest(`Bearer ${token}`));
  if (!known) throw health.INSIDE_ONLY();
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** What `make` gives, made at most once in a second however many ask. */
function onceASecond(make: () => Promise<string>): () => Promise<string> {
  let made = -Infinity;
  let last: Promise<string> | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - made >= FRESH_MS) {
      made = now;
      last = make();
      // A failure is nobody's answer for longer than it takes.
      last.catch(() => (made = -Infinity));
    }
    return last;
  };
}
