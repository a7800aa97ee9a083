import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { buildApp, type App } from '../../bff/src/app';
import { readConfig } from '../../bff/src/core/config';
import { seedChecklists } from '../../bff/src/features/checklists';
import { ensureServer, startServer, type PrivateServer } from '../../scripts/setup/database-server';
import { createTestApp, testEnvironment, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildRegions, buildTask } from '../builders/directory';
import { valveReport } from '../builders/valve-report';
import { until } from './fleet';
import { TcpProxy } from './tcp-proxy';

/** One that is cut off, and a database that is away, frozen or read-only: who else has to wait, and what is he told. */

/** What a phone waits, with some room for a slow machine. */
const PATIENCE_MS = 9000;

let folder: string;
let server: PrivateServer;
let test: TestApp;
/** Between the app and its database. */
let ours: TcpProxy;
/** Another instance, and the network between it and the same database. */
let other: App;
let theirs: TcpProxy;
/** Enterprises with an officer and tasks of a valve each. */
let places: { enterpriseId: number; officerId: number; headers: { authorization: string }; taskIds: number[] }[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cut-off-'));
  server = await startServer(await ensureServer(console.error), folder, 'throwaway');
  const admin = await createConnection(server.url);
  await admin.query("CREATE USER app@'127.0.0.1'");
  await admin.query("GRANT ALL ON `t\\_%`.* TO app@'127.0.0.1'");
  await admin.end();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  const port = Number(new URL(server.url).port);
  [ours, theirs] = [await TcpProxy.before(port), await TcpProxy.before(port)];
  process.env['TEST_DATABASE_SERVER'] = server.url;
  test = await createTestApp({ via: (url) => through(ours, url) });
  other = buildApp({ config: readConfig(testEnvironment(through(theirs, test.databaseUrl))), clock: test.clock });
  const read = test.app.core.db.read;
  await buildRegions(read);
  await seedChecklists(read, test.clock.now());
  places = [];
  for (let place = 0; place < 3; place += 1) {
    const enterpriseId = await buildEnterprise(read);
    const officerId = await buildActor(read, 'officer', { enterpriseId });
    const taskIds: number[] = [];
    for (let point = 0; point < 12; point += 1) {
      taskIds.push(await buildTask(read, { pointId: await buildPoint(read, { enterpriseId, officerId, type: 'EV' }) }));
    }
    places.push({
      enterpriseId,
      officerId,
      taskIds,
      headers: { authorization: `Bearer ${await test.tokenOf(officerId)}` },
    });
  }
});
afterEach(async () => {
  await theirs.stop();
  await other.close(1000);
  ours.heal();
  await test.close();
  await ours.stop();
});

const through = (proxy: TcpProxy, url: string) => {
  const changed = new URL(url);
  changed.port = String(proxy.port);
  changed.username = 'app';
  return changed.toString();
};
const admin = async (sql: string) => {
  const connection = await createConnection(server.url);
  await connection.query(sql);
  await connection.end();
};
const place = (index: number) => places[index] as (typeof places)[number];
const send = (index: number, body: object) => test.http.post('/api/reports').set(place(index).headers).send(body);
const timed = async <T>(work: () => PromiseLike<T>): Promise<[T, number]> => {
  const began = performance.now();
  return [await work(), performance.now() - began];
};

it('reports that an instance held when it was cut off wait alone, are told so in time, and are taken when the database lets go of them', async () => {
  const read = test.app.core.db.read;
  const [held, ...free] = await Promise.all(place(0).taskIds.map((id) => valveReport(read, id)));
  theirs.goSilentAt('UPDATE task t JOIN report r');
  const lost = other.koa.callback();
  const theirHttp = createServer(lost);
  await new Promise<void>((resolve) => theirHttp.listen(0, '127.0.0.1', resolve));
  const { port } = theirHttp.address() as { port: number };
  const body = JSON.stringify(held);
  const toThem = fetch(`http://127.0.0.1:${port}/api/reports`, {
    method: 'POST',
    headers: { ...place(0).headers, 'content-type': 'application/json' },
    body,
  });
  await until('the other one in the middle of its transaction', async () => theirs.isSilent);

  // The phone has got no answer and tries at the healthy one; others report at the same time.
  const again = timed(() => send(0, held ?? {}));
  const others = free.map((each) => timed(() => send(0, each)));
  for (const [answer, ms] of await Promise.all(others)) {
    expect(answer.body.outcome).toBe('stored');
    expect(ms).toBeLessThan(PATIENCE_MS / 3);
  }
  const [busy, ms] = await again;
  expect(busy.status).toBe(503);
  expect(busy.body.code).toBe('WIRE.BUSY');
  expect(busy.headers['retry-after']).toMatch(/^\d+$/);
  expect(ms).toBeLessThan(PATIENCE_MS);
  // The one that was cut off tells its own caller, too, instead of nothing.
  expect((await toThem).status).toBe(503);

  await until('the database to let go', async () => (await send(0, held ?? {})).body.outcome === 'stored');
  theirHttp.closeAllConnections();
  await new Promise((resolve) => theirHttp.close(resolve));
}, 90_000);

