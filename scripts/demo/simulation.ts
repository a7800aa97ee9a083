import { buildApp } from '../../bff/src/app';
import { addDays, shanghaiInstant, type BusinessDate, type MovableClock } from '../../bff/src/core/clock';
import type { Config } from '../../bff/src/core/config';
import type { Database, Tx } from '../../bff/src/core/database';
import { seedChecklists } from '../../bff/src/features/checklists';
import { cleanUp, MISSED, prepare, roll, seedReports, type Span } from './history';
import { seedEnterprises, seedOfficials, seedRegions } from './people';

/** A county that lives through its days: its people act in bulk, everything else is the system's own work. */
interface Place {
  config: Config;
  clock: MovableClock;
  db: Database;
}

interface Busy {
  person: number;
  role: string;
  date: BusinessDate;
  n: number;
  kinds: string;
}

export interface Counted {
  messages: number;
  byKind: { kind: string; n: number }[];
  /** Days of persons without a major finding in their care, the busiest first. */
  busiest: Busy[];
  /** Messages of the busiest person on a day with one. */
  busiestOnMajorDays: number;
}

/** Lets the days pass from an empty database on; every job rings at its time. */
export async function simulate(
  { config, clock, db }: Place,
  { enterprises, start, days }: { enterprises: number; start: BusinessDate; days: number },
  onDay: (date: BusinessDate) => void = () => undefined,
): Promise<Counted> {
  const span = { start, days };
  clock.moveTo(shanghaiInstant(start, '00:00'));
  const now = clock.now();
  await prepare(db.read, span);
  await db.transaction(async (tx) => {
    await seedRegions(tx);
    await seedChecklists(tx, now);
    await seedOfficials(tx, now);
    const types = await tx.query<{ code: string; days: number }>(
      'SELECT code, default_interval_days AS days FROM point_type',
    );
    const defaultDays = new Map(types.map((type) => [type.code, type.days]));
    await seedEnterprises(tx, { from: 0, to: enterprises }, start, now, defaultDays);
  });
  const app = buildApp({ config, clock });
  try {
    const acts: Record<string, (tx: Tx, date: BusinessDate, at: Date) => Promise<void>> = {
      '10:30': decide,
      '15:00': (tx, date, at) => inspect(tx, date, at, span),
      '17:00': correct,
    };
    const times = [...new Set([...app.jobs.times(), ...Object.keys(acts)])].sort();
    for (let date = start; date < addDays(start, days); date = addDays(date, 1)) {
      onDay(date);
      for (const time of times) {
        const at = shanghaiInstant(date, time);
        clock.moveTo(at);
        await db.transaction(async (tx) => acts[time]?.(tx, date, at));
        await app.jobs.settle();
      }
    }
    return await count(db.read);
  } finally {
    await app.close();
    await cleanUp(db.read);
  }
}

/** Officers inspect what is due, as they are; the reports are told as the service tells them. */
async function inspect(tx: Tx, date: BusinessDate, at: Date, { start, days }: Span): Promise<void> {
  await tx.execute(
    `UPDATE task t JOIN demo_behaviour b ON b.enterprise_id = t.enterprise_id
     SET t.state = 'done', t.closed_at = ? WHERE t.task_date = ? AND t.state = 'open' AND ${roll('fate')} >= ${MISSED}`,
    [at, date, start, days, start, days],
  );
  const [before] = await tx.query<{ id: number }>('SELECT COALESCE(MAX(id), 0) AS id FROM report');
  const [last] = await tx.query<{ id: number }>('SELECT MAX(id) AS id FROM point');
  await seedReports(tx, 1, last?.id ?? 0);
  await tx.execute(
    `INSERT INTO event (type, enterprise_id, subject_type, subject_id, actor_id, payload, at)
     SELECT 'report.accepted', enterprise_id, 'report', id, officer_id, JSON_OBJECT('taskId', task_id), ? FROM report WHERE id > ? ORDER BY id`,
    [at, before?.id ?? 0],
  );
}

const chance = (salt: string, id: string, date: BusinessDate) =>
  `CRC32(CONCAT('${salt}', ${id}, '${date}')) / 4294967296`;

/** Officers hand in corrections; one in five takes his time on any day, so that some come late. */
async function correct(tx: Tx, date: BusinessDate, at: Date): Promise<void> {
  await stepped(tx, {
    where: `state = 'open' AND severity <> 'minor' AND opened_at < '${addDays(date, -1)}' AND ${chance('fix', 'id', date)} < 0.2`,
    change:
      "state = 'submitted', submitted_at = @at, submitted_by = officer_id, contained_at = COALESCE(contained_at, @at)",
    kind: 'submitted',
    type: 'finding.submitted',
    by: 'f.officer_id',
    at,
  });
}

