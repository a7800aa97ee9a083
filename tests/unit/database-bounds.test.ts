import { createConnection } from 'mysql2/promise';
import { isDuplicate, isUnavailable } from '../../bff/src/core/database';
import { migrate, NewerSchema, pendingMigrations } from '../../bff/src/core/migrations';
import { createTestDatabase, type TestDatabase } from '../builders/database';

/** How long things may take at the database, who gets how much of it, and what its errors mean. */

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(20);
});
afterAll(() => test.drop());

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const region = (code: string) => ({
  sql: "INSERT INTO region (code, name, level) VALUES (?, 'a', 'city')",
  values: [code],
});
const running = async (mark: string) => {
  const rows = await test.db.probe.query(
    "SELECT 1 FROM information_schema.processlist WHERE info LIKE ? AND info NOT LIKE '%processlist%'",
    [`%${mark}%`],
  );
  return rows.length;
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('a statement of a request that takes too long ends, in the database too', async () => {
  const began = performance.now();
  const error = await failure(
    test.db
      .of('phones', '1')
      .read.query(
        'WITH RECURSIVE too_long AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM too_long WHERE i < 900) SELECT COUNT(*) AS n FROM too_long a, too_long b, too_long c, too_long d WHERE a.i + b.i + c.i + d.i < 0',
      ),
  );
  expect(isUnavailable(error)).toBe(true);
  expect(performance.now() - began).toBeLessThan(9000);
  expect(await running('too_long')).toBe(0);
});

it('one caller gets half of his kind’s connections at most, and no kind those of another', async () => {
  const greedy = test.db.of('officials', 'greedy').read;
  const calls = Array.from({ length: 8 }, () => greedy.query("SELECT SLEEP(0.6), 'greedy'"));
  await pause(200);
  expect(await running('greedy')).toBe(2);
  const others = [test.db.of('officials', 'modest'), test.db.of('phones', 'greedy'), test.db.of('partners', 'greedy')];
  const began = performance.now();
  await Promise.all(others.map(({ read }) => read.query('SELECT 1')));
  expect(performance.now() - began).toBeLessThan(500);
  await Promise.all(calls);
});

it('who asks for more than may wait is told that it is busy, at once', async () => {
  const { read } = test.db.of('officials', 'flood');
  const calls = Array.from({ length: 60 }, () => failure(read.query('SELECT SLEEP(0.02)')));
  const refused = (await Promise.all(calls)).filter((error) => error !== undefined);
  expect(refused.length).toBe(8);
  expect(refused.every(isUnavailable)).toBe(true);
  expect(await read.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

it('a connection that takes no writes any more is replaced, and what it refused is done on another', async () => {
  const readOnly = { sql: 'SET SESSION TRANSACTION READ ONLY', values: [] };
  const share = test.db.of('strangers');
  const { read } = share;
  await read.execute(readOnly.sql);
  await read.execute(region('71').sql, region('71').values);
  await read.execute(readOnly.sql);
  await share.transaction((tx) => tx.execute(region('72').sql, region('72').values));
  await test.db.inTwoSteps([readOnly], () => []);
  await test.db.inTwoSteps([region('73')], () => []);
  expect(await read.query("SELECT code FROM region WHERE code LIKE '7%' ORDER BY code")).toHaveLength(3);
});

it('tells a database that is away, full, read-only or overloaded from a wrong statement', async () => {
  const signalled = (errno: number) =>
    failure(test.db.read.query(`SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ${errno}, MESSAGE_TEXT = 'x'`));
  // Table full, disk full, too many connections, shutting down, read-only: of server, transaction, engine; Galera node away.
  for (const errno of [1114, 1021, 1040, 1053, 1290, 1792, 1836, 1047, 3024]) {
    expect([errno, isUnavailable(await signalled(errno))]).toEqual([errno, true]);
  }
  expect(isUnavailable(await failure(test.db.read.query('SELECT nothing FROM nowhere')))).toBe(false);
  const twice = await failure(test.db.inTwoSteps([region('81'), region('81')], () => []));
  expect([isDuplicate(twice), isUnavailable(twice)]).toEqual([true, false]);
});

describe('the migrations', () => {
  let url: string;
  let admin: Awaited<ReturnType<typeof createConnection>>;
  beforeEach(async () => {
    const server = new URL(test.url);
    server.pathname = '/';
    admin = await createConnection(server.toString());
    await admin.query('CREATE DATABASE t_starting');
    server.pathname = '/t_starting';
    url = server.toString();
  });
  afterEach(async () => {
    await admin.query('DROP DATABASE t_starting');
    await admin.end();
  });

  it('are run once by several that start at the same time, whatever locks another node has given', async () => {
    // On a second node of a cluster, everybody is granted this lock.
    await admin.query("SELECT GET_LOCK('migrations', 0)");
    const ran = await Promise.all([1, 2, 3].map(() => migrate(url)));
    const names = ran.flat();
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names).size).toBe(names.length);
    expect(ran.filter((each) => each.length > 0)).toHaveLength(1);
  });

  it('are taken over from one that died in the middle, and not from one that lives', async () => {
    await migrate(url);
    const hold = (sign: string) =>
      admin.query(
        `REPLACE INTO t_starting.migration_lock (id, owner, until) VALUES (1, 'x', UTC_TIMESTAMP(3) ${sign} INTERVAL 2 SECOND)`,
      );
    await hold('-');
    expect(await migrate(url)).toEqual([]);
    await hold('+');
    const began = performance.now();
    await migrate(url);
    expect(performance.now() - began).toBeGreaterThan(1500);
  });

  it('refuse a database that a newer version has migrated, and name what they do not know', async () => {
    await migrate(url);
    await admin.query("INSERT INTO t_starting.migration (name) VALUES ('9999_from_the_future.sql')");
    const error = await failure(migrate(url));
    expect(error).toBeInstanceOf(NewerSchema);
    expect((error as Error).message).toBe('9999_from_the_future.sql');
    expect(await pendingMigrations(test.db.read)).toEqual([]);
  });
});
