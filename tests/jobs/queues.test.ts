import { createTestApp, type TestApp } from '../builders/app';
import { buildEnterprise } from '../builders/directory';

/** What waits, what nobody tries again, what is not done: seen from outside, and one that fails keeps no other waiting. */

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const figures = async () => (await test.app.core.metrics.registry.metrics()).split('\n');

it('shows every queue with its length, its age and what was given up, and the daily jobs that are not done', async () => {
  const { clock } = test;
  const old = new Date(clock.now().getTime() - 90_000);
  for (const [attempts, at] of [
    [0, old],
    [3, clock.now()],
    [10, old],
  ] as const) {
    await read().execute(
      "INSERT INTO event (type, subject_type, subject_id, payload, at, attempts) VALUES ('x.y', 'x', '1', '{}', ?, ?)",
      [at, attempts],
    );
  }
  await read().execute('INSERT INTO health_mark (enterprise_id, since) VALUES (1, ?)', [old]);
  const lines = await figures();
  expect(lines).toEqual(
    expect.arrayContaining([
      'queue_waiting{queue="events"} 2',
      'queue_given_up{queue="events"} 1',
      'queue_waiting{queue="codes"} 1',
      'job_not_done{job="dispatch"} 1',
      // At 09:00 its time has not come.
      'job_not_done{job="close-missed"} 0',
      'database_up{part="reads"} 1',
    ]),
  );
  const age = lines.find((line) => line.startsWith('queue_oldest_seconds{queue="events"}'));
  expect(Number(age?.split(' ')[1])).toBeGreaterThanOrEqual(90);
  // Every table with leases is among them.
  const leased = await read().query<{ t: string }>(
    "SELECT TABLE_NAME AS t FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME = 'lease_owner' ORDER BY t",
  );
  expect(leased.map(({ t }) => t)).toEqual(
    [...new Set(test.app.queues.filter((q) => q.leased).map((q) => q.table))].sort(),
  );
});

it('an enterprise that cannot be evaluated keeps no other from its code', async () => {
  const ids = [await buildEnterprise(read()), await buildEnterprise(read())];
  const mark = () =>
    read().execute('INSERT INTO health_mark (enterprise_id, since) VALUES ?', [ids.map((id) => [id, new Date()])]);
  await mark();
  await test.app.jobs.tickLoops();
  await read().query(
    `CREATE TRIGGER poison BEFORE UPDATE ON health_code FOR EACH ROW
     IF NEW.enterprise_id = ${ids[0]} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'poison'; END IF`,
  );
  test.clock.moveBy(60_000);
  await mark();
  await test.app.jobs.tickLoops();
  const evaluated = await read().query<{ id: number; again: number }>(
    'SELECT enterprise_id AS id, evaluated_at > ? AS again FROM health_code ORDER BY enterprise_id',
    [new Date(test.clock.now().getTime() - 30_000)],
  );
  expect(evaluated).toEqual([
    { id: ids[0], again: 0 },
    { id: ids[1], again: 1 },
  ]);
  expect(await read().query('SELECT enterprise_id AS id FROM health_mark')).toEqual([{ id: ids[0] }]);
});
