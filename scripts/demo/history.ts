import { addDays, type BusinessDate } from '../../bff/src/core/clock';
import { fromJson, type Tx } from '../../bff/src/core/database';
import type { Item } from '../../bff/src/features/checklists';
import { answersSql } from './answers';

/** Share of tasks missed and late, from how the enterprise behaves and how far the 400 days have gone (0..1). */
const PROGRESS = '(DATEDIFF(t.task_date, ?) / ?)';
export const MISSED = `CASE b.behaviour
  WHEN 'diligent' THEN 0.008
  WHEN 'hurried' THEN 0.03
  WHEN 'failing' THEN 0.04 + 0.4 * ${PROGRESS}
  WHEN 'recovering' THEN GREATEST(0.42 - 0.5 * ${PROGRESS}, 0.01)
  ELSE IF(MONTH(t.task_date) IN (2, 7, 8), 0.28, 0.02) END`;
const LATE = "CASE b.behaviour WHEN 'diligent' THEN 0.02 WHEN 'hurried' THEN 0.05 ELSE 0.09 END";

export const roll = (salt: string) => `(CRC32(CONCAT('${salt}', t.point_id, ':', t.task_date)) / 4294967296)`;

export interface Span {
  start: BusinessDate;
  /** Days up to and including yesterday. */
  days: number;
}

/** Tables that only the generator needs: the calendar, and how each enterprise behaves. */
export async function prepare(tx: Tx, { start, days }: Span): Promise<void> {
  await tx.execute('CREATE TABLE IF NOT EXISTS demo_day (d DATE PRIMARY KEY)');
  await tx.execute(
    'CREATE TABLE IF NOT EXISTS demo_behaviour (enterprise_id BIGINT PRIMARY KEY, behaviour VARCHAR(12) NOT NULL)',
  );
  await tx.execute('INSERT IGNORE INTO demo_day (d) VALUES ?', [
    Array.from({ length: days }, (_, day) => [addDays(start, day)]),
  ]);
}

export async function cleanUp(tx: Tx): Promise<void> {
  await tx.execute('DROP TABLE IF EXISTS demo_day');
  await tx.execute('DROP TABLE IF EXISTS demo_behaviour');
}

/** A few enterprises stood still for two weeks, with approval. */
export async function seedSuspensions(tx: Tx, { start, days }: Span, decidedBy: number): Promise<void> {
  await tx.execute(
    `INSERT INTO suspension (client_uuid, enterprise_id, from_date, to_date, reason, state, filed_by, filed_at, decided_by, decided_at)
     SELECT UUID(), e.id, first.d, first.d + INTERVAL 13 DAY, '设备检修停产', 'approved',
       (SELECT MIN(g.person_id) FROM person_grant g WHERE g.enterprise_id = e.id), first.d - INTERVAL 3 DAY, ?, first.d - INTERVAL 2 DAY
     FROM enterprise e JOIN (SELECT id, ? + INTERVAL MOD(CRC32(CONCAT('stop', id)), ?) DAY AS d FROM enterprise) first ON first.id = e.id
     WHERE MOD(CRC32(CONCAT('suspended', e.id)), 20) = 0`,
    [decidedBy, start, Math.max(1, days - 20)],
  );
}

/** The tasks of the points `from`..`to`, by the same due rule as dispatch, each with what became of it. */
export async function seedTasks(tx: Tx, from: number, to: number, { start, days }: Span): Promise<number> {
  const yesterday = addDays(start, days - 1);
  const { affectedRows } = await tx.execute(
    `INSERT INTO task (point_id, task_date, enterprise_id, officer_id, interval_days, interval_basis, due_at, grace_until, state, closed_at)
     SELECT t.point_id, t.task_date, t.enterprise_id, t.officer_id, t.interval_days, t.interval_basis,
       t.task_date + INTERVAL 12 HOUR, t.task_date + INTERVAL 26 HOUR,
       -- what was left open yesterday is still in its grace
       IF(t.outcome = 'missed' AND t.task_date = ?, 'open', t.outcome),
       CASE t.outcome WHEN 'done' THEN t.task_date + INTERVAL FLOOR(t.share * 11 * 3600) SECOND
         WHEN 'late' THEN t.task_date + INTERVAL 12 * 3600 + FLOOR(t.share * 12 * 3600) SECOND
         ELSE IF(t.task_date = ?, NULL, t.task_date + INTERVAL 26 HOUR) END
     FROM (
       SELECT t.*, ${roll('time')} AS share,
         CASE WHEN ${roll('fate')} < ${MISSED} THEN 'missed' WHEN ${roll('fate')} > 1 - (${LATE}) THEN 'late' ELSE 'done' END AS outcome
       FROM (
         SELECT p.id AS point_id, d.d AS task_date, p.enterprise_id, p.officer_id, p.interval_days, p.interval_basis
         FROM point p JOIN demo_day d ON d.d >= p.anchor_date AND MOD(DATEDIFF(d.d, p.anchor_date), p.interval_days) = 0
         WHERE p.id BETWEEN ? AND ?
           AND NOT EXISTS (SELECT 1 FROM suspension s WHERE s.enterprise_id = p.enterprise_id AND d.d BETWEEN s.from_date AND s.to_date)
       ) t JOIN demo_behaviour b ON b.enterprise_id = t.enterprise_id
     ) t
     ORDER BY t.task_date, t.point_id`,
    [yesterday, yesterday, start, days, start, days, from, to],
  );
  return affectedRows;
}

