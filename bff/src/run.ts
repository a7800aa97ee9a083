import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildApp, type App, type AppOptions } from './app';
import { startBell } from './core/bell';
import type { Config } from './core/config';
import { seedChecklists } from './features/checklists';
import { migrate, NewerSchema } from './core/migrations';

/** The server cannot start; the message is one line for the person at the console. */
export class StartError extends Error {}

export interface RunningServer {
  url: string;
  app: App;
  /** Finishes the batch that jobs work on and the requests in hand, and closes the database; within ten seconds. */
  stop(): Promise<void>;
}

/** Queues are looked at this often, that of events more often: warnings follow from them. Daily jobs ring every minute. */
const LOOP_EVERY_MS = 500;
const EXPRESS_EVERY_MS = 100;
/** A stop takes so long at most, whoever gives no answer: what is in hand in jobs, in requests, and everything together, ms. */
const JOBS_MS = 6000;
const DRAIN_MS = 2500;
const STOP_MS = 9500;
/** CHECK constraints, CTEs and window functions on both. */
const OLDEST = { mariadb: [10, 6], mysql: [8, 0, 16] } as const;

/**
 * Migrates, builds the app, listens, and lets the jobs ring. Throws StartError with one clear line when the port is
 * taken, the database cannot be reached or is too old, or a demo account exists in production.
 */
export async function startServer(options: AppOptions): Promise<RunningServer> {
  const { config } = options;
  const app = buildApp(options);
  try {
    await refuseUnfitDatabase(app, config);
    const server = createServer(app.koa.callback());
    await listen(server, config.port);
    await app.takeBack();
    const stopRinging = ring(app);
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://localhost:${port}`,
      app,
      stop: () => within(STOP_MS, () => stop(server, app, stopRinging)),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function refuseUnfitDatabase(app: App, config: Config): Promise<void> {
  const { read } = app.core.db;
  const { host } = new URL(config.database.url);
  const version = await read.query<{ version: string }>('SELECT VERSION() AS version').catch((error: unknown) => {
    const { code, parent } = error as { code?: string; parent?: { code?: string } };
    throw new StartError(`The database at ${host} cannot be reached (${parent?.code ?? code ?? 'unknown reason'}).`);
  });
  const text = version[0]?.version ?? '';
  if (tooOld(text)) {
    throw new StartError(`The database at ${host} is ${text}; MariaDB 10.6, MySQL 8.0.16 or newer is needed.`);
  }
  await migrate(config.database.url).catch((error: unknown) => {
    if (error instanceof NewerSchema) {
      throw new StartError(
        `The database at ${host} has been migrated by a newer version (${error.message}); start that version or a newer one.`,
      );
    }
    throw new StartError(`The database at ${host} cannot be migrated: ${(error as Error).message}.`);
  });
  await app.core.db.transaction((tx) => seedChecklists(tx, app.core.clock.now()));
  if (!config.production) return;
  const demo = await read.query('SELECT 1 FROM person WHERE demo LIMIT 1');
  if (demo.length > 0)
    throw new StartError('This database holds demo accounts; production needs a database of its own.');
}

/** Whether a VERSION() answer lies below what the SQL of this system needs. TiDB calls itself MySQL 8.0.11 whatever it is. */
export function tooOld(version: string): boolean {
  if (/tidb/i.test(version)) return false;
  const numbers = version.split(/[^0-9]+/).map(Number);
  const oldest = /mariadb/i.test(version) ? OLDEST.mariadb : OLDEST.mysql;
  for (const [index, least] of oldest.entries()) {
    const have = numbers[index] ?? 0;
    if (have !== least) return have < least;
  }
  return false;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code ?? 'unknown reason'})`;
      reject(new StartError(`Port ${port} ${reason}.`));
    });
    server.listen(port, resolve);
  });
}

/** Rings the jobs: all of them at once and every minute, the queues twice a second. Returns what ends it. */
function ring(app: App): () => void {
  const stopBell = startBell(() => app.jobs.ring());
  const often = setInterval(() => app.jobs.ringLoops(), LOOP_EVERY_MS);
  const express = setInterval(() => void app.jobs.tickExpress(), EXPRESS_EVERY_MS);
  return () => {
    stopBell();
    clearInterval(often);
    clearInterval(express);
  };
}

/**
 * Jobs end first: as long as the port is held, nobody who is started in this place takes back their leases. A proxy sees at
 * /readyz meanwhile that it should send nobody here any more.
 */
async function stop(server: Server, app: App, stopRinging: () => void): Promise<void> {
  stopRinging();
  await app.quiesce(JOBS_MS);
  await close(server);
  await app.close(0);
}

async function within(ms: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work(), over]);
  clearTimeout(timer);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(patience);
}
