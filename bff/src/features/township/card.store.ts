import type { Tx } from '../../core/database';
import type { BusinessDate } from '../../core/clock';

/** What an official wants to know on the doorstep of one enterprise. Ids given here are within the scope already. */

export interface OfficerRow {
  id: number;
  name: string;
  mobile: string;
  points: number;
}

/** Those who inspect there, with their whole numbers: to be called by one tap. */
export function officersToCall(tx: Tx, enterpriseId: number): Promise<OfficerRow[]> {
  return tx.query<OfficerRow>(
    `SELECT p.id, p.name, p.mobile,
       (SELECT COUNT(*) FROM point t WHERE t.enterprise_id = g.enterprise_id AND t.officer_id = p.id AND t.active) AS points
     FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
     WHERE g.role = 'officer' AND g.enterprise_id = ? ORDER BY points DESC, p.id`,
    [enterpriseId],
  );
}

export interface TaskRow {
  id: number;
  point_code: string;
  point_name: string;
  point_type: string;
  officer_name: string;
  state: 'open' | 'done' | 'late' | 'missed' | 'excused';
  due_at: Date;
  report_id: number | null;
  abnormal: number | null;
}

/** The list of a day. */
export function tasksOf(tx: Tx, enterpriseId: number, date: BusinessDate): Promise<TaskRow[]> {
  return tx.query<TaskRow>(
    `SELECT t.id, p.code AS point_code, p.name AS point_name, p.point_type, o.name AS officer_name, t.state, t.due_at, t.report_id,
       r.abnormal_count AS abnormal
     FROM task t JOIN point p ON p.id = t.point_id JOIN person o ON o.id = t.officer_id LEFT JOIN report r ON r.id = t.report_id
     WHERE t.enterprise_id = ? AND t.task_date = ? ORDER BY p.code, t.round`,
    [enterpriseId, date],
  );
}

export interface DayRow {
  date: BusinessDate;
  due: number;
  done: number;
  late: number;
  missed: number;
  abnormal: number;
}

/** What came of the tasks of each day in a span; days without any are absent. */
export function daysOf(tx: Tx, enterpriseId: number, from: BusinessDate, to: BusinessDate): Promise<DayRow[]> {
  return tx.query<DayRow>(
    `SELECT t.task_date AS date, SUM(t.state IN ('done', 'late', 'missed')) AS due, SUM(t.state IN ('done', 'late')) AS done,
       SUM(t.state = 'late') AS late, SUM(t.state = 'missed') AS missed, COALESCE(SUM(r.abnormal_count), 0) AS abnormal
     FROM task t LEFT JOIN report r ON r.id = t.report_id
     WHERE t.enterprise_id = ? AND t.task_date BETWEEN ? AND ? GROUP BY t.task_date ORDER BY t.task_date`,
    [enterpriseId, from, to],
  );
}

export interface CardFindingRow {
  id: number;
  severity: 'minor' | 'general' | 'major';
  state: 'open' | 'submitted';
  item_zh: string;
  point_code: string;
  point_name: string;
  point_type: string;
  due_at: Date;
  submitted_at: Date | null;
}

/** What is not put right yet, the most pressing first. */
export function openFindingsOf(tx: Tx, enterpriseId: number, limit: number): Promise<CardFindingRow[]> {
  return tx.query<CardFindingRow>(
    `SELECT f.id, f.severity, f.state, f.item_zh, p.code AS point_code, p.name AS point_name, p.point_type, f.due_at, f.submitted_at
     FROM finding f JOIN point p ON p.id = f.point_id
     WHERE f.enterprise_id = ? AND f.state IN ('open', 'submitted') ORDER BY f.due_at, f.id LIMIT ?`,
    [enterpriseId, limit],
  );
}

export interface CardWarningRow {
  id: number;
  rule_code: string;
  rule_zh: string;
  level: 'major' | 'normal';
  state: 'open' | 'acknowledged' | 'snoozed';
  reason: string;
  ack_by: Date;
  eased_at: Date | null;
}

/** Warnings that are not closed, major ones first. */
export function openWarningsOf(tx: Tx, enterpriseId: number, limit: number): Promise<CardWarningRow[]> {
  return tx.query<CardWarningRow>(
    `SELECT w.id, w.rule_code, u.zh AS rule_zh, w.level, w.state, w.reason, w.ack_by, w.eased_at
     FROM warning w JOIN warning_rule u ON u.code = w.rule_code AND u.version = w.rule_version
     WHERE w.enterprise_id = ? AND w.state IN ('open', 'acknowledged', 'snoozed') ORDER BY w.level, w.ack_by, w.id LIMIT ?`,
    [enterpriseId, limit],
  );
}

export interface CardVisitRow {
  id: number;
  state: 'planned' | 'recorded' | 'followed_up';
  planned_on: BusinessDate;
  left_at: Date | null;
  owner_name: string;
}

/** Visits from the newest on, planned ones included. */
export function visitsOf(tx: Tx, enterpriseId: number, limit: number): Promise<CardVisitRow[]> {
  return tx.query<CardVisitRow>(
    `SELECT v.id, v.state, v.planned_on, v.left_at, o.name AS owner_name
     FROM visit v JOIN person o ON o.id = v.owner_id
     WHERE v.enterprise_id = ? AND v.state <> 'cancelled' ORDER BY v.planned_on DESC, v.id DESC LIMIT ?`,
    [enterpriseId, limit],
  );
}

export interface AgreedRow {
  visit_id: number;
  text: string;
  by_date: BusinessDate;
  /** Null until somebody has looked. */
  done: number | null;
}

/** What was agreed at these visits. */
export async function agreedAt(tx: Tx, visitIds: readonly number[]): Promise<AgreedRow[]> {
  if (visitIds.length === 0) return [];
  return tx.query<AgreedRow>(
    'SELECT visit_id, text, by_date, done FROM visit_agreed WHERE visit_id IN (?) ORDER BY visit_id, seq',
    [[...visitIds]],
  );
}

export async function categoriesOf(tx: Tx, enterpriseId: number): Promise<string[]> {
  const rows = await tx.query<{ category: string }>(
    'SELECT category FROM enterprise_category WHERE enterprise_id = ? ORDER BY category',
    [enterpriseId],
  );
  return rows.map(({ category }) => category);
}
