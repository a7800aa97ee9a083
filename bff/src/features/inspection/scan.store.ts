import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { TaskState } from './report.store';

export interface ScannedPoint {
  id: number;
  enterprise_id: number;
  enterprise_name: string;
  industry: string;
  code: string;
  name: string;
  point_type: string;
  officer_id: number;
  deputy_id: number | null;
  key_version: number;
  limit_profile: string | null;
  settings: unknown;
  interval_days: number;
  anchor_date: BusinessDate;
  active: boolean;
}

/** A point by what its door says; no scope yet, so that a wrong door can be told from an unknown one. */
export async function scannedPoint(tx: Tx, pointId: number): Promise<ScannedPoint | undefined> {
  const [row] = await tx.query<ScannedPoint>(
    `SELECT p.id, p.enterprise_id, e.name AS enterprise_name, e.industry, p.code, p.name, p.point_type, p.officer_id,
       p.deputy_id, p.key_version, p.limit_profile, p.settings, p.interval_days, p.anchor_date, p.active
     FROM point p JOIN enterprise e ON e.id = p.enterprise_id WHERE p.id = ?`,
    [pointId],
  );
  return row;
}

export interface ScannedTask {
  id: number;
  task_date: BusinessDate;
  officer_id: number;
  state: TaskState;
  due_at: Date;
  grace_until: Date;
}

/** Tasks of a point that could be meant: today's, and yesterday's while its grace runs; open ones first, older first. */
export function scannedTasks(tx: Tx, pointId: number, from: BusinessDate, to: BusinessDate): Promise<ScannedTask[]> {
  return tx.query<ScannedTask>(
    `SELECT id, task_date, officer_id, state, due_at, grace_until FROM task
     WHERE point_id = ? AND task_date BETWEEN ? AND ? ORDER BY state <> 'open', task_date, round`,
    [pointId, from, to],
  );
}
