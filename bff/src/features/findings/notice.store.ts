import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { actingOfficer } from '../dispatch';

/** Steps by which an official says yes to an officer. */
const ANSWERS = ['verified', 'extension_granted'] as const;
type AnswerKind = (typeof ANSWERS)[number];

export interface AnswerRow {
  finding_id: number;
  kind: AnswerKind;
  note: string;
  item_zh: string;
}

/** Who hears what becomes of a finding: whoever looks after its point, his deputy of that date, and whoever asked. */
export async function listenersOf(tx: Tx, findingId: number, date: BusinessDate): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `SELECT p.id FROM person p
     JOIN (
       SELECT o.officer_id AS id FROM finding f JOIN point o ON o.id = f.point_id WHERE f.id = ?
       UNION SELECT ${actingOfficer('o.officer_id', '?')} FROM finding f JOIN point o ON o.id = f.point_id WHERE f.id = ?
       UNION SELECT s.actor_id FROM finding_step s WHERE s.finding_id = ? AND s.kind IN ('submitted', 'extension_asked')
     ) heard ON heard.id = p.id
     WHERE p.active ORDER BY p.id`,
    [findingId, date, date, findingId, findingId],
  );
  return rows.map(({ id }) => id);
}

/** The latest step of a kind of a finding, with what the finding is about. */
export async function latestStep(
  tx: Tx,
  findingId: number,
  kind: 'rejected' | 'extension_refused',
): Promise<{ item: string; note: string } | undefined> {
  const [row] = await tx.query<{ item: string; note: string }>(
    `SELECT f.item_zh AS item, s.note FROM finding_step s JOIN finding f ON f.id = s.finding_id
     WHERE s.finding_id = ? AND s.kind = ? ORDER BY s.id DESC LIMIT 1`,
    [findingId, kind],
  );
  return row;
}

/** All good answers between two instants about the findings that a person listens to, the latest first. */
export function answersFor(tx: Tx, personId: number, from: Date, until: Date): Promise<AnswerRow[]> {
  return tx.query<AnswerRow>(
    `SELECT s.finding_id, s.kind, s.note, f.item_zh
     FROM finding_step s JOIN finding f ON f.id = s.finding_id JOIN point p ON p.id = f.point_id
     WHERE s.at >= ? AND s.at < ? AND s.kind IN (?) AND f.enterprise_id IN (SELECT g.enterprise_id FROM person_grant g WHERE g.person_id = ? AND g.role = 'officer')
       AND (p.officer_id = ? OR EXISTS (SELECT 1 FROM finding_step a
         WHERE a.finding_id = f.id AND a.actor_id = ? AND a.kind IN ('submitted', 'extension_asked')))
     ORDER BY s.id DESC`,
    [from, until, [...ANSWERS], personId, personId, personId],
  );
}

export interface DueRow {
  person_id: number;
  item_zh: string;
}

/** What has to be corrected between two instants, by the person who does the officer's work on a date; ids of officers. */
export function dueBetween(
  tx: Tx,
  span: { from: Date; until: Date; date: BusinessDate; officers: { from: number; to: number } },
): Promise<DueRow[]> {
  const { from, until, date, officers } = span;
  return tx.query<DueRow>(
    `SELECT ${actingOfficer('p.officer_id', '?')} AS person_id, f.item_zh
     FROM finding f JOIN point p ON p.id = f.point_id
     WHERE f.state = 'open' AND f.due_at >= ? AND f.due_at < ? AND p.officer_id BETWEEN ? AND ?
     ORDER BY person_id, f.due_at, f.id`,
    [date, date, from, until, officers.from, officers.to],
  );
}

/** First and last officer of points with something to correct between two instants. */
export async function dueSpan(tx: Tx, from: Date, until: Date): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    `SELECT MIN(p.officer_id) AS low, MAX(p.officer_id) AS high FROM finding f JOIN point p ON p.id = f.point_id
     WHERE f.state = 'open' AND f.due_at >= ? AND f.due_at < ?`,
    [from, until],
  );
  return [row?.low ?? null, row?.high ?? null];
}
