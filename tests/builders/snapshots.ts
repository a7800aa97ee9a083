import { addDays, type BusinessDate } from '../../bff/src/core/clock';
import type { SqlValue, Tx } from '../../bff/src/core/database';

/** One snapshot of the health code for each day from `from` to `to`, all with the same score and colour. */
export async function buildSnapshots(
  tx: Tx,
  given: { enterpriseId: number; from: BusinessDate; to: BusinessDate; score: number; colour?: string },
): Promise<void> {
  const rows: SqlValue[][] = [];
  for (let day = given.from; day <= given.to; day = addDays(day, 1)) {
    rows.push([day, given.enterpriseId, 1, given.score, given.colour ?? 'green', '{}', '[]']);
  }
  await tx.execute(
    'INSERT INTO health_snapshot (day, enterprise_id, rule_set_version, score, colour, dimensions, deductions) VALUES ?',
    [rows],
  );
}
