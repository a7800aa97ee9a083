import type { Tx } from '../../core/database';

export interface WebLoginRow {
  personId: number;
  username: string;
  password: string;
  /** It was given by others, for one sign-in. */
  mustChange: boolean;
  issuedAt: Date | null;
  issuedBy: number | null;
  askedBy: number | null;
}

const COLUMNS = `person_id AS personId, username, password, must_change = TRUE AS mustChange, issued_at AS issuedAt,
  issued_by AS issuedBy, asked_by AS askedBy`;

type Raw = Omit<WebLoginRow, 'mustChange'> & { mustChange: number };
const loginOf = (row: Raw | undefined): WebLoginRow | undefined =>
  row === undefined ? undefined : { ...row, mustChange: row.mustChange === 1 };

/** The web account of a name, as it is written. */
export async function findLogin(tx: Tx, username: string): Promise<WebLoginRow | undefined> {
  const [row] = await tx.query<Raw>(`SELECT ${COLUMNS} FROM web_login WHERE username = ?`, [username]);
  return loginOf(row);
}

export async function findLoginOf(tx: Tx, personId: number): Promise<WebLoginRow | undefined> {
  const [row] = await tx.query<Raw>(`SELECT ${COLUMNS} FROM web_login WHERE person_id = ?`, [personId]);
  return loginOf(row);
}

/** Sets the holder's own password in place of `before`; false when that is no longer the one in force. */
export async function replacePassword(tx: Tx, personId: number, before: string, after: string): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    'UPDATE web_login SET password = ?, must_change = FALSE WHERE person_id = ? AND password = ?',
    [after, personId, before],
  );
  return affectedRows === 1;
}

export interface GivenPassword {
  personId: number;
  /** Of an account that is made now; one that exists keeps its name. */
  username: string;
  password: string;
  issuedBy: number | null;
  askedBy: number | null;
  now: Date;
}

/** Sets a password for one sign-in, and makes the account where there is none. Throws a unique violation for a taken name. */
export async function givePassword(tx: Tx, given: GivenPassword): Promise<void> {
  const { personId, username, password, issuedBy, askedBy, now } = given;
  const values = [password, now, issuedBy, askedBy];
  const { affectedRows } = await tx.execute(
    'UPDATE web_login SET password = ?, must_change = TRUE, issued_at = ?, issued_by = ?, asked_by = ? WHERE person_id = ?',
    [...values, personId],
  );
  if (affectedRows > 0) return;
  await tx.execute(
    `INSERT INTO web_login (password, issued_at, issued_by, asked_by, must_change, person_id, username)
     VALUES (?, ?, ?, ?, TRUE, ?, ?)`,
    [...values, personId, username],
  );
}
