import { scopeCondition, type Scope } from '../../core/actor';
import type { SqlValue, Tx } from '../../core/database';
import type { Grade } from './scheme.schema';

/** Enterprises within the scope by USCC. */
export async function enterprisesByUscc(tx: Tx, scope: Scope, usccs: readonly string[]): Promise<Map<string, number>> {
  const within = scopeCondition(scope);
  const rows = await tx.query<{ uscc: string; id: number }>(
    `SELECT e.uscc, e.id FROM enterprise e WHERE e.uscc IN (?) AND ${within.sql}`,
    [[...usccs], ...within.values],
  );
  return new Map(rows.map(({ uscc, id }) => [uscc, id]));
}

/** Stores the province's grades; a later list corrects an earlier one. */
export async function upsertOfficial(
  tx: Tx,
  grades: readonly { enterpriseId: number; period: string; grade: Grade; validUntil: Date }[],
  now: Date,
): Promise<void> {
  await tx.execute(
    `INSERT INTO credit_grade (enterprise_id, period, source, grade, published_at, valid_until) VALUES ?
     ON DUPLICATE KEY UPDATE published_at = IF(grade = VALUES(grade), published_at, VALUES(published_at)), grade = VALUES(grade)`,
    [
      grades.map(({ enterpriseId, period, grade, validUntil }): SqlValue[] => [
        enterpriseId,
        period,
        'province',
        grade,
        now,
        validUntil,
      ]),
    ],
  );
}
