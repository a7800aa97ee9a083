import type { Tx } from '../../core/database';
import type { Grade } from './scheme.schema';

export interface CurrentGrade {
  enterpriseId: number;
  /** Half-year, e.g. '2026H1'. */
  period: string;
  grade: Grade;
  source: 'ours' | 'province';
  publishedAt: Date;
  validUntil: Date;
}

/** The grades in force at `at`, by enterprise: the latest period's, the province's before ours. */
export async function currentGrades(
  tx: Tx,
  enterpriseIds: readonly number[],
  at: Date,
): Promise<Map<number, CurrentGrade>> {
  if (enterpriseIds.length === 0) return new Map();
  const rows = await tx.query<CurrentGrade>(
    `SELECT enterprise_id AS enterpriseId, period, grade, source, published_at AS publishedAt, valid_until AS validUntil
     FROM credit_grade WHERE enterprise_id IN (?) AND published_at <= ? AND valid_until > ?
     ORDER BY enterprise_id, period, source`,
    [[...enterpriseIds], at, at],
  );
  // 'ours' sorts before 'province', older periods before newer ones: the last row of an enterprise is the one in force.
  return new Map(rows.map((row) => [row.enterpriseId, row]));
}
