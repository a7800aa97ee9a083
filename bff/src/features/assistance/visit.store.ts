import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import { fromJson, namedQuery, type SqlValue, type Tx } from '../../core/database';
import type { Agreed, VisitState } from './visit.rules';

export interface Visit {
  id: number;
  enterpriseId: number;
  enterpriseName: string;
  warningId: number | null;
  state: VisitState;
  ownerId: number;
  ownerName: string;
  plannedOn: BusinessDate;
  purpose: string;
  overrideReason: string | null;
  dueOn: BusinessDate | null;
  pointId: number | null;
  pointCode: string | null;
  pointName: string | null;
  arrivedAt: Date | null;
  leftAt: Date | null;
  photos: string[];
  taught: string | null;
  lacks: string | null;
  internalNote: string | null;
  measuredOn: BusinessDate | null;
  beforeDue: number | null;
  beforeDone: number | null;
  beforeFindings: number | null;
  afterDue: number | null;
  afterDone: number | null;
  afterFindings: number | null;
}

const VISIT = `SELECT v.id, v.enterprise_id AS enterpriseId, e.name AS enterpriseName, v.warning_id AS warningId,
    v.state, v.owner_id AS ownerId, o.name AS ownerName, v.planned_on AS plannedOn, v.purpose, v.override_reason AS overrideReason,
    v.due_on AS dueOn, v.point_id AS pointId, p.code AS pointCode, p.name AS pointName, v.arrived_at AS arrivedAt, v.left_at AS leftAt,
    v.photos, v.taught, v.lacks, v.internal_note AS internalNote, v.measured_on AS measuredOn, v.before_due AS beforeDue,
    v.before_done AS beforeDone, v.before_findings AS beforeFindings, v.after_due AS afterDue, v.after_done AS afterDone,
    v.after_findings AS afterFindings
  FROM visit v JOIN enterprise e ON e.id = v.enterprise_id JOIN person o ON o.id = v.owner_id LEFT JOIN point p ON p.id = v.point_id`;

type Row = Omit<Visit, 'photos'> & { photos: unknown };
const toVisit = (row: Row): Visit => ({ ...row, photos: row.photos === null ? [] : fromJson(row.photos) });

/** A visit within the scope; `lock` keeps it from changing until the transaction ends. */
export async function findVisit(tx: Tx, scope: Scope, id: number, lock = false): Promise<Visit | undefined> {
  const within = scopeCondition(scope);
  if (lock) await tx.query('SELECT id FROM visit WHERE id = ? FOR UPDATE', [id]);
  const [row] = await tx.query<Row>(`${VISIT} WHERE v.id = ? AND ${within.sql}`, [id, ...within.values]);
  return row === undefined ? undefined : toVisit(row);
}

export async function visitByClient(tx: Tx, clientUuid: string): Promise<Visit | undefined> {
  const [row] = await tx.query<Row>(`${VISIT} WHERE v.client_uuid = ?`, [clientUuid]);
  return row === undefined ? undefined : toVisit(row);
}

export interface VisitSearch {
  state: VisitState | undefined;
  enterpriseId: number | undefined;
  ownerId: number | undefined;
  warningId: number | undefined;
  /** Rows after this (due, id): what is due first comes first, what has ended comes last. */
  after: { dueOn: BusinessDate; id: number } | undefined;
  limit: number;
}

/** What stands for "nothing is due any more" in the order. */
export const NEVER = '9999-12-31';

export async function searchVisits(tx: Tx, scope: Scope, search: VisitSearch): Promise<Visit[]> {
  const within = scopeCondition(scope);
  const conditions = [within.sql];
  const values: SqlValue[] = [...within.values];
  const add = (sql: string, ...given: (SqlValue | undefined)[]) => {
    if (given.includes(undefined)) return;
    conditions.push(sql);
    values.push(...(given as SqlValue[]));
  };
  add('v.state = ?', search.state);
  add('v.enterprise_id = ?', search.enterpriseId);
  add('v.owner_id = ?', search.ownerId);
  add('v.warning_id = ?', search.warningId);
  const due = `COALESCE(v.due_on, '${NEVER}')`;
  const { after } = search;
  // Within a day the newest first.
  add(`(${due} > ? OR (${due} = ? AND v.id < ?))`, after?.dueOn, after?.dueOn, after?.id);
  const rows = await tx.query<Row>(`${VISIT} WHERE ${conditions.join(' AND ')} ORDER BY ${due}, v.id DESC LIMIT ?`, [
    ...values,
    search.limit,
  ]);
  return rows.map(toVisit);
}

