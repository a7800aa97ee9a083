import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import type { SqlValue, Tx } from '../../core/database';
import type { Colour } from './evaluate.rules';

export interface ListedCode {
  enterpriseId: number;
  name: string;
  uscc: string;
  region: string;
  industry: string;
  score: number;
  colour: Colour;
  colourSince: Date;
  evaluatedAt: Date;
  validUntil: Date;
  version: number;
  positiveSince: Date | null;
}

const CODE = `SELECT e.id AS enterpriseId, e.name, e.uscc, e.region_code AS region, e.industry, c.score, c.colour,
    c.colour_since AS colourSince, c.evaluated_at AS evaluatedAt, c.valid_until AS validUntil, c.version, pl.since AS positiveSince
  FROM health_code c JOIN enterprise e ON e.id = c.enterprise_id LEFT JOIN positive_list pl ON pl.open_key = e.id`;

export interface CodeSearch {
  colour: Colour | undefined;
  region: string | undefined;
  rule: string | undefined;
  /** Rows after this (score, id), the lowest score first. */
  after: { score: number; id: number } | undefined;
  limit: number;
}

/** Codes within the scope, the lowest score first. */
export function searchCodes(tx: Tx, scope: Scope, search: CodeSearch): Promise<ListedCode[]> {
  const within = scopeCondition(scope);
  const conditions = [within.sql];
  const values: SqlValue[] = [...within.values];
  const add = (sql: string, ...given: SqlValue[]) => {
    conditions.push(sql);
    values.push(...given);
  };
  if (search.colour !== undefined) add('c.colour = ?', search.colour);
  if (search.region !== undefined) add('e.region_code LIKE ?', `${search.region}%`);
  if (search.rule !== undefined) {
    add('EXISTS (SELECT 1 FROM health_deduction d WHERE d.code = ? AND d.enterprise_id = e.id)', search.rule);
  }
  const { after } = search;
  if (after !== undefined) add('(c.score > ? OR (c.score = ? AND e.id > ?))', after.score, after.score, after.id);
  return tx.query<ListedCode>(`${CODE} WHERE ${conditions.join(' AND ')} ORDER BY c.score, e.id LIMIT ?`, [
    ...values,
    search.limit,
  ]);
}

/** The code of an enterprise within the scope; undefined when the enterprise is out of it, null when it has no code. */
export async function codeWithin(tx: Tx, scope: Scope, id: number): Promise<ListedCode | null | undefined> {
  const within = scopeCondition(scope);
  const [row] = await tx.query<ListedCode>(`${CODE} WHERE e.id = ? AND ${within.sql}`, [id, ...within.values]);
  if (row !== undefined) return row;
  return (await isWithin(tx, scope, id)) ? null : undefined;
}

/** Whether an enterprise exists within the scope. */
export async function isWithin(tx: Tx, scope: Scope, id: number): Promise<boolean> {
  const within = scopeCondition(scope);
  const rows = await tx.query(`SELECT 1 FROM enterprise e WHERE e.id = ? AND ${within.sql}`, [id, ...within.values]);
  return rows.length > 0;
}

export interface Day {
  day: BusinessDate;
  score: number;
  colour: Colour;
  ruleSetVersion: number;
  dimensions: unknown;
  deductions: unknown;
  vetoes: number;
}

/** What the days since `since` kept of an enterprise, oldest first. */
export function daysOf(tx: Tx, enterpriseId: number, since: BusinessDate): Promise<Day[]> {
  return tx.query<Day>(
    `SELECT day, score, colour, rule_set_version AS ruleSetVersion, dimensions, deductions, vetoes
     FROM health_snapshot WHERE enterprise_id = ? AND day >= ? ORDER BY day`,
    [enterpriseId, since],
  );
}

/** The score that the night of a day left. */
export async function scoreOf(tx: Tx, enterpriseId: number, day: BusinessDate): Promise<number | undefined> {
  const [row] = await tx.query<{ score: number }>(
    'SELECT score FROM health_snapshot WHERE enterprise_id = ? AND day = ?',
    [enterpriseId, day],
  );
  return row?.score;
}
