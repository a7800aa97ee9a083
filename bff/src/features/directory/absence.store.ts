import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import type { SqlValue, Tx } from '../../core/database';

export interface LeaveRow {
  id: number;
  person_id: number;
  officer_name: string;
  deputy_id: number;
  deputy_name: string;
  from_date: BusinessDate;
  to_date: BusinessDate;
  cancelled_at: Date | null;
}

const LEAVE = `SELECT l.id, l.person_id, o.name AS officer_name, l.deputy_id, d.name AS deputy_name, l.from_date, l.to_date, l.cancelled_at
  FROM officer_leave l JOIN person o ON o.id = l.person_id JOIN person d ON d.id = l.deputy_id`;

export function leavesOf(tx: Tx, personId: number): Promise<LeaveRow[]> {
  return tx.query<LeaveRow>(`${LEAVE} WHERE l.person_id = ? OR l.deputy_id = ? ORDER BY l.from_date DESC LIMIT 100`, [
    personId,
    personId,
  ]);
}

export async function leaveOf(tx: Tx, id: number): Promise<LeaveRow | undefined> {
  const [row] = await tx.query<LeaveRow>(`${LEAVE} WHERE l.id = ?`, [id]);
  return row;
}

export async function insertLeave(
  tx: Tx,
  leave: { clientUuid: string; personId: number; deputyId: number; from: BusinessDate; to: BusinessDate },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO officer_leave (client_uuid, person_id, deputy_id, from_date, to_date, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    [leave.clientUuid, leave.personId, leave.deputyId, leave.from, leave.to, now],
  );
  return insertId;
}

export async function cancelLeave(tx: Tx, leaveId: number, now: Date): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    'UPDATE officer_leave SET cancelled_at = ? WHERE id = ? AND cancelled_at IS NULL',
    [now, leaveId],
  );
  return affectedRows === 1;
}

/** Two requests about these people at once see each other. */
export async function lockPeople(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.query('SELECT id FROM person WHERE id IN (?) ORDER BY id FOR UPDATE', [[...ids]]);
}

/** Whether somebody stands in on these days for others, who would be left without anybody. */
export async function deputises(tx: Tx, personId: number, from: BusinessDate, to: BusinessDate): Promise<boolean> {
  const rows = await tx.query(
    'SELECT 1 FROM officer_leave WHERE deputy_id = ? AND cancelled_at IS NULL AND from_date <= ? AND to_date >= ? LIMIT 1',
    [personId, to, from],
  );
  return rows.length > 0;
}

/** Leaves of a range of ids that end on a date. */
export function endingLeaves(tx: Tx, date: BusinessDate, ids: { from: number; to: number }): Promise<LeaveRow[]> {
  return tx.query<LeaveRow>(
    `${LEAVE} WHERE l.to_date = ? AND l.cancelled_at IS NULL AND l.id BETWEEN ? AND ? ORDER BY l.id`,
    [date, ids.from, ids.to],
  );
}

export async function endingSpan(tx: Tx, date: BusinessDate): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    'SELECT MIN(id) AS low, MAX(id) AS high FROM officer_leave WHERE to_date = ? AND cancelled_at IS NULL',
    [date],
  );
  return [row?.low ?? null, row?.high ?? null];
}

/** How many tasks of a date a person has open. */
export async function openTasks(tx: Tx, personId: number, date: BusinessDate): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    "SELECT COUNT(*) AS n FROM task WHERE officer_id = ? AND task_date = ? AND state = 'open'",
    [personId, date],
  );
  return row?.n ?? 0;
}

/** Whether the officer has another leave on these days. */
export async function leaveOverlaps(tx: Tx, personId: number, from: BusinessDate, to: BusinessDate): Promise<boolean> {
  const rows = await tx.query(
    'SELECT 1 FROM officer_leave WHERE person_id = ? AND cancelled_at IS NULL AND from_date <= ? AND to_date >= ? LIMIT 1',
    [personId, to, from],
  );
  return rows.length > 0;
}

/** Hands tasks that are open on these days from one person to another. Returns how many. */
export async function handOver(
  tx: Tx,
  from: number,
  to: number,
  first: BusinessDate,
  last: BusinessDate,
): Promise<number> {
  const { affectedRows } = await tx.execute(
    "UPDATE task SET officer_id = ? WHERE officer_id = ? AND task_date BETWEEN ? AND ? AND state = 'open'",
    [to, from, first, last],
  );
  return affectedRows;
}

/**
 * Gives an officer back what the deputy still has open of the officer's own points on these days; the deputy's own work,
 * and what the deputy stands in for others, stays where it is. Returns how many.
 */
export async function handBack(
  tx: Tx,
  deputyId: number,
  officerId: number,
  first: BusinessDate,
  last: BusinessDate,
): Promise<number> {
  const { affectedRows } = await tx.execute(
    `UPDATE task SET officer_id = ? WHERE officer_id = ? AND task_date BETWEEN ? AND ? AND state = 'open'
       AND point_id IN (SELECT id FROM point WHERE officer_id = ?)`,
    [officerId, deputyId, first, last, officerId],
  );
  return affectedRows;
}

