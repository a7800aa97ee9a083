import type { Tx } from '../../core/database';

/** Wrong entries from one address after which that address has to wait. */
const MOST_PER_ADDRESS = 5;
/** Wrong entries in all: whoever has so many addresses guesses no further either. 50 of 100 million codes. */
const MOST_IN_ALL = 50;
const WAIT_MS = 15 * 60_000;

/**
 * Counts a guess before it is compared, so that parallel ones cannot exceed the limit. False when this address, or all
 * together, have guessed too often of late. Each statement commits on its own: a failed guess must stay counted.
 */
export async function takeGuess(tx: Tx, target: string, address: string, now: Date): Promise<boolean> {
  const until = new Date(now.getTime() + WAIT_MS);
  await tx.execute(
    `INSERT INTO sign_in_guess (target, address, guesses, until) VALUES (?, ?, 1, ?)
     ON DUPLICATE KEY UPDATE guesses = IF(until < ?, 1, guesses + 1), until = IF(until < ? OR guesses <= ?, ?, until)`,
    [target, address, until, now, now, MOST_PER_ADDRESS, until],
  );
  const [row] = await tx.query<{ own: number; all: number }>(
    `SELECT CAST(SUM(IF(address = ?, guesses, 0)) AS SIGNED) AS own, CAST(SUM(LEAST(guesses, ?)) AS SIGNED) AS \`all\`
     FROM sign_in_guess WHERE target = ? AND until >= ?`,
    [address, MOST_PER_ADDRESS, target, now],
  );
  return (row?.own ?? 0) <= MOST_PER_ADDRESS && (row?.all ?? 0) <= MOST_IN_ALL;
}

/** Who has come in has guessed nothing. */
export async function forgetGuesses(tx: Tx, target: string, address: string): Promise<void> {
  await tx.execute('DELETE FROM sign_in_guess WHERE target = ? AND address = ?', [target, address]);
}
