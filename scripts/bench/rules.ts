import { buildApp } from '../../bff/src/app';
import { addDays, businessDate, systemClock } from '../../bff/src/core/clock';
import type { Database } from '../../bff/src/core/database';
import { readConfig } from '../../bff/src/core/config';
import { benchCounty } from './county';
import { benchEnvironment, round, type Bench } from './frame';

/** `RULES_ENTERPRISES` makes the county smaller for a try; the figure is about the whole one. */
const ENTERPRISES = Number(process.env['RULES_ENTERPRISES'] ?? 50_000);
const DAYS = 400;
/** One task per enterprise and so many days: 400 days of 50,000 enterprises are 5,000,000 tasks. */
const EVERY_DAYS = 4;
/** Reports count for 30 days; 60 days of them lie in the table. */
const REPORT_DAYS = 60;
const TOWNSHIPS = 20;
const NIGHTLY_RULES = 11;

/** The night's evaluation of all rules over a county with 400 days behind it, chunk by chunk as the job runs it. */
export const rules: Bench = async ({ url, db, say }) => {
  say(`writing ${ENTERPRISES} enterprises`);
  await benchCounty(db, ENTERPRISES, 1);
  await spreadTownships(db);
  say('writing their history');
  const written = performance.now();
  await writeHistory(db);
  await db.read.query('ANALYZE TABLE task, report, finding, enterprise');
  say(`history took ${Math.round((performance.now() - written) / 1000)} s`);
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  const nights: number[] = [];
  // The first night opens all the warnings at once; the second merges into them, as every later one does.
  for (const night of ['first', 'second']) {
    say(`the ${night} night`);
    await db.read.execute("DELETE FROM job_chunk WHERE job = 'warnings'");
    await db.read.execute("DELETE FROM job_run WHERE job = 'warnings'");
    const began = performance.now();
    await app.jobs.runOnly('warnings');
    nights.push((performance.now() - began) / 1000);
    const found = await db.read.query<{ rule: string; n: number }>(
      'SELECT rule_code AS rule, COUNT(*) AS n FROM warning GROUP BY rule_code ORDER BY rule_code',
    );
    say(found.map(({ rule, n }) => `${rule} ${n}`).join(', '));
  }
  await app.close();
  const [tasks] = await db.read.query<{ n: number }>('SELECT COUNT(*) AS n FROM task');
  const [warnings] = await db.read.query<{ n: number }>('SELECT COUNT(*) AS n FROM warning');
  const found = await db.read.query("SELECT DISTINCT rule_code FROM warning WHERE rule_code <> 'major_finding'");
  // A rule that finds nothing may have measured nothing.
  if (found.length !== NIGHTLY_RULES) throw new Error(`only ${found.length} rules found something`);
  const [first = 0, second = 0] = nights;
  return [
    { bench: 'rules', figure: 'rules', value: round(Math.max(first, second)), unit: 's' },
    { bench: 'rules', figure: 'rules-repeat', value: round(second), unit: 's' },
    { bench: 'rules', figure: 'rules-history', value: tasks?.n ?? 0, unit: 'tasks' },
    { bench: 'rules', figure: 'rules-opened', value: warnings?.n ?? 0, unit: 'warnings' },
  ];
};

async function spreadTownships(db: Database): Promise<void> {
  await db.read.execute(
    "INSERT INTO region (code, name, level) SELECT CONCAT('3305212', LPAD(i, 2, '0')), CONCAT('街道', i), 'township' FROM n WHERE i < ?",
    [TOWNSHIPS],
  );
  await db.read.execute("UPDATE enterprise SET region_code = CONCAT('3305212', LPAD(MOD(id, ?), 2, '0'))", [TOWNSHIPS]);
}

/**
 * Day by day, as it came about. One enterprise in ten misses every other task, the others one in thirty; one in fifty
 * is due every day of late and misses each; the enterprises of one township in twenty miss every third of the last week.
 */
