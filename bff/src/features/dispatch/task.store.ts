import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import { namedQuery, type Tx } from '../../core/database';
import { EVERY_ROW, firstRows, inOrder } from '../../core/first-rows';

const taskList = namedQuery('task-list');

type TaskState = 'open' | 'done' | 'late' | 'missed' | 'excused';
type TaskOrigin = 'plan' | 'ordered' | 'own';

export interface ListedTask {
  id: number;
  task_date: BusinessDate;
  point_id: number;
  round: number;
  origin: TaskOrigin;
  state: TaskState;
  interval_days: number;
  interval_basis: string;
  due_at: Date;
  grace_until: Date;
  closed_at: Date | null;
  report_id: number | null;
  code: string;
  name: string;
  place: string;
  lng: number | null;
  lat: number | null;
  fence_m: number;
  point_type: string;
  type_name: string;
  enterprise_id: number;
  enterprise_name: string;
  extra_reason: string | null;
  last_date: BusinessDate | null;
  last_state: TaskState | null;
  last_abnormal: number | null;
}

/**
 * The tasks of one officer on one date: open ones first, then by point number. With `openSince`, also what is still
 * open and in grace of the days from that one on.
 */
export function listTasks(
  tx: Tx,
  officerId: number,
  date: BusinessDate,
  openSince: BusinessDate,
  now: Date,
): Promise<ListedTask[]> {
  return tx.query<ListedTask>(taskList, [officerId, openSince, date, date, now]);
}

export interface MonthTask {
  id: number;
  task_date: BusinessDate;
  state: TaskState;
  round: number;
  origin: TaskOrigin;
  closed_at: Date | null;
  report_id: number | null;
  abnormal_count: number | null;
  reported_by: string | null;
  point_id: number;
  code: string;
  name: string;
  point_type: string;
  enterprise_id: number;
  enterprise_name: string;
}

/** An officer's tasks of a span of dates, by date and point number; an officer has a few per day. */
export function monthTasks(tx: Tx, officerId: number, from: BusinessDate, to: BusinessDate): Promise<MonthTask[]> {
  return tx.query<MonthTask>(
    `SELECT t.id, t.task_date, t.state, t.round, t.origin, t.closed_at, t.report_id, r.abnormal_count, o.name AS reported_by,
       p.id AS point_id, p.code, p.name, p.point_type, e.id AS enterprise_id, e.name AS enterprise_name
     FROM task t JOIN point p ON p.id = t.point_id JOIN enterprise e ON e.id = t.enterprise_id
     LEFT JOIN report r ON r.id = t.report_id LEFT JOIN person o ON o.id = r.officer_id
     WHERE t.officer_id = ? AND t.task_date BETWEEN ? AND ? ORDER BY t.task_date, p.code, t.round`,
    [officerId, from, to],
  );
}

export interface PlannedPoint {
  id: number;
  code: string;
  name: string;
  place: string;
  point_type: string;
  type_name: string;
  interval_days: number;
  anchor_date: BusinessDate;
}

/** The points that an officer looks after, with what decides their due dates. */
export function plannedPoints(tx: Tx, officerId: number): Promise<PlannedPoint[]> {
  return tx.query<PlannedPoint>(
    `SELECT p.id, p.code, p.name, p.place, p.point_type, y.zh AS type_name, p.interval_days, p.anchor_date
     FROM point p JOIN point_type y ON y.code = p.point_type
     WHERE p.officer_id = ? AND p.active ORDER BY p.code`,
    [officerId],
  );
}

export interface Search {
  from: BusinessDate;
  to: BusinessDate;
  state: TaskState | undefined;
  enterpriseId: number | undefined;
  /** Rows after this (date, id), newest first. */
  after: { date: BusinessDate; id: number } | undefined;
  limit: number;
}

export interface FoundTask {
  id: number;
  task_date: BusinessDate;
  state: TaskState;
  origin: TaskOrigin;
  closed_at: Date | null;
  report_id: number | null;
  officer_id: number;
  officer_name: string;
  point_id: number;
  code: string;
  point_name: string;
  point_type: string;
  enterprise_id: number;
  enterprise_name: string;
  region_code: string;
}

const STATES: readonly TaskState[] = ['open', 'done', 'late', 'missed', 'excused'];

/** Tasks of a span of dates within an official's scope, newest first, `limit` rows. */
export async function searchTasks(tx: Tx, scope: Scope, search: Search): Promise<FoundTask[]> {
  const { from, to, state, after } = search;
  const ids = await firstRows(tx, scope, {
    table: 'task',
    by: 'task_date',
    direction: 'DESC',
    parts: (state === undefined ? STATES : [state]).map((each) => ({
      index: 'task_state',
      sql: 't.state = ?',
      values: [each],
    })),
    ownParts: [state === undefined ? EVERY_ROW : { sql: 't.state = ?', values: [state] }],
    filter: { sql: 't.task_date BETWEEN ? AND ?', values: [from, to] },
    enterpriseId: search.enterpriseId,
    after: after && { value: after.date, id: after.id },
    limit: search.limit,
  });
  if (ids.length === 0) return [];
  const within = scopeCondition(scope);
  const rows = await tx.query<FoundTask>(
    `SELECT t.id, t.task_date, t.state, t.origin, t.closed_at, t.report_id, t.officer_id, o.name AS officer_name,
       p.id AS point_id, p.code, p.name AS point_name, p.point_type, e.id AS enterprise_id, e.name AS enterprise_name, e.region_code
     FROM task t JOIN enterprise e ON e.id = t.enterprise_id JOIN point p ON p.id = t.point_id JOIN person o ON o.id = t.officer_id
     WHERE t.id IN (?) AND ${within.sql}`,
    [ids, ...within.values],
  );
  return inOrder(ids, rows);
}

/** Why enterprises are inspected at other intervals than the usual ones, by enterprise. */
export async function intervalReasons(tx: Tx, enterpriseIds: readonly number[]): Promise<Map<number, string[]>> {
  const reasons = new Map<number, string[]>();
  if (enterpriseIds.length === 0) return reasons;
  const rows = await tx.query<{ id: number; because: string }>(
    'SELECT enterprise_id AS id, because FROM enterprise_factor WHERE enterprise_id IN (?) AND factor <> 1 ORDER BY enterprise_id, source',
    [[...enterpriseIds]],
  );
  for (const { id, because } of rows) reasons.set(id, [...(reasons.get(id) ?? []), because]);
  return reasons;
}
