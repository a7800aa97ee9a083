import type { Tx } from '../../core/database';

export interface ConsentRow {
  id: number;
  enterprise_id: number;
  client_id: number;
  fields: string;
  given_at: Date;
  until_at: Date;
  withdrawn_at: Date | null;
}

const CONSENT = 'id, enterprise_id, client_id, fields, given_at, until_at, withdrawn_at';

/** What an enterprise lets a client see at an instant: the latest consent, unless withdrawn or run out. */
export async function consentInForce(
  tx: Tx,
  enterpriseId: number,
  clientId: number,
  at: Date,
): Promise<ConsentRow | undefined> {
  const [row] = await tx.query<ConsentRow>(
    `SELECT ${CONSENT} FROM partner_consent WHERE enterprise_id = ? AND client_id = ? ORDER BY id DESC LIMIT 1`,
    [enterpriseId, clientId],
  );
  return row !== undefined && row.withdrawn_at === null && row.given_at <= at && row.until_at > at ? row : undefined;
}

/** A consent of one of the enterprises, kept from changing until the transaction ends. */
export async function lockConsent(
  tx: Tx,
  enterpriseIds: readonly number[],
  id: number,
): Promise<ConsentRow | undefined> {
  if (enterpriseIds.length === 0) return undefined;
  const [row] = await tx.query<ConsentRow>(
    `SELECT ${CONSENT} FROM partner_consent WHERE id = ? AND enterprise_id IN (?) FOR UPDATE`,
    [id, [...enterpriseIds]],
  );
  return row;
}

export interface AgencyRow {
  client_id: number;
  name: string;
  agency: string;
  active: number;
  consent_id: number | null;
  fields: string | null;
  given_at: Date | null;
  until_at: Date | null;
  withdrawn_at: Date | null;
}

/** The clients that can ask for an enterprise, or could once, each with the enterprise's latest consent. */
export function agenciesOf(tx: Tx, enterpriseId: number): Promise<AgencyRow[]> {
  return tx.query<AgencyRow>(
    `SELECT k.id AS client_id, k.name, k.agency, k.active = TRUE AS active, c.id AS consent_id, c.fields, c.given_at, c.until_at, c.withdrawn_at
     FROM enterprise e JOIN partner_client k ON e.region_code LIKE CONCAT(k.region_prefix, '%')
     LEFT JOIN partner_consent c ON c.id = (SELECT MAX(l.id) FROM partner_consent l WHERE l.enterprise_id = e.id AND l.client_id = k.id)
     WHERE e.id = ? AND (k.active OR c.id IS NOT NULL) ORDER BY k.id`,
    [enterpriseId],
  );
}

/** Whether a client that may ask for details has the enterprise in its region. */
export async function mayAskFor(tx: Tx, clientId: number, enterpriseId: number): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM partner_client k JOIN enterprise e ON e.region_code LIKE CONCAT(k.region_prefix, '%')
     WHERE k.id = ? AND k.active AND e.id = ?`,
    [clientId, enterpriseId],
  );
  return rows.length > 0;
}

export async function insertConsent(
  tx: Tx,
  given: { uuid: string; enterpriseId: number; clientId: number; fields: string; until: Date; by: number; now: Date },
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO partner_consent (client_uuid, enterprise_id, client_id, fields, given_at, given_by, until_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [given.uuid, given.enterpriseId, given.clientId, given.fields, given.now, given.by, given.until],
  );
  return insertId;
}

export async function withdrawConsent(tx: Tx, id: number, by: number, now: Date): Promise<void> {
  await tx.execute('UPDATE partner_consent SET withdrawn_at = ?, withdrawn_by = ? WHERE id = ?', [now, by, id]);
}
