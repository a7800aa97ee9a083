import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { ensureServer, startServer } from './database-server';
import { SetupError } from './setup-error';

export interface ReadyDatabase {
  url: string;
  /** Ends the private server; does nothing to one that was there before us. */
  stop(): Promise<void>;
}

const NAME = 'inspection';

/** The database that DATABASE_URL names, or a private server under `folder`. Throws SetupError when neither answers. */
export async function readyDatabase(
  given: string | undefined,
  folder: string,
  say: (line: string) => void,
): Promise<ReadyDatabase> {
  if (given !== undefined && given !== '') {
    await reach(given);
    return { url: given, stop: async () => undefined };
  }
  const server = await startServer(await ensureServer(say), path.join(folder, 'db'), 'durable');
  const connection = await createConnection(server.url);
  await connection.query(`CREATE DATABASE IF NOT EXISTS ${NAME} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  await connection.end();
  return { url: `${server.url}/${NAME}`, stop: () => server.stop() };
}

async function reach(url: string): Promise<void> {
  try {
    const connection = await createConnection({ uri: url, connectTimeout: 5000 });
    await connection.end();
  } catch (error) {
    const { code } = error as { code?: string };
    const { host } = new URL(url);
    throw new SetupError(`The database of DATABASE_URL at ${host} cannot be reached (${code ?? 'unknown reason'}).`);
  }
}
