import { rmSync } from 'node:fs';
import type { PrivateServer } from '../scripts/setup/database-server';

export default async function teardown(): Promise<void> {
  const { testServer } = globalThis as { testServer?: { server: PrivateServer; folder: string } };
  if (testServer === undefined) return;
  await testServer.server.stop();
  rmSync(testServer.folder, { recursive: true, force: true });
}
