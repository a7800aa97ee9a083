import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import { fromJson, type SqlValue, type Tx } from '../../core/database';
import type { Grade } from '../credit';
import type { Colour } from '../healthcode';
import type { Because, Compared } from './whatif.rules';

export interface BenefitMove {
  code: string;
  zh: string;
  kind: string;
  now: number;
  gained: number;
  lost: number;
}

export interface Run {
  id: number;
  draftVersion: number;
  draftName: string;
  baseVersion: number;
  baseName: string;
  fromDay: BusinessDate;
  toDay: BusinessDate;
  state: 'running' | 'done';
  computedTo: number;
  enterprises: number;
  benefits: BenefitMove[];
  startedBy: string;
  startedAt: Date;
  doneAt: Date | null;
}

const RUN = `SELECT r.id, r.draft_version AS draftVersion, d.name AS draftName,
    r.base_version AS baseVersion, b.name AS baseName, r.from_day AS fromDay, r.to_day AS toDay, r.state,
    r.computed_to AS computedTo, r.enterprises, r.benefits, p.name AS startedBy, r.started_at AS startedAt, r.done_at AS doneAt
  FROM what_if_run r JOIN health_rule_set d ON d.version = r.draft_version
  JOIN health_rule_set b ON b.version = r.base_version JOIN person p ON p.id = r.started_by`;

type Row = Omit<Run, 'benefits'> & { benefits: unknown };
const toRun = (row: Row): Run => ({ ...row, benefits: row.benefits === null ? [] : fromJson(row.benefits) });

async function one(tx: Tx, condition: string, values: SqlValue[]): Promise<Run | undefined> {
  const [row] = await tx.query<Row>(`${RUN} WHERE ${condition}`, values);
  return row === undefined ? undefined : toRun(row);
}

export const runOf = (tx: Tx, id: number): Promise<Run | undefined> => one(tx, 'r.id = ?', [id]);

/** Runs, the newest first, of one draft if it is given. */
export async function runs(
  tx: Tx,
  given: { version: number | undefined; before: number | undefined; limit: number },
): Promise<Run[]> {
  const rows = await tx.query<Row>(
    `${RUN} WHERE (? IS NULL OR r.draft_version = ?) AND (? IS NULL OR r.id < ?) ORDER BY r.id DESC LIMIT ?`,
    [given.version ?? null, given.version ?? null, given.before ?? null, given.before ?? null, given.limit],
  );
  return rows.map(toRun);
}

/** A run that is under way, locked; undefined when there is none or another instance has it in hand. */
export async function runToCompute(tx: Tx): Promise<Run | undefined> {
  const [row] = await tx.query<{ id: number }>(
    "SELECT id FROM what_if_run WHERE state = 'running' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
  );
  return row === undefined ? undefined : runOf(tx, row.id);
}

export async function insertRun(
  tx: Tx,
  given: {
    clientUuid: string;
    draftVersion: number;
    baseVersion: number;
    fromDay: BusinessDate;
    toDay: BusinessDate;
    personId: number;
  },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO what_if_run (client_uuid, draft_version, base_version, from_day, to_day, started_by, started_at, enterprises)
     SELECT ?, ?, ?, ?, ?, ?, ?, COUNT(*) FROM enterprise`,
    [given.clientUuid, given.draftVersion, given.baseVersion, given.fromDay, given.toDay, given.personId, now],
  );
  return insertId;
}

/** The last of the next `size` enterprises after `after`; undefined when there is none left. */
export async function chunkEnd(tx: Tx, after: number, size: number): Promise<number | undefined> {
  const [row] = await tx.query<{ last: number | null }>(
    'SELECT MAX(id) AS last FROM (SELECT id FROM enterprise WHERE id > ? ORDER BY id LIMIT ?) chunk',
    [after, size],
  );
  return row?.last ?? undefined;
}

export async function insertResults(
  tx: Tx,
  runId: number,
  results: readonly (Compared & { enterpriseId: number })[],
): Promise<void> {
  if (results.length === 0) return;
  await tx.execute(
    `INSERT INTO what_if_result (run_id, enterprise_id, base_score, base_colour, draft_score, draft_colour, days_apart, because)
     VALUES ?`,
    [
      results.map((each): SqlValue[] => [
        runId,
        each.enterpriseId,
        each.baseScore,
        each.baseColour,
        each.draftScore,
        each.draftColour,
        each.daysApart,
        JSON.stringify(each.because),
      ]),
    ],
  );
}

export async function markComputed(tx: Tx, runId: number, to: number): Promise<void> {
  await tx.execute('UPDATE what_if_run SET computed_to = ? WHERE id = ?', [to, runId]);
}

export async function markDone(tx: Tx, runId: number, benefits: readonly BenefitMove[], now: Date): Promise<void> {
  await tx.execute("UPDATE what_if_run SET state = 'done', done_at = ?, benefits = ? WHERE id = ?", [
    now,
    JSON.stringify(benefits),
    runId,
  ]);
}

/** Enterprises of a scope that have been looked at, by run. */
export async function computedCounts(tx: Tx, scope: Scope, runIds: readonly number[]): Promise<Map<number, number>> {
  if (runIds.length === 0) return new Map();
  const within = scopeCondition(scope);
  const rows = await tx.query<{ id: number; n: number }>(
    `SELECT r.run_id AS id, COUNT(*) AS n FROM what_if_result r JOIN enterprise e ON e.id = r.enterprise_id
     WHERE r.run_id IN (?) AND ${within.sql} GROUP BY r.run_id`,
    [[...runIds], ...within.values],
  );
  return new Map(rows.map(({ id, n }) => [id, n]));
}

export async function enterprisesWithin(tx: Tx, scope: Scope): Promise<number> {
  const within = scopeCondition(scope);
  const [row] = await tx.query<{ n: number }>(
    `SELECT COUNT(*) AS n FROM enterprise e WHERE ${within.sql}`,
    within.values,
  );
  return row?.n ?? 0;
}

export interface Move {
  from: Colour;
  to: Colour;
  n: number;
}

export function matrix(tx: Tx, scope: Scope, runId: number): Promise<Move[]> {
  const within = scopeCondition(scope);
  return tx.query<Move>(
    `SELECT r.base_colour AS \`from\`, r.draft_colour AS \`to\`, COUNT(*) AS n
     FROM what_if_result r JOIN enterprise e ON e.id = r.enterprise_id
     WHERE r.run_id = ? AND ${within.sql}
     GROUP BY r.base_colour, r.draft_colour ORDER BY n DESC, r.base_colour, r.draft_colour`,
    [runId, ...within.values],
  );
}

