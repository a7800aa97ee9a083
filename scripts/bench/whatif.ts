import { randomUUID } from 'node:crypto';
import { buildApp } from '../../bff/src/app';
import { addDays, businessDate, systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { computeNext } from '../../bff/src/features/whatif/whatif.service';
import { insertRun } from '../../bff/src/features/whatif/whatif.store';
import { benchCounty } from './county';
import { benchEnvironment, round, type Bench } from './frame';
import { writeScoreHistory } from './rescore';

const ENTERPRISES = 3500;
const DAYS = 90;
/** Deqing's five colours, as the migration brings them. */
const DRAFT = 2;

/** A draft rule set over the last 90 days of 3,500 enterprises, as the loop computes it: matrix, reasons, lists. */
export const whatif: Bench = async ({ url, db, say }) => {
  const now = systemClock.now();
  const today = businessDate(now);
  say(`writing ${ENTERPRISES} enterprises and their history`);
  await benchCounty(db, ENTERPRISES, 1);
  await writeScoreHistory(db, today);
  await db.read.query('ANALYZE TABLE task, finding, finding_step, petition, penalty, enterprise');
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  const run = { clientUuid: randomUUID(), draftVersion: DRAFT, baseVersion: 1, personId: 1 };
  const id = await insertRun(db.read, { ...run, fromDay: addDays(today, -DAYS), toDay: today }, now);
  say('trying the draft');
  const began = performance.now();
  // The run's own loop alone: what the county's history has put on the other queues is not what is measured.
  while ((await computeNext(app.core)) > 0);
  const seconds = (performance.now() - began) / 1000;
  await app.close();
  const [done] = await db.read.query<{ state: string; n: number; moved: number }>(
    `SELECT r.state, COUNT(*) AS n, CAST(SUM(x.base_colour <> x.draft_colour) AS SIGNED) AS moved
     FROM what_if_run r JOIN what_if_result x ON x.run_id = r.id WHERE r.id = ? GROUP BY r.state`,
    [id],
  );
  if (done?.state !== 'done' || done.n !== ENTERPRISES) throw new Error(`the run ended as ${JSON.stringify(done)}`);
  if (done.moved === 0) throw new Error('a draft that moves nobody has measured too little');
  return [
    { bench: 'whatif', figure: 'whatif', value: round(seconds), unit: 's' },
    { bench: 'whatif', figure: 'whatif-moved', value: done.moved, unit: 'enterprises' },
  ];
};
