import type { Tx } from '../../core/database';

export interface NewBindingCode {
  clientUuid: string;
  personId: number;
  codeHash: string;
  issuedBy: number;
  now: Date;
  expiresAt: Date;
}

export interface StoredBindingCode {
  id: number;
  personId: number;
  codeHash: string;
  expiresAt: Date;
}

const COLUMNS = 'id, person_id AS personId, code_hash AS codeHash, expires_at AS expiresAt';

/** Stores a code; throws a unique violation when the client uuid is known. */
export async function insertBindingCode(tx: Tx, code: NewBindingCode): Promise<void> {
  await tx.execute(
    'INSERT INTO binding_code (client_uuid, person_id, code_hash, issued_by, issued_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    [code.clientUuid, code.personId, code.codeHash, code.issuedBy, code.now, code.expiresAt],
  );
}

/** Ends all other open codes of a person: only the newest works. */
export async function endOtherCodes(tx: Tx, personId: number, clientUuid: string, now: Date): Promise<void> {
  await tx.execute(
    'UPDATE binding_code SET expires_at = ? WHERE person_id = ? AND client_uuid <> ? AND used_at IS NULL AND expires_at > ?',
    [now, personId, clientUuid, now],
  );
}

/**
 * Counts an attempt on a person's open code before it is compared, so that parallel guesses cannot exceed
 * `maxAttempts`. Undefined when there is no code left to guess at.
 */
export async function takeAttempt(
  tx: Tx,
  personId: number,
  now: Date,
  maxAttempts: number,
): Promise<StoredBindingCode | undefined> {
  const open = 'person_id = ? AND used_at IS NULL AND expires_at > ?';
  const { affectedRows } = await tx.execute(
    `UPDATE binding_code SET attempts = attempts + 1 WHERE ${open} AND attempts < ? ORDER BY id DESC LIMIT 1`,
    [personId, now, maxAttempts],
  );
  if (affectedRows === 0) return undefined;
  const [row] = await tx.query<StoredBindingCode>(
    `SELECT ${COLUMNS} FROM binding_code WHERE ${open} ORDER BY id DESC LIMIT 1`,
    [personId, now],
  );
  return row;
}

/** Uses a code up; false when another request was faster. */
export async function useBindingCode(tx: Tx, codeId: number, now: Date): Promise<boolean> {
  const { affectedRows } = await tx.execute('UPDATE binding_code SET used_at = ? WHERE id = ? AND used_at IS NULL', [
    now,
    codeId,
  ]);
  return affectedRows === 1;
}
