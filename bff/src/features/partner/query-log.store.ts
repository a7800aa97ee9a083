import type { Tx } from '../../core/database';

export interface Query {
  clientId: number;
  enterpriseId: number;
  at: Date;
  fields: string;
}

export async function insertQueries(tx: Tx, queries: readonly Query[]): Promise<void> {
  await tx.execute('INSERT INTO partner_query (client_id, enterprise_id, at, fields) VALUES ?', [
    queries.map(({ clientId, enterpriseId, at, fields }) => [clientId, enterpriseId, at, fields]),
  ]);
}

export interface QueryRow {
  id: number;
  at: Date;
  name: string;
  agency: string;
  fields: string;
}

/** Who looked at an enterprise's code, the last first. */
export function queriesOf(tx: Tx, enterpriseId: number, before: number, limit: number): Promise<QueryRow[]> {
  return tx.query<QueryRow>(
    `SELECT q.id, q.at, k.name, k.agency, q.fields FROM partner_query q JOIN partner_client k ON k.id = q.client_id
     WHERE q.enterprise_id = ? AND q.id < ? ORDER BY q.id DESC LIMIT ?`,
    [enterpriseId, before, limit],
  );
}
