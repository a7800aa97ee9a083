import { fork } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { openDatabase, type Database } from '../../bff/src/core/database';
import { migrate } from '../../bff/src/core/migrations';
import { ensureServer, startServer } from '../setup/database-server';

/** One line of a benchmark's result. `floor` was measured in the same run; `ratio` is value over floor. */
export interface Figure {
  bench: string;
  figure: string;
  value: number;
  unit: string;
  floor?: number;
  ratio?: number;
  p50Ms?: number;
  p99Ms?: number;
}

/** A benchmark on the throwaway database. */
export type Bench = (place: Place) => Promise<Figure[]>;

export interface Place {
  url: string;
  db: Database;
  /** Progress for the person who waits. */
  say: (line: string) => void;
}

/** A private durable server with an empty, migrated database, gone afterwards. */
export async function withDatabase<T>(say: (line: string) => void, work: (place: Place) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const server = await startServer(await ensureServer(say), folder, 'durable');
  try {
    const connection = await createConnection(server.url);
    await connection.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
    await connection.end();
    const url = `${server.url}/bench`;
    await migrate(url);
    const db = openDatabase({ url, poolSize: 4 });
    try {
      return await work({ url, db, say });
    } finally {
      await db.close();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const BENCH_KEY = `bench:${randomBytes(32).toString('base64')}`;
const ANSWER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** The environment of a server under measurement; every outside system is unreachable and must not be needed. */
export function benchEnvironment(url: string): Record<string, string> {
  return {
    PUBLIC_URL: 'http://localhost',
    LOG_LEVEL: 'warn',
    DATABASE_URL: url,
    DATABASE_POOL: '32',
    JWT_KEYS: BENCH_KEY,
    QR_KEYS: BENCH_KEY,
    ANSWER_KEYS: `bench:${ANSWER_KEY.export({ format: 'der', type: 'pkcs8' }).toString('base64')}`,
    WECHAT_API: 'http://127.0.0.1:9',
    WECHAT_APPID: 'wx',
    WECHAT_SECRET: 's',
    WECHAT_TEMPLATE_DAILY_LIST: 'a',
    WECHAT_TEMPLATE_REMINDER: 'b',
    DINGTALK_API: 'http://127.0.0.1:9',
    DINGTALK_APP_KEY: 'k',
    DINGTALK_APP_SECRET: 's',
    DINGTALK_AGENT_ID: '1',
    DINGTALK_OPEN_API: 'http://127.0.0.1:9',
    DINGTALK_CORP_ID: 'ding-corp',
    DINGTALK_MINI_APP_ID: '1',
    DINGTALK_CALLBACK_TOKEN: 'callback-token',
    DINGTALK_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    OSS_REGION: 'oss-cn-hangzhou',
    OSS_BUCKET: 'bench',
    OSS_ACCESS_KEY_ID: 'k',
    OSS_ACCESS_KEY_SECRET: 's',
    OSS_ENDPOINT: 'http://localhost:9',
  };
}

export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Request {
  path: string;
  token: string;
  body?: string;
}

export interface Served {
  origin: string;
  /**
   * Sends `requests`, each once, over 32 connections; the first `warmUp` are not measured. Throws when an answer is not
   * 200.
   */
  load(requests: readonly Request[], warmUp?: number): Promise<Load>;
  stop(): void;
}

/**
 * Serves `kind` in one process, for another one to send it requests. Both stay for all turns: what is measured is a server
 * that has been running for a while, as the floor beside it has.
 */
export async function serve(
  kind: 'app' | 'working' | 'bare-list' | 'bare-jwt',
  url: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const options = { execArgv: ['--import', 'tsx'], env: { ...process.env, ...benchEnvironment(url), ...environment } };
  // As npm run serve starts it.
  const flags = ['--max-semi-space-size=64', ...options.execArgv];
  const server = fork(path.join(__dirname, 'server.ts'), [kind], {
    ...options,
    execArgv: flags,
    // The log of a server goes nowhere: figures stand on stdout.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('message', (message) => resolve(message as number));
    server.once('exit', () => reject(new Error('the server under measurement ended')));
  });
  const client = fork(path.join(__dirname, 'load.ts'), [String(port)], options);
  return {
    origin: `http://127.0.0.1:${port}`,
    load: (requests, warmUp = 0) =>
      new Promise<Load>((resolve, reject) => {
        const ended = () => reject(new Error('the load ended with an error'));
        client.once('exit', ended);
        client.once('message', (message) => {
          client.off('exit', ended);
          resolve(message as Load);
        });
        client.send({ requests, warmUp });
      }),
    stop: () => {
      client.kill('SIGTERM');
      server.kill('SIGTERM');
    },
  };
}

/** Of several turns, the one that nothing else on the machine held up. */
export function best(loads: readonly Load[]): Load {
  return loads.reduce((one, other) => (other.perSecond > one.perSecond ? other : one));
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
