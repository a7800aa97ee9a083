import { seedChecklists } from '../../bff/src/features/checklists';
import { createTestDatabase, type TestDatabase } from '../builders/database';
import { buildActor, buildRegions } from '../builders/directory';
import { Fleet, until } from './fleet';

/** A thousand events while workers are killed at random: each has its effect once. */

const NOW = '2026-11-23T13:00:00+08:00';
const ENTERPRISES = 50;
const POINTS = 20;
const EVENTS = ENTERPRISES * POINTS;
/** Two workers are killed in each. */
const ROUNDS = 3;

let test: TestDatabase;
let fleet: Fleet;
beforeEach(async () => {
  test = await createTestDatabase();
  fleet = new Fleet();
});
afterEach(async () => {
  await fleet.end();
  await test.drop();
});

const rows = <T>(sql: string) => test.db.read.query<T>(sql);
async function count(sql: string): Promise<number> {
  const [row] = await rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${sql}`);
  return row?.n ?? 0;
}

/** One report for each of the points: of five, one finds something major, one something general, one something minor. */
async function reports(): Promise<void> {
  const { read } = test.db;
  const at = new Date(NOW);
  await buildRegions(read);
  await seedChecklists(read, at);
  const numbers = Array.from({ length: ENTERPRISES }, (_, index) => index + 1);
  await read.execute('INSERT INTO enterprise (id, uscc, name, region_code, industry, address, created_at) VALUES ?', [
    numbers.map((n) => [n, String(n).padStart(18, '0'), `企业${n}`, '330521001', '印染', '某路', at]),
  ]);
  await read.execute('INSERT INTO person (id, name, mobile, created_at) VALUES ?', [
    numbers.map((n) => [n, `负责人${n}`, String(13_900_000_000 + n), at]),
  ]);
  await read.execute("INSERT INTO person_grant (person_id, role, enterprise_id) SELECT id, 'officer', id FROM person");
  await read.execute(
    'INSERT INTO point (enterprise_id, point_type, code, name, officer_id, settings, interval_days, anchor_date, created_at) VALUES ?',
    [
      numbers.flatMap((n) =>
        Array.from({ length: POINTS }, (_, p) => [n, 'HW', `HW-${p}`, '危废仓库', n, '{}', 30, '2026-11-22', at]),
      ),
    ],
  );
  await read.execute(
    `INSERT INTO task (point_id, task_date, round, enterprise_id, officer_id, interval_days, interval_basis, due_at, grace_until, state)
     SELECT id, '2026-11-23', 0, enterprise_id, officer_id, 30, 'default', ?, ?, 'done' FROM point`,
    [at, at],
  );
  await read.execute(
    `INSERT INTO report (client_uuid, task_id, point_id, enterprise_id, officer_id, checklist_id, answers, abnormal_count, started_at,
       filled_at, believed_at, received_at, evidence, trust_score, trust_reasons, body_sha256)
     SELECT UUID(), t.id, t.point_id, t.enterprise_id, t.officer_id, c.id,
       CASE MOD(t.point_id, 5) WHEN 0 THEN '[{"code":"HW01","value":"x","state":"abnormal","severity":"major"}]'
         WHEN 1 THEN '[{"code":"HW01","value":"x","state":"abnormal","severity":"general"}]'
         WHEN 2 THEN '[{"code":"HW01","value":"x","state":"abnormal","severity":"minor"}]'
         ELSE '[{"code":"HW01","value":"x","state":"normal"}]' END,
       MOD(t.point_id, 5) < 3, ?, ?, ?, ?, '{}', 90, '[]', ''
     FROM task t JOIN checklist c ON c.point_type = 'HW' AND c.version = 1`,
    [at, at, at, at],
  );
  await read.execute(
    `INSERT INTO event (type, enterprise_id, subject_type, subject_id, actor_id, payload, at)
     SELECT 'report.accepted', enterprise_id, 'report', id, officer_id, '{}', ? FROM report ORDER BY id`,
    [at],
  );
}

it('every event has its effect once: no finding, no warning and no notice is missing or double', async () => {
  await reports();
  const township = await buildActor(test.db.read, 'township', { region: '330521001' });
  const enforcement = await buildActor(test.db.read, 'enforcement');
  const left = "event WHERE handled_at IS NULL AND type = 'report.accepted'";
  let atWork = 0;
  const dead: string[] = [];
  /** What it held is free again, as it would be a minute later. */
  const free = async (victim: string) => {
    const { affectedRows } = await test.db.read.execute(
      `UPDATE event SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND
       WHERE handled_at IS NULL AND lease_until > UTC_TIMESTAMP(3) AND lease_owner LIKE ?`,
      [`${victim}%`],
    );
    return affectedRows;
  };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const living = await Promise.all([fleet.start(test.url, NOW), fleet.start(test.url, NOW)]);
    const goal = EVENTS - (round * EVENTS) / (ROUNDS + 1);
    await until(`${EVENTS - goal} events`, async () => (await count(left)) <= goal);
    for (const victim of living) {
      // At some moment of a transaction that nobody has chosen.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      await fleet.kill(victim);
      dead.push(victim);
      if ((await free(victim)) > 0) atWork += 1;
    }
  }
  await fleet.start(test.url, NOW);
  await until('the end', async () => {
    // The database may have carried out a last claim after its sender was dead.
    for (const victim of dead) await free(victim);
    return (await count('event WHERE handled_at IS NULL')) === 0;
  });
  expect(atWork).toBeGreaterThanOrEqual(ROUNDS);

  const found = await rows(
    'SELECT severity, COUNT(*) AS n, SUM(occurrences) AS times FROM finding GROUP BY severity ORDER BY severity',
  );
  expect(found).toEqual(['general', 'major', 'minor'].map((severity) => ({ severity, n: 200, times: 200 })));
  expect(await rows('SELECT kind, COUNT(*) AS n FROM finding_step GROUP BY kind')).toEqual([
    { kind: 'opened', n: 600 },
  ]);
  expect(await count("event WHERE type = 'finding.opened'")).toBe(600);
  expect(await count("(SELECT DISTINCT subject_id FROM event WHERE type = 'finding.opened') x")).toBe(600);

  const warnings = await rows<{ repeats: number; n: number }>(
    `SELECT repeats, JSON_VALUE(evidence, '$.count') AS n FROM warning WHERE rule_code = 'major_finding'`,
  );
  expect(warnings).toEqual(Array.from({ length: ENTERPRISES }, () => ({ repeats: 3, n: '4' })));
  expect(await count("warning WHERE rule_code = 'major_finding' AND state <> 'closed'")).toBe(ENTERPRISES);
  const steps = await rows(
    "SELECT s.kind, COUNT(*) AS n FROM warning_step s JOIN warning w ON w.id = s.warning_id WHERE w.rule_code = 'major_finding' GROUP BY s.kind ORDER BY s.kind",
  );
  expect(steps).toEqual([
    { kind: 'joined', n: 150 },
    { kind: 'opened', n: ENTERPRISES },
  ]);
  expect(await count('work_todo')).toBe(await count('warning'));

  // Each of the 200 major findings, to both officials, once.
  const told = await rows(
    "SELECT person_id AS person, COUNT(*) AS n, COUNT(DISTINCT subject) AS findings FROM notification WHERE kind = 'warning.major' GROUP BY person_id ORDER BY person_id",
  );
  expect(told).toEqual([township, enforcement].map((person) => ({ person, n: 200, findings: 200 })));
}, 120_000);
