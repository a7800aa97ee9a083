import type { Tx } from '../../core/database';
import type { Agency, PartnerScope } from '../../core/partner';
import type { NewClient } from './client.schema';

export interface ClientRow {
  id: number;
  client_key: string;
  name: string;
  agency: Agency;
  region_prefix: string;
  scopes: string;
  secret_hash: string;
  epoch: number;
  daily_quota: number;
  per_second: number;
  active: number;
  created_at: Date;
}

const CLIENT =
  'id, client_key, name, agency, region_prefix, scopes, secret_hash, epoch, daily_quota, per_second, active = TRUE AS active, created_at';

export const scopesOf = ({ scopes }: Pick<ClientRow, 'scopes'>): PartnerScope[] => scopes.split(' ') as PartnerScope[];

function within(prefixes: readonly string[]): { sql: string; values: string[] } {
  return {
    sql: `(${prefixes.map(() => 'region_prefix LIKE ?').join(' OR ') || 'FALSE'})`,
    values: prefixes.map((prefix) => `${prefix}%`),
  };
}

export async function clientById(tx: Tx, id: number): Promise<ClientRow | undefined> {
  const [row] = await tx.query<ClientRow>(`SELECT ${CLIENT} FROM partner_client WHERE id = ?`, [id]);
  return row;
}

export async function clientByKey(tx: Tx, key: string): Promise<ClientRow | undefined> {
  const [row] = await tx.query<ClientRow>(`SELECT ${CLIENT} FROM partner_client WHERE client_key = ?`, [key]);
  return row;
}

/** A client whose region lies within the prefixes, kept from changing until the transaction ends. */
export async function lockClient(tx: Tx, prefixes: readonly string[], id: number): Promise<ClientRow | undefined> {
  const region = within(prefixes);
  const [row] = await tx.query<ClientRow>(
    `SELECT ${CLIENT} FROM partner_client WHERE id = ? AND ${region.sql} FOR UPDATE`,
    [id, ...region.values],
  );
  return row;
}

export function clientsWithin(tx: Tx, prefixes: readonly string[], after: number, limit: number): Promise<ClientRow[]> {
  const region = within(prefixes);
  return tx.query<ClientRow>(
    `SELECT ${CLIENT} FROM partner_client WHERE ${region.sql} AND id > ? ORDER BY id LIMIT ?`,
    [...region.values, after, limit],
  );
}

export async function insertClient(
  tx: Tx,
  given: NewClient,
  made: { key: string; secretHash: string; by: number; now: Date },
): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO partner_client (client_uuid, client_key, name, agency, region_prefix, scopes, secret_hash, daily_quota, per_second, created_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      given.clientUuid,
      made.key,
      given.name,
      given.agency,
      given.region,
      given.scopes.join(' '),
      made.secretHash,
      given.dailyQuota,
      given.perSecond,
      made.by,
      made.now,
    ],
  );
  return insertId;
}

/** A new secret; tokens of the old one die with the epoch. */
export async function setSecret(tx: Tx, id: number, secretHash: string): Promise<void> {
  await tx.execute('UPDATE partner_client SET secret_hash = ?, epoch = epoch + 1 WHERE id = ?', [secretHash, id]);
}

export async function disableClient(tx: Tx, id: number): Promise<void> {
  await tx.execute('UPDATE partner_client SET active = FALSE, epoch = epoch + 1 WHERE id = ?', [id]);
}
