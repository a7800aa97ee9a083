import { scopeCondition, type Scope } from '../../core/actor';
import type { SqlValue, Tx } from '../../core/database';

export interface EnterpriseRow {
  id: number;
  uscc: string;
  name: string;
  region_code: string;
  region_name: string;
  industry: string;
  address: string;
  lng: number | null;
  lat: number | null;
  risk_factor: number;
  categories: string | null;
  points: number;
}

const ENTERPRISE = `SELECT e.id, e.uscc, e.name, e.region_code, r.name AS region_name, e.industry, e.address, e.lng, e.lat, e.risk_factor,
    (SELECT GROUP_CONCAT(c.category ORDER BY c.category) FROM enterprise_category c WHERE c.enterprise_id = e.id) AS categories,
    (SELECT COUNT(*) FROM point p WHERE p.enterprise_id = e.id AND p.active) AS points
  FROM enterprise e JOIN region r ON r.code = e.region_code`;

/** Regions that touch the scope: those inside it and the ones that contain it. */
export function listRegions(
  tx: Tx,
  scope: Scope,
): Promise<{ code: string; name: string; level: string; parent_code: string | null }[]> {
  const parts = scope.regionPrefixes.map(() => "(code LIKE ? OR ? LIKE CONCAT(code, '%'))").join(' OR ') || 'FALSE';
  const own =
    scope.enterpriseIds.length === 0
      ? 'FALSE'
      : "EXISTS (SELECT 1 FROM enterprise e WHERE e.id IN (?) AND e.region_code LIKE CONCAT(region.code, '%'))";
  const values: SqlValue[] = scope.regionPrefixes.flatMap((prefix) => [`${prefix}%`, prefix]);
  if (scope.enterpriseIds.length > 0) values.push([...scope.enterpriseIds]);
  return tx.query(`SELECT code, name, level, parent_code FROM region WHERE ${parts} OR ${own} ORDER BY code`, values);
}

export interface EnterpriseSearch {
  q: string | undefined;
  category: string | undefined;
  region: string | undefined;
  after: number | undefined;
  limit: number;
}

/** Enterprises within the scope by id; `q` is part of the name or the beginning of the USCC. */
export function searchEnterprises(tx: Tx, scope: Scope, search: EnterpriseSearch): Promise<EnterpriseRow[]> {
  const within = scopeCondition(scope);
  const conditions = [within.sql, 'e.id > ?'];
  const values: SqlValue[] = [...within.values, search.after ?? 0];
  if (search.q !== undefined) {
    conditions.push('(e.name LIKE ? OR e.uscc LIKE ?)');
    // Wildcards in what a person typed are letters like any other.
    const literal = search.q.replace(/[\\%_]/g, '\\$&');
    values.push(`%${literal}%`, `${literal}%`);
  }
  if (search.category !== undefined) {
    conditions.push('EXISTS (SELECT 1 FROM enterprise_category c WHERE c.enterprise_id = e.id AND c.category = ?)');
    values.push(search.category);
  }
  if (search.region !== undefined) {
    conditions.push('e.region_code LIKE ?');
    values.push(`${search.region}%`);
  }
  return tx.query<EnterpriseRow>(`${ENTERPRISE} WHERE ${conditions.join(' AND ')} ORDER BY e.id LIMIT ?`, [
    ...values,
    search.limit,
  ]);
}

export async function findEnterprise(tx: Tx, scope: Scope, enterpriseId: number): Promise<EnterpriseRow | undefined> {
  const within = scopeCondition(scope);
  const [row] = await tx.query<EnterpriseRow>(`${ENTERPRISE} WHERE e.id = ? AND ${within.sql}`, [
    enterpriseId,
    ...within.values,
  ]);
  return row;
}

export async function usccTaken(tx: Tx, uscc: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM enterprise WHERE uscc = ?', [uscc])).length > 0;
}

export async function townshipExists(tx: Tx, code: string): Promise<boolean> {
  return (await tx.query("SELECT 1 FROM region WHERE code = ? AND level = 'township'", [code])).length > 0;
}

export interface EnterpriseFields {
  name: string;
  region: string;
  industry: string;
  address: string;
  lng: number | null;
  lat: number | null;
  categories: readonly string[];
}

export async function insertEnterprise(
  tx: Tx,
  clientUuid: string,
  uscc: string,
  given: EnterpriseFields,
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO enterprise (client_uuid, uscc, name, region_code, industry, address, lng, lat, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [clientUuid, uscc, given.name, given.region, given.industry, given.address, given.lng, given.lat, now],
  );
  await setCategories(tx, insertId, given.categories);
  return insertId;
}

export async function updateEnterprise(tx: Tx, enterpriseId: number, given: EnterpriseFields): Promise<void> {
  await tx.execute(
    'UPDATE enterprise SET name = ?, region_code = ?, industry = ?, address = ?, lng = ?, lat = ? WHERE id = ?',
    [given.name, given.region, given.industry, given.address, given.lng, given.lat, enterpriseId],
  );
  await tx.execute('DELETE FROM enterprise_category WHERE enterprise_id = ?', [enterpriseId]);
  await setCategories(tx, enterpriseId, given.categories);
}

async function setCategories(tx: Tx, enterpriseId: number, categories: readonly string[]): Promise<void> {
  const rows = [...new Set(categories)].map((category) => [enterpriseId, category]);
  if (rows.length > 0) await tx.execute('INSERT INTO enterprise_category (enterprise_id, category) VALUES ?', [rows]);
}

export function officersOf(tx: Tx, enterpriseId: number): Promise<{ id: number; name: string }[]> {
  return tx.query(
    `SELECT p.id, p.name FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
     WHERE g.role = 'officer' AND g.enterprise_id = ? ORDER BY p.id`,
    [enterpriseId],
  );
}
