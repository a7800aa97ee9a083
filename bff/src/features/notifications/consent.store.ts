import type { Tx } from '../../core/database';
import type { Template } from './template.rules';

export type ConsentReason = 'accepted' | 'refused' | 'used' | 'returned' | 'platform_none';

/** Adds a line to the ledger and moves the balance with it; the balance never falls below zero. */
export async function enter(
  tx: Tx,
  entry: {
    personId: number;
    template: Template;
    delta: number;
    reason: ConsentReason;
    notificationId?: number;
    clientUuid?: string;
  },
  now: Date,
): Promise<void> {
  await tx.execute(
    'INSERT INTO consent_entry (client_uuid, person_id, template, delta, reason, notification_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [
      entry.clientUuid ?? null,
      entry.personId,
      entry.template,
      entry.delta,
      entry.reason,
      entry.notificationId ?? null,
      now,
    ],
  );
  if (entry.delta === 0) return;
  await tx.execute(
    `INSERT INTO consent (person_id, template, remaining) VALUES (?, ?, GREATEST(?, 0))
     ON DUPLICATE KEY UPDATE remaining = GREATEST(remaining + ?, 0)`,
    [entry.personId, entry.template, entry.delta, entry.delta],
  );
}

export interface Wanting {
  notificationId: number;
  personId: number;
  template: Template;
}

/**
 * Takes one consent for each of these messages that has none in hand: a retry goes on with what its first attempt took.
 * Returns the messages that may go out; what asks for more than a person has left is not among them.
 */
export async function take(tx: Tx, wanting: readonly Wanting[], now: Date): Promise<Set<number>> {
  const held = await taken(
    tx,
    wanting.map(({ notificationId }) => notificationId),
  );
  const fresh = wanting.filter(({ notificationId }) => !held.has(notificationId));
  if (fresh.length === 0) return held;
  const rows = await tx.query<{ person_id: number; template: Template; remaining: number }>(
    'SELECT person_id, template, remaining FROM consent WHERE person_id IN (?) AND remaining > 0 ORDER BY person_id, template FOR UPDATE',
    [[...new Set(fresh.map(({ personId }) => personId))]],
  );
  const left = new Map(rows.map((row) => [`${row.person_id} ${row.template}`, row.remaining]));
  const used: Wanting[] = [];
  for (const each of fresh) {
    const key = `${each.personId} ${each.template}`;
    const remaining = left.get(key) ?? 0;
    if (remaining === 0) continue;
    left.set(key, remaining - 1);
    used.push(each);
  }
  if (used.length === 0) return held;
  await tx.execute(`INSERT INTO consent_entry (person_id, template, delta, reason, notification_id, at) VALUES ?`, [
    used.map(({ personId, template, notificationId }) => [personId, template, -1, 'used', notificationId, now]),
  ]);
  // What is left of the ones that were used, each row as often as it was.
  const balances = [...left].filter(([key]) => used.some((each) => `${each.personId} ${each.template}` === key));
  await tx.execute(
    `INSERT INTO consent (person_id, template, remaining) VALUES ? ON DUPLICATE KEY UPDATE remaining = VALUES(remaining)`,
    [balances.map(([key, remaining]) => [Number(key.split(' ')[0]), key.split(' ')[1] ?? '', remaining])],
  );
  return new Set([...held, ...used.map(({ notificationId }) => notificationId)]);
}

/** The messages for which a consent is held: taken and not given back. */
export async function taken(tx: Tx, notificationIds: readonly number[]): Promise<Set<number>> {
  if (notificationIds.length === 0) return new Set();
  const rows = await tx.query<{ id: number }>(
    `SELECT notification_id AS id FROM consent_entry WHERE notification_id IN (?) AND reason IN ('used', 'returned')
     GROUP BY notification_id HAVING SUM(delta) < 0`,
    [[...notificationIds]],
  );
  return new Set(rows.map(({ id }) => id));
}

/** The platform says that the user has no consent left: the ledger follows. */
export async function empty(
  tx: Tx,
  personId: number,
  template: Template,
  notificationId: number,
  now: Date,
): Promise<void> {
  const [row] = await tx.query<{ remaining: number }>(
    'SELECT remaining FROM consent WHERE person_id = ? AND template = ? FOR UPDATE',
    [personId, template],
  );
  await enter(tx, { personId, template, delta: -(row?.remaining ?? 0), reason: 'platform_none', notificationId }, now);
}

export function balances(tx: Tx, personId: number): Promise<{ template: Template; remaining: number }[]> {
  return tx.query('SELECT template, remaining FROM consent WHERE person_id = ?', [personId]);
}
