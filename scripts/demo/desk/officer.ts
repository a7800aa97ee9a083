import { randomUUID } from 'node:crypto';
import { addDays, businessDate, shanghaiTime, type BusinessDate } from '../../../bff/src/core/clock';
import type { Database } from '../../../bff/src/core/database';

/** The person whose phone lies on the desk. */
export interface DeskOfficer {
  id: number;
  name: string;
  mobile: string;
  enterpriseId: number;
  enterprise: string;
  industry: string;
}

interface Candidate {
  officer_id: number;
  points: number;
  today: number;
  types: number;
  tomorrow: number;
  overdue: number;
}

const due = (alias: string) =>
  `(p.anchor_date <= ${alias} AND MOD(DATEDIFF(${alias}, p.anchor_date), p.interval_days) = 0)`;

/** Inspections on the day that the story begins. */
const TASKS = 3;

/** The day that a newcomer sees first: today, or tomorrow when today's list is closed. */
function storyDay(now: Date): BusinessDate {
  const today = businessDate(now);
  return shanghaiTime(now) < '20:00' ? today : addDays(today, 1);
}

/**
 * The demo officer whose day tells most: a few tasks of different types today, something tomorrow, at most one thing
 * left from yesterday, and willing to get messages. The same county and day give the same officer; a county without a
 * fitting one gives the nearest.
 */
export async function chooseOfficer(db: Database, now: Date): Promise<number | undefined> {
  const today = storyDay(now);
  const tomorrow = addDays(today, 1);
  const candidates = await db.read.query<Candidate>(
    `SELECT p.officer_id, COUNT(*) AS points, SUM(${due('d.today')}) AS today, SUM(${due('d.tomorrow')}) AS tomorrow,
       COUNT(DISTINCT IF(${due('d.today')}, p.point_type, NULL)) AS types,
       (SELECT COUNT(*) FROM task t WHERE t.officer_id = p.officer_id AND t.task_date < ? AND t.state = 'open' AND t.grace_until > ?) AS overdue
     FROM point p
     JOIN (SELECT CAST(? AS DATE) AS today, CAST(? AS DATE) AS tomorrow) d
     JOIN enterprise e ON e.id = p.enterprise_id
     JOIN person o ON o.id = p.officer_id AND o.demo AND o.active
     JOIN person_identity i ON i.person_id = o.id AND i.provider = 'wechat'
     JOIN consent c ON c.person_id = o.id AND c.template = 'dailyList' AND c.remaining > 0
     WHERE p.active
       AND NOT EXISTS (SELECT 1 FROM suspension s WHERE s.enterprise_id = e.id AND s.state = 'approved' AND s.from_date <= d.tomorrow AND s.to_date >= d.today)
       AND NOT EXISTS (SELECT 1 FROM officer_leave l WHERE l.person_id = o.id AND l.cancelled_at IS NULL AND l.from_date <= d.tomorrow AND l.to_date >= d.today)
     GROUP BY p.officer_id`,
    [businessDate(now), now, today, tomorrow],
  );
  const ranked = candidates
    .map((row) => ({ id: row.officer_id, faults: faultsOf(row) }))
    .sort((a, b) => a.faults - b.faults || a.id - b.id);
  return ranked[0]?.id;
}

/**
 * The plan spreads an officer's points over the days, so that a day holds one or two: the township's specialist asks
 * for a few more on the day that the story begins. Does nothing when that day has been handed out already.
 */
export async function fillStoryDay(db: Database, { id }: DeskOfficer, now: Date): Promise<void> {
  const date = storyDay(now);
  const handedOut = await db.read.query("SELECT 1 FROM job_run WHERE job = 'dispatch' AND run_date = ?", [date]);
  if (handedOut.length > 0) return;
  const points = await db.read.query<{ id: number; today: number; tomorrow: number; specialist: number }>(
    `SELECT p.id, ${due('d.today')} AS today, ${due('d.tomorrow')} AS tomorrow,
       (SELECT MIN(g.person_id) FROM person_grant g WHERE g.role = 'township' AND g.region_prefix = e.region_code) AS specialist
     FROM point p JOIN enterprise e ON e.id = p.enterprise_id
     JOIN (SELECT CAST(? AS DATE) AS today, CAST(? AS DATE) AS tomorrow) d
     WHERE p.officer_id = ? AND p.active ORDER BY tomorrow, p.point_type, p.id`,
    [date, addDays(date, 1), id],
  );
  const wanted = TASKS - points.filter((point) => Number(point.today) === 1).length;
  const extra = points.filter((point) => Number(point.today) === 0).slice(0, Math.max(0, wanted));
  if (extra.length === 0) return;
  await db.read.execute(
    'INSERT INTO extra_inspection (client_uuid, point_id, task_date, round, ordered_by, reason, created_at) VALUES ?',
    [extra.map((point) => [randomUUID(), point.id, date, 1, point.specialist, '本月抽查', now])],
  );
}

export interface DeskSpecialist {
  id: number;
  name: string;
  mobile: string;
}

/** The township specialist who looks after the officer's enterprise. */
export async function specialistOf(db: Database, { enterpriseId }: DeskOfficer): Promise<DeskSpecialist | undefined> {
  const [row] = await db.read.query<DeskSpecialist>(
    `SELECT p.id, p.name, p.mobile FROM enterprise e JOIN person_grant g ON g.role = 'township' AND g.region_prefix = e.region_code
     JOIN person p ON p.id = g.person_id AND p.active WHERE e.id = ? ORDER BY p.id LIMIT 1`,
    [enterpriseId],
  );
  return row;
}

/** How far a candidate is from the day that we want to show; 0 is perfect. */
function faultsOf(row: Candidate): number {
  const [points, today, types, tomorrow, overdue] = [row.points, row.today, row.types, row.tomorrow, row.overdue].map(
    Number,
  ) as [number, number, number, number, number];
  const outside = (value: number, low: number, high: number) => Math.max(low - value, value - high, 0);
  return (
    10 * outside(today, 2, 5) +
    5 * (today - types) +
    20 * outside(tomorrow, 1, 9) +
    5 * outside(overdue, 0, 1) +
    3 * outside(points, 6, 9)
  );
}

export async function readOfficer(db: Database, id: number): Promise<DeskOfficer | undefined> {
  const [officer] = await db.read.query<DeskOfficer>(
    `SELECT p.id, p.name, p.mobile, e.id AS enterpriseId, e.name AS enterprise, e.industry
     FROM person p JOIN person_grant g ON g.person_id = p.id AND g.role = 'officer' JOIN enterprise e ON e.id = g.enterprise_id
     WHERE p.id = ? ORDER BY e.id LIMIT 1`,
    [id],
  );
  return officer;
}

export interface County {
  name: string;
  enterprises: number;
  points: number;
  days: number;
}

/** What the desk says of the county it shows. */
export async function countyFacts(db: Database, today: BusinessDate): Promise<County> {
  const [row] = await db.read.query<County>(
    `SELECT (SELECT name FROM region WHERE code = (SELECT LEFT(MIN(region_code), 6) FROM enterprise)) AS name,
       (SELECT COUNT(*) FROM enterprise) AS enterprises, (SELECT COUNT(*) FROM point WHERE active) AS points,
       (SELECT COALESCE(DATEDIFF(?, MIN(task_date)), 0) FROM task) AS days`,
    [today],
  );
  return row ?? { name: '', enterprises: 0, points: 0, days: 0 };
}
