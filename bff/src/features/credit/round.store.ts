import { scopeCondition, type Scope } from '../../core/actor';
import { shanghaiInstant, type BusinessDate } from '../../core/clock';
import { fromJson, namedQuery, type SqlValue, type Tx } from '../../core/database';
import type { Colour } from '../healthcode';
import type { Component, Evaluated, PeriodFacts, Span } from './credit.rules';
import type { Grade } from './scheme.schema';

export type RoundState = 'computing' | 'preliminary' | 'final' | 'published';

export interface Round {
  period: string;
  clientUuid: string | null;
  schemeVersion: number;
  state: RoundState;
  computedTo: number;
  objectionsUntil: BusinessDate | null;
  startedAt: Date;
  preliminaryAt: Date | null;
  finalAt: Date | null;
  publishedAt: Date | null;
}

const ROUND = `SELECT period, client_uuid AS clientUuid, scheme_version AS schemeVersion, state, computed_to AS computedTo,
  objections_until AS objectionsUntil, started_at AS startedAt, preliminary_at AS preliminaryAt, final_at AS finalAt,
  published_at AS publishedAt FROM credit_round`;

/** All rounds, the newest first: two a year. */
export function rounds(tx: Tx): Promise<Round[]> {
  return tx.query<Round>(`${ROUND} ORDER BY period DESC LIMIT 100`);
}

export async function roundOf(tx: Tx, period: string, lock = false): Promise<Round | undefined> {
  const [row] = await tx.query<Round>(`${ROUND} WHERE period = ?${lock ? ' FOR UPDATE' : ''}`, [period]);
  return row;
}

