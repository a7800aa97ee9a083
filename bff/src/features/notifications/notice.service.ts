import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { insertNotices, renewNotice } from './notification.store';

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

/** One that also goes to the work chat, where it opens its page. */
export type OfficialNotice = NewNotice & {
  page: string;
  /** The chat brings it no sooner; it stands in the app at once. */
  notBefore?: Date;
};

/** Puts notices into the app. A repeat (same person, kind, date, subject) changes nothing. */
export function notifyInApp(tx: Tx, notices: readonly NewNotice[], now: Date): Promise<void> {
  return insertNotices(tx, 'inapp', rowsOf(notices), now);
}

/** Puts one that grows through its day into the app: told again it has the latest words and is unread. */
export async function renewInApp(tx: Tx, notice: NewNotice, now: Date): Promise<void> {
  for (const row of rowsOf([notice])) await renewNotice(tx, row, now);
}

/** The same for officials, who also get it in their work chat if they have bound one. */
export function notifyOfficials(tx: Tx, notices: readonly OfficialNotice[], now: Date): Promise<void> {
  return insertNotices(tx, 'workchat', rowsOf(notices), now);
}

function rowsOf(notices: readonly (NewNotice & { notBefore?: Date })[]) {
  return notices.map(({ personId, kind, date, subject, title, body, page, notBefore }) => ({
    personId,
    kind,
    date,
    subject: subject ?? '',
    content: { title, body, page: page ?? null },
    ...(notBefore === undefined ? {} : { notBefore }),
  }));
}
