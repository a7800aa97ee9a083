import type { SqlValue, Tx } from '../../core/database';

/** Which of these enterprises are on the positive list; the rows are kept from changing. */
export async function onPositiveList(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.query<{ id: number }>('SELECT open_key AS id FROM positive_list WHERE open_key IN (?)', [
    [...ids],
  ]);
  return new Set(rows.map((row) => row.id));
}

export async function enterList(tx: Tx, ids: readonly number[], because: string, now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute('INSERT INTO positive_list (enterprise_id, open_key, since, entered_because) VALUES ?', [
    ids.map((id): SqlValue[] => [id, id, now, because]),
  ]);
}

export async function leaveList(tx: Tx, ids: readonly number[], because: string, now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute('UPDATE positive_list SET until = ?, left_because = ?, open_key = NULL WHERE open_key IN (?)', [
    now,
    because,
    [...ids],
  ]);
}
