import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import type { SqlValue, Tx } from '../../core/database';

/** Objections of enterprises and adjustments by hand: what is decided between the preliminary list and the final one. */

export interface Objection {
  id: number;
  period: string;
  enterpriseId: number;
  enterpriseName: string;
  reason: string;
  filedBy: number;
  filedAt: Date;
  decideBy: BusinessDate;
  state: 'open' | 'upheld' | 'refused';
  decidedAt: Date | null;
  note: string | null;
}

const OBJECTION = `SELECT o.id, o.period, o.enterprise_id AS enterpriseId, e.name AS enterpriseName, o.reason,
    o.filed_by AS filedBy, o.filed_at AS filedAt, o.decide_by AS decideBy, o.state, o.decided_at AS decidedAt, o.note
  FROM credit_objection o JOIN enterprise e ON e.id = o.enterprise_id`;

interface MatterSearch {
  period?: string | undefined;
  enterpriseId?: number | undefined;
  state?: string | undefined;
  after?: number | undefined;
  limit: number;
}

function search<T>(tx: Tx, select: string, alias: string, scope: Scope, given: MatterSearch): Promise<T[]> {
  const within = scopeCondition(scope);
  const conditions = [within.sql];
  const values: SqlValue[] = [...within.values];
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    conditions.push(sql);
    values.push(value);
  };
  add(`${alias}.period = ?`, given.period);
  add(`${alias}.enterprise_id = ?`, given.enterpriseId);
  add(`${alias}.state = ?`, given.state);
  add(`${alias}.id > ?`, given.after);
  return tx.query<T>(`${select} WHERE ${conditions.join(' AND ')} ORDER BY ${alias}.id LIMIT ?`, [
    ...values,
    given.limit,
  ]);
}

export const objections = (tx: Tx, scope: Scope, given: MatterSearch): Promise<Objection[]> =>
  search<Objection>(tx, OBJECTION, 'o', scope, given);

export async function objectionOf(tx: Tx, scope: Scope, id: number, lock = false): Promise<Objection | undefined> {
  const within = scopeCondition(scope);
  if (lock) await tx.query('SELECT id FROM credit_objection WHERE id = ? FOR UPDATE', [id]);
  const [row] = await tx.query<Objection>(`${OBJECTION} WHERE o.id = ? AND ${within.sql}`, [id, ...within.values]);
  return row;
}

export async function insertObjection(
  tx: Tx,
  given: {
    clientUuid: string;
    period: string;
    enterpriseId: number;
    reason: string;
    personId: number;
    decideBy: BusinessDate;
  },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO credit_objection (client_uuid, period, enterprise_id, reason, filed_by, filed_at, decide_by) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [given.clientUuid, given.period, given.enterpriseId, given.reason, given.personId, now, given.decideBy],
  );
  return insertId;
}

export async function decideObjection(
  tx: Tx,
  id: number,
  given: { state: 'upheld' | 'refused'; personId: number; note: string },
  now: Date,
): Promise<void> {
  await tx.execute('UPDATE credit_objection SET state = ?, decided_by = ?, decided_at = ?, note = ? WHERE id = ?', [
    given.state,
    given.personId,
    now,
    given.note,
    id,
  ]);
}

/** The decision is taken back; that it was made, and why not, stays with the adjustment and the events. */
export async function reopenObjection(tx: Tx, id: number): Promise<void> {
  await tx.execute(
    "UPDATE credit_objection SET state = 'open', decided_by = NULL, decided_at = NULL, note = NULL WHERE id = ?",
    [id],
  );
}

export interface Adjustment {
  id: number;
  period: string;
  enterpriseId: number;
  enterpriseName: string;
  objectionId: number | null;
  points: number;
  reason: string;
  proposedBy: number;
  proposedAt: Date;
  state: 'proposed' | 'confirmed' | 'refused';
  decidedAt: Date | null;
  note: string | null;
}

const ADJUSTMENT = `SELECT a.id, a.period, a.enterprise_id AS enterpriseId, e.name AS enterpriseName,
    a.objection_id AS objectionId, a.points, a.reason, a.proposed_by AS proposedBy, a.proposed_at AS proposedAt, a.state,
    a.decided_at AS decidedAt, a.note
  FROM credit_adjustment a JOIN enterprise e ON e.id = a.enterprise_id`;

export const adjustments = (tx: Tx, scope: Scope, given: MatterSearch): Promise<Adjustment[]> =>
  search<Adjustment>(tx, ADJUSTMENT, 'a', scope, given);

export async function adjustmentOf(tx: Tx, scope: Scope, id: number, lock = false): Promise<Adjustment | undefined> {
  const within = scopeCondition(scope);
  if (lock) await tx.query('SELECT id FROM credit_adjustment WHERE id = ? FOR UPDATE', [id]);
  const [row] = await tx.query<Adjustment>(`${ADJUSTMENT} WHERE a.id = ? AND ${within.sql}`, [id, ...within.values]);
  return row;
}

export async function insertAdjustment(
  tx: Tx,
  given: {
    clientUuid: string;
    period: string;
    enterpriseId: number;
    objectionId: number | null;
    points: number;
    reason: string;
    personId: number;
  },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO credit_adjustment (client_uuid, period, enterprise_id, objection_id, points, reason, proposed_by, proposed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      given.clientUuid,
      given.period,
      given.enterpriseId,
      given.objectionId,
      given.points,
      given.reason,
      given.personId,
      now,
    ],
  );
  return insertId;
}

export async function decideAdjustment(
  tx: Tx,
  id: number,
  given: { state: 'confirmed' | 'refused'; personId: number; note: string },
  now: Date,
): Promise<void> {
  await tx.execute('UPDATE credit_adjustment SET state = ?, decided_by = ?, decided_at = ?, note = ? WHERE id = ?', [
    given.state,
    given.personId,
    now,
    given.note,
    id,
  ]);
}

/** Points of the confirmed adjustments of a result. */
export async function confirmedPoints(tx: Tx, period: string, enterpriseId: number): Promise<number[]> {
  const rows = await tx.query<{ points: number }>(
    "SELECT points FROM credit_adjustment WHERE period = ? AND enterprise_id = ? AND state = 'confirmed'",
    [period, enterpriseId],
  );
  return rows.map(({ points }) => points);
}
