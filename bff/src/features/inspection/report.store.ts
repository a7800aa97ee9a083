import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import { namedQuery, type SqlValue, type Statement, type Tx } from '../../core/database';
import { allOf, EVERY_ROW, firstRows, inOrder } from '../../core/first-rows';
import { toId } from '../../core/wire';
import type { Answer, Judgement, Severity } from '../checklists';
import type { TrustReason } from './trust.rules';

const reportTask = namedQuery('report-task');

export type TaskState = 'open' | 'done' | 'late' | 'missed' | 'excused';

/** An answer as it is stored: what the officer gave and how it was judged, limit included. */
export type JudgedAnswer = Answer & Judgement;

export interface ReportTask {
  id: number;
  /** The report that closed it. */
  report_id: number | null;
  task_date: BusinessDate;
  state: TaskState;
  due_at: Date;
  grace_until: Date;
  task_officer_id: number;
  point_id: number;
  code: string;
  name: string;
  point_type: string;
  officer_id: number;
  deputy_id: number | null;
  key_version: number;
  fence_m: number;
  lng: number | null;
  lat: number | null;
  limit_profile: string | null;
  settings: unknown;
  interval_days: number;
  enterprise_id: number;
  enterprise_name: string;
  industry: string;
  region_code: string;
}

/** Tasks by id. */
export async function findReportTasks(tx: Tx, taskIds: readonly number[]): Promise<Map<number, ReportTask>> {
  const rows = await tx.query<ReportTask>(reportTask, [[...taskIds]]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Earlier answers of points since an instant, oldest first, for medians and "in a row". */
export function earlierAnswers(
  tx: Tx,
  pointIds: readonly number[],
  since: Date,
): Promise<{ point_id: number; answers: unknown; believed_at: Date }[]> {
  return tx.query(
    'SELECT point_id, answers, believed_at FROM report WHERE point_id IN (?) AND believed_at >= ? ORDER BY believed_at',
    [[...pointIds], since],
  );
}

export interface NewRow {
  clientUuid: string;
  task: ReportTask;
  officerId: number;
  checklistId: number;
  answers: readonly JudgedAnswer[];
  abnormalCount: number;
  worst: Severity | null;
  startedAt: Date;
  filledAt: Date;
  believedAt: Date;
  receivedAt: Date;
  evidence: object;
  trust: { score: number; reasons: readonly TrustReason[] };
  bodySha256: string;
}

/** An answer without what a normal one has nothing to say about: most of the text of a report would be nulls. */
function compact(answer: JudgedAnswer): object {
  const { code, value, note, worse, state, severity, reason, limit } = answer;
  if (state !== 'abnormal' && limit === null) return { code, value, note, worse, state };
  return {
    code,
    value,
    note,
    worse,
    state,
    severity: severity ?? undefined,
    reason: reason ?? undefined,
    limit: limit ?? undefined,
  };
}

/** What stores new reports. A client uuid or task that has a report already is a unique violation. */
export function insertReports(rows: readonly NewRow[]): Statement {
  return {
    sql: `INSERT INTO report (client_uuid, task_id, point_id, enterprise_id, officer_id, checklist_id, answers, abnormal_count,
       worst_severity, started_at, filled_at, believed_at, received_at, evidence, trust_score, trust_reasons, body_sha256)
     VALUES ?`,
    values: [
      rows.map((row): SqlValue[] => [
        row.clientUuid,
        row.task.id,
        row.task.point_id,
        row.task.enterprise_id,
        row.officerId,
        row.checklistId,
        JSON.stringify(row.answers.map(compact)),
        row.abnormalCount,
        row.worst,
        row.startedAt,
        row.filledAt,
        row.believedAt,
        row.receivedAt,
        JSON.stringify(row.evidence),
        row.trust.score,
        JSON.stringify(row.trust.reasons),
        row.bodySha256,
      ]),
    ],
  };
}

/** A row that `selectIds` brings. */
export interface ReportId {
  id: number;
  client_uuid: string;
}

/** What brings the ids of reports by their client uuids. */
export function selectIds(clientUuids: readonly string[]): Statement {
  return { sql: 'SELECT id, client_uuid FROM report WHERE client_uuid IN (?)', values: [[...clientUuids]] };
}

/** What closes tasks with their new reports, all with the same outcome; an excused one stays excused. */
export function closeTasks(reportIds: readonly number[], state: TaskState): Statement {
  return {
    sql: `UPDATE task t JOIN report r ON r.task_id = t.id
     SET t.state = IF(t.state = 'excused', 'excused', ?), t.report_id = r.id, t.closed_at = r.believed_at
     WHERE r.id IN (?) AND t.report_id IS NULL`,
    values: [state, [...reportIds]],
  };
}

export interface StoredReport {
  id: number;
  client_uuid: string;
  task_id: number;
  point_id: number;
  enterprise_id: number;
  officer_id: number;
  officer_name: string;
  checklist_id: number;
  answers: unknown;
  abnormal_count: number;
  worst_severity: Severity | null;
  started_at: Date;
  filled_at: Date;
  believed_at: Date;
  received_at: Date;
  trust_score: number;
  trust_reasons: unknown;
  body_sha256: string;
  task_date: BusinessDate;
  task_state: TaskState;
  code: string;
  point_name: string;
  point_type: string;
  enterprise_name: string;
}

const REPORT = `SELECT r.id, r.client_uuid, r.task_id, r.point_id, r.enterprise_id, r.officer_id, o.name AS officer_name, r.checklist_id,
    r.answers, r.abnormal_count, r.worst_severity, r.started_at, r.filled_at, r.believed_at, r.received_at, r.trust_score,
    r.trust_reasons, r.body_sha256, t.task_date, t.state AS task_state, p.code, p.name AS point_name, p.point_type, e.name AS enterprise_name
  FROM report r JOIN task t ON t.id = r.task_id JOIN point p ON p.id = r.point_id JOIN enterprise e ON e.id = r.enterprise_id
  JOIN person o ON o.id = r.officer_id`;

/** Reports that are there already with the client uuid or for the task of one of these. */
export async function reportsInPlace(
  tx: Tx,
  submissions: readonly { report: { clientUuid: string; taskId: string } }[],
): Promise<StoredReport[]> {
  if (submissions.length === 0) return [];
  const found = await tx.query<{ id: number }>(
    'SELECT id FROM report WHERE client_uuid IN (?) UNION SELECT id FROM report WHERE task_id IN (?)',
    [submissions.map(({ report }) => report.clientUuid), submissions.map(({ report }) => toId(report.taskId))],
  );
  if (found.length === 0) return [];
  return tx.query<StoredReport>(`${REPORT} WHERE r.id IN (?)`, [found.map((row) => row.id)]);
}

export async function findReport(tx: Tx, scope: Scope, reportId: number): Promise<StoredReport | undefined> {
  const within = scopeCondition(scope);
  const [row] = await tx.query<StoredReport>(`${REPORT} WHERE r.id = ? AND ${within.sql}`, [
    reportId,
    ...within.values,
  ]);
  return row;
}

export interface ReportSearch {
  enterpriseId: number | undefined;
  pointId: number | undefined;
  /** Only what this person reported. */
  officerId: number | undefined;
  /** Rows behind this (instant, id). */
  after: { at: Date; id: number } | undefined;
  limit: number;
}

/** What a list shows of a report: not its answers, which are most of it. */
export type ListedReport = Pick<
  StoredReport,
  | 'id'
  | 'task_id'
  | 'task_date'
  | 'point_id'
  | 'code'
  | 'point_name'
  | 'point_type'
  | 'enterprise_id'
  | 'enterprise_name'
  | 'officer_name'
  | 'believed_at'
  | 'abnormal_count'
  | 'worst_severity'
  | 'trust_score'
>;

/** Reports within the scope, the latest inspection first. */
export async function searchReports(tx: Tx, scope: Scope, search: ReportSearch): Promise<ListedReport[]> {
  const { pointId, officerId, after } = search;
  const filters: Statement[] = [
    ...(pointId === undefined ? [] : [{ sql: 't.point_id = ?', values: [pointId] }]),
    ...(officerId === undefined ? [] : [{ sql: 't.officer_id = ?', values: [officerId] }]),
  ];
  const ids = await firstRows(tx, scope, {
    table: 'report',
    by: 'believed_at',
    direction: 'DESC',
    parts: [{ index: 'report_time', ...EVERY_ROW }],
    ownParts: [EVERY_ROW],
    filter: allOf(filters),
    enterpriseId: search.enterpriseId ?? (pointId === undefined ? undefined : await enterpriseOf(tx, pointId)),
    after: after && { value: after.at, id: after.id },
    limit: search.limit,
  });
  return listed(tx, scope, ids);
}

/** The enterprise that a point belongs to; 0, which is nobody's, without such a point. */
async function enterpriseOf(tx: Tx, pointId: number): Promise<number> {
  const [point] = await tx.query<{ id: number }>('SELECT enterprise_id AS id FROM point WHERE id = ?', [pointId]);
  return point?.id ?? 0;
}

async function listed(tx: Tx, scope: Scope, ids: readonly number[]): Promise<ListedReport[]> {
  if (ids.length === 0) return [];
  const within = scopeCondition(scope);
  const rows = await tx.query<ListedReport>(
    `SELECT r.id, r.task_id, t.task_date, r.point_id, p.code, p.name AS point_name, p.point_type, r.enterprise_id,
       e.name AS enterprise_name, o.name AS officer_name, r.believed_at, r.abnormal_count, r.worst_severity, r.trust_score
     FROM report r JOIN task t ON t.id = r.task_id JOIN point p ON p.id = r.point_id JOIN enterprise e ON e.id = r.enterprise_id
     JOIN person o ON o.id = r.officer_id
     WHERE r.id IN (?) AND ${within.sql}`,
    [[...ids], ...within.values],
  );
  return inOrder(ids, rows);
}

/** Reports to look at, least trusted first. `after` is the last (score, id) of the page before. */
export async function lowTrust(
  tx: Tx,
  scope: Scope,
  below: number,
  since: Date,
  after: { score: number; id: number } | undefined,
  limit: number,
): Promise<ListedReport[]> {
  const within = scopeCondition(scope);
  const next =
    after === undefined
      ? EVERY_ROW
      : {
          sql: '(r.trust_score > ? OR (r.trust_score = ? AND r.id < ?))',
          values: [after.score, after.score, after.id],
        };
  // Each score by itself: the index then leads to its last weeks, and what is older is not read.
  const scores = Array.from({ length: below }, (_, score) => score);
  const rows = await tx.query<{ id: number }>(
    `SELECT r.id FROM report r FORCE INDEX (report_doubted) STRAIGHT_JOIN enterprise e ON e.id = r.enterprise_id
     WHERE r.trust_score IN (?) AND r.believed_at >= ? AND ${within.sql} AND ${next.sql}
     ORDER BY r.trust_score, r.id DESC LIMIT ?`,
    [scores, since, ...within.values, ...next.values, limit],
  );
  return listed(
    tx,
    scope,
    rows.map(({ id }) => id),
  );
}
