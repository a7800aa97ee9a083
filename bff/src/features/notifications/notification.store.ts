import { claim as claimRows } from '../../core/claims';
import type { BusinessDate } from '../../core/clock';
import type { SqlValue, Tx } from '../../core/database';
import type { Fault } from './send.rules';

/** 'workchat' is the officials' chat, whichever the configuration names. */
export type Channel = 'wechat' | 'workchat' | 'inapp';

export interface QueuedRow {
  id: number;
  person_id: number;
  kind: string;
  business_date: BusinessDate;
  channel: 'wechat' | 'inapp';
  content: unknown;
  attempts: number;
  created_at: Date;
  openid: string | null;
}

/** Claims messages of some channels that are due, under a lease by the database's clock. Returns how many. */
export function claimDue(
  tx: Tx,
  channels: readonly Channel[],
  { owner, now, batch, leaseS }: { owner: string; now: Date; batch: number; leaseS: number },
): Promise<number> {
  const queue = {
    table: 'notification',
    key: 'id',
    where: "state = 'queued' AND channel IN (?) AND next_attempt_at <= ?",
    values: [[...channels], now],
    order: 'next_attempt_at, id',
  };
  return claimRows(tx, queue, { owner, limit: batch, leaseS });
}

/** Claims officers' messages. */
export async function claim(tx: Tx, owner: string, now: Date, batch: number, leaseS: number): Promise<QueuedRow[]> {
  if ((await claimDue(tx, ['wechat', 'inapp'], { owner, now, batch, leaseS })) === 0) return [];
  return tx.query<QueuedRow>(
    `SELECT n.id, n.person_id, n.kind, n.business_date, n.channel, n.content, n.attempts, n.created_at, i.subject AS openid
     FROM notification n LEFT JOIN person_identity i ON i.person_id = n.person_id AND i.provider = 'wechat'
     WHERE n.lease_owner = ? AND n.state = 'queued' ORDER BY n.id`,
    [owner],
  );
}

export interface Outcome {
  state: 'queued' | 'sent' | 'dead' | 'cancelled';
  channel: Channel;
  code: number | null;
  message: string | null;
  nextAttemptAt: Date;
  sentAt: Date | null;
  /** Of one that is given up: whose fault it is. */
  fault?: Fault;
  /** What comes next has all its attempts before it. */
  restart?: boolean;
  /** Refused before it was carried out: it does not count as an attempt. */
  uncounted?: boolean;
}

/** Records what came of an attempt; false when another instance has taken the message over. */
export async function record(tx: Tx, id: number, owner: string, outcome: Outcome): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    `UPDATE notification SET state = ?, channel = ?, platform_code = ?, platform_message = ?, next_attempt_at = ?, sent_at = ?,
       fault = ?, attempts = IF(?, 0, GREATEST(attempts - ?, 0)), lease_owner = NULL, lease_until = NULL
     WHERE id = ? AND lease_owner = ? AND state = 'queued'`,
    [
      outcome.state,
      outcome.channel,
      outcome.code,
      outcome.message?.slice(0, 300) ?? null,
      outcome.nextAttemptAt,
      outcome.sentAt,
      outcome.fault ?? null,
      outcome.restart === true,
      outcome.uncounted === true ? 1 : 0,
      id,
      owner,
    ],
  );
  return affectedRows === 1;
}

/** Records messages of one batch that WeChat has taken. */
export async function recordSent(tx: Tx, ids: readonly number[], owner: string, now: Date): Promise<void> {
  await tx.execute(
    `UPDATE notification SET state = 'sent', channel = 'wechat', platform_code = 0, platform_message = NULL, next_attempt_at = ?, sent_at = ?,
       fault = NULL, lease_owner = NULL, lease_until = NULL
     WHERE id IN (?) AND lease_owner = ? AND state = 'queued'`,
    [now, now, [...ids], owner],
  );
}

/** Puts messages of a batch that were not tried back into the queue, for an instant. */
export async function putBack(tx: Tx, ids: readonly number[], owner: string, at: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(
    `UPDATE notification SET attempts = GREATEST(attempts - 1, 0), next_attempt_at = ?, lease_owner = NULL, lease_until = NULL
     WHERE id IN (?) AND lease_owner = ? AND state = 'queued'`,
    [at, [...ids], owner],
  );
}

/** A message to one person that is to be told once. */
export interface NewRow {
  personId: number;
  kind: string;
  date: BusinessDate;
  subject: string;
  channel: Channel;
  content: object;
  /** When the phone may be told at the soonest; in the app it stands at once. */
  sendAt: Date;
}

/**
 * Messages stand in the app as soon as they are written; those for a chat wait to be sent there too. Repeats (person,
 * kind, date, subject) change nothing.
 */
export async function insertNotices(tx: Tx, rows: readonly NewRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(
    'INSERT IGNORE INTO notification (person_id, kind, business_date, subject, channel, content, state, next_attempt_at, created_at, sent_at) VALUES ?',
    [
      rows.map((row): SqlValue[] => [
        row.personId,
        row.kind,
        row.date,
        row.subject,
        row.channel,
        JSON.stringify(row.content),
        row.channel === 'inapp' ? 'sent' : 'queued',
        row.sendAt,
        now,
        row.channel === 'inapp' ? now : null,
      ]),
    ],
  );
}

