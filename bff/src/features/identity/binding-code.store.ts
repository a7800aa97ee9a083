import type { Tx } from '../../core/database';

export interface NewBindingCode {
  clientUuid: string;
  /** Of an official's code: who asked for it, before another one issued it. */
  askedBy: number | null;
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
  issuedBy: number;
  askedBy: number | null;
}

const COLUMNS =
  'id, person_id AS personId, code_hash AS codeHash, expires_at AS expiresAt, issued_by AS issuedBy, asked_by AS askedBy';

/** Stores a code; throws a unique violation when the client uuid is known. */
export async function insertBindingCode(tx: Tx, code: NewBindingCode): Promise<void> {
  await tx.execute(
    'INSERT INTO binding_code (client_uuid, person_id, code_hash, issued_by, asked_by, issued_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [code.clientUuid, code.personId, code.codeHash, code.issuedBy, code.askedBy, code.now, code.expiresAt],
  );
}

/** Ends all other open codes of a person: only the newest works. */
export async function endOtherCodes(tx: Tx, personId: number, clientUuid: string, now: Date): Promise<void> {
  await tx.execute(
    'UPDATE binding_code SET expires_at = ? WHERE person_id = ? AND client_uuid <> ? AND used_at IS NULL AND expires_at > ?',
    [now, personId, clientUuid, now],
  );
}

/** The code of a person that can still be used. */
export async function openCode(tx: Tx, personId: number, now: Date): Promise<StoredBindingCode | undefined> {
  const [row] = await tx.query<StoredBindingCode>(
    `SELECT ${COLUMNS} FROM binding_code WHERE person_id = ? AND used_at IS NULL AND expires_at > ? ORDER BY id DESC LIMIT 1`,
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
