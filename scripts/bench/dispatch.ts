import { buildApp } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { benchCounty } from './county';
import { benchEnvironment, round, type Bench } from './frame';

const ENTERPRISES = 10_000;
const POINTS = 100;
const CHUNK = 10_000;

/** The morning's dispatch of 1,000,000 due points against the bare chunked INSERT … SELECT of the same rows. */
export const dispatch: Bench = async ({ url, db, say }) => {
  say('writing 1,000,000 points');
  await benchCounty(db, ENTERPRISES, POINTS);
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  say('dispatching');
  const memory = process.memoryUsage().rss;
  let most = memory;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
  const began = performance.now();
  // Only the dispatch: what follows from it (messages) is measured elsewhere.
  await app.jobs.runOnly('dispatch');
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  const [made] = await db.read.query<{ n: number; low: number; high: number }>(
    'SELECT COUNT(*) AS n, MIN(id) AS low, MAX(id) AS high FROM task',
  );
  await app.close();
  if (made?.n !== ENTERPRISES * POINTS) throw new Error(`${made?.n} tasks were made`);

  say('floor: the same rows by a bare INSERT … SELECT');
  await db.read.execute('CREATE TABLE task_floor LIKE task');
  const floorBegan = performance.now();
  for (let from = made.low; from <= made.high; from += CHUNK) {
    await db.read.execute(
      `INSERT INTO task_floor (point_id, task_date, round, enterprise_id, officer_id, origin, interval_days, interval_basis, due_at, grace_until)
         SELECT point_id, task_date, round, enterprise_id, officer_id, origin, interval_days, interval_basis, due_at, grace_until
         FROM task WHERE id BETWEEN ? AND ?`,
      [from, from + CHUNK - 1],
    );
  }
  const floorSeconds = (performance.now() - floorBegan) / 1000;
  const value = made.n / seconds;
  const floor = made.n / floorSeconds;
  return [
    {
      bench: 'dispatch',
      figure: 'dispatch',
      value: Math.round(value),
      unit: 'tasks/s',
      floor: Math.round(floor),
      ratio: round(value / floor),
    },
    {
      bench: 'dispatch',
      figure: 'dispatch-memory',
      value: Math.round((most - memory) / 1024 / 1024),
      unit: 'MB more',
    },
  ];
};
