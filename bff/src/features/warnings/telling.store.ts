import type { Role } from '../../core/actor';
import { namedQuery, type Tx } from '../../core/database';

const digest = namedQuery('warning-digest');

export interface Watcher {
  person_id: number;
  region_code: string;
  role: Role;
}

/** Officials in these roles whose scope covers a region, for each of the regions. */
export function watchersOf(tx: Tx, regions: readonly string[], roles: readonly Role[]): Promise<Watcher[]> {
  return tx.query<Watcher>(
    `SELECT DISTINCT g.person_id, w.region_code, g.role
     FROM (SELECT DISTINCT region_code FROM warning WHERE region_code IN (?)) w
     JOIN person_grant g ON w.region_code LIKE CONCAT(g.region_prefix, '%') AND g.role IN (?)
     JOIN person p ON p.id = g.person_id AND p.active
     ORDER BY g.person_id`,
    [[...regions], [...roles]],
  );
}

/** Whom warnings are about, by their ids; those about no enterprise are absent. */
export async function enterprisesOf(tx: Tx, warningIds: readonly number[]): Promise<Map<number, string>> {
  const rows = await tx.query<{ id: number; name: string }>(
    'SELECT w.id, e.name FROM warning w JOIN enterprise e ON e.id = w.enterprise_id WHERE w.id IN (?)',
    [[...warningIds]],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export interface DigestRow {
  person_id: number;
  rule_code: string;
  n: number;
}

/** What waits for whom, by rule; see sql/queries/warning-digest.sql. */
export function digestRows(tx: Tx, dayStart: Date, from: number, to: number): Promise<DigestRow[]> {
  return tx.query<DigestRow>(digest, [dayStart, from, to]);
}

export async function officialSpan(tx: Tx): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    "SELECT MIN(person_id) AS low, MAX(person_id) AS high FROM person_grant WHERE role <> 'officer'",
  );
  return [row?.low ?? null, row?.high ?? null];
}