export interface AgreedRow extends Agreed {
  visitId: number;
  done: boolean | null;
  note: string | null;
}

/** What was agreed at some visits, in order. */
export async function agreedOf(tx: Tx, visitIds: readonly number[]): Promise<Map<number, AgreedRow[]>> {
  const found = new Map<number, AgreedRow[]>();
  if (visitIds.length === 0) return found;
  const rows = await tx.query<Omit<AgreedRow, 'done'> & { done: number | null }>(
    'SELECT visit_id AS visitId, text, by_date AS `by`, done, note FROM visit_agreed WHERE visit_id IN (?) ORDER BY visit_id, seq',
    [[...visitIds]],
  );
  for (const row of rows) {
    found.set(row.visitId, [
      ...(found.get(row.visitId) ?? []),
      { ...row, done: row.done === null ? null : row.done === 1 },
    ]);
  }
  return found;
}

export async function insertAgreed(tx: Tx, visitId: number, agreed: readonly Agreed[]): Promise<void> {
  if (agreed.length === 0) return;
  await tx.execute('INSERT INTO visit_agreed (visit_id, seq, text, by_date) VALUES ?', [
    agreed.map(({ text, by }, seq): SqlValue[] => [visitId, seq, text, by]),
  ]);
}

export async function judgeAgreed(
  tx: Tx,
  visitId: number,
  verdicts: readonly { done: boolean; note?: string | undefined }[],
): Promise<void> {
  if (verdicts.length === 0) return;
  await tx.execute(
    `UPDATE visit_agreed SET done = ELT(seq + 1, ?), note = NULLIF(ELT(seq + 1, ?), '') WHERE visit_id = ?`,
    [verdicts.map(({ done }) => (done ? 1 : 0)), verdicts.map(({ note }) => note ?? ''), visitId],
  );
}

export async function insertVisit(
  tx: Tx,
  given: {
    clientUuid: string;
    enterpriseId: number;
    warningId: number | null;
    ownerId: number;
    plannedOn: BusinessDate;
    purpose: string;
    overrideReason: string | null;
    dueOn: BusinessDate;
  },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO visit (client_uuid, enterprise_id, warning_id, state, owner_id, planned_on, purpose, override_reason, due_on, created_at)
     VALUES (?, ?, ?, 'planned', ?, ?, ?, ?, ?, ?)`,
    [
      given.clientUuid,
      given.enterpriseId,
      given.warningId,
      given.ownerId,
      given.plannedOn,
      given.purpose,
      given.overrideReason,
      given.dueOn,
      now,
    ],
  );
  return insertId;
}

/** Columns that a step changes. */
export interface VisitChange {
  state: VisitState;
  due_on: BusinessDate | null;
  point_id?: number;
  position?: string | null;
  arrived_at?: Date;
  left_at?: Date;
  photos?: string;
  taught?: string | null;
  lacks?: string | null;
  internal_note?: string | null;
  recorded_at?: Date;
  closed_at?: Date;
}

export async function changeVisit(tx: Tx, id: number, change: VisitChange): Promise<void> {
  const columns = Object.entries(change) as [string, SqlValue][];
  await tx.execute(`UPDATE visit SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE id = ?`, [
    ...columns.map(([, value]) => value),
    id,
  ]);
}

export async function insertStep(
  tx: Tx,
  step: { visitId: number; clientUuid: string; kind: string; actorId: number | null; at: Date; note: string },
): Promise<void> {
  await tx.execute(
    'INSERT INTO visit_step (visit_id, client_uuid, kind, actor_id, at, note) VALUES (?, ?, ?, ?, ?, ?)',
    [step.visitId, step.clientUuid, step.kind, step.actorId, step.at, step.note],
  );
}

export function stepsOf(tx: Tx, visitId: number): Promise<{ kind: string; by: string; at: Date; note: string }[]> {
  return tx.query(
    `SELECT s.kind, COALESCE(p.name, '系统') AS \`by\`, s.at, s.note FROM visit_step s LEFT JOIN person p ON p.id = s.actor_id
     WHERE s.visit_id = ? ORDER BY s.id`,
    [visitId],
  );
}