it('an instance cut off inside an evaluation of codes stops no finding and no other enterprise’s code', async () => {
  const read = test.app.core.db.read;
  await read.execute('INSERT INTO health_mark (enterprise_id, since) VALUES (?, ?)', [
    place(0).enterpriseId,
    test.clock.now(),
  ]);
  theirs.goSilentAt('INSERT INTO health_code');
  void other.jobs.tickLoops();
  await until('the other one in the middle of its evaluation', async () => theirs.isSilent);

  for (const index of [0, 1]) {
    const { taskIds } = place(index);
    const report = await valveReport(read, taskIds[0] ?? 0, ['EV03']);
    expect((await send(index, report)).body.outcome).toBe('stored');
  }
  const [, ms] = await timed(() => test.app.jobs.tickLoops());
  expect(ms).toBeLessThan(PATIENCE_MS);
  const found = await read.query<{ id: number }>(
    'SELECT DISTINCT enterprise_id AS id FROM finding ORDER BY enterprise_id',
  );
  expect(found.map(({ id }) => id)).toEqual([place(0).enterpriseId, place(1).enterpriseId]);
  const codes = () => read.query<{ id: number }>('SELECT enterprise_id AS id FROM health_code ORDER BY enterprise_id');
  expect(await codes()).toEqual([{ id: place(1).enterpriseId }]);
  expect(await read.query('SELECT 1 FROM event WHERE handled_at IS NULL')).toEqual([]);

  await until('the code of the first, too', async () => {
    await test.app.jobs.tickLoops();
    return (await codes()).length === 2;
  });
}, 90_000);

it('events of an enterprise that a cut-off instance holds wait without being given up, and those of others go on', async () => {
  const read = test.app.core.db.read;
  const first = await valveReport(read, place(0).taskIds[0] ?? 0, ['EV03']);
  expect((await send(0, first)).body.outcome).toBe('stored');
  theirs.goSilentAt('INSERT INTO finding_step');
  void other.jobs.tickLoops();
  await until('the other one in the middle of a finding', async () => theirs.isSilent);

  // The same point finds the same again: its row is held.
  const [task] = await read.query<{ point_id: number }>('SELECT point_id FROM task WHERE id = ?', [
    place(0).taskIds[0] ?? 0,
  ]);
  const same = await buildTask(read, { pointId: task?.point_id ?? 0, round: 1 });
  for (const [index, id] of [
    [0, same],
    [1, place(1).taskIds[0] ?? 0],
    [2, place(2).taskIds[0] ?? 0],
  ] as const) {
    expect((await send(index, await valveReport(read, id, ['EV03']))).body.outcome).toBe('stored');
  }
  const [, ms] = await timed(() => test.app.jobs.tickLoops());
  expect(ms).toBeLessThan(PATIENCE_MS);
  const found = await read.query<{ id: number }>(
    'SELECT DISTINCT enterprise_id AS id FROM finding ORDER BY enterprise_id',
  );
  expect(found.map(({ id }) => id)).toEqual([place(1).enterpriseId, place(2).enterpriseId]);
  // What the dead one had claimed is free when its lease is over; that is not waited for here.
  await until('the database to let go', () =>
    read.execute('UPDATE event SET lease_until = NULL WHERE handled_at IS NULL').then(
      () => true,
      () => false,
    ),
  );
  await until('the events of the first', async () => {
    await test.app.jobs.tickLoops();
    return (await read.query('SELECT 1 FROM event WHERE handled_at IS NULL')).length === 0;
  });
  const [given] = await read.query<{ n: number }>('SELECT MAX(attempts) AS n FROM event');
  expect(given?.n).toBeLessThan(10);
  expect(await read.query('SELECT 1 FROM finding WHERE enterprise_id = ?', [place(0).enterpriseId])).not.toEqual([]);
}, 90_000);

it('a database that gives no answer is told in time, in words, and at /readyz; afterwards everything goes on', async () => {
  const report = await valveReport(test.app.core.db.read, place(0).taskIds[0] ?? 0);
  expect((await test.http.get('/readyz')).status).toBe(200);
  ours.goSilent();
  const [[busy, ms], [list, listMs]] = await Promise.all([
    timed(() => send(0, report)),
    timed(() => test.http.get('/api/tasks/today').set(place(0).headers)),
  ]);
  for (const answer of [busy, list]) {
    expect(answer.status).toBe(503);
    expect(answer.body.message).toMatch(/系统正忙，请稍后再试/);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  }
  expect(Math.max(ms, listMs)).toBeLessThan(PATIENCE_MS);
  await until('/readyz to turn', async () => (await test.http.get('/readyz')).status === 503);
  expect((await test.http.get('/healthz')).status).toBe(200);
  ours.heal();
  await until('/readyz to turn back', async () => (await test.http.get('/readyz')).status === 200);
  expect((await send(0, report)).body.outcome).toBe('stored');
}, 60_000);

it('a database that reads only is told as busy and at /readyz, reads go on, and writes as soon as it writes again', async () => {
  const report = await valveReport(test.app.core.db.read, place(0).taskIds[0] ?? 0);
  await admin('SET GLOBAL read_only = 1');
  try {
    const busy = await send(0, report);
    expect([busy.status, busy.body.code]).toEqual([503, 'WIRE.BUSY']);
    await until('/readyz to turn', async () => (await test.http.get('/readyz')).status === 503);
    expect((await test.http.get('/readyz')).body.details).toEqual({ because: 'read-only' });
    expect((await test.http.get('/api/tasks/today').set(place(0).headers)).status).toBe(200);
  } finally {
    await admin('SET GLOBAL read_only = 0');
  }
  expect((await send(0, report)).body.outcome).toBe('stored');
  await until('/readyz to turn back', async () => (await test.http.get('/readyz')).status === 200);
}, 60_000);
