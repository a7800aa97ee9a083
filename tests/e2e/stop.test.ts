import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seedChecklists } from '../../bff/src/features/checklists';
import { testEnvironment } from '../builders/app';
import { createTestDatabase, type TestDatabase } from '../builders/database';
import { buildEnterprise, buildPoint, buildTask } from '../builders/directory';
import { buildReport } from '../builders/stored-report';
import { until } from '../faults/fleet';

/** A stop ends everything that was started, in time, whoever gives no answer; a start goes on where the last one ended. */

const ROOT = path.resolve(__dirname, '../..');
/** What whoever sends SIGTERM waits before he sends SIGKILL. */
const STOP_MS = 10_000;

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

/** Starts it; resolves with its address when it says that it is ready. */
async function ready(command: string, args: string[], env: Record<string, string>): Promise<[ChildProcess, string]> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /ready (\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  return [child, url];
}

/** Ends it by SIGTERM; how long that took, ms, and the exit code. */
async function stop(child: ChildProcess): Promise<{ ms: number; code: number | null }> {
  const began = performance.now();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return { code: await ended, ms: performance.now() - began };
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.setTimeout(1000, () => socket.destroy());
  });

describe('a server whose photo store takes connections and says nothing', () => {
  let test: TestDatabase;
  let silent: Server;
  let asked = 0;
  const held = new Set<Socket>();
  beforeEach(async () => {
    test = await createTestDatabase();
    silent = createServer((socket) => {
      asked += 1;
      held.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const socket of held) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    await test.drop();
  });

  it('goes on with all else, ends within ten seconds, and takes back what it had in hand when it is started again', async () => {
    const { read } = test.db;
    await seedChecklists(read, new Date());
    const enterpriseId = await buildEnterprise(read);
    const reportId = await buildReport(read, {
      taskId: await buildTask(read, { pointId: await buildPoint(read, { enterpriseId }) }),
    });
    await read.execute(
      `INSERT INTO report_photo (report_id, enterprise_id, point_id, officer_id, item_code, sha256, bytes, content_type, object_key, taken_at, check_at)
       SELECT id, enterprise_id, point_id, officer_id, 'HW01', ?, 1000, 'image/jpeg', 'p/x', received_at, UTC_TIMESTAMP(3) FROM report WHERE id = ?`,
      ['ab'.repeat(32), reportId],
    );
    const { port } = silent.address() as AddressInfo;
    const env = testEnvironment(test.url, { OSS_ENDPOINT: `http://localhost:${port}`, INSTANCE_NAME: 'one-of-two' });
    const start = () => ready(process.execPath, ['--import', 'tsx', 'bff/src/main.ts'], env);
    const holder = async () => {
      const [row] = await read.query<{ owner: string | null }>('SELECT lease_owner AS owner FROM report_photo');
      return row?.owner?.split(':')[0] ?? null;
    };

    const [first] = await start();
    await until('the store to be asked', async () => asked > 0);
    const before = await holder();
    // The photo waits; a code does not.
    await read.execute('INSERT INTO health_mark (enterprise_id, since) VALUES (?, UTC_TIMESTAMP(3))', [enterpriseId]);
    await until('a code', async () => (await read.query('SELECT 1 FROM health_code')).length === 1);
    const { ms, code } = await stop(first);
    expect([code, ms < STOP_MS]).toEqual([0, true]);

    // As if it had been killed in the middle: the lease would run for two minutes.
    await read.execute(
      'UPDATE report_photo SET lease_owner = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL 100 SECOND, check_at = UTC_TIMESTAMP(3)',
      [`${before}:killed`],
    );
    const [second] = await start();
    await until('the photo in the hands of the new one', async () => {
      const owner = await holder();
      return owner !== null && owner !== before;
    });
    expect((await stop(second)).ms).toBeLessThan(STOP_MS);
  }, 90_000);
});

describe('npm start', () => {
  it('leaves neither server nor database running when it is ended by SIGTERM', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'npm-start-'));
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    try {
      const [npm] = await ready('npm', ['start', '--', '--no-phone-app', '--enterprises', '2'], {
        PORT: String(port),
        DATA_DIR: folder,
      });
      const pidFile = path.join(folder, 'db', 'server.pid');
      const database = Number(readFileSync(pidFile, 'utf8'));
      expect(await answers(port)).toBe(true);
      expect((await stop(npm)).ms).toBeLessThan(2 * STOP_MS);
      await until('the server to be gone', async () => !(await answers(port)));
      await until('the database to be gone', async () => !existsSync(`/proc/${database}`) && !existsSync(pidFile));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 90_000);
});