/** A round that is being computed, locked; undefined when there is none or another instance has it in hand. */
export async function roundToCompute(tx: Tx): Promise<Round | undefined> {
  const [row] = await tx.query<Round>(
    `${ROUND} WHERE state = 'computing' ORDER BY period LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  return row;
}

export async function insertRound(
  tx: Tx,
  given: { period: string; clientUuid: string; schemeVersion: number; personId: number },
  now: Date,
): Promise<void> {
  await tx.execute(
    'INSERT INTO credit_round (period, client_uuid, scheme_version, started_by, started_at) VALUES (?, ?, ?, ?, ?)',
    [given.period, given.clientUuid, given.schemeVersion, given.personId, now],
  );
}

export async function moveRound(
  tx: Tx,
  period: string,
  change: { state?: RoundState; computed_to?: number; objections_until?: BusinessDate } & Partial<
    Record<'preliminary_at' | 'final_at' | 'published_at', Date>
  > &
    Partial<Record<'final_by' | 'published_by', number>>,
): Promise<void> {
  const columns = Object.entries(change) as [string, SqlValue][];
  await tx.execute(`UPDATE credit_round SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE period = ?`, [
    ...columns.map(([, value]) => value),
    period,
  ]);
}

/** Whether any enterprise has snapshots of its code within the span. */
export async function hasSnapshots(tx: Tx, { from, to }: Span): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM health_snapshot WHERE day BETWEEN ? AND ? LIMIT 1', [from, to]);
  return rows.length > 0;
}

/** Whether tasks of the span are not decided yet: the last day's have their grace until the next morning. */
export async function hasOpenTasks(tx: Tx, { from, to }: Span): Promise<boolean> {
  const rows = await tx.query("SELECT 1 FROM task WHERE state = 'open' AND task_date BETWEEN ? AND ? LIMIT 1", [
    from,
    to,
  ]);
  return rows.length > 0;
}

/** The last of the next `size` enterprises after `after`; undefined when there is none left. */
export async function chunkEnd(tx: Tx, after: number, size: number): Promise<number | undefined> {
  const [row] = await tx.query<{ last: number | null }>(
    'SELECT MAX(id) AS last FROM (SELECT id FROM enterprise WHERE id > ? ORDER BY id LIMIT ?) chunk',
    [after, size],
  );
  return row?.last ?? undefined;
}

const FACTS = namedQuery('credit-facts');
/** Colours by rank in the query, the worst first. */
const COLOURS: readonly Colour[] = ['black', 'red', 'yellow', 'blue', 'green'];

/** What the half-year left behind of the enterprises `from`..`to` (ids). */
export async function periodFacts(
  tx: Tx,
  ids: { from: number; to: number },
  span: Span,
): Promise<Map<number, PeriodFacts>> {
  const range = [ids.from, ids.to];
  const end = shanghaiInstant(span.to, '24:00');
  const rows = await tx.query<Omit<PeriodFacts, 'worstColour'> & { enterpriseId: number; worst: number }>(FACTS, [
    ...range,
    span.from,
    span.to,
    ...range,
    span.from,
    span.to,
    ...range,
    shanghaiInstant(span.from, '00:00'),
    end,
    end,
  ]);
  return new Map(
    rows.map(({ enterpriseId, worst, ...facts }) => [
      enterpriseId,
      {
        ...facts,
        tasksDue: Number(facts.tasksDue),
        tasksDone: Number(facts.tasksDone),
        worstColour: COLOURS[worst - 1] ?? 'black',
      },
    ]),
  );
}

export async function insertResults(
  tx: Tx,
  period: string,
  results: readonly (Evaluated & { enterpriseId: number })[],
): Promise<void> {
  if (results.length === 0) return;
  await tx.execute('INSERT INTO credit_result (period, enterprise_id, components, computed, score, grade) VALUES ?', [
    results.map(({ enterpriseId, components, score, grade }): SqlValue[] => [
      period,
      enterpriseId,
      JSON.stringify(components),
      score,
      score,
      grade,
    ]),
  ]);
}

export interface Result {
  period: string;
  enterpriseId: number;
  enterpriseName: string;
  uscc: string;
  regionCode: string;
  industry: string;
  components: Component[];
  computed: number;
  score: number;
  grade: Grade;
}

const RESULT = `SELECT r.period, r.enterprise_id AS enterpriseId, e.name AS enterpriseName, e.uscc, e.region_code AS regionCode,
    e.industry, r.components, r.computed, r.score, r.grade
  FROM credit_result r JOIN enterprise e ON e.id = r.enterprise_id`;

type ResultRow = Omit<Result, 'components'> & { components: unknown };
const toResult = (row: ResultRow): Result => ({ ...row, components: fromJson(row.components) });

export async function resultOf(
  tx: Tx,
  scope: Scope,
  period: string,
  enterpriseId: number,
  lock = false,
): Promise<Result | undefined> {
  const within = scopeCondition(scope);
  if (lock) {
    await tx.query('SELECT period FROM credit_result WHERE period = ? AND enterprise_id = ? FOR UPDATE', [
      period,
      enterpriseId,
    ]);
  }
  const [row] = await tx.query<ResultRow>(`${RESULT} WHERE r.period = ? AND r.enterprise_id = ? AND ${within.sql}`, [
    period,
    enterpriseId,
    ...within.values,
  ]);
  return row === undefined ? undefined : toResult(row);
}

export interface ResultSearch {
  period: string;
  grade: Grade | undefined;
  /** Only those within so many points of one of the lines. */
  near: { lines: readonly number[]; within: number } | undefined;
  /** Rows after this (score, enterprise), the best first. */
  after: { score: number; enterpriseId: number } | undefined;
  limit: number;
}

export async function searchResults(tx: Tx, scope: Scope, search: ResultSearch): Promise<Result[]> {
  const within = scopeCondition(scope);
  const conditions = ['r.period = ?', within.sql];
  const values: SqlValue[] = [search.period, ...within.values];
  const { grade, near, after } = search;
  if (grade !== undefined) {
    conditions.push('r.grade = ?');
    values.push(grade);
  }
  if (near !== undefined) {
    conditions.push(`(${near.lines.map(() => 'r.score BETWEEN ? AND ?').join(' OR ')})`);
    values.push(...near.lines.flatMap((line) => [line - near.within, line + near.within]));
  }
  if (after !== undefined) {
    conditions.push('(r.score < ? OR (r.score = ? AND r.enterprise_id > ?))');
    values.push(after.score, after.score, after.enterpriseId);
  }
  const rows = await tx.query<ResultRow>(
    `${RESULT} WHERE ${conditions.join(' AND ')} ORDER BY r.score DESC, r.enterprise_id LIMIT ?`,
    [...values, search.limit],
  );
  return rows.map(toResult);
}

/** An enterprise's results of all periods, the newest first. */
export async function resultsOfEnterprise(tx: Tx, scope: Scope, enterpriseId: number): Promise<Result[]> {
  const within = scopeCondition(scope);
  const rows = await tx.query<ResultRow>(
    `${RESULT} WHERE r.enterprise_id = ? AND ${within.sql} ORDER BY r.period DESC LIMIT 40`,
    [enterpriseId, ...within.values],
  );
  return rows.map(toResult);
}

/** How many have which grade. */
export function gradeCounts(tx: Tx, scope: Scope, period: string): Promise<{ grade: Grade; n: number }[]> {
  const within = scopeCondition(scope);
  return tx.query(
    `SELECT r.grade, COUNT(*) AS n FROM credit_result r JOIN enterprise e ON e.id = r.enterprise_id
     WHERE r.period = ? AND ${within.sql} GROUP BY r.grade ORDER BY r.grade`,
    [period, ...within.values],
  );
}

export async function changeResult(
  tx: Tx,
  period: string,
  enterpriseId: number,
  score: number,
  grade: Grade,
): Promise<void> {
  await tx.execute('UPDATE credit_result SET score = ?, grade = ? WHERE period = ? AND enterprise_id = ?', [
    score,
    grade,
    period,
    enterpriseId,
  ]);
}

/** What still waits for a decision in a round. */
export async function openMatters(
  tx: Tx,
  scope: Scope,
  period: string,
): Promise<{ objections: number; adjustments: number }> {
  const within = scopeCondition(scope);
  const open = (
    table: string,
    state: string,
  ) => `(SELECT COUNT(*) FROM ${table} m JOIN enterprise e ON e.id = m.enterprise_id
     WHERE m.period = ? AND m.state = '${state}' AND ${within.sql})`;
  const [row] = await tx.query<{ objections: number; adjustments: number }>(
    `SELECT ${open('credit_objection', 'open')} AS objections, ${open('credit_adjustment', 'proposed')} AS adjustments`,
    [period, ...within.values, period, ...within.values],
  );
  return row ?? { objections: 0, adjustments: 0 };
}

/** Makes a round's grades the published ones. */
export async function publishGrades(tx: Tx, period: string, at: Date, validUntil: Date): Promise<number> {
  const { affectedRows } = await tx.execute(
    `INSERT INTO credit_grade (enterprise_id, period, source, grade, published_at, valid_until)
     SELECT enterprise_id, period, 'ours', grade, ?, ? FROM credit_result WHERE period = ?`,
    [at, validUntil, period],
  );
  return affectedRows;
}

/** The officers of the enterprises `from`..`to` that have a result in a period. */
export function officersWithResults(
  tx: Tx,
  period: string,
  ids: { from: number; to: number },
): Promise<{ personId: number; enterpriseId: number; grade: Grade }[]> {
  return tx.query(
    `SELECT DISTINCT g.person_id AS personId, r.enterprise_id AS enterpriseId, r.grade FROM credit_result r
     JOIN person_grant g ON g.enterprise_id = r.enterprise_id AND g.role = 'officer'
     JOIN person p ON p.id = g.person_id AND p.active
     WHERE r.period = ? AND r.enterprise_id BETWEEN ? AND ?`,
    [period, ids.from, ids.to],
  );
}
