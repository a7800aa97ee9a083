import { buildApp } from '../../bff/src/app';
import { addDays, businessDate, MovableClock, shanghaiInstant, type BusinessDate } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import type { Database } from '../../bff/src/core/database';
import { benchCounty } from './county';
import { benchEnvironment, round, type Bench } from './frame';

/** `RESCORE_ENTERPRISES` makes the county smaller for a try; the figure is about the whole one. */
const ENTERPRISES = Number(process.env['RESCORE_ENTERPRISES'] ?? 100_000);
/** Tasks older than that count in no rule; findings reach back a year. */
const TASK_DAYS = 100;
const EVERY_DAYS = 4;
const FINDINGS = 10;
const MB = 1024 * 1024;

/** The night's evaluation of all codes with the day's snapshots, chunk by chunk as the job runs it. */
export const rescore: Bench = async ({ url, db, say }) => {
  const clock = new MovableClock();
  const today = businessDate(clock.now());
  clock.moveTo(shanghaiInstant(today, '02:00'));
  say(`writing ${ENTERPRISES} enterprises`);
  await benchCounty(db, ENTERPRISES, 1);
  say('writing their history');
  await writeScoreHistory(db, today);
  await db.read.query('ANALYZE TABLE task, finding, finding_step, petition, penalty, enterprise');
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock });
  const nights: number[] = [];
  const peaks: number[] = [];
  // The first night writes every code anew; the second is as every other night: some deductions have ended.
  for (const night of [today, addDays(today, 1)]) {
    clock.moveTo(shanghaiInstant(night, '02:00'));
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
    const began = performance.now();
    await app.jobs.runOnly('healthcode');
    nights.push((performance.now() - began) / 1000);
    clearInterval(watch);
    peaks.push(peak / MB);
    const found = await db.read.query<{ colour: string; n: number; score: number }>(
      'SELECT colour, COUNT(*) AS n, AVG(score) + 0E0 AS score FROM health_snapshot WHERE day = ? GROUP BY colour ORDER BY colour',
      [night],
    );
    say(`${night}: ${found.map(({ colour, n, score }) => `${colour} ${n} (${round(score)})`).join(', ')}`);
    const kept = found.reduce((sum, { n }) => sum + n, 0);
    if (kept !== ENTERPRISES) throw new Error(`only ${kept} of ${ENTERPRISES} days were kept`);
    if (found.length !== 3) throw new Error('a night that finds no colour but one has measured too little');
  }
  await app.close();
  const [deductions] = await db.read.query<{ n: number }>('SELECT COUNT(*) AS n FROM health_deduction');
  const [first = 0, second = 0] = nights;
  return [
    { bench: 'rescore', figure: 'rescore', value: round(Math.max(first, second)), unit: 's' },
    { bench: 'rescore', figure: 'rescore-repeat', value: round(second), unit: 's' },
    { bench: 'rescore', figure: 'rescore-memory', value: round(Math.max(...peaks)), unit: 'MB' },
    { bench: 'rescore', figure: 'rescore-memory-growth', value: round((peaks[1] ?? 0) - (peaks[0] ?? 0)), unit: 'MB' },
    { bench: 'rescore', figure: 'rescore-deductions', value: deductions?.n ?? 0, unit: 'deductions' },
  ];
};

