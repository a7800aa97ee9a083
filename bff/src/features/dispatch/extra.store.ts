import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { actingOfficer } from './acting-officer.rules';

/** A point within the scope, locked, so that two orders at once take different rounds. */
export async function lockPoint(
  tx: Tx,
  scope: Scope,
  pointId: number,
): Promise<{ id: number; enterprise_id: number; active: number } | undefined> {
  const within = scopeCondition(scope);
  const [row] = await tx.query<{ id: number; enterprise_id: number; active: number }>(
    `SELECT p.id, p.enterprise_id, p.active FROM point p JOIN enterprise e ON e.id = p.enterprise_id
     WHERE p.id = ? AND ${within.sql} FOR UPDATE`,
    [pointId, ...within.values],
  );
  return row;
}

/** The next free round of a point on a date; 1 when there was no extra inspection yet. */
export async function nextRound(tx: Tx, pointId: number, date: BusinessDate): Promise<number> {
  const [row] = await tx.query<{ last: number | null }>(
    `SELECT GREATEST(COALESCE((SELECT MAX(round) FROM task WHERE point_id = ? AND task_date = ?), 0),
       COALESCE((SELECT MAX(round) FROM extra_inspection WHERE point_id = ? AND task_date = ?), 0)) AS last`,
    [pointId, date, pointId, date],
  );
  return (row?.last ?? 0) + 1;
}

export async function insertExtra(
  tx: Tx,
  order: { clientUuid: string; pointId: number; date: BusinessDate; round: number; orderedBy: number; reason: string },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO extra_inspection (client_uuid, point_id, task_date, round, ordered_by, reason, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [order.clientUuid, order.pointId, order.date, order.round, order.orderedBy, order.reason, now],
  );
  return insertId;
}

/** One task outside the plan. The officer is `officerId`, or the point's own (his deputy while he is on leave). */
export async function insertTask(
  tx: Tx,
  task: {
    pointId: number;
    date: BusinessDate;
    round: number;
    origin: 'ordered' | 'own';
    officerId: number | null;
    dueAt: Date;
    graceUntil: Date;
  },
): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO task (point_id, task_date, round, enterprise_id, officer_id, origin, interval_days, interval_basis, due_at, grace_until)
     SELECT p.id, ?, ?, p.enterprise_id, COALESCE(?, ${actingOfficer('p.officer_id', '?')}), ?, p.interval_days, p.interval_basis, ?, ?
     FROM point p WHERE p.id = ?`,
    [
      task.date,
      task.round,
      task.officerId,
      task.date,
      task.date,
      task.origin,
      task.dueAt,
      task.graceUntil,
      task.pointId,
    ],
  );
  return insertId;
}
