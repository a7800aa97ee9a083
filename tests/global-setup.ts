import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBrowser } from '../scripts/setup/browser';
import { ensureServer, startServer } from '../scripts/setup/database-server';

/** One throwaway server for the whole run, in memory where the machine has /dev/shm. Each test file makes its database. */
export default async function setup(): Promise<void> {
  // Here, not where it is needed first: two test files at once would install it twice.
  await ensureBrowser(console.error);
  const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hz-test-'));
  const server = await startServer(await ensureServer(console.error), folder, 'throwaway');
  process.env['TEST_DATABASE_SERVER'] = server.url;
  (globalThis as { testServer?: unknown }).testServer = { server, folder };
}
