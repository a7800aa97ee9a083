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

/** The people behind accounts, kept from changing until the transaction ends. */
export async function lockHolders(tx: Tx, provider: Provider, subjects: readonly string[]): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `SELECT p.id FROM person_identity i JOIN person p ON p.id = i.person_id
     WHERE i.provider = ? AND i.subject IN (?) ORDER BY p.id FOR UPDATE`,
    [provider, [...subjects]],
  );
  return rows.map(({ id }) => id);
}

/** Takes the accounts of a platform from these people and ends all their tokens. */
export async function release(tx: Tx, provider: Provider, personIds: readonly number[]): Promise<void> {
  await tx.execute('DELETE FROM person_identity WHERE provider = ? AND person_id IN (?)', [provider, [...personIds]]);
  await tx.execute('UPDATE person SET epoch = epoch + 1 WHERE id IN (?)', [[...personIds]]);
}
