import { claim } from '../../core/claims';
import { scopeCondition, type Scope } from '../../core/actor';
import { fromJson, type SqlValue, type Tx } from '../../core/database';
import type { RecordType } from './record.rules';

export type ImportState = 'waiting' | 'done' | 'faulty' | 'failed';

export interface ShownFault {
  row: number;
  /** Its letter; null, or absent in what was kept before, for a row as a whole. */
  column?: string | null;
  problem: string;
}

export interface Import {
  id: number;
  kind: RecordType;
  sha256: string;
  fileName: string;
  state: ImportState;
  rowCount: number | null;
  faultCount: number | null;
  faults: ShownFault[];
  sentBy: number;
  sentAt: Date;
  attempts: number;
  doneAt: Date | null;
}

const IMPORT = `SELECT id, kind, sha256, file_name AS fileName, state, row_count AS rowCount,
  fault_count AS faultCount, faults, sent_by AS sentBy, sent_at AS sentAt, attempts, done_at AS doneAt FROM dossier_import`;

type Row = Omit<Import, 'faults'> & { faults: unknown };

async function first(tx: Tx, condition: string, values: SqlValue[]): Promise<Import | undefined> {
  const [row] = await tx.query<Row>(`${IMPORT} WHERE ${condition}`, values);
  return row === undefined ? undefined : { ...row, faults: row.faults === null ? [] : fromJson(row.faults) };
}

/** An import of a person: nobody sees another's files. */
export const importOf = (tx: Tx, personId: number, id: number): Promise<Import | undefined> =>
  first(tx, 'id = ? AND sent_by = ?', [id, personId]);
/** The import through which the same file has come in before. */
export const importByContent = (tx: Tx, kind: RecordType, sha256: string): Promise<Import | undefined> =>
  first(tx, 'content_key = ?', [contentKey(kind, sha256)]);

const contentKey = (kind: RecordType, sha256: string): string => `${kind}:${sha256}`;

export async function insertImport(
  tx: Tx,
  given: { clientUuid: string; kind: RecordType; sha256: string; fileName: string; personId: number },
  content: Buffer,
  keepUntil: Date,
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO dossier_import (client_uuid, kind, sha256, content_key, file_name, sent_by, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [
      given.clientUuid,
      given.kind,
      given.sha256,
      contentKey(given.kind, given.sha256),
      given.fileName,
      given.personId,
      now,
    ],
  );
  await insertFile(tx, insertId, 'sent', content, keepUntil);
  return insertId;
}

/** Bytes of a file in one statement: escaped it is up to twice as long, and servers take 16 MB by default. */
const PART_BYTES = 4 * 1024 * 1024;

export async function insertFile(
  tx: Tx,
  importId: number,
  role: 'sent' | 'faults',
  content: Buffer,
  keepUntil: Date,
): Promise<void> {
  for (let part = 0; part * PART_BYTES < content.length; part += 1) {
    await tx.execute('INSERT INTO dossier_file (import_id, role, part, content, keep_until) VALUES (?, ?, ?, ?, ?)', [
      importId,
      role,
      part,
      content.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
      keepUntil,
    ]);
  }
}

export async function fileOf(tx: Tx, importId: number, role: 'sent' | 'faults'): Promise<Buffer | undefined> {
  const parts = await tx.query<{ content: Buffer }>(
    'SELECT content FROM dossier_file WHERE import_id = ? AND role = ? ORDER BY part',
    [importId, role],
  );
  return parts.length === 0 ? undefined : Buffer.concat(parts.map(({ content }) => content));
}

/** Claims the next file that waits; undefined when there is none. A lease that ran out is claimed anew. */
export async function claimImport(tx: Tx, owner: string, leaseS: number): Promise<Import | undefined> {
  const queue = { table: 'dossier_import', key: 'id', where: "state = 'waiting'", values: [], order: 'id' };
  const taken = await claim(tx, queue, { owner, limit: 1, leaseS });
  return taken === 0 ? undefined : first(tx, "lease_owner = ? AND state = 'waiting'", [owner]);
}

/** Ends an import that this owner still holds; false when another has taken it over. */
export async function endImport(
  tx: Tx,
  id: number,
  owner: string,
  given: { state: ImportState; rowCount: number; faultCount: number; faults: readonly ShownFault[] },
  now: Date,
): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    `UPDATE dossier_import SET state = ?, content_key = IF(? = 'done', content_key, NULL), row_count = ?, fault_count = ?, faults = ?, done_at = ?, lease_owner = NULL
     WHERE id = ? AND lease_owner = ? AND state = 'waiting'`,
    [given.state, given.state, given.rowCount, given.faultCount, JSON.stringify(given.faults), now, id, owner],
  );
  return affectedRows > 0;
}

/** Enterprises within the scope by USCC. */
export async function enterprisesByUscc(tx: Tx, scope: Scope, usccs: readonly string[]): Promise<Map<string, number>> {
  if (usccs.length === 0) return new Map();
  const within = scopeCondition(scope);
  const rows = await tx.query<{ uscc: string; id: number }>(
    `SELECT e.uscc, e.id FROM enterprise e WHERE e.uscc IN (?) AND ${within.sql}`,
    [[...usccs], ...within.values],
  );
  return new Map(rows.map(({ uscc, id }) => [uscc, id]));
}

/** Which of these document numbers are registered already. */
export async function documentsKnown(tx: Tx, kind: RecordType, numbers: readonly string[]): Promise<Set<string>> {
  if (numbers.length === 0) return new Set();
  const rows = await tx.query<{ no: string }>(`SELECT document_no AS no FROM ${kind} WHERE document_no IN (?)`, [
    [...numbers],
  ]);
  return new Set(rows.map(({ no }) => no));
}

/** The first step of each record of an import. */
export async function insertImportSteps(tx: Tx, kind: RecordType, importId: number): Promise<void> {
  await tx.execute(
    `INSERT INTO dossier_step (record_type, record_id, kind, actor_id, at)
     SELECT ?, id, 'import', entered_by, entered_at FROM ${kind} WHERE import_id = ?`,
    [kind, importId],
  );
}

/** The file as it came is not needed any more: what is wrong with it stands in the one that goes back. */
export async function dropSentFile(tx: Tx, importId: number): Promise<void> {
  await tx.execute("DELETE FROM dossier_file WHERE import_id = ? AND role = 'sent'", [importId]);
}

export async function dropOldFiles(tx: Tx, now: Date): Promise<number> {
  return (await tx.execute('DELETE FROM dossier_file WHERE keep_until < ? LIMIT 1000', [now])).affectedRows;
}

/** What a person may enter into now, through some of his roles: the file may have waited since he sent it. */
export async function regionsOf(tx: Tx, personId: number, roles: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ prefix: string }>(
    `SELECT g.region_prefix AS prefix FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
     WHERE g.person_id = ? AND g.role IN (?) AND g.region_prefix IS NOT NULL`,
    [personId, [...roles]],
  );
  return rows.map(({ prefix }) => prefix);
}
