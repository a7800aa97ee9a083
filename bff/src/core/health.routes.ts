import { z } from 'zod';
import type { Core } from './feature';
import { get, type Endpoint } from './endpoint';
import { pendingMigrations } from './migrations';
import { openapi } from './openapi';
import { defineProblems } from './problem';

const health = defineProblems('HEALTH', {
  NOT_READY: [503, '系统正在启动或数据库暂时不可用，请稍后再试。'],
});

/** Alive, ready, figures and documentation. `endpoints` is asked late, when all features have been composed. */
export function healthEndpoints(core: Core, endpoints: () => readonly Endpoint[]): Endpoint[] {
  let document: unknown;
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
      summary: '可以服务：数据库可用，迁移齐全',
      access: 'public',
      answer: z.object({ status: z.literal('ready') }),
      limit: { calls: 6000, perSeconds: 60 },
      handler: async () => {
        const pending = await pendingMigrations(core.db.probe).catch(() => undefined);
        if (pending === undefined) throw health.NOT_READY({ database: 'unreachable' });
        if (pending.length > 0) throw health.NOT_READY({ database: 'migrations missing', count: pending.length });
        return { status: 'ready' as const };
      },
    }),
    get({
      path: '/metrics',
      summary: 'Prometheus 指标',
      access: 'public',
      answer: 'text/plain',
      limit: { calls: 6000, perSeconds: 60 },
      handler: () => core.metrics.registry.metrics(),
    }),
    get({
      path: '/openapi.json',
      summary: '接口文档（OpenAPI 3.1）',
      access: 'public',
      answer: z.record(z.string(), z.unknown()),
      handler: async () => {
        document ??= openapi(endpoints(), core.config.publicUrl, '1.0.0');
        return document as Record<string, unknown>;
      },
    }),
  ];
}