/** Whether the deputy is an officer of every enterprise in which this officer looks after points. */
export async function deputyFits(tx: Tx, officerId: number, deputyId: number): Promise<boolean> {
  const [row] = await tx.query<{ n: number; fits: number }>(
    `SELECT COUNT(*) AS n, SUM(EXISTS (SELECT 1 FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
       WHERE g.role = 'officer' AND g.person_id = ? AND g.enterprise_id = mine.enterprise_id)) AS fits
     FROM (SELECT enterprise_id FROM person_grant WHERE person_id = ? AND role = 'officer') mine`,
    [deputyId, officerId],
  );
  return row !== undefined && row.n > 0 && Number(row.fits) === row.n;
}

export type SuspensionState = 'pending' | 'approved' | 'rejected' | 'withdrawn';

export interface SuspensionRow {
  id: number;
  enterprise_id: number;
  enterprise_name: string;
  from_date: BusinessDate;
  to_date: BusinessDate;
  reason: string;
  state: SuspensionState;
  filed_by: number;
  filed_name: string;
  filed_at: Date;
  decided_name: string | null;
  note: string | null;
}

const SUSPENSION = `SELECT s.id, s.enterprise_id, e.name AS enterprise_name, s.from_date, s.to_date, s.reason, s.state, s.filed_by,
    f.name AS filed_name, s.filed_at, d.name AS decided_name, s.note
  FROM suspension s JOIN enterprise e ON e.id = s.enterprise_id JOIN person f ON f.id = s.filed_by LEFT JOIN person d ON d.id = s.decided_by`;

export function searchSuspensions(
  tx: Tx,
  scope: Scope,
  search: { state: SuspensionState | undefined; before: number | undefined; limit: number },
): Promise<SuspensionRow[]> {
  const within = scopeCondition(scope);
  const conditions = [within.sql, 's.id < ?'];
  const values: SqlValue[] = [...within.values, search.before ?? Number.MAX_SAFE_INTEGER];
  if (search.state !== undefined) {
    conditions.push('s.state = ?');
    values.push(search.state);
  }
  return tx.query<SuspensionRow>(`${SUSPENSION} WHERE ${conditions.join(' AND ')} ORDER BY s.id DESC LIMIT ?`, [
    ...values,
    search.limit,
  ]);
}

export async function findSuspension(tx: Tx, scope: Scope, suspensionId: number): Promise<SuspensionRow | undefined> {
  const within = scopeCondition(scope);
  const [row] = await tx.query<SuspensionRow>(`${SUSPENSION} WHERE s.id = ? AND ${within.sql}`, [
    suspensionId,
    ...within.values,
  ]);
  return row;
}

/** Locks the enterprise, so that two filings at once see each other. */
export async function overlaps(tx: Tx, enterpriseId: number, from: BusinessDate, to: BusinessDate): Promise<boolean> {
  await tx.query('SELECT id FROM enterprise WHERE id = ? FOR UPDATE', [enterpriseId]);
  const rows = await tx.query(
    "SELECT 1 FROM suspension WHERE enterprise_id = ? AND state IN ('pending', 'approved') AND from_date <= ? AND to_date >= ? LIMIT 1",
    [enterpriseId, to, from],
  );
  return rows.length > 0;
}

export async function insertSuspension(
  tx: Tx,
  given: {
    clientUuid: string;
    enterpriseId: number;
    from: BusinessDate;
    to: BusinessDate;
    reason: string;
    filedBy: number;
  },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    "INSERT INTO suspension (client_uuid, enterprise_id, from_date, to_date, reason, state, filed_by, filed_at) VALUES (?, ?, ?, ?, ?, 'pending', ?, ?)",
    [given.clientUuid, given.enterpriseId, given.from, given.to, given.reason, given.filedBy, now],
  );
  return insertId;
}

/** Decides a suspension that is still pending; false when somebody was faster. */
export async function decide(
  tx: Tx,
  suspensionId: number,
  to: 'approved' | 'rejected',
  personId: number,
  note: string,
  now: Date,
): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    "UPDATE suspension SET state = ?, decided_by = ?, decided_at = ?, note = ? WHERE id = ? AND state = 'pending'",
    [to, personId, now, note, suspensionId],
  );
  return affectedRows === 1;
}

/** Takes back what is pending or approved; who had approved it stays on record. False when it was neither. */
export async function withdraw(tx: Tx, suspensionId: number): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    "UPDATE suspension SET state = 'withdrawn' WHERE id = ? AND state IN ('pending', 'approved')",
    [suspensionId],
  );
  return affectedRows === 1;
}

/** Excuses what is open or was missed at an enterprise on these days. Returns how many tasks. */
export async function excuseTasks(
  tx: Tx,
  enterpriseId: number,
  from: BusinessDate,
  to: BusinessDate,
  now: Date,
): Promise<number> {
  const { affectedRows } = await tx.execute(
    "UPDATE task SET state = 'excused', closed_at = ? WHERE enterprise_id = ? AND task_date BETWEEN ? AND ? AND state IN ('open', 'missed')",
    [now, enterpriseId, from, to],
  );
  return affectedRows;
}