/** The point of a scanned door, if it is one of the enterprise's and the code on it is the present one. */
export async function doorOf(
  tx: Tx,
  enterpriseId: number,
  code: { pointId: number; keyVersion: number },
): Promise<number | undefined> {
  const [row] = await tx.query<{ id: number }>(
    'SELECT id FROM point WHERE id = ? AND enterprise_id = ? AND key_version = ?',
    [code.pointId, enterpriseId, code.keyVersion],
  );
  return row?.id;
}

/** Whether an open warning is about this enterprise. */
export async function warningFits(tx: Tx, warningId: number, enterpriseId: number): Promise<boolean> {
  const rows = await tx.query("SELECT 1 FROM warning WHERE id = ? AND enterprise_id = ? AND state <> 'closed'", [
    warningId,
    enterpriseId,
  ]);
  return rows.length > 0;
}

const measure = namedQuery('visit-measure');

export interface Measured {
  id: number;
  beforeDue: number;
  beforeDone: number;
  beforeFindings: number;
  afterDue: number;
  afterDone: number;
  afterFindings: number;
}

/** What a visit has changed until `last`. */
export async function measureVisit(tx: Tx, id: number, last: BusinessDate): Promise<Measured | undefined> {
  const [row] = await tx.query<Measured>(`${measure} id = ? AND left_at IS NOT NULL) v`, [last, id]);
  return row;
}

/** Stores what came of the visits that ended before `leftBefore` and have not been measured. Returns how many. */
export async function storeMeasured(
  tx: Tx,
  date: BusinessDate,
  leftBefore: Date,
  { from, to }: { from: number; to: number },
): Promise<number> {
  const { affectedRows } = await tx.execute(
    `UPDATE visit w JOIN (${measure} measured_on IS NULL AND left_at < ? AND id BETWEEN ? AND ?) v) m ON m.id = w.id
     SET w.measured_on = ?, w.before_due = m.beforeDue, w.before_done = m.beforeDone, w.before_findings = m.beforeFindings,
       w.after_due = m.afterDue, w.after_done = m.afterDone, w.after_findings = m.afterFindings`,
    [date, leftBefore, from, to, date],
  );
  return affectedRows;
}

export async function unmeasuredSpan(tx: Tx, leftBefore: Date): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    'SELECT MIN(id) AS low, MAX(id) AS high FROM visit WHERE measured_on IS NULL AND left_at < ?',
    [leftBefore],
  );
  return [row?.low ?? null, row?.high ?? null];
}

/** Who goes to an enterprise in need: of its township's specialists the one with the fewest visits before him. */
export async function specialistFor(tx: Tx, enterpriseId: number): Promise<number | undefined> {
  const [row] = await tx.query<{ id: number }>(
    `SELECT p.id FROM enterprise e
     JOIN person_grant g ON g.role = 'township' AND g.region_prefix = e.region_code JOIN person p ON p.id = g.person_id AND p.active
     WHERE e.id = ?
     ORDER BY (SELECT COUNT(*) FROM visit v WHERE v.owner_id = p.id AND v.state = 'planned'), p.id LIMIT 1`,
    [enterpriseId],
  );
  return row?.id;
}

/** Whether somebody is going there anyway. */
export async function isPlanned(tx: Tx, enterpriseId: number): Promise<boolean> {
  const rows = await tx.query("SELECT 1 FROM visit WHERE enterprise_id = ? AND state = 'planned' LIMIT 1", [
    enterpriseId,
  ]);
  return rows.length > 0;
}

/** When each of some enterprises was last visited; those that never were are absent. */
export async function lastVisits(tx: Tx, enterpriseIds: readonly number[]): Promise<Map<number, Date>> {
  if (enterpriseIds.length === 0) return new Map();
  const rows = await tx.query<{ id: number; at: Date }>(
    `SELECT enterprise_id AS id, MAX(left_at) AS at FROM visit
     WHERE enterprise_id IN (?) AND state IN ('recorded', 'followed_up') GROUP BY enterprise_id`,
    [[...enterpriseIds]],
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}
