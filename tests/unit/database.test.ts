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
