import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';

/** Numbers of a region by the beginning of its code; what is asked for is within the scope already. */

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

/** Tasks of each day in a span: all that were to be done, those decided, those done; days without any are absent. */
export function daysOfRegion(tx: Tx, region: string, from: BusinessDate, to: BusinessDate): Promise<DayCount[]> {
  return tx.query<DayCount>(
    `SELECT t.task_date AS date, SUM(t.state <> 'excused') AS total, SUM(t.state IN ('done', 'late', 'missed')) AS due,
       SUM(t.state IN ('done', 'late')) AS done, SUM(t.state = 'missed') AS missed
     FROM enterprise e JOIN task t ON t.enterprise_id = e.id AND t.task_date BETWEEN ? AND ?
     WHERE e.region_code LIKE ? GROUP BY t.task_date ORDER BY t.task_date`,
    [from, to, `${region}%`],
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
     FROM enterprise e JOIN finding f ON f.enterprise_id = e.id
     WHERE e.region_code LIKE ? AND (f.state <> 'closed' OR f.closed_at >= ?)`,
    [now, since, since, `${region}%`, since],
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
     FROM warning WHERE region_code LIKE ? AND (state <> 'closed' OR closed_at >= ?)`,
    [now, since, since, `${region}%`, since],
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
     FROM enterprise e JOIN visit v ON v.enterprise_id = e.id
     WHERE e.region_code LIKE ? AND (v.state = 'planned' OR v.left_at >= ?)`,
    [since, since, `${region}%`, since],
  );
  return row ?? { planned: 0, made: 0, enterprises: 0 };
}

export interface TownshipRate {
  region: string;
  due: number;
  done: number;
}

/** Tasks decided and done in a span by each township of a county that had any. */
export function ratesOfTownships(
  tx: Tx,
  county: string,
  from: BusinessDate,
  to: BusinessDate,
): Promise<TownshipRate[]> {
  return tx.query<TownshipRate>(
    `SELECT e.region_code AS region, COUNT(*) AS due, SUM(t.state <> 'missed') AS done
     FROM enterprise e JOIN task t ON t.enterprise_id = e.id AND t.task_date BETWEEN ? AND ? AND t.state IN ('done', 'late', 'missed')
     WHERE e.region_code LIKE ? GROUP BY e.region_code`,
    [from, to, `${county}%`],
  );
}
