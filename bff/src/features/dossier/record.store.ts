import { scopeCondition, type Scope } from '../../core/actor';
import { addDays, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { SqlValue, Tx } from '../../core/database';
import type { RecordState, RecordType } from './record.rules';
import type {
  INCIDENT_KINDS,
  INCIDENT_SOURCES,
  ISSUES,
  LEVELS,
  PENALTY_KINDS,
  PETITION_SOURCES,
  VETOES,
} from './record.schema';

interface Common {
  id: number;
  enterprise_id: number;
  enterprise_name: string;
  region_code: string;
  document_no: string | null;
  content: string;
  state: RecordState;
  entered_by: number;
  entered_at: Date;
}

export interface Petition extends Common {
  received_on: BusinessDate;
  source: (typeof PETITION_SOURCES)[number];
  issue: (typeof ISSUES)[number];
  answer_by: BusinessDate;
  result: string | null;
}

export interface Penalty extends Common {
  decided_on: BusinessDate;
  authority: string | null;
  kind: (typeof PENALTY_KINDS)[number];
  amount: number | null;
  veto: (typeof VETOES)[number] | null;
}

export interface Incident extends Common {
  happened_at: Date;
  source: (typeof INCIDENT_SOURCES)[number] | null;
  kind: (typeof INCIDENT_KINDS)[number];
  level: (typeof LEVELS)[number];
  due_on: BusinessDate;
}

export interface RowOf {
  petition: Petition;
  penalty: Penalty;
  incident: Incident;
}

const COLUMNS: Readonly<Record<RecordType, string>> = {
  petition: 'r.received_on, r.source, r.issue, r.answer_by, r.result',
  penalty: 'r.decided_on, r.authority, r.kind, r.amount, r.veto',
  incident: 'r.happened_at, r.source, r.kind, r.level, r.due_on',
};

/** What the enterprise itself may see: what has been found to be so. */
const SHOWN_TO_ENTERPRISE: Readonly<Record<RecordType, string>> = {
  petition: "r.state = 'verified'",
  penalty: "r.state = 'in_force'",
  incident: "r.state IN ('confirmed', 'closed')",
};

const select = (type: RecordType): string =>
  `SELECT r.id, r.enterprise_id, e.name AS enterprise_name, e.region_code, r.document_no, r.content, r.state,
     r.entered_by, r.entered_at, ${COLUMNS[type]}
   FROM ${type} r JOIN enterprise e ON e.id = r.enterprise_id`;

/** Records within the scope: officials see all of their region, officers what has been found to be so of their enterprise. */
function within(type: RecordType, { enterpriseIds, regionPrefixes }: Scope): { sql: string; values: SqlValue[] } {
  const official = scopeCondition({ enterpriseIds: [], regionPrefixes });
  const own = scopeCondition({ enterpriseIds, regionPrefixes: [] });
  return {
    sql: `(${official.sql} OR (${own.sql} AND ${SHOWN_TO_ENTERPRISE[type]}))`,
    values: [...official.values, ...own.values],
  };
}

/** A record within the scope; `lock` keeps it from changing until the transaction ends. */
export async function findRecord<T extends RecordType>(
  tx: Tx,
  type: T,
  scope: Scope,
  id: number,
  lock = false,
): Promise<RowOf[T] | undefined> {
  const { sql, values } = within(type, scope);
  if (lock) await tx.query(`SELECT id FROM ${type} WHERE id = ? FOR UPDATE`, [id]);
  const [row] = await tx.query<RowOf[T]>(`${select(type)} WHERE r.id = ? AND ${sql}`, [id, ...values]);
  return row;
}

export async function documentKnown(tx: Tx, type: RecordType, documentNo: string): Promise<boolean> {
  return (await tx.query(`SELECT 1 FROM ${type} WHERE document_no = ?`, [documentNo])).length > 0;
}

export interface RecordSearch {
  state: string | undefined;
  enterpriseId: number | undefined;
  /** What it is about; of a petition, its issue. */
  kind: string | undefined;
  /** When it happened: from the first instant to before the second, by date for what has no hour. */
  from: BusinessDate | undefined;
  to: BusinessDate | undefined;
  /** Not yet concluded, and due before this day. */
  dueBefore: BusinessDate | undefined;
  before: number | undefined;
  limit: number;
}

/** What a search looks at, by record type. */
const SEARCHED: Readonly<Record<RecordType, { kind: string; day: string; due: string }>> = {
  petition: { kind: 'r.issue', day: 'r.received_on', due: "r.state = 'received' AND r.answer_by < ?" },
  penalty: { kind: 'r.kind', day: 'r.decided_on', due: '' },
  incident: { kind: 'r.kind', day: 'r.happened_at', due: "r.state IN ('reported', 'confirmed') AND r.due_on < ?" },
};

/** A day as its column has it: incidents have an hour, on the clocks of Asia/Shanghai. */
function firstOf(type: RecordType, day: BusinessDate): SqlValue {
  return type === 'incident' ? shanghaiInstant(day, '00:00') : day;
}

/** Records within the scope, the newest first. */
export function searchRecords<T extends RecordType>(
  tx: Tx,
  type: T,
  scope: Scope,
  search: RecordSearch,
): Promise<RowOf[T][]> {
  const visible = within(type, scope);
  const conditions = [visible.sql];
  const values: SqlValue[] = [...visible.values];
  const { kind, day, due } = SEARCHED[type];
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined || sql === '') return;
    conditions.push(sql);
    values.push(value);
  };
  add('r.state = ?', search.state);
  add('r.enterprise_id = ?', search.enterpriseId);
  add(`${kind} = ?`, search.kind);
  add(`${day} >= ?`, search.from && firstOf(type, search.from));
  add(`${day} < ?`, search.to && firstOf(type, addDays(search.to, 1)));
  add(due, search.dueBefore);
  add('r.id < ?', search.before);
  return tx.query<RowOf[T]>(`${select(type)} WHERE ${conditions.join(' AND ')} ORDER BY r.id DESC LIMIT ?`, [
    ...values,
    search.limit,
  ]);
}

