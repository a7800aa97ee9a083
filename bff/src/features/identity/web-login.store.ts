import type { Tx } from '../../core/database';

export interface WebLoginRow {
  personId: number;
  password: string;
}

/**
 * Counts an attempt before the password is compared, so that parallel guesses cannot exceed `maxFailures`; the last one
 * locks until `lockedUntil`. Undefined when the name is unknown or locked. Each statement commits on its own: a failed
 * login must stay counted.
 */
export async function takeLoginAttempt(
  tx: Tx,
  username: string,
  now: Date,
  maxFailures: number,
  lockedUntil: Date,
): Promise<WebLoginRow | undefined> {
  await tx.execute(
    'UPDATE web_login SET failures = 0, locked_until = NULL WHERE username = ? AND locked_until IS NOT NULL AND locked_until <= ?',
    [username, now],
  );
  // locked_until comes first: it must see the failures from before this attempt on every database.
  const { affectedRows } = await tx.execute(
    'UPDATE web_login SET locked_until = IF(failures + 1 >= ?, ?, NULL), failures = failures + 1 WHERE username = ? AND locked_until IS NULL',
    [maxFailures, lockedUntil, username],
  );
  if (affectedRows === 0) return undefined;
  const [row] = await tx.query<WebLoginRow>(
    'SELECT person_id AS personId, password FROM web_login WHERE username = ?',
    [username],
  );
  return row;
}

export async function clearFailures(tx: Tx, personId: number): Promise<void> {
  await tx.execute('UPDATE web_login SET failures = 0, locked_until = NULL WHERE person_id = ?', [personId]);
}
