import { isDuplicate, type Tx } from './database';

/** What came in under a client uuid, and from whom. */
export interface Sending {
  uuid: string;
  /** 'person:12' or 'partner:3'. */
  caller: string;
  route: string;
  /** SHA-256 (hex) of what was sent, whatever the order of its fields. */
  sha256: string;
}

export interface KeptAnswer extends Sending {
  /** Sealed; null while it is being made. */
  answer: Buffer | null;
}

/** Takes the uuid for this transaction; false when another has it. Waits for one that is being worked on. */
export async function claim(tx: Tx, { uuid, caller, route, sha256 }: Sending, now: Date): Promise<boolean> {
  try {
    await tx.execute(
      'INSERT INTO once_answer (client_uuid, caller, route, content_sha256, at) VALUES (?, ?, ?, ?, ?)',
      [uuid, caller, route, sha256, now],
    );
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

export async function keep(tx: Tx, uuid: string, answer: Buffer): Promise<void> {
  await tx.execute('UPDATE once_answer SET answer = ? WHERE client_uuid = ?', [answer, uuid]);
}

export async function kept(tx: Tx, uuid: string): Promise<KeptAnswer | undefined> {
  const [row] = await tx.query<KeptAnswer>(
    'SELECT client_uuid AS uuid, caller, route, content_sha256 AS sha256, answer FROM once_answer WHERE client_uuid = ?',
    [uuid],
  );
  return row;
}

/** Erases answers given before an instant, `most` of them; returns how many. */
export async function erase(tx: Tx, before: Date, most: number): Promise<number> {
  return (await tx.execute('DELETE FROM once_answer WHERE at < ? ORDER BY at LIMIT ?', [before, most])).affectedRows;
}
