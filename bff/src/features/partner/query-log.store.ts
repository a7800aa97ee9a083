import type { Tx } from '../../core/database';

export interface Query {
  clientId: number;
  enterpriseId: number;
  at: Date;
  fields: string;
}

/** What one client asked within one second, always for the same fields. */
export interface Asked extends Omit<Query, 'enterpriseId'> {
  /** In the order of the questions, once for each. */
  enterpriseIds: number[];
}

/** A row for each question. Only the enterprises go over the wire one by one: it is written thousands of times a second. */
export async function insertAsked(tx: Tx, { clientId, at, fields, enterpriseIds }: Asked): Promise<void> {
  await tx.execute(
    `INSERT INTO partner_query (client_id, enterprise_id, at, fields)
     SELECT ?, j.id, ?, ? FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, id BIGINT PATH '$')) j ORDER BY j.n`,
    [clientId, at, fields, JSON.stringify(enterpriseIds)],
  );
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
