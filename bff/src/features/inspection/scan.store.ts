import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { TaskState } from './report.store';

export interface ScannedPoint {
  id: number;
  code: string;
  name: string;
  place: string;
  point_type: string;
  type_name: string;
  key_version: number;
  printed_on: BusinessDate | null;
  officer_id: number;
  deputy_id: number | null;
  officer_name: string;
  limit_profile: string | null;
  settings: unknown;
  lng: number | null;
  lat: number | null;
  fence_m: number;
  interval_days: number;
  anchor_date: BusinessDate;
  active: number;
  enterprise_id: number;
  enterprise_name: string;
  industry: string;
}

export async function scannedPoint(tx: Tx, pointId: number): Promise<ScannedPoint | undefined> {
  const [row] = await tx.query<ScannedPoint>(
    `SELECT p.id, p.code, p.name, p.place, p.point_type, y.zh AS type_name, p.key_version, p.printed_on, p.officer_id, p.deputy_id,
       o.name AS officer_name, p.limit_profile, p.settings, p.lng, p.lat, p.fence_m, p.interval_days, p.anchor_date, p.active, e.id AS enterprise_id,
       e.name AS enterprise_name, e.industry
     FROM point p JOIN point_type y ON y.code = p.point_type JOIN enterprise e ON e.id = p.enterprise_id JOIN person o ON o.id = p.officer_id
     WHERE p.id = ?`,
    [pointId],
  );
  return row;
}

export interface PointTask {
  id: number;
  task_date: BusinessDate;
  state: TaskState;
  officer_id: number;
  due_at: Date;
  grace_until: Date;
}

/** Tasks of a point that can still be reported (yesterday's in grace included), and those of today that are closed. */
export function currentTasks(tx: Tx, pointId: number, date: BusinessDate, now: Date): Promise<PointTask[]> {
  return tx.query<PointTask>(
    `SELECT id, task_date, state, officer_id, due_at, grace_until FROM task
     WHERE point_id = ? AND ((state = 'open' AND grace_until > ?) OR task_date = ?) ORDER BY task_date, round`,
    [pointId, now, date],
  );
}

export async function suspendedOn(tx: Tx, enterpriseId: number, date: BusinessDate): Promise<boolean> {
  const rows = await tx.query(
    "SELECT 1 FROM suspension WHERE enterprise_id = ? AND state = 'approved' AND from_date <= ? AND to_date >= ? LIMIT 1",
    [enterpriseId, date, date],
  );
  return rows.length > 0;
}

/** The latest closed task of a point, for the public page. */
export async function lastInspection(
  tx: Tx,
  pointId: number,
): Promise<{ task_date: BusinessDate; state: TaskState } | undefined> {
  const [row] = await tx.query<{ task_date: BusinessDate; state: TaskState }>(
    "SELECT task_date, state FROM task WHERE point_id = ? AND state IN ('done', 'late', 'missed') ORDER BY task_date DESC, round DESC LIMIT 1",
    [pointId],
  );
  return row;
}

/** Raises the print version: every code printed before is revoked. */
export async function raiseKeyVersion(tx: Tx, pointId: number, date: BusinessDate): Promise<void> {
  await tx.execute('UPDATE point SET key_version = key_version + 1, printed_on = ? WHERE id = ?', [date, pointId]);
}
