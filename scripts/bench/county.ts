import { addDays, businessDate, systemClock } from '../../bff/src/core/clock';
import type { Database } from '../../bff/src/core/database';
import { TokenKeys } from '../../bff/src/core/tokens';
import { seedChecklists } from '../../bff/src/features/checklists';
import { BENCH_KEY } from './frame';

/** Enterprises with one officer each and `points` emergency valves each, all due today. Written set-based. */
export async function benchCounty(db: Database, enterprises: number, points: number): Promise<void> {
  const now = systemClock.now();
  const today = businessDate(now);
  await db.transaction(async (tx) => {
    await tx.execute("INSERT INTO region (code, name, level) VALUES ('330521001', '武康街道', 'township')");
    await seedChecklists(tx, now);
  });
  await db.read.execute('CREATE TABLE n (i INT PRIMARY KEY)');
  const most = Math.max(enterprises, points);
  for (let from = 0; from < most; from += 10_000) {
    await db.read.execute('INSERT INTO n (i) VALUES ?', [
      Array.from({ length: Math.min(10_000, most - from) }, (_, step) => [from + step]),
    ]);
  }
  await db.read.execute(
    `INSERT INTO enterprise (id, uscc, name, region_code, industry, address, lng, lat, created_at)
     SELECT i + 1, LPAD(i, 18, '0'), CONCAT('企业', i), '330521001', '印染', '某路', 119.97, 30.54, ? FROM n WHERE i < ?`,
    [now, enterprises],
  );
  await db.read.execute(
    "INSERT INTO person (id, name, mobile, created_at) SELECT i + 1, CONCAT('负责人', i), LPAD(i, 11, '0'), ? FROM n WHERE i < ?",
    [now, enterprises],
  );
  await db.read.execute(
    "INSERT INTO person_grant (person_id, role, enterprise_id) SELECT i + 1, 'officer', i + 1 FROM n WHERE i < ?",
    [enterprises],
  );
  for (let from = 0; from < enterprises; from += 1000) {
    await db.read.execute(
      `INSERT INTO point (enterprise_id, point_type, code, name, lng, lat, officer_id, settings, interval_days, anchor_date, created_at)
       SELECT e.i + 1, 'EV', CONCAT('EV-', p.i), '雨水阀门', 119.97, 30.54, e.i + 1, '{}', 14, ?, ?
       FROM n e JOIN n p ON p.i < ? WHERE e.i >= ? AND e.i < ?`,
      [addDays(today, -14), now, points, from, Math.min(from + 1000, enterprises)],
    );
  }
}

/** An access token of each person `1..count`. */
export function benchTokens(count: number): string[] {
  const keys = new TokenKeys(BENCH_KEY, systemClock);
  return Array.from({ length: count }, (_, index) => keys.sign('access', String(index + 1), { epoch: 1 }, 7200));
}
