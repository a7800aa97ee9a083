import { fromJson, type Tx } from '../../core/database';
import type { SchemeBody } from './scheme.schema';

export interface Scheme {
  version: number;
  name: string;
  state: 'draft' | 'published';
  body: SchemeBody;
  createdBy: number | null;
  createdAt: Date;
  publishedAt: Date | null;
  reason: string | null;
}

const SCHEME = `SELECT version, name, state, body, created_by AS createdBy, created_at AS createdAt,
  published_at AS publishedAt, reason FROM credit_scheme`;

type Row = Omit<Scheme, 'body'> & { body: unknown };
const toScheme = (row: Row): Scheme => ({ ...row, body: fromJson(row.body) });

/** All schemes, the newest first. They are few: one a year, perhaps. */
export async function schemes(tx: Tx): Promise<Scheme[]> {
  return (await tx.query<Row>(`${SCHEME} ORDER BY version DESC LIMIT 200`)).map(toScheme);
}

export async function schemeOf(tx: Tx, version: number, lock = false): Promise<Scheme | undefined> {
  const [row] = await tx.query<Row>(`${SCHEME} WHERE version = ?${lock ? ' FOR UPDATE' : ''}`, [version]);
  return row === undefined ? undefined : toScheme(row);
}

/** The scheme that a round begun now goes by: the one published last. */
export async function schemeInForce(tx: Tx): Promise<Scheme | undefined> {
  const [row] = await tx.query<Row>(
    `${SCHEME} WHERE state = 'published' ORDER BY published_at DESC, version DESC LIMIT 1`,
  );
  return row === undefined ? undefined : toScheme(row);
}

export async function insertScheme(
  tx: Tx,
  given: { clientUuid: string; name: string; body: SchemeBody },
  personId: number,
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO credit_scheme (client_uuid, name, body, created_by, created_at) VALUES (?, ?, ?, ?, ?)',
    [given.clientUuid, given.name, JSON.stringify(given.body), personId, now],
  );
  return insertId;
}

export async function markPublished(
  tx: Tx,
  version: number,
  given: { personId: number; reason: string; now: Date },
): Promise<void> {
  await tx.execute(
    "UPDATE credit_scheme SET state = 'published', published_by = ?, published_at = ?, reason = ? WHERE version = ?",
    [given.personId, given.now, given.reason, version],
  );
}
