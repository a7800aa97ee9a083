import type { Tx } from '../../core/database';

export interface WebLoginRow {
  personId: number;
  password: string;
}

/** The web account of a name, as it is written. */
export async function findLogin(tx: Tx, username: string): Promise<WebLoginRow | undefined> {
  const [row] = await tx.query<WebLoginRow>(
    'SELECT person_id AS personId, password FROM web_login WHERE username = ?',
    [username],
  );
  return row;
}
