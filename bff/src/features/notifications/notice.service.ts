import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { insertInApp } from './notification.store';

export interface NewNotice {
  personId: number;
  /** Kind of message; together with date and subject it is told once. */
  kind: string;
  date: BusinessDate;
  subject?: string;
  title: string;
  body: string;
  /** Page of the mini-program to open, without a leading slash. */
  page?: string;
}

/** Puts notices into the app. A repeat (same person, kind, date, subject) changes nothing. */
export async function notifyInApp(tx: Tx, notices: readonly NewNotice[], now: Date): Promise<void> {
  await insertInApp(
    tx,
    notices.map(({ personId, kind, date, subject, title, body, page }) => ({
      personId,
      kind,
      date,
      subject: subject ?? '',
      content: { title, body, page: page ?? null },
    })),
    now,
  );
}