export interface Group {
  name: string;
  n: number;
  better: number;
  worse: number;
}

const RANK = (column: string) => `FIELD(${column}, 'green', 'blue', 'yellow', 'red', 'black')`;
const MOVES = `COUNT(*) AS n, CAST(SUM(${RANK('r.draft_colour')} < ${RANK('r.base_colour')}) AS SIGNED) AS better,
  CAST(SUM(${RANK('r.draft_colour')} > ${RANK('r.base_colour')}) AS SIGNED) AS worse`;

export function byIndustry(tx: Tx, scope: Scope, runId: number): Promise<Group[]> {
  const within = scopeCondition(scope);
  return tx.query<Group>(
    `SELECT e.industry AS name, ${MOVES} FROM what_if_result r JOIN enterprise e ON e.id = r.enterprise_id
     WHERE r.run_id = ? AND ${within.sql} GROUP BY e.industry ORDER BY worse DESC, better DESC, name`,
    [runId, ...within.values],
  );
}

export function byTownship(tx: Tx, scope: Scope, runId: number): Promise<Group[]> {
  const within = scopeCondition(scope);
  return tx.query<Group>(
    `SELECT g.name, ${MOVES} FROM what_if_result r JOIN enterprise e ON e.id = r.enterprise_id
     JOIN region g ON g.code = e.region_code WHERE r.run_id = ? AND ${within.sql}
     GROUP BY g.code, g.name ORDER BY worse DESC, better DESC, g.name`,
    [runId, ...within.values],
  );
}

/**
 * Enterprises by what the rules for agencies ask of them, and their colours: at most some hundred rows. All of the city's
 * without a scope.
 */
export function positions(
  tx: Tx,
  scope: Scope | undefined,
  runId: number,
  at: Date,
): Promise<{ grade: Grade | null; positive: 0 | 1; base: Colour; draft: Colour; n: number }[]> {
  const within = scope === undefined ? { sql: 'TRUE', values: [] } : scopeCondition(scope);
  return tx.query(
    `SELECT g.grade, pl.open_key IS NOT NULL AS positive, r.base_colour AS base, r.draft_colour AS draft, COUNT(*) AS n
     FROM what_if_result r JOIN enterprise e ON e.id = r.enterprise_id
     LEFT JOIN (
       SELECT enterprise_id, grade, ROW_NUMBER() OVER (PARTITION BY enterprise_id ORDER BY period DESC, source DESC) AS nth
       FROM credit_grade WHERE published_at <= ? AND valid_until > ?
     ) g ON g.enterprise_id = r.enterprise_id AND g.nth = 1
     LEFT JOIN positive_list pl ON pl.open_key = r.enterprise_id
     WHERE r.run_id = ? AND ${within.sql}
     GROUP BY g.grade, pl.open_key IS NOT NULL, r.base_colour, r.draft_colour`,
    [at, at, runId, ...within.values],
  );
}

export interface Changed {
  enterpriseId: number;
  name: string;
  industry: string;
  region: string;
  baseScore: number;
  baseColour: Colour;
  draftScore: number;
  draftColour: Colour;
  daysApart: number;
  because: Because;
}

export interface ChangeSearch {
  from: Colour | undefined;
  to: Colour | undefined;
  industry: string | undefined;
  region: string | undefined;
  after: number | undefined;
  limit: number;
}

/** Enterprises whose colour would be another, by id. */
export async function changes(tx: Tx, scope: Scope, runId: number, search: ChangeSearch): Promise<Changed[]> {
  const within = scopeCondition(scope);
  const conditions = ['r.run_id = ?', 'r.base_colour <> r.draft_colour', within.sql];
  const values: SqlValue[] = [runId, ...within.values];
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    conditions.push(sql);
    values.push(value);
  };
  add('r.base_colour = ?', search.from);
  add('r.draft_colour = ?', search.to);
  add('e.industry = ?', search.industry);
  add('e.region_code LIKE ?', search.region === undefined ? undefined : `${search.region}%`);
  add('r.enterprise_id > ?', search.after);
  const rows = await tx.query<Omit<Changed, 'because'> & { because: unknown }>(
    `SELECT r.enterprise_id AS enterpriseId, e.name, e.industry, g.name AS region, r.base_score AS baseScore,
       r.base_colour AS baseColour, r.draft_score AS draftScore, r.draft_colour AS draftColour, r.days_apart AS daysApart, r.because
     FROM what_if_result r JOIN enterprise e ON e.id = r.enterprise_id JOIN region g ON g.code = e.region_code
     WHERE ${conditions.join(' AND ')} ORDER BY r.enterprise_id LIMIT ?`,
    [...values, search.limit],
  );
  return rows.map((row) => ({ ...row, because: fromJson(row.because) }));
}
