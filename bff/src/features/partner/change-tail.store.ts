import type { Tx } from '../../core/database';

export interface Change {
  id: number;
  type: string;
  enterpriseId: number | null;
  subjectId: string;
}

export async function newestEvent(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ id: number | null }>('SELECT MAX(id) AS id FROM event');
  return row?.id ?? 0;
}

/** Events after an id that change what partners are told: codes, grades, enterprises and the partners themselves. */
export function changesSince(tx: Tx, id: number): Promise<Change[]> {
  return tx.query<Change>(
    `SELECT id, type, enterprise_id AS enterpriseId, subject_id AS subjectId FROM event
     WHERE id > ? AND (type = 'code.changed' OR type LIKE 'credit-%' OR type LIKE 'enterprise.%' OR type = 'partner-client.changed')
     ORDER BY id`,
    [id],
  );
}
