import type { Role, Scope } from '../../core/actor';
import type { SqlValue, Tx } from '../../core/database';

export interface PersonRow {
  id: number;
  name: string;
  mobile: string;
  active: number;
}

export interface GrantRow {
  person_id: number;
  role: Role;
  enterprise_id: number | null;
  region_prefix: string | null;
}

/** Condition: the person has a grant inside the scope (an officer by the region of the enterprise). */
function inside(scope: Scope): { sql: string; values: SqlValue[] } {
  const parts = scope.regionPrefixes.flatMap(() => ['e.region_code LIKE ?', 'g.region_prefix LIKE ?']);
  const values = scope.regionPrefixes.flatMap((prefix) => [`${prefix}%`, `${prefix}%`]);
  return { sql: parts.join(' OR ') || 'FALSE', values };
}

/** People within the region of an official, by id. */
export function searchPeople(
  tx: Tx,
  scope: Scope,
  search: { role: Role | undefined; enterpriseId: number | undefined; after: number | undefined; limit: number },
): Promise<PersonRow[]> {
  const within = inside(scope);
  const conditions = [`(${within.sql})`];
  const values: SqlValue[] = [...within.values];
  if (search.role !== undefined) {
    conditions.push('g.role = ?');
    values.push(search.role);
  }
  if (search.enterpriseId !== undefined) {
    conditions.push('g.enterprise_id = ?');
    values.push(search.enterpriseId);
  }
  return tx.query<PersonRow>(
    `SELECT p.id, p.name, p.mobile, p.active FROM person p WHERE p.id > ? AND EXISTS (
       SELECT 1 FROM person_grant g LEFT JOIN enterprise e ON e.id = g.enterprise_id WHERE g.person_id = p.id AND ${conditions.join(' AND ')})
     ORDER BY p.id LIMIT ?`,
    [search.after ?? 0, ...values, search.limit],
  );
}

export function grantsOf(tx: Tx, personIds: readonly number[]): Promise<GrantRow[]> {
  if (personIds.length === 0) return Promise.resolve([]);
  return tx.query<GrantRow>(
    'SELECT person_id, role, enterprise_id, region_prefix FROM person_grant WHERE person_id IN (?) ORDER BY id',
    [[...personIds]],
  );
}

export async function personByMobile(tx: Tx, mobile: string): Promise<PersonRow | undefined> {
  const [row] = await tx.query<PersonRow>('SELECT id, name, mobile, active FROM person WHERE mobile = ?', [mobile]);
  return row;
}

export async function insertPerson(
  tx: Tx,
  given: {
    clientUuid: string;
    name: string;
    mobile: string;
    grants: readonly Omit<GrantRow, 'person_id'>[];
    active: boolean;
    enteredBy: number;
  },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO person (client_uuid, name, mobile, active, entered_by, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    [given.clientUuid, given.name, given.mobile, given.active, given.enteredBy, now],
  );
  await tx.execute('INSERT INTO person_grant (person_id, role, enterprise_id, region_prefix) VALUES ?', [
    given.grants.map((grant) => [insertId, grant.role, grant.enterprise_id, grant.region_prefix]),
  ]);
  return insertId;
}