async function writeHistory(db: Database): Promise<void> {
  const today = businessDate(systemClock.now());
  for (let ago = DAYS; ago >= 1; ago -= 1) {
    const date = addDays(today, -ago);
    await db.read.execute(
      `INSERT INTO task (point_id, task_date, round, enterprise_id, officer_id, interval_days, interval_basis, due_at, grace_until, state, closed_at)
       SELECT p.id, ?, 0, p.enterprise_id, p.officer_id, 4, 'default', ? + INTERVAL 12 HOUR, ? + INTERVAL 26 HOUR,
         IF(MOD(p.enterprise_id, 50) = 0 AND ? <= 6
            OR MOD(p.enterprise_id, 10) = 1 AND MOD(CRC32(CONCAT(p.enterprise_id, ?)), 2) = 0
            OR MOD(p.enterprise_id, 20) = 7 AND ? <= 7 AND MOD(CRC32(CONCAT(p.enterprise_id, ?)), 3) = 0
            OR MOD(CRC32(CONCAT(p.enterprise_id, ?)), 30) = 0, 'missed', 'done'), ? + INTERVAL 10 HOUR
       FROM point p WHERE MOD(p.enterprise_id + ?, ?) = 0 OR (MOD(p.enterprise_id, 50) = 0 AND ? <= 6)`,
      [date, date, date, ago, date, ago, date, date, date, ago, EVERY_DAYS, ago],
    );
    if (ago > REPORT_DAYS) continue;
    await db.read.execute(
      `INSERT INTO report (client_uuid, task_id, point_id, enterprise_id, officer_id, checklist_id, answers, abnormal_count, started_at,
         filled_at, believed_at, received_at, evidence, trust_score, trust_reasons, body_sha256)
       SELECT UUID(), t.id, t.point_id, t.enterprise_id, t.officer_id, 1, '[]', 0, t.closed_at, t.closed_at, t.closed_at, t.closed_at, '{}',
         IF(MOD(t.enterprise_id, 40) = 3, 45, 90), '[]', SHA2(t.id, 256)
       FROM task t WHERE t.task_date = ? AND t.state = 'done'`,
      [date],
    );
  }
  // Ten findings per enterprise in the 400 days, one in twenty of them still open.
  for (let round = 0; round < 10; round += 1) {
    await db.read.execute(
      `INSERT INTO finding (enterprise_id, point_id, item_code, item_zh, severity, state, officer_id, report_id, last_report_id, previous_id,
         opened_at, due_at, contain_due_at, closed_at)
       SELECT e.id, e.id, 'EV01', '阀门启闭灵活', ELT(1 + MOD(e.id + ?, 10), 'major', 'general', 'general', 'general', 'minor', 'minor', 'minor', 'minor', 'minor', 'minor'),
         IF(MOD(CRC32(CONCAT(e.id, '-', ?)), 20) = 0, 'open', 'closed'), e.id, e.id * 10 + ?, e.id * 10 + ?, IF(MOD(e.id + ?, 30) = 0, 1, NULL),
         ? - INTERVAL ? DAY, ? - INTERVAL ? DAY, IF(MOD(e.id + ?, 10) = 0, ? - INTERVAL ? DAY, NULL), NULL
       FROM enterprise e`,
      [round, round, round, round, round, today, round * 40 + 5, today, round * 40 - 10, round, today, round * 40 + 4],
    );
  }
  // Of some enterprises what is not closed was handed in, and nobody has looked.
  await db.read.execute(
    "UPDATE finding SET state = 'submitted', submitted_at = opened_at + INTERVAL 2 DAY WHERE state = 'open' AND MOD(enterprise_id, 40) = 0",
  );
  // Every enterprise has a code, one in thirty a red one; half of these had an official on site of late.
  await db.read.execute(
    `INSERT INTO health_code (enterprise_id, rule_set_version, score, colour, colour_since, evaluated_at, valid_until, version)
     SELECT id, 1, 90, IF(MOD(id, 30) = 0, 'red', 'green'), ? - INTERVAL 40 DAY, ?, ? + INTERVAL 2 DAY, 1 FROM enterprise`,
    [today, today, today],
  );
  await db.read.execute(
    `INSERT INTO health_site_check (client_uuid, enterprise_id, point_id, passed, note, checked_by, checked_at)
     SELECT UUID(), id, id, FALSE, '还没有改好', 1, ? - INTERVAL 5 DAY FROM enterprise WHERE MOD(id, 60) = 0`,
    [today],
  );
  await db.read.execute(
    `INSERT INTO notification (person_id, kind, business_date, subject, channel, content, state, fault, next_attempt_at, created_at)
     SELECT i + 1, 'dailyList', ?, s.seq, 'wechat', '{}', IF(MOD(i, 100) = 0, 'dead', 'sent'), IF(MOD(i, 100) = 0, 'receiver', NULL), ?, ?
     FROM n JOIN (SELECT 1 AS seq UNION SELECT 2 UNION SELECT 3) s WHERE i < ?`,
    [today, today, addDays(today, -2), ENTERPRISES],
  );
}