/** Officials verify, send back, take warnings on and bring them to an end: half of what waits on any day. */
async function decide(tx: Tx, date: BusinessDate, at: Date): Promise<void> {
  const waiting = (share: string) =>
    `state = 'submitted' AND severity <> 'minor' AND ${chance('look', 'id', date)} ${share}`;
  const specialist =
    "(SELECT MIN(g.person_id) FROM person_grant g JOIN enterprise e ON e.region_code = g.region_prefix WHERE g.role = 'township' AND e.id = f.enterprise_id)";
  await stepped(tx, {
    where: waiting('< 0.4'),
    change: "state = 'closed', closed_at = @at, open_key = NULL",
    kind: 'verified',
    type: 'finding.closed',
    by: specialist,
    at,
  });
  await stepped(tx, {
    where: waiting('BETWEEN 0.4 AND 0.5'),
    change: "state = 'open', submitted_at = NULL, submitted_by = NULL",
    kind: 'rejected',
    type: 'finding.rejected',
    by: specialist,
    at,
  });
  await tx.execute(
    `UPDATE warning SET state = 'acknowledged', acknowledged_at = ?, acknowledged_by = 1 WHERE state = 'open' AND ${chance('ack', 'id', date)} < 0.5`,
    [at],
  );
  await tx.execute(
    `UPDATE warning SET state = 'closed', open_key = NULL, outcome = 'helped', outcome_note = '已上门帮扶', closed_at = ?, closed_by = 1
     WHERE state = 'acknowledged' AND acknowledged_at < ? - INTERVAL 1 DAY AND ${chance('end', 'id', date)} < 0.3`,
    [at, at],
  );
}

interface Stepped {
  where: string;
  change: string;
  kind: string;
  type: string;
  by: string;
  at: Date;
}

/** The same step of all findings that fit, each with its row in the story and its event. */
async function stepped(tx: Tx, { where, change, kind, type, by, at }: Stepped): Promise<void> {
  const ids = (await tx.query<{ id: number }>(`SELECT id FROM finding WHERE ${where}`)).map(({ id }) => id);
  if (ids.length === 0) return;
  await tx.execute('SET @at = ?', [at]);
  await tx.execute(`UPDATE finding SET ${change} WHERE id IN (?)`, [ids]);
  await tx.execute(
    `INSERT INTO finding_step (finding_id, client_uuid, kind, actor_id, at, note, evidence)
     SELECT f.id, UUID(), ?, ${by}, ?, '看过照片', '{}' FROM finding f WHERE f.id IN (?)`,
    [kind, at, ids],
  );
  await tx.execute(
    `INSERT INTO event (type, enterprise_id, subject_type, subject_id, actor_id, payload, at)
     SELECT ?, f.enterprise_id, 'finding', f.id, ${by}, JSON_OBJECT('findingId', f.id, 'severity', f.severity), ? FROM finding f WHERE f.id IN (?)`,
    [type, at, ids],
  );
}

/** Messages by person and day over all channels, apart for days with a major finding in the person's care. */
async function count(tx: Tx): Promise<Counted> {
  const rows = await tx.query<Busy & { major: number }>(
    `SELECT x.person, x.role, x.date, x.n, x.kinds, EXISTS (
       SELECT 1 FROM event v JOIN enterprise e ON e.id = v.enterprise_id
       JOIN person_grant g ON g.person_id = x.person AND (g.enterprise_id = e.id OR e.region_code LIKE CONCAT(g.region_prefix, '%'))
       WHERE v.type IN ('finding.opened', 'finding.joined') AND JSON_VALUE(v.payload, '$.severity') = 'major'
         AND v.at >= x.date - INTERVAL 8 HOUR AND v.at < x.date + INTERVAL 16 HOUR) AS major
     FROM (
       SELECT n.person_id AS person, MIN(g.role) AS role, DATE(n.created_at + INTERVAL 8 HOUR) AS date, COUNT(DISTINCT n.id) AS n,
         GROUP_CONCAT(DISTINCT n.kind ORDER BY n.kind) AS kinds
       FROM notification n JOIN person_grant g ON g.person_id = n.person_id
       GROUP BY n.person_id, DATE(n.created_at + INTERVAL 8 HOUR)
     ) x
     ORDER BY x.n DESC, x.date, x.person LIMIT 5000`,
  );
  const byKind = await tx.query<{ kind: string; n: number }>(
    'SELECT kind, COUNT(*) AS n FROM notification GROUP BY kind ORDER BY n DESC',
  );
  return {
    messages: byKind.reduce((sum, { n }) => sum + n, 0),
    byKind,
    busiest: rows.filter(({ major }) => major === 0),
    busiestOnMajorDays: rows.find(({ major }) => major === 1)?.n ?? 0,
  };
}
