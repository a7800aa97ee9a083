import { scopeCondition, type Scope } from '../../core/actor';
import { fromJson, type SqlValue, type Tx } from '../../core/database';
import type { Colour } from '../healthcode';
import type { Benefit, Conditions, NewBenefit } from './benefit.schema';
import type { Grade } from './scheme.schema';

const BENEFIT =
  'SELECT code, version, agency, kind, zh, conditions, reason, created_at AS createdAt FROM credit_benefit';

type Row = Omit<Benefit, 'conditions' | 'createdAt'> & { conditions: unknown; createdAt: Date };
const toBenefit = (row: Row): Benefit => ({
  ...row,
  conditions: fromJson(row.conditions),
  createdAt: row.createdAt.toISOString(),
});

/** The newest version of each rule. */
export async function currentBenefits(tx: Tx, agency?: string): Promise<Benefit[]> {
  const rows = await tx.query<Row>(
    `${BENEFIT} WHERE (code, version) IN (SELECT code, MAX(version) FROM credit_benefit GROUP BY code)
     ${agency === undefined ? '' : 'AND agency = ?'} ORDER BY agency, code`,
    agency === undefined ? [] : [agency],
  );
  return rows.map(toBenefit);
}

/** The newest version of one rule; `lock` lets two editors get two numbers. */
export async function currentBenefit(tx: Tx, code: string, lock = false): Promise<Benefit | undefined> {
  if (lock) await tx.query('SELECT version FROM credit_benefit WHERE code = ? AND version = 1 FOR UPDATE', [code]);
  const [row] = await tx.query<Row>(`${BENEFIT} WHERE code = ? ORDER BY version DESC LIMIT 1`, [code]);
  return row === undefined ? undefined : toBenefit(row);
}

export async function insertBenefit(
  tx: Tx,
  given: NewBenefit,
  version: number,
  personId: number,
  now: Date,
): Promise<void> {
  await tx.execute(
    `INSERT INTO credit_benefit (code, version, client_uuid, agency, kind, zh, conditions, reason, created_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      given.code,
      version,
      given.clientUuid,
      given.agency,
      given.kind,
      given.zh,
      JSON.stringify(given.conditions),
      given.reason,
      personId,
      now,
    ],
  );
}

export interface Member {
  enterpriseId: number;
  name: string;
  uscc: string;
  grade: Grade | null;
  period: string | null;
  colour: Colour | null;
  positive: 0 | 1;
}

/**
 * Enterprises that a rule means at `at`, by id after `after`: by the grade in force (the province's before ours), the
 * colour of now (one whose code is out of date has none), and the positive list.
 */
export function membersOf(
  tx: Tx,
  scope: Scope,
  { match, grades, colours, positive }: Conditions,
  at: Date,
  page: { after: number; limit: number },
): Promise<Member[]> {
  const within = scopeCondition(scope);
  const parts: string[] = [];
  const values: SqlValue[] = [];
  if (grades !== undefined) {
    parts.push('COALESCE(g.grade IN (?), FALSE)');
    values.push(grades);
  }
  if (colours !== undefined) {
    parts.push('COALESCE(h.colour IN (?), FALSE)');
    values.push(colours);
  }
  if (positive === true) parts.push('pl.open_key IS NOT NULL');
  return tx.query<Member>(
    `SELECT e.id AS enterpriseId, e.name, e.uscc, g.grade, g.period, h.colour, pl.open_key IS NOT NULL AS positive
     FROM enterprise e
     LEFT JOIN (
       SELECT enterprise_id, grade, period, ROW_NUMBER() OVER (PARTITION BY enterprise_id ORDER BY period DESC, source DESC) AS nth
       FROM credit_grade WHERE published_at <= ? AND valid_until > ?
     ) g ON g.enterprise_id = e.id AND g.nth = 1
     LEFT JOIN health_code h ON h.enterprise_id = e.id AND h.valid_until > ?
     LEFT JOIN positive_list pl ON pl.open_key = e.id
     WHERE e.id > ? AND ${within.sql} AND (${parts.join(match === 'all' ? ' AND ' : ' OR ')})
     ORDER BY e.id LIMIT ?`,
    [at, at, at, page.after, ...within.values, ...values, page.limit],
  );
}

const PAGE = 2000;

/** All of them, page by page. */
export async function* allMembers(tx: Tx, scope: Scope, conditions: Conditions, at: Date): AsyncGenerator<Member> {
  for (let after = 0; ;) {
    const rows = await membersOf(tx, scope, conditions, at, { after, limit: PAGE });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.enterpriseId;
  }
}
