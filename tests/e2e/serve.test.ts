import { spawn } from 'node:child_process';
import path from 'node:path';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { startServer } from '../../bff/src/run';
import { testEnvironment } from '../builders/app';
import { createTestDatabase, type TestDatabase } from '../builders/database';
import { buildPerson } from '../builders/directory';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

describe('the server', () => {
  it('finishes the request in hand when it is told to stop, and ends with 0', async () => {
    const root = path.resolve(__dirname, '../..');
    const server = spawn(process.execPath, ['--import', 'tsx', 'bff/src/main.ts'], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...testEnvironment(test.url) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
    const url = await new Promise<string>((resolve) =>
      server.stdout.on('data', (chunk: Buffer) => {
        const ready = /ready (\S+)/.exec(chunk.toString());
        if (ready?.[1] !== undefined) resolve(ready[1]);
      }),
    );
    // A password check takes a quarter of a second: time enough to be told to stop in the middle.
    const login = fetch(`${url}/api/session/web`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'nobody', password: 'wrong-password' }),
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    server.kill('SIGTERM');
    expect((await login).status).toBe(401);
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('refuses a database with demo accounts in production', async () => {
    const person = await buildPerson(test.db.read);
    const config = { ...readConfig(testEnvironment(test.url)), production: true };
    await test.db.read.execute('UPDATE person SET demo = TRUE WHERE id = ?', [person]);
    await expect(startServer({ config, clock: systemClock })).rejects.toThrow(/holds demo accounts/);
    await test.db.read.execute('UPDATE person SET demo = FALSE WHERE id = ?', [person]);
    const server = await startServer({ config, clock: systemClock });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await server.stop();
  });
});
