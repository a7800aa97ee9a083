import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import { fromJson, type SqlValue, type Tx } from '../../core/database';
import { allOf, firstRows, inOrder } from '../../core/first-rows';
import type { Severity } from '../checklists';
import type { PhotoState } from '../inspection';
import type { Extension, FindingState } from './finding.rules';

export interface FindingRow {
  id: number;
  enterprise_id: number;
  enterprise_name: string;
  point_id: number;
  point_code: string;
  point_name: string;
  place: string;
  point_type: string;
  key_version: number;
  item_code: string;
  item_zh: string;
  severity: Severity;
  state: FindingState;
  officer_id: number;
  officer_name: string;
  deputy_id: number | null;
  report_id: number;
  last_report_id: number;
  occurrences: number;
  previous_id: number | null;
  opened_at: Date;
  due_at: Date;
  contain_due_at: Date | null;
  contained_at: Date | null;
  submitted_at: Date | null;
  submitted_by: number | null;
  /** Handed in: until when it is verified. */
  verify_by: Date | null;
  extension: Extension;
  extension_to: BusinessDate | null;
  closed_at: Date | null;
}

/** Who corrects is whoever looks after the point now: a finding does not stay with somebody who has left. */
const FINDING = `SELECT f.id, f.enterprise_id, e.name AS enterprise_name, f.point_id, p.code AS point_code, p.name AS point_name, p.place,
    p.point_type, p.key_version, f.item_code, f.item_zh, f.severity, f.state, o.id AS officer_id, o.name AS officer_name, p.deputy_id,
    f.report_id, f.last_report_id, f.occurrences, f.previous_id, f.opened_at, f.due_at, f.contain_due_at, f.contained_at,
    f.submitted_at, f.submitted_by, f.verify_by, f.extension, f.extension_to, f.closed_at
  FROM finding f JOIN enterprise e ON e.id = f.enterprise_id JOIN point p ON p.id = f.point_id
  JOIN person o ON o.id = IF(f.state = 'closed', f.officer_id, p.officer_id)`;

/** A finding within the scope; `lock` keeps it from changing until the transaction ends. */
export async function findFinding(
  tx: Tx,
  scope: Scope,
  findingId: number,
  lock = false,
): Promise<FindingRow | undefined> {
  const within = scopeCondition(scope);
  if (lock) await tx.query('SELECT id FROM finding WHERE id = ? FOR UPDATE', [findingId]);
  const [row] = await tx.query<FindingRow>(`${FINDING} WHERE f.id = ? AND ${within.sql}`, [
    findingId,
    ...within.values,
  ]);
  return row;
}

export interface FindingSearch {
  state: FindingState | undefined;
  severity: Severity | undefined;
  extension: Extension | undefined;
  enterpriseId: number | undefined;
  /** Rows after this (due, id), the most pressing first. */
  after: { dueAt: Date; id: number } | undefined;
  limit: number;
}

const STATES: readonly FindingState[] = ['open', 'submitted', 'closed'];

/** Findings within the scope by deadline. */
export async function searchFindings(tx: Tx, scope: Scope, search: FindingSearch): Promise<FindingRow[]> {
  const { state, severity, extension, after } = search;
  const states = (state === undefined ? STATES : [state]).map((each) => ({ sql: 't.state = ?', values: [each] }));
  // Extensions are few: they have an index of their own. Their state is then one more condition.
  const rare = extension !== undefined && extension !== 'none';
  const ids = await firstRows(tx, scope, {
    table: 'finding',
    by: 'due_at',
    direction: 'ASC',
    parts: rare
      ? [{ index: 'finding_extension', sql: 't.extension = ?', values: [extension] }]
      : states.map((each) => ({ index: 'finding_due', ...each })),
    ownParts: states,
    filter: allOf([
      ...(state === undefined ? [] : [{ sql: 't.state = ?', values: [state] }]),
      ...(severity === undefined ? [] : [{ sql: 't.severity = ?', values: [severity] }]),
      ...(extension === undefined ? [] : [{ sql: 't.extension = ?', values: [extension] }]),
    ]),
    enterpriseId: search.enterpriseId,
    after: after && { value: after.dueAt, id: after.id },
    limit: search.limit,
  });
  if (ids.length === 0) return [];
  const within = scopeCondition(scope);
  const rows = await tx.query<FindingRow>(`${FINDING} WHERE f.id IN (?) AND ${within.sql}`, [ids, ...within.values]);
  return inOrder(ids, rows);
}

export interface StepRow {
  kind: string;
  actor_name: string | null;
  at: Date;
  note: string;
  evidence: unknown;
}

export function stepsOf(tx: Tx, findingId: number): Promise<StepRow[]> {
  return tx.query<StepRow>(
    `SELECT s.kind, a.name AS actor_name, s.at, s.note, s.evidence
     FROM finding_step s LEFT JOIN person a ON a.id = s.actor_id WHERE s.finding_id = ? ORDER BY s.id`,
    [findingId],
  );
}

/** Photos of the correction that waits, or was the last to wait, to be verified. */
export async function correctionPhotos(tx: Tx, findingId: number): Promise<{ sha256: string }[]> {
  const [row] = await tx.query<{ evidence: unknown }>(
    "SELECT evidence FROM finding_step WHERE finding_id = ? AND kind = 'submitted' ORDER BY id DESC LIMIT 1",
    [findingId],
  );
  return row === undefined ? [] : (fromJson<{ photos?: { sha256: string }[] }>(row.evidence).photos ?? []);
}

export interface BeforePhoto {
  sha256: string;
  object_key: string;
  taken_at: Date;
  state: PhotoState;
  reason: string | null;
}

/** How the item looked in the report that opened the finding. */
export function beforePhotos(tx: Tx, reportId: number, itemCode: string): Promise<BeforePhoto[]> {
  return tx.query<BeforePhoto>(
    'SELECT sha256, object_key, taken_at, state, reason FROM report_photo WHERE report_id = ? AND item_code = ? ORDER BY id',
    [reportId, itemCode],
  );
}

export interface NewStep {
  findingId: number;
  clientUuid: string | null;
  kind: string;
  actorId: number | null;
  at: Date;
  note: string;
  evidence: object;
}

export async function insertSteps(tx: Tx, steps: readonly NewStep[]): Promise<void> {
  if (steps.length === 0) return;
  await tx.execute('INSERT INTO finding_step (finding_id, client_uuid, kind, actor_id, at, note, evidence) VALUES ?', [
    steps.map((step): SqlValue[] => [
      step.findingId,
      step.clientUuid,
      step.kind,
      step.actorId,
      step.at,
      step.note,
      JSON.stringify(step.evidence),
    ]),
  ]);
}

/** The step that a client has sent before under the same uuid. */

/** Columns that a step changes. */
export interface Change {
  state?: FindingState;
  due_at?: Date;
  contained_at?: Date;
  submitted_at?: Date | null;
  submitted_by?: number | null;
  extension?: Extension;
  extension_to?: BusinessDate;
  closed_at?: Date;
  open_key?: null;
}

const COLUMNS: readonly (keyof Change)[] = [
  'state',
  'due_at',
  'contained_at',
  'submitted_at',
  'submitted_by',
  'extension',
  'extension_to',
  'closed_at',
  'open_key',
];

export async function changeFinding(tx: Tx, findingId: number, change: Change): Promise<void> {
  const given = COLUMNS.filter((column) => change[column] !== undefined);
  await tx.execute(`UPDATE finding SET ${given.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, [
    ...given.map((column) => change[column] as SqlValue),
    findingId,
  ]);
}
