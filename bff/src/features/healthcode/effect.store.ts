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

interface Watcher {
  personId: number;
  role: 'officer' | 'township';
  enterprise: string;
}

/** The officers of an enterprise and the specialists of its township. */
export function watchersOf(tx: Tx, enterpriseId: number): Promise<Watcher[]> {
  return tx.query<Watcher>(
    `SELECT DISTINCT g.person_id AS personId, g.role, e.name AS enterprise
     FROM enterprise e
     JOIN person_grant g ON (g.role = 'officer' AND g.enterprise_id = e.id) OR (g.role = 'township' AND g.region_prefix = e.region_code)
     JOIN person p ON p.id = g.person_id AND p.active
     WHERE e.id = ?`,
    [enterpriseId],
  );
}
