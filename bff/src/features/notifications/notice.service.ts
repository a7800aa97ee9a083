import { businessDate, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { fill } from '../../core/fill';
import type { StoredEvent } from '../../core/events';
import { kindOf, type Kind, type KindName, type Who } from './kind.table';
import { enterpriseName, peopleOf, type Sought } from './people.store';
import { insertNotices, renewNotice, type NewRow } from './notification.store';
import { ringsAt } from './quiet.rules';

export interface Notice {
  /** Whom the table does not find by the enterprise: officers and officials who are named. */
  persons?: readonly number[];
  enterpriseId?: number | null;
  /** The point whose officer hears of it, and the date on which it is his. */
  point?: { id: number; date: BusinessDate };
  /** What it is about: with person, kind and date it is told once. */
  subject?: string | number;
  /** What the wording asks for; {enterprise} is known. */
  values?: Readonly<Record<string, string | number>>;
  /** In place of the table's. */
  page?: string;
  /** Phones ring no sooner, whatever the table says; it stands in the app at once. */
  notBefore?: Date;
}

/** Tells people as the table says. A repeat (same person, kind, date, subject) changes nothing. */
export async function tell(tx: Tx, kind: KindName, notices: Notice | readonly Notice[], now: Date): Promise<void> {
  const entry = kindOf(kind);
  const rows: NewRow[] = [];
  for (const notice of Array.isArray(notices) ? (notices as readonly Notice[]) : [notices as Notice]) {
    rows.push(...(await rowsOf(tx, kind, entry, notice, now)));
  }
  await insertNotices(tx, rows, now);
}

/** Tells of an event as the table says, about its enterprise and subject. */
export function tellOf(tx: Tx, kind: KindName, event: StoredEvent, notice: Notice = {}): Promise<void> {
  const { enterpriseId, subject, at } = event;
  return tell(tx, kind, { enterpriseId: enterpriseId ?? null, subject: subject.id, ...notice }, at);
}

/** Puts one that grows through its day into the app: told again it has the latest words and is unread. */
export async function renew(tx: Tx, kind: KindName, notice: Notice, now: Date): Promise<void> {
  for (const row of await rowsOf(tx, kind, kindOf(kind), notice, now)) await renewNotice(tx, row, now);
}

const OFFICERS: ReadonlySet<Who> = new Set<Who>(['officer', 'officers', 'point_officer']);

async function rowsOf(tx: Tx, kind: KindName, entry: Kind, notice: Notice, now: Date): Promise<NewRow[]> {
  const { enterpriseId = null, point, persons = [], subject = '', page } = notice;
  const sought: Sought = { roles: entry.who, enterpriseId, ...(point === undefined ? {} : { point }) };
  const people = [...new Set([...persons, ...(await peopleOf(tx, sought))])];
  if (people.length === 0) return [];
  const names = entry.title + entry.body;
  const values: Record<string, string | number> = { ...notice.values };
  if (names.includes('{enterprise}')) values['enterprise'] = await enterpriseName(tx, enterpriseId);
  const content = {
    title: fill(entry.title, values),
    body: fill(entry.body, values),
    page: page ?? entry.page ?? null,
  };
  const rung = entry.channel === 'message';
  const toOfficers = entry.who.every((who) => OFFICERS.has(who));
  return people.map((personId) => ({
    personId,
    kind,
    date: businessDate(now),
    subject: String(subject),
    channel: rung ? (toOfficers ? 'wechat' : 'workchat') : 'inapp',
    content: rung && toOfficers ? { template: 'notice', ...content } : content,
    sendAt: notice.notBefore ?? (rung ? ringsAt(entry.quiet, now) : now),
  }));
}