/** One enterprise in ten misses every third task, the others one in thirty; fines, petitions and rejections are rarer. */
export async function writeScoreHistory(db: Database, today: BusinessDate): Promise<void> {
  for (let ago = TASK_DAYS; ago >= 1; ago -= 1) {
    const date = addDays(today, -ago);
    await db.read.execute(
      `INSERT INTO task (point_id, task_date, round, enterprise_id, officer_id, interval_days, interval_basis, due_at, grace_until, state, closed_at)
       SELECT p.id, ?, 0, p.enterprise_id, p.officer_id, ?, 'default', ? + INTERVAL 12 HOUR, ? + INTERVAL 26 HOUR,
         CASE WHEN MOD(CRC32(CONCAT(p.enterprise_id, ?)), IF(MOD(p.enterprise_id, 10) = 1, 3, 30)) = 0 THEN 'missed'
           WHEN MOD(CRC32(CONCAT('late', p.enterprise_id, ?)), 20) = 0 THEN 'late' ELSE 'done' END,
         ? + INTERVAL 26 HOUR
       FROM point p WHERE MOD(p.enterprise_id + ?, ?) = 0`,
      [date, EVERY_DAYS, date, date, date, date, date, ago, EVERY_DAYS],
    );
  }
  for (let nth = 0; nth < FINDINGS; nth += 1) {
    await db.read.execute(
      `INSERT INTO finding (enterprise_id, point_id, item_code, item_zh, severity, state, officer_id, report_id, last_report_id, previous_id,
         opened_at, due_at, contain_due_at, contained_at, submitted_at, closed_at)
       SELECT f.id, f.id, 'EV02', '启闭用时', f.severity, IF(f.fate = 0, 'open', 'closed'), f.id, f.id * 10 + ?, f.id * 10 + ?, IF(f.fate = 1, 1, NULL),
         f.opened, f.opened + INTERVAL 7 DAY, IF(f.severity = 'major', f.opened + INTERVAL 1 DAY, NULL), IF(f.severity = 'major', f.opened, NULL),
         IF(f.fate = 0, NULL, f.opened + INTERVAL IF(f.fate = 2, 12, 3) DAY), IF(f.fate = 0, NULL, f.opened + INTERVAL 13 DAY)
       FROM (
         SELECT e.id, ELT(1 + MOD(e.id + ?, 10), 'major', 'general', 'general', 'general', 'minor', 'minor', 'minor', 'minor', 'minor', 'minor') AS severity,
           MOD(CRC32(CONCAT(e.id, '-', ?)), 20) AS fate, CAST(? AS DATETIME) - INTERVAL ? DAY AS opened
         FROM enterprise e
       ) f`,
      [nth, nth, nth, nth, today, nth * 36 + 5],
    );
  }
  await db.read.execute(
    `INSERT INTO finding_step (finding_id, kind, at, evidence)
     SELECT f.id, s.kind, f.opened_at + INTERVAL 3 DAY, '{}' FROM finding f
     JOIN (SELECT 'opened' AS kind UNION SELECT 'submitted' UNION SELECT 'rejected') s
     WHERE s.kind <> 'rejected' OR MOD(f.id, 10) = 0`,
  );
  await db.read.execute(
    `INSERT INTO penalty (enterprise_id, document_no, decided_on, kind, amount, content, entered_by, entered_at)
     SELECT id, CONCAT('罚', id), ? - INTERVAL MOD(id, 300) DAY, 'fine', IF(MOD(id, 3) = 0, 80000, 20000), '超标', 1, ? FROM enterprise WHERE MOD(id, 20) = 3`,
    [today, today],
  );
  await db.read.execute(
    `INSERT INTO petition (enterprise_id, received_on, source, issue, content, state, answer_by, decided_at, decided_by, result, entered_by, entered_at)
     SELECT id, ? - INTERVAL MOD(id, 90) DAY, 'hotline', 'odour', '异味', 'verified', ?, CAST(? AS DATETIME) - INTERVAL MOD(id, 90) DAY, 1, '属实', 1, ?
     FROM enterprise WHERE MOD(id, 10) = 5`,
    [today, today, today, today],
  );
  await db.read.execute(
    `INSERT INTO health_fact (client_uuid, enterprise_id, code, occurred_at, note, entered_by, entered_at)
     SELECT UUID(), id, 'hidden_pipe', ? - INTERVAL 100 DAY, '暗管', 1, ? FROM enterprise WHERE MOD(id, 200) = 7`,
    [today, today],
  );
}
