import type { Tx } from '../../core/database';
import type { Provider } from './person.store';

/** The account of a platform that a person is bound to; undefined when there is none. */
export async function boundSubject(tx: Tx, personId: number, provider: Provider): Promise<string | undefined> {
  const [row] = await tx.query<{ subject: string }>(
    'SELECT subject FROM person_identity WHERE person_id = ? AND provider = ?',
    [personId, provider],
  );
  return row?.subject;
}

export interface NewIdentity {
  personId: number;
  provider: Provider;
  subject: string;
  unionId: string | null;
  now: Date;
}

/** Throws a unique violation when the account belongs to somebody else. */
export async function insertIdentity(
  tx: Tx,
  { personId, provider, subject, unionId, now }: NewIdentity,
): Promise<void> {
  await tx.execute(
    'INSERT INTO person_identity (provider, subject, person_id, union_id, bound_at) VALUES (?, ?, ?, ?, ?)',
    [provider, subject, personId, unionId, now],
  );
}

/** Returns how many there were to delete: 0 or 1. */
export async function deleteIdentity(tx: Tx, personId: number, provider: Provider): Promise<number> {
  const { affectedRows } = await tx.execute('DELETE FROM person_identity WHERE person_id = ? AND provider = ?', [
    personId,
    provider,
  ]);
  return affectedRows;
}
