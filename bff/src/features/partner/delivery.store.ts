import { claim } from '../../core/claims';
import type { Tx } from '../../core/database';

/**
 * Queues a change of colour for every webhook whose client is told of such and has the enterprise in its region. The same
 * event is queued once.
 */
export async function queueChange(
  tx: Tx,
  change: { eventId: number; enterpriseId: number; body: string; now: Date },
): Promise<void> {
  await tx.execute(
    `INSERT IGNORE INTO partner_delivery (webhook_id, event_id, body, next_attempt_at, created_at)
     SELECT w.id, ?, ?, ?, ? FROM partner_webhook w
     JOIN partner_client k ON k.id = w.client_id AND k.active AND FIND_IN_SET('webhook', REPLACE(k.scopes, ' ', ',')) > 0
     JOIN enterprise e ON e.id = ? AND e.region_code LIKE CONCAT(k.region_prefix, '%')
     WHERE w.removed_at IS NULL`,
    [change.eventId, change.body, change.now, change.now, change.enterpriseId],
  );
}

export interface Queued {
  id: number;
  webhookId: number;
  url: string;
  keyId: string;
  body: string;
  attempts: number;
}

/** Claims messages that are due, under a lease by the database's clock. */
export async function claimDeliveries(
  tx: Tx,
  owner: string,
  now: Date,
  batch: number,
  leaseS: number,
): Promise<Queued[]> {
  const queue = {
    table: 'partner_delivery',
    key: 'id',
    where: "state = 'queued' AND next_attempt_at <= ?",
    values: [now],
    order: 'next_attempt_at, id',
  };
  if ((await claim(tx, queue, { owner, limit: batch, leaseS })) === 0) return [];
  return tx.query<Queued>(
    `SELECT d.id, d.webhook_id AS webhookId, w.url, w.key_id AS keyId, d.body, d.attempts
     FROM partner_delivery d JOIN partner_webhook w ON w.id = d.webhook_id
     WHERE d.lease_owner = ? AND d.state = 'queued' ORDER BY d.id`,
    [owner],
  );
}

export interface Met {
  state: 'queued' | 'sent' | 'dead';
  outcome: string;
  nextAttemptAt: Date;
  sentAt: Date | null;
}

/** Records what an attempt met, unless another instance has taken the message over. */
export async function recordDelivery(tx: Tx, id: number, owner: string, met: Met): Promise<void> {
  await tx.execute(
    `UPDATE partner_delivery SET state = ?, outcome = ?, next_attempt_at = ?, sent_at = ?, lease_owner = NULL, lease_until = NULL
     WHERE id = ? AND lease_owner = ? AND state = 'queued'`,
    [met.state, met.outcome.slice(0, 60), met.nextAttemptAt, met.sentAt, id, owner],
  );
}

export interface DeliveryRow {
  id: number;
  name: string;
  url: string;
  state: 'queued' | 'sent' | 'dead' | 'cancelled';
  attempts: number;
  outcome: string | null;
  created_at: Date;
  sent_at: Date | null;
}

/** Whose messages: of the clients of these regions, or of one client. */
export type Whose = { prefixes: readonly string[] } | { clientId: number };

/** Messages, newest first. */
export function deliveries(
  tx: Tx,
  whose: Whose,
  search: { state: string | undefined; before: number; limit: number },
): Promise<DeliveryRow[]> {
  const state = search.state === undefined ? '' : 'AND d.state = ?';
  return tx.query<DeliveryRow>(
    `SELECT d.id, k.name, w.url, d.state, d.attempts, d.outcome, d.created_at, d.sent_at
     FROM partner_delivery d JOIN partner_webhook w ON w.id = d.webhook_id JOIN partner_client k ON k.id = w.client_id
     WHERE d.id < ? ${state} AND ${within(whose)} ORDER BY d.id DESC LIMIT ?`,
    [search.before, ...(search.state === undefined ? [] : [search.state]), ...valuesOf(whose), search.limit],
  );
}

/** Puts a message that was given up back into the queue; false when there is none such. */
export async function requeueDelivery(tx: Tx, whose: Whose, id: number, now: Date): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    `UPDATE partner_delivery d JOIN partner_webhook w ON w.id = d.webhook_id JOIN partner_client k ON k.id = w.client_id
     SET d.state = 'queued', d.attempts = 0, d.next_attempt_at = ?
     WHERE d.id = ? AND d.state = 'dead' AND w.removed_at IS NULL AND ${within(whose)}`,
    [now, id, ...valuesOf(whose)],
  );
  return affectedRows === 1;
}

function within(whose: Whose): string {
  if ('clientId' in whose) return 'k.id = ?';
  return `(${whose.prefixes.map(() => 'k.region_prefix LIKE ?').join(' OR ') || 'FALSE'})`;
}

function valuesOf(whose: Whose): (number | string)[] {
  return 'clientId' in whose ? [whose.clientId] : whose.prefixes.map((prefix) => `${prefix}%`);
}
