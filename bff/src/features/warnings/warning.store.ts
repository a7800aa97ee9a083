import { scopeCondition, type Scope } from '../../core/actor';
import type { SqlValue, Statement, Tx } from '../../core/database';
import { allOf, inOrder } from '../../core/first-rows';
import type { RuleCode } from './rule.schema';
import type { Level, Outcome, Tier, WarningState } from './warning.rules';

export interface WarningRow {
  id: number;
  rule_code: RuleCode;
  rule_version: number;
  rule_zh: string;
  level: Level;
  subject_type: 'enterprise' | 'region' | 'person';
  subject_id: string;
  subject_name: string | null;
  enterprise_id: number | null;
  enterprise_name: string | null;
  region_code: string;
  region_name: string | null;
  state: WarningState;
  reason: string;
  evidence: unknown;
  tier: Tier;
  ack_hours: number;
  ack_by: Date;
  opened_at: Date;
  last_seen_at: Date;
  repeats: number;
  eased_at: Date | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  /** Until when whoever took it on brings it to an end. */
  handle_by: Date | null;
  snoozed_until: Date | null;
  snooze_reason: string | null;
  outcome: Outcome | null;
  outcome_note: string | null;
  closed_at: Date | null;
  closed_by: string | null;
}

const WARNING = `SELECT w.id, w.rule_code, w.rule_version, u.zh AS rule_zh, w.level, w.subject_type, w.subject_id,
    CASE w.subject_type WHEN 'enterprise' THEN e.name WHEN 'region' THEN r.name ELSE s.name END AS subject_name,
    w.enterprise_id, e.name AS enterprise_name, w.region_code, r.name AS region_name, w.state, w.reason, w.evidence, w.tier,
    w.ack_hours, w.ack_by, w.opened_at, w.last_seen_at, w.repeats, w.eased_at, w.acknowledged_at, a.name AS acknowledged_by, w.handle_by,
    w.snoozed_until, w.snooze_reason, w.outcome, w.outcome_note, w.closed_at, c.name AS closed_by
  FROM warning w
  JOIN warning_rule u ON u.code = w.rule_code AND u.version = w.rule_version
  LEFT JOIN enterprise e ON e.id = w.enterprise_id
  LEFT JOIN region r ON r.code = w.region_code
  LEFT JOIN person s ON w.subject_type = 'person' AND s.id = CAST(w.subject_id AS SIGNED)
  LEFT JOIN person a ON a.id = w.acknowledged_by
  LEFT JOIN person c ON c.id = w.closed_by`;

/** A warning within the scope; `lock` keeps it from changing until the transaction ends. */
export async function findWarning(
  tx: Tx,
  scope: Scope,
  warningId: number,
  lock = false,
): Promise<WarningRow | undefined> {
  const within = scopeCondition(regionsOnly(scope), 'w');
  if (lock) await tx.query('SELECT id FROM warning WHERE id = ? FOR UPDATE', [warningId]);
  const [row] = await tx.query<WarningRow>(`${WARNING} WHERE w.id = ? AND ${within.sql}`, [
    warningId,
    ...within.values,
  ]);
  return row;
}

export interface WarningSearch {
  /** Without a state: all that are not closed. */
  state: WarningState | undefined;
  level: Level | undefined;
  tier: Tier | undefined;
  enterpriseId: number | undefined;
  /** Rows after this one in the order of urgency. */
  after: { level: Level; ackBy: Date; id: number } | undefined;
  limit: number;
}

const OPEN_STATES: readonly WarningState[] = ['open', 'acknowledged', 'snoozed'];
/** Digits of a township's code: nothing lies below it. */
const TOWNSHIP_DIGITS = 9;

/** Warnings within the scope, the most urgent first: major before normal ('m' < 'n'), then by acknowledge-by time. */
export async function searchWarnings(tx: Tx, scope: Scope, search: WarningSearch): Promise<WarningRow[]> {
  const states = search.state === undefined ? OPEN_STATES : [search.state];
  const branches = states.flatMap((state) => scope.regionPrefixes.map((prefix) => firstOfState(state, prefix, search)));
  if (branches.length === 0) return [];
  // UNION without ALL: regions of one scope may lie in one another.
  const found = await tx.query<{ id: number }>(
    `SELECT x.id FROM (${branches.map(({ sql }) => `(${sql})`).join(' UNION ')}) x ORDER BY x.level, x.ack_by, x.id LIMIT ?`,
    [...branches.flatMap(({ values }) => values), search.limit],
  );
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const within = scopeCondition(regionsOnly(scope), 'w');
  const rows = await tx.query<WarningRow>(`${WARNING} WHERE w.id IN (?) AND ${within.sql}`, [ids, ...within.values]);
  return inOrder(ids, rows);
}

