import type { Tx } from '../../core/database';

/** The factor that each of these enterprises has from its code; those without are left out. */
export async function codeFactors(tx: Tx, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: number; factor: number }>(
    "SELECT enterprise_id AS id, factor FROM enterprise_factor WHERE source = 'code' AND enterprise_id IN (?)",
    [[...ids]],
  );
  return new Map(rows.map(({ id, factor }) => [id, factor]));
}
