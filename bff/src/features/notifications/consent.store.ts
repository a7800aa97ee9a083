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

/** Takes one consent for a message; false when none is left. */
export async function take(
  tx: Tx,
  personId: number,
  template: Template,
  notificationId: number,
  now: Date,
): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    'UPDATE consent SET remaining = remaining - 1 WHERE person_id = ? AND template = ? AND remaining > 0',
    [personId, template],
  );
  if (affectedRows === 0) return false;
  await tx.execute(
    "INSERT INTO consent_entry (person_id, template, delta, reason, notification_id, at) VALUES (?, ?, -1, 'used', ?, ?)",
    [personId, template, notificationId, now],
  );
  return true;
}

/** Whether a consent is held for a message: taken and not given back. */
export async function isTaken(tx: Tx, notificationId: number): Promise<boolean> {
  const [row] = await tx.query<{ balance: number | null }>(
    "SELECT SUM(delta) AS balance FROM consent_entry WHERE notification_id = ? AND reason IN ('used', 'returned')",
    [notificationId],
  );
  return Number(row?.balance ?? 0) < 0;
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