/** The first warnings of a state in a region, read in the order of an index until the page is full. */
function firstOfState(state: WarningState, prefix: string, search: WarningSearch): Statement {
  const { level, tier, enterpriseId, after } = search;
  const township = prefix.length === TOWNSHIP_DIGITS;
  const region = township
    ? { index: 'warning_place', sql: 'w.region_code = ?', values: [prefix] }
    : { index: 'warning_by_state', sql: 'w.region_code LIKE ?', values: [`${prefix}%`] };
  const where = allOf([
    region,
    { sql: 'w.state = ?', values: [state] },
    ...(level === undefined ? [] : [{ sql: 'w.level = ?', values: [level] }]),
    ...(tier === undefined ? [] : [{ sql: 'w.tier = ?', values: [tier] }]),
    ...(enterpriseId === undefined ? [] : [{ sql: 'w.enterprise_id = ?', values: [enterpriseId] }]),
    ...(after === undefined ? [] : [behind(after)]),
  ]);
  // An enterprise has few: its own index finds them at once.
  const index = enterpriseId === undefined ? region.index : 'warning_enterprise';
  return {
    sql: `SELECT w.id, w.level, w.ack_by FROM warning w FORCE INDEX (${index}) WHERE ${where.sql}
      ORDER BY w.level, w.ack_by, w.id LIMIT ?`,
    values: [...where.values, search.limit],
  };
}

function behind({ level, ackBy, id }: NonNullable<WarningSearch['after']>): Statement {
  return {
    sql: 'w.level >= ? AND (w.level > ? OR w.ack_by > ? OR (w.ack_by = ? AND w.id > ?))',
    values: [level, level, ackBy, ackBy, id],
  };
}

/** Warnings are looked at by region only: the alias `w` has no enterprise's id under the name that scopes use. */
function regionsOnly(scope: Scope): Scope {
  return { enterpriseIds: [], regionPrefixes: scope.regionPrefixes };
}

export type Change = Partial<Record<ChangedColumn, SqlValue>>;
type ChangedColumn =
  | 'state'
  | 'open_key'
  | 'acknowledged_at'
  | 'acknowledged_by'
  | 'snoozed_until'
  | 'snooze_reason'
  | 'outcome'
  | 'outcome_note'
  | 'closed_at'
  | 'closed_by';

export async function changeWarning(tx: Tx, warningId: number, change: Change): Promise<void> {
  const columns = Object.keys(change) as ChangedColumn[];
  await tx.execute(`UPDATE warning SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, [
    ...columns.map((column) => change[column] ?? null),
    warningId,
  ]);
}

export interface NewStep {
  warningId: number;
  clientUuid?: string;
  kind: string;
  actorId: number | null;
  at: Date;
  note: string;
  /** Until when, which outcome, which tier. */
  detail?: string;
}

export async function insertSteps(tx: Tx, steps: readonly NewStep[]): Promise<void> {
  if (steps.length === 0) return;
  await tx.execute('INSERT INTO warning_step (warning_id, client_uuid, kind, actor_id, at, note, detail) VALUES ?', [
    steps.map((step): SqlValue[] => [
      step.warningId,
      step.clientUuid ?? null,
      step.kind,
      step.actorId,
      step.at,
      step.note,
      step.detail ?? '',
    ]),
  ]);
}

export interface StepRow {
  kind: string;
  actor_name: string | null;
  at: Date;
  note: string;
  detail: string;
}

export function stepsOf(tx: Tx, warningId: number): Promise<StepRow[]> {
  return tx.query<StepRow>(
    `SELECT s.kind, a.name AS actor_name, s.at, s.note, s.detail
     FROM warning_step s LEFT JOIN person a ON a.id = s.actor_id WHERE s.warning_id = ? ORDER BY s.id`,
    [warningId],
  );
}
