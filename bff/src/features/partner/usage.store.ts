import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';

export interface Usage {
  clientId: number;
  day: BusinessDate;
  asked: number;
}

export async function addUsage(tx: Tx, counts: readonly Usage[]): Promise<void> {
  await tx.execute(
    'INSERT INTO partner_usage (client_id, day, asked) VALUES ? ON DUPLICATE KEY UPDATE asked = asked + VALUES(asked)',
    [counts.map(({ clientId, day, asked }) => [clientId, day, asked])],
  );
}

/** What clients have asked for on a date, all instances together; those that have not are absent. */
export async function usages(tx: Tx, clientIds: readonly number[], day: BusinessDate): Promise<Map<number, number>> {
  if (clientIds.length === 0) return new Map();
  const rows = await tx.query<{ clientId: number; asked: number }>(
    'SELECT client_id AS clientId, asked FROM partner_usage WHERE client_id IN (?) AND day = ?',
    [[...clientIds], day],
  );
  return new Map(rows.map(({ clientId, asked }) => [clientId, asked]));
}