/** Tells the same in its latest words, unread again; without a change in them nothing happens. */
export async function renewNotice(tx: Tx, row: NewRow, now: Date): Promise<void> {
  await tx.execute(
    `INSERT INTO notification (person_id, kind, business_date, subject, channel, content, state, next_attempt_at, created_at, sent_at)
     VALUES (?, ?, ?, ?, 'inapp', ?, 'sent', ?, ?, ?)
     ON DUPLICATE KEY UPDATE read_at = IF(content = VALUES(content), read_at, NULL), content = VALUES(content)`,
    [row.personId, row.kind, row.date, row.subject, JSON.stringify(row.content), now, now, now],
  );
}

export interface NoticeRow {
  id: number;
  kind: string;
  business_date: BusinessDate;
  content: unknown;
  created_at: Date;
  read_at: Date | null;
}

/** What a person was told, newest first, whichever way it went. */
export function notices(tx: Tx, personId: number, before: number | undefined, limit: number): Promise<NoticeRow[]> {
  return tx.query<NoticeRow>(
    `SELECT id, kind, business_date, content, created_at, read_at FROM notification
     WHERE person_id = ? AND state <> 'cancelled' AND id < ? ORDER BY id DESC LIMIT ?`,
    [personId, before ?? Number.MAX_SAFE_INTEGER, limit],
  );
}

export async function unread(tx: Tx, personId: number): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    "SELECT COUNT(*) AS n FROM notification WHERE person_id = ? AND read_at IS NULL AND state <> 'cancelled'",
    [personId],
  );
  return row?.n ?? 0;
}

/** Marks everything up to an id as read. */
export async function markRead(tx: Tx, personId: number, upTo: number, now: Date): Promise<void> {
  await tx.execute('UPDATE notification SET read_at = ? WHERE person_id = ? AND id <= ? AND read_at IS NULL', [
    now,
    personId,
    upTo,
  ]);
}

export interface DeadRow {
  id: number;
  person_name: string;
  kind: string;
  business_date: BusinessDate;
  attempts: number;
  platform_code: number | null;
  platform_message: string | null;
  fault: Fault | null;
  created_at: Date;
}

/** Messages that were given up, within the region prefixes of the person who looks, newest first. */
export function deadLetters(
  tx: Tx,
  prefixes: readonly string[],
  before: number | undefined,
  limit: number,
): Promise<DeadRow[]> {
  return tx.query<DeadRow>(
    `SELECT n.id, p.name AS person_name, n.kind, n.business_date, n.attempts, n.platform_code, n.platform_message, n.fault, n.created_at
     FROM notification n JOIN person p ON p.id = n.person_id
     WHERE n.state = 'dead' AND n.id < ? AND ${inRegions(prefixes)} ORDER BY n.id DESC LIMIT ?`,
    [before ?? Number.MAX_SAFE_INTEGER, ...regionValues(prefixes), limit],
  );
}

/** Puts a given-up message back into the queue; false when there is none within the region. */
export async function requeue(tx: Tx, prefixes: readonly string[], id: number, now: Date): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    `UPDATE notification n SET n.state = 'queued', n.channel = IF(n.channel = 'workchat', 'workchat', 'wechat'), n.attempts = 0, n.fault = NULL,
       n.next_attempt_at = ?
     WHERE n.id = ? AND n.state = 'dead' AND ${inRegions(prefixes)}`,
    [now, id, ...regionValues(prefixes)],
  );
  if (affectedRows === 0) return false;
  await sendAnew(tx, id);
  return true;
}

/** What the work chat said of a message so far does not count any more: it goes out again, with another text. */
export async function sendAnew(tx: Tx, id: number): Promise<void> {
  await tx.execute('UPDATE work_message SET task_id = NULL, resends = resends + 1 WHERE notification_id = ?', [id]);
}

function inRegions(prefixes: readonly string[]): string {
  const likes = (column: string) => prefixes.map(() => `${column} LIKE ?`).join(' OR ') || 'FALSE';
  return `EXISTS (SELECT 1 FROM person_grant g LEFT JOIN enterprise e ON e.id = g.enterprise_id
    WHERE g.person_id = n.person_id AND (${likes('e.region_code')} OR ${likes('g.region_prefix')}))`;
}

function regionValues(prefixes: readonly string[]): string[] {
  const likes = prefixes.map((prefix) => `${prefix}%`);
  return [...likes, ...likes];
}

/** Which of these people have tasks open on a date: `person date`. */
export async function withOpenTasks(
  tx: Tx,
  of: readonly { personId: number; date: BusinessDate }[],
): Promise<ReadonlySet<string>> {
  if (of.length === 0) return new Set();
  const rows = await tx.query<{ officer_id: number; task_date: BusinessDate }>(
    "SELECT DISTINCT officer_id, task_date FROM task WHERE officer_id IN (?) AND task_date IN (?) AND state = 'open'",
    [[...new Set(of.map(({ personId }) => personId))], [...new Set(of.map(({ date }) => date))]],
  );
  return new Set(rows.map((row) => `${row.officer_id} ${row.task_date}`));
}
