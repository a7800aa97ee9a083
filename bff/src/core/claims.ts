import type { SqlValue, Tx } from './database';

/** A table of work to be done with the columns lease_owner, lease_until and attempts. */
export interface Queue {
  table: string;
  /** Its key; within `where` it names one row. */
  key: string;
  /** What is to be done; with the values that it binds. */
  where: string;
  values: readonly SqlValue[];
  order: string;
}

export interface Claim {
  /** Names this batch; the rows are found again by it. */
  owner: string;
  limit: number;
  /**
   * Seconds for which nobody else takes them. Longer than the database lets a transaction be silent (core/pool.ts), so
   * that rows of an instance that was cut off are free of its locks when their lease is over.
   */
  leaseS: number;
}

/** Looks again when others were faster. */
const TRIES = 5;

/**
 * Takes work under a lease by the database's clock. Looks first, without a lock, and then marks what it saw by key: an
 * UPDATE that searches would wait for every row on its way that somebody is at work on. Returns how many it took.
 */
export async function claim(tx: Tx, queue: Queue, { owner, limit, leaseS }: Claim): Promise<number> {
  // A lease that ends later than any could is of before the clock was set back.
  const free = `(lease_until IS NULL OR lease_until < UTC_TIMESTAMP(3) OR lease_until > UTC_TIMESTAMP(3) + INTERVAL ${leaseS} SECOND)`;
  const due = `${queue.where} AND ${free}`;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const rows = await tx.query<{ claimed: SqlValue }>(
      `SELECT ${queue.key} AS claimed FROM ${queue.table} WHERE ${due} ORDER BY ${queue.order} LIMIT ${limit}`,
      [...queue.values],
    );
    if (rows.length === 0) return 0;
    const { affectedRows } = await tx.execute(
      `UPDATE ${queue.table} SET lease_owner = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ${leaseS} SECOND, attempts = attempts + 1
       WHERE ${queue.key} IN (?) AND ${due}`,
      [owner, rows.map((row) => row.claimed), ...queue.values],
    );
    if (affectedRows > 0) return affectedRows;
  }
  return 0;
}