/** A report for every task of the range that was done or late and has none. */
export async function seedReports(tx: Tx, from: number, to: number): Promise<number> {
  const lists = await tx.query<{ id: number; point_type: string; items: unknown }>(
    'SELECT c.id, c.point_type, c.items FROM checklist c WHERE c.version = 1',
  );
  let rows = 0;
  for (const list of lists) {
    const { answers, abnormal, worst } = answersSql(fromJson<Item[]>(list.items));
    // Hurried officers tap through: their evidence shows it.
    const quick = `(b.behaviour = 'hurried' AND ${roll('quick')} < 0.35)`;
    const { affectedRows } = await tx.execute(
      `INSERT INTO report (client_uuid, task_id, point_id, enterprise_id, officer_id, checklist_id, answers, abnormal_count, worst_severity,
         started_at, filled_at, believed_at, received_at, evidence, trust_score, trust_reasons, body_sha256)
       SELECT CONCAT(LEFT(h, 8), '-', SUBSTR(h, 9, 4), '-4', SUBSTR(h, 14, 3), '-8', SUBSTR(h, 18, 3), '-', SUBSTR(h, 21, 12)),
         t.id, t.point_id, t.enterprise_id, t.officer_id, ?, ${answers}, ${abnormal}, ${worst},
         t.closed_at - INTERVAL IF(${quick}, 9, 120 + FLOOR(${roll('spent')} * 400)) SECOND, t.closed_at, t.closed_at,
         t.closed_at + INTERVAL 4 SECOND,
         JSON_OBJECT('scan', 'ticket', 'distanceM', FLOOR(${roll('metres')} * 40), 'accuracyM', 8 + FLOOR(${roll('accuracy')} * 25),
           'fenceM', p.fence_m, 'cameraMinutesOff', NULL, 'repeatedPhotos', 0, 'clockMinutesOff', 0,
           'secondsSpent', IF(${quick}, 9, 120 + FLOOR(${roll('spent')} * 400)), 'answers', 11, 'timeDoubted', FALSE),
         IF(${quick}, 85, 100),
         IF(${quick}, '[{"code":"too_quick","points":15,"text":"9 秒填完 11 项"}]', '[]'),
         SHA2(t.id, 256)
       FROM (SELECT task.*, MD5(CONCAT('demo', id)) AS h FROM task WHERE point_id BETWEEN ? AND ? AND state IN ('done', 'late') AND report_id IS NULL) t
       JOIN point p ON p.id = t.point_id AND p.point_type = ?
       JOIN enterprise e ON e.id = t.enterprise_id
       JOIN demo_behaviour b ON b.enterprise_id = t.enterprise_id
       LEFT JOIN limit_profile f ON f.code = p.limit_profile`,
      [list.id, from, to, list.point_type],
    );
    rows += affectedRows;
  }
  await tx.execute(
    'UPDATE task t JOIN report r ON r.task_id = t.id SET t.report_id = r.id WHERE t.point_id BETWEEN ? AND ? AND t.report_id IS NULL',
    [from, to],
  );
  return rows;
}

/** The jobs of all these days have run: a start after the seeding sees no gap. */
export async function seedJobRuns(tx: Tx): Promise<void> {
  for (const [job, hours] of [
    ['dispatch', -8],
    ['close-missed', 2],
    ['push-list', 0],
    ['push-reminder', 8],
  ] as const) {
    await tx.execute(
      "INSERT IGNORE INTO job_run (job, run_date, state, started_at, finished_at) SELECT ?, d, 'done', d + INTERVAL ? HOUR, d + INTERVAL ? HOUR FROM demo_day",
      [job, hours, hours],
    );
  }
}
