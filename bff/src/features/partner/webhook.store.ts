import type { Tx } from '../../core/database';

export interface WebhookRow {
  id: number;
  client_id: number;
  url: string;
  key_id: string;
  created_at: Date;
  removed_at: Date | null;
}

const WEBHOOK = 'id, client_id, url, key_id, created_at, removed_at';

export function webhooksOf(tx: Tx, clientId: number): Promise<WebhookRow[]> {
  return tx.query<WebhookRow>(
    `SELECT ${WEBHOOK} FROM partner_webhook WHERE client_id = ? AND removed_at IS NULL ORDER BY id`,
    [clientId],
  );
}

export async function insertWebhook(
  tx: Tx,
  given: { uuid: string; clientId: number; url: string; keyId: string; now: Date },
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO partner_webhook (client_uuid, client_id, url, key_id, created_at) VALUES (?, ?, ?, ?, ?)',
    [given.uuid, given.clientId, given.url, given.keyId, given.now],
  );
  return insertId;
}

/** Ends a webhook and what still waits for it; false when the client has none of this id. */
export async function removeWebhook(tx: Tx, clientId: number, id: number, now: Date): Promise<boolean> {
  const known = await tx.query('SELECT 1 FROM partner_webhook WHERE id = ? AND client_id = ? FOR UPDATE', [
    id,
    clientId,
  ]);
  if (known.length === 0) return false;
  await tx.execute('UPDATE partner_webhook SET removed_at = ? WHERE id = ? AND removed_at IS NULL', [now, id]);
  await tx.execute("UPDATE partner_delivery SET state = 'cancelled' WHERE webhook_id = ? AND state = 'queued'", [id]);
  return true;
}
