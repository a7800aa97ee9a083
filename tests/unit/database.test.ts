import { createTestDatabase, type TestDatabase } from '../builders/database';
import { isDuplicate } from '../../bff/src/core/database';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(2);
});
afterAll(() => test.drop());

describe('Tx', () => {
  it('reads dates as text, instants as UTC dates, decimals and ids as numbers', async () => {
    const [row] = await test.db.read.query<Record<string, unknown>>(
      "SELECT DATE('2026-11-23') AS d, CAST('2026-11-23 01:02:03.004' AS DATETIME(3)) AS t, CAST(1.25 AS DECIMAL(5,2)) AS n, CAST(7 AS SIGNED) AS i, NULL AS z",
    );
    expect(row).toEqual({ d: '2026-11-23', t: new Date('2026-11-23T01:02:03.004Z'), n: 1.25, i: 7, z: null });
  });

  it('keeps lists whole that the database would cut off by itself', async () => {
    const [row] = await test.db.read.query("SELECT CHAR_LENGTH(GROUP_CONCAT(REPEAT('x', 5000))) AS n");
    expect(row).toEqual({ n: 5000 });
  });

  it('binds instants as UTC and gives them back unchanged', async () => {
    const at = new Date('2026-11-22T16:05:00.123Z');
    await test.db.read.execute(
      "INSERT INTO job_run (job, run_date, state, started_at) VALUES ('x', '2026-11-23', 'running', ?)",
      [at],
    );
    const [row] = await test.db.read.query<{ started_at: Date }>("SELECT started_at FROM job_run WHERE job = 'x'");
    expect(row?.started_at).toEqual(at);
  });

  it('rolls everything back when the work throws', async () => {
    const work = test.db.transaction(async (tx) => {
      await tx.execute("INSERT INTO region (code, name, level) VALUES ('1', 'a', 'city')");
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await test.db.read.query("SELECT 1 FROM region WHERE code = '1'")).toEqual([]);
  });

  it('tells a unique violation from other errors', async () => {
    const twice = test.db.transaction(async (tx) => {
      await tx.execute("INSERT INTO region (code, name, level) VALUES ('2', 'a', 'city'), ('2', 'a', 'city')");
    });
    expect(isDuplicate(await twice.catch((error: unknown) => error))).toBe(true);
  });
});

describe('a transaction in two steps', () => {
  const region = (code: string) => ({
    sql: 'INSERT INTO region (code, name, level) VALUES (?, ?, ?)',
    values: [code, `a;b'--`, 'city'],
  });
  const named = (name: string, code: string) => ({
    sql: 'UPDATE region SET name = CONCAT(name, ?) WHERE code = ?',
    values: [name, code],
  });
  const names = async () =>
    (await test.db.read.query<{ name: string }>("SELECT name FROM region WHERE code LIKE '3%' ORDER BY code")).map(
      ({ name }) => name,
    );

  it('hands over what the first step brought, and commits both', async () => {
    await test.db.inTwoSteps(
      [region('31'), { sql: 'SELECT code, name FROM region WHERE code = ?', values: ['31'] }],
      ([header, rows]) => {
        expect(header).toMatchObject({ affectedRows: 1 });
        expect(rows).toMatchObject([{ code: '31', name: `a;b'--` }]);
        return [region('32')];
      },
    );
    expect(await names()).toEqual([`a;b'--`, `a;b'--`]);
  });

  it('leaves nothing of either when a statement fails, or the work between them', async () => {
    const failing = [
      test.db.inTwoSteps([region('33'), region('33')], () => []),
      test.db.inTwoSteps([region('34')], () => [region('35'), region('35')]),
      test.db.inTwoSteps([region('36')], () => {
        throw new Error('no');
      }),
    ];
    const errors = await Promise.all(failing.map((work) => work.catch((error: unknown) => error)));
    expect(errors.map(isDuplicate)).toEqual([true, true, false]);
    expect(await names()).toHaveLength(2);
    // The connection goes on.
    await test.db.inTwoSteps([region('37')], () => [named('x', '37')]);
    expect(await names()).toHaveLength(3);
  });

  it('is started again when two stand in each other’s way', async () => {
    const pair = () =>
      Promise.all([
        test.db.inTwoSteps([named('1', '31')], () => [named('1', '32')], { patient: true }),
        test.db.inTwoSteps([named('2', '32')], () => [named('2', '31')], { patient: true }),
      ]);
    for (let times = 0; times < 10; times += 1) await pair();
    for (const name of (await names()).slice(0, 2)) {
      expect([...name].filter((letter) => letter === '1')).toHaveLength(10);
      expect([...name].filter((letter) => letter === '2')).toHaveLength(10);
    }
  });

  it('is the only one that takes several statements in one text', async () => {
    await expect(test.db.read.query('SELECT 1; SELECT 2')).rejects.toThrow(/syntax/);
  });
});
