import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { StoredEvent } from '../../core/events';
import { notifyInApp, type NewNotice } from './notice.service';

/** The officers of an enterprise who are in office. */
export async function officersOf(tx: Tx, enterpriseId: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `SELECT DISTINCT g.person_id AS id FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
     WHERE g.role = 'officer' AND g.enterprise_id = ?`,
    [enterpriseId],
  );
  return rows.map(({ id }) => id);
}

/** Tells all officers of the enterprise of what happened, each once a day per kind (the event's) and subject. */
export async function tellOfficers(
  tx: Tx,
  { type, enterpriseId, subject, at }: StoredEvent,
  told: Pick<NewNotice, 'title' | 'body' | 'page'> & { kind?: string },
): Promise<void> {
  if (enterpriseId === null || enterpriseId === undefined) return;
  const officers = await officersOf(tx, enterpriseId);
  await notifyInApp(
    tx,
    officers.map((personId) => ({
      personId,
      kind: type,
      date: businessDate(at),
      subject: String(subject.id),
      ...told,
    })),
    at,
  );
}
