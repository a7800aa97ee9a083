import { scopeCondition, type Scope } from '../../core/actor';
import { addDays, businessDate } from '../../core/clock';
import { namedQuery, type SqlValue, type Tx } from '../../core/database';
import type { VisitFacts } from './benefit.rules';

export interface CandidateRow {
  id: number;
  name: string;
  region_code: string;
  region_name: string;
  industry: string;
  address: string;
  lng: number | null;
  lat: number | null;
}

/**
 * Enterprises within the scope whose benefit is worth working out: all of a township; of a larger region those with
 * open warnings and overdue findings first. `q` is part of the name.
 */
export function candidates(
  tx: Tx,
  scope: Scope,
  search: { q: string | undefined; now: Date; limit: number },
): Promise<CandidateRow[]> {
  const { sql, values } = within(scope, search.q);
  return tx.query<CandidateRow>(
    `SELECT e.id, e.name, e.region_code, r.name AS region_name, e.industry, e.address, e.lng, e.lat
     FROM enterprise e
     JOIN region r ON r.code = e.region_code
     LEFT JOIN (SELECT enterprise_id, SUM(IF(level = 'major', 100, 1)) AS weight FROM warning
                WHERE state IN ('open', 'acknowledged') AND eased_at IS NULL GROUP BY enterprise_id) w ON w.enterprise_id = e.id
     LEFT JOIN (SELECT enterprise_id, SUM(IF(severity = 'major', 100, 1)) AS weight FROM finding
                WHERE state = 'open' AND due_at < ? GROUP BY enterprise_id) f ON f.enterprise_id = e.id
     WHERE ${sql} ORDER BY COALESCE(w.weight, 0) + COALESCE(f.weight, 0) DESC, e.id LIMIT ?`,
    [search.now, ...values, search.limit],
  );
}

/** One enterprise within the scope. */
export async function candidate(tx: Tx, scope: Scope, enterpriseId: number): Promise<CandidateRow | undefined> {
  const { sql, values } = scopeCondition(scope);
  const [row] = await tx.query<CandidateRow>(
    `SELECT e.id, e.name, e.region_code, r.name AS region_name, e.industry, e.address, e.lng, e.lat
     FROM enterprise e JOIN region r ON r.code = e.region_code WHERE e.id = ? AND ${sql}`,
    [enterpriseId, ...values],
  );
  return row;
}

/** How many enterprises there are in all. */
export async function countEnterprises(tx: Tx, scope: Scope, q: string | undefined): Promise<number> {
  const { sql, values } = within(scope, q);
  const [row] = await tx.query<{ n: number }>(`SELECT COUNT(*) AS n FROM enterprise e WHERE ${sql}`, values);
  return row?.n ?? 0;
}

function within(scope: Scope, q: string | undefined): { sql: string; values: SqlValue[] } {
  const { sql, values } = scopeCondition(scope);
  if (q === undefined) return { sql, values };
  return { sql: `${sql} AND e.name LIKE ?`, values: [...values, `%${q.replace(/[\\%_]/g, '\\$&')}%`] };
}

const FACTS = namedQuery('township-facts');
/** Days over which completion counts, and the last of them that are looked at by themselves. */
const SPAN_DAYS = 30;
const RECENT_DAYS = 7;

export type RowFacts = Omit<VisitFacts, 'daysSinceVisit' | 'undisturbed'>;

/** What speaks for a visit to each of these enterprises: the days until yesterday, since today is not over. */
export async function factsOf(tx: Tx, enterpriseIds: readonly number[], now: Date): Promise<Map<number, RowFacts>> {
  if (enterpriseIds.length === 0) return new Map();
  const ids: SqlValue = [...enterpriseIds];
  const today = businessDate(now);
  const recent = addDays(today, -RECENT_DAYS);
  const rows = await tx.query<RowFacts & { id: number }>(FACTS, [
    ids,
    ids,
    now,
    recent,
    recent,
    ids,
    addDays(today, -SPAN_DAYS),
    addDays(today, -1),
    ids,
  ]);
  return new Map(rows.map(({ id, ...facts }) => [id, facts]));
}
