import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';

/**
 * Numbers of a region by the beginning of its code; what is asked for is within the scope already. What stands open and
 * what has ended of late are counted apart: each has an index, and what ended long ago is not read.
 */

export async function regionOf(
  tx: Tx,
  code: string,
): Promise<{ code: string; name: string; level: string; parent: string | null } | undefined> {
  const [row] = await tx.query<{ code: string; name: string; level: string; parent: string | null }>(
    'SELECT code, name, level, parent_code AS parent FROM region WHERE code = ?',
    [code],
  );
  return row;
}

export interface DayCount {
  date: BusinessDate;
  total: number;
  due: number;
  done: number;
  missed: number;
}

/**
 * The enterprises of a region. Named one by one they let an index lead to a span of their days; joined by region the
 * server reads every day that there ever was.
 */
async function enterprisesOf(tx: Tx, region: string): Promise<number[]> {
  const rows = await tx.query<{ id: number }>('SELECT id FROM enterprise WHERE region_code LIKE ?', [`${region}%`]);
  return rows.map(({ id }) => id);
}

/** Tasks of each day in a span: all that were to be done, those decided, those done; days without any are absent. */
export async function daysOfRegion(tx: Tx, region: string, from: BusinessDate, to: BusinessDate): Promise<DayCount[]> {
  const ids = await enterprisesOf(tx, region);
  if (ids.length === 0) return [];
  return tx.query<DayCount>(
    `SELECT t.task_date AS date, SUM(t.state <> 'excused') AS total, SUM(t.state IN ('done', 'late', 'missed')) AS due,
       SUM(t.state IN ('done', 'late')) AS done, SUM(t.state = 'missed') AS missed
     FROM task t FORCE INDEX (task_enterprise) WHERE t.enterprise_id IN (?) AND t.task_date BETWEEN ? AND ?
     GROUP BY t.task_date ORDER BY t.task_date`,
    [ids, from, to],
  );
}

export interface FindingCounts {
  open: number;
  submitted: number;
  overdue: number;
  opened: number;
  closed: number;
}

/** Findings as they stand now, and what was opened and closed since an instant. */
export async function findingCounts(tx: Tx, region: string, since: Date, now: Date): Promise<FindingCounts> {
  const [row] = await tx.query<FindingCounts>(
    `SELECT COALESCE(SUM(f.state = 'open'), 0) AS open, COALESCE(SUM(f.state = 'submitted'), 0) AS submitted,
       COALESCE(SUM(f.state = 'open' AND f.due_at < ?), 0) AS overdue, COALESCE(SUM(f.opened_at >= ?), 0) AS opened,
       COALESCE(SUM(f.closed_at >= ?), 0) AS closed
     FROM (
       SELECT o.state, o.due_at, o.opened_at, o.closed_at FROM enterprise e
       JOIN finding o ON o.enterprise_id = e.id AND o.state IN ('open', 'submitted') WHERE e.region_code LIKE ?
       UNION ALL
       SELECT c.state, c.due_at, c.opened_at, c.closed_at FROM enterprise e
       JOIN finding c ON c.enterprise_id = e.id AND c.closed_at >= ? WHERE e.region_code LIKE ?
     ) f`,
    [now, since, since, `${region}%`, since, `${region}%`],
  );
  return row ?? { open: 0, submitted: 0, overdue: 0, opened: 0, closed: 0 };
}

export interface WarningCounts {
  open: number;
  major: number;
  late: number;
  opened: number;
  closed: number;
}

/** Warnings as they stand now (those not acknowledged in time are late), and what came and went since an instant. */
export async function warningCounts(tx: Tx, region: string, since: Date, now: Date): Promise<WarningCounts> {
  const [row] = await tx.query<WarningCounts>(
    `SELECT COALESCE(SUM(state <> 'closed'), 0) AS open, COALESCE(SUM(state <> 'closed' AND level = 'major'), 0) AS major,
       COALESCE(SUM(state = 'open' AND ack_by <= ?), 0) AS late, COALESCE(SUM(opened_at >= ?), 0) AS opened,
       COALESCE(SUM(closed_at >= ?), 0) AS closed
     FROM (
       SELECT state, level, ack_by, opened_at, closed_at FROM warning
       WHERE state IN ('open', 'acknowledged', 'snoozed') AND region_code LIKE ?
       UNION ALL
       SELECT state, level, ack_by, opened_at, closed_at FROM warning WHERE closed_at >= ? AND region_code LIKE ?
     ) w`,
    [now, since, since, `${region}%`, since, `${region}%`],
  );
  return row ?? { open: 0, major: 0, late: 0, opened: 0, closed: 0 };
}

export interface VisitCounts {
  planned: number;
  made: number;
  enterprises: number;
}

/** Visits that are planned, and those made since an instant. */
export async function visitCounts(tx: Tx, region: string, since: Date): Promise<VisitCounts> {
  const [row] = await tx.query<VisitCounts>(
    `SELECT COALESCE(SUM(v.state = 'planned'), 0) AS planned, COALESCE(SUM(v.left_at >= ?), 0) AS made,
       COUNT(DISTINCT IF(v.left_at >= ?, v.enterprise_id, NULL)) AS enterprises
     FROM (
       SELECT p.enterprise_id, p.state, p.left_at FROM enterprise e
       JOIN visit p ON p.enterprise_id = e.id AND p.state = 'planned' WHERE e.region_code LIKE ?
       UNION ALL
       SELECT m.enterprise_id, m.state, m.left_at FROM enterprise e
       JOIN visit m ON m.enterprise_id = e.id AND m.state IN ('recorded', 'followed_up') AND m.left_at >= ? WHERE e.region_code LIKE ?
     ) v`,
    [since, since, `${region}%`, since, `${region}%`],
  );
  return row ?? { planned: 0, made: 0, enterprises: 0 };
}

export interface TownshipRate {
  region: string;
  due: number;
  done: number;
}

/** Tasks decided and done in a span by each township of a county that had any. */
export async function ratesOfTownships(
  tx: Tx,
  county: string,
  from: BusinessDate,
  to: BusinessDate,
): Promise<TownshipRate[]> {
  const ids = await enterprisesOf(tx, county);
  if (ids.length === 0) return [];
  return tx.query<TownshipRate>(
    `SELECT e.region_code AS region, COUNT(*) AS due, SUM(t.state <> 'missed') AS done
     FROM task t FORCE INDEX (task_enterprise) STRAIGHT_JOIN enterprise e ON e.id = t.enterprise_id
     WHERE t.enterprise_id IN (?) AND t.task_date BETWEEN ? AND ? AND t.state IN ('done', 'late', 'missed')
     GROUP BY e.region_code`,
    [ids, from, to],
  );
}
