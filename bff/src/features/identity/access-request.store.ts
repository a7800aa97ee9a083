import type { Tx } from '../../core/database';

/** What one official has asked for until another issues it. */
export type Requests = 'binding_request' | 'password_request';

/**
 * Who asked before for access of this official, since an instant; notes the actor as the one who asks when nobody has.
 * The caller holds the person's row.
 */
export async function askFor(
  tx: Tx,
  requests: Requests,
  { personId, askedBy, since, now }: { personId: number; askedBy: number; since: Date; now: Date },
): Promise<number | undefined> {
  const [row] = await tx.query<{ askedBy: number }>(
    `SELECT asked_by AS askedBy FROM ${requests} WHERE person_id = ? AND asked_at > ?`,
    [personId, since],
  );
  if (row !== undefined) return row.askedBy;
  await tx.execute(`REPLACE INTO ${requests} (person_id, asked_by, asked_at) VALUES (?, ?, ?)`, [
    personId,
    askedBy,
    now,
  ]);
  return undefined;
}

export async function endRequest(tx: Tx, requests: Requests, personId: number): Promise<void> {
  await tx.execute(`DELETE FROM ${requests} WHERE person_id = ?`, [personId]);
}