/** Columns of new rows, by record type, in the order in which `insertRecords` takes them. */
const INSERTED: Readonly<Record<RecordType, string>> = {
  petition: 'document_no, received_on, source, issue, content, answer_by, state, result, decided_by, decided_at',
  penalty: 'document_no, decided_on, authority, kind, amount, veto, content',
  incident: 'document_no, happened_at, source, kind, level, content, due_on',
};

export interface NewRecord {
  clientUuid: string | null;
  enterpriseId: number;
  importId: number | null;
  /** The columns of its kind, as INSERTED names them. */
  values: SqlValue[];
}

/** Stores records in one statement; the id of the first. */
export async function insertRecords(
  tx: Tx,
  type: RecordType,
  records: readonly NewRecord[],
  personId: number,
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO ${type} (client_uuid, enterprise_id, import_id, entered_by, entered_at, ${INSERTED[type]}) VALUES ?`,
    [
      records.map(({ clientUuid, enterpriseId, importId, values }): SqlValue[] => [
        clientUuid,
        enterpriseId,
        importId,
        personId,
        now,
        ...values,
      ]),
    ],
  );
  return insertId;
}

/** Columns that a step changes. */
export type RecordChange = { state: RecordState } & Partial<{
  decided_at: Date;
  decided_by: number;
  result: string;
  confirmed_at: Date;
  due_on: BusinessDate;
}>;

export async function changeRecord(tx: Tx, type: RecordType, id: number, change: RecordChange): Promise<void> {
  const columns = Object.entries(change) as [string, SqlValue][];
  await tx.execute(`UPDATE ${type} SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE id = ?`, [
    ...columns.map(([, value]) => value),
    id,
  ]);
}

export interface Step {
  type: RecordType;
  recordId: number;
  clientUuid: string;
  kind: string;
  actorId: number;
  at: Date;
  note: string;
}

export async function insertStep(tx: Tx, step: Step): Promise<void> {
  await tx.execute(
    'INSERT INTO dossier_step (record_type, record_id, client_uuid, kind, actor_id, at, note) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [step.type, step.recordId, step.clientUuid, step.kind, step.actorId, step.at, step.note],
  );
}

export function stepsOf(
  tx: Tx,
  type: RecordType,
  recordId: number,
): Promise<{ kind: string; by: string; at: Date; note: string }[]> {
  return tx.query(
    `SELECT s.kind, p.name AS \`by\`, s.at, s.note FROM dossier_step s JOIN person p ON p.id = s.actor_id
     WHERE s.record_type = ? AND s.record_id = ? ORDER BY s.id`,
    [type, recordId],
  );
}

const WAITS: Readonly<Record<'petition' | 'incident', string>> = { petition: 'received', incident: 'reported' };

/** Enforcement officers in whose regions an import has brought something to look into, and how much. */
export function handlersOf(
  tx: Tx,
  type: 'petition' | 'incident',
  importId: number,
): Promise<{ personId: number; n: number }[]> {
  return tx.query(
    `SELECT g.person_id AS personId, COUNT(DISTINCT r.id) AS n FROM ${type} r JOIN enterprise e ON e.id = r.enterprise_id
     JOIN person_grant g ON g.role = 'enforcement' AND e.region_code LIKE CONCAT(g.region_prefix, '%')
     JOIN person p ON p.id = g.person_id AND p.active
     WHERE r.import_id = ? AND r.state = ? GROUP BY g.person_id ORDER BY g.person_id`,
    [importId, WAITS[type]],
  );
}
