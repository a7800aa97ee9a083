import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import supertest from 'supertest';
import { buildApp, type App } from '../../bff/src/app';
import { MovableClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { createTestDatabase } from './database';

/** Secrets of tests: 32 bytes that are nobody's. */
const TEST_KEY = Buffer.alloc(32, 7).toString('base64');
export const TEST_ANSWER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

/** Environment of a test app; `overrides` point at the stand-ins that a test has started. */
export function testEnvironment(databaseUrl: string, overrides: Record<string, string> = {}): Record<string, string> {
  return {
    NODE_ENV: 'test',
    PORT: '0',
    PUBLIC_URL: 'http://localhost:8080',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: '5',
    JWT_KEYS: `k1:${TEST_KEY}`,
    QR_KEYS: `q1:${TEST_KEY}`,
    ANSWER_KEYS: `a1:${TEST_ANSWER_KEY}`,
    WECHAT_API: 'http://127.0.0.1:9',
    WECHAT_APPID: 'wx0000000000000000',
    WECHAT_SECRET: 'test-secret',
    WECHAT_TEMPLATE_DAILY_LIST: 'tpl-daily-list',
    WECHAT_TEMPLATE_REMINDER: 'tpl-reminder',
    DINGTALK_API: 'http://127.0.0.1:9',
    DINGTALK_APP_KEY: 'ding-test',
    DINGTALK_APP_SECRET: 'ding-secret',
    DINGTALK_AGENT_ID: '1',
    DINGTALK_OPEN_API: 'http://127.0.0.1:9',
    DINGTALK_CORP_ID: 'ding-corp',
    DINGTALK_MINI_APP_ID: '1',
    DINGTALK_CALLBACK_TOKEN: 'callback-token',
    DINGTALK_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    OSS_REGION: 'oss-cn-hangzhou',
    OSS_BUCKET: 'test-photos',
    OSS_ACCESS_KEY_ID: 'test-id',
    OSS_ACCESS_KEY_SECRET: 'test-key',
    OSS_ENDPOINT: 'http://localhost:9',
    ...overrides,
  };
}

export interface TestApp {
  app: App;
  clock: MovableClock;
  databaseUrl: string;
  /** Where it listens. */
  base: string;
  /** HTTP against the app, as a phone would. */
  http: ReturnType<typeof supertest>;
  /** A valid access token of a person, without the detour over a login. */
  tokenOf(personId: number): Promise<string>;
  close(): Promise<void>;
}

/**
 * The whole app on a database of its own, at 2026-11-23 09:00 in Huzhou (a Monday) unless told otherwise. Jobs do not
 * ring by themselves: call `app.jobs.tick()`.
 */
export async function createTestApp(
  options: {
    now?: string;
    env?: Record<string, string>;
    clock?: MovableClock;
    /** The way by which the app reaches its database, when not straight. */
    via?: (databaseUrl: string) => string;
  } = {},
): Promise<TestApp> {
  const database = await createTestDatabase();
  const clock = options.clock ?? new MovableClock();
  clock.moveTo(new Date(options.now ?? '2026-11-23T09:00:00+08:00'));
  const url = options.via?.(database.url) ?? database.url;
  const app = buildApp({ config: readConfig(testEnvironment(url, options.env)), clock });
  const server = createServer(app.koa.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    app,
    clock,
    databaseUrl: database.url,
    base: `http://127.0.0.1:${port}`,
    http: supertest(`http://127.0.0.1:${port}`),
    tokenOf: async (personId) => {
      const [person] = await database.db.read.query<{ epoch: number }>('SELECT epoch FROM person WHERE id = ?', [
        personId,
      ]);
      return app.core.keys.sign('access', String(personId), { epoch: person?.epoch ?? 1 }, 7200);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      await database.drop();
    },
  };
}
