import { addDays, businessDate } from '../../bff/src/core/clock';
import type { Database } from '../../bff/src/core/database';
import { seedChecklists } from '../../bff/src/features/checklists';
import { seedCredit } from './credit';
import { seedDossier } from './dossier';
import { seedFindings } from './findings';
import { seedHealth } from './health';
import { cleanUp, prepare, seedJobRuns, seedReports, seedSuspensions, seedTasks } from './history';
import { seedEnterprises, seedOfficials, seedRegions } from './people';
import { seedSupervision } from './supervision';
import { seedVisits } from './visits';

export interface SeedOptions {
  enterprises: number;
  now: Date;
  /** Days of history, 400 unless told otherwise. */
  days?: number;
  /** 0..1 and what is being written. */
  onProgress?: (share: number, what: string) => void;
}

export interface Seeded {
  enterprises: number;
  points: number;
  tasks: number;
  reports: number;
  findings: number;
}

const HISTORY_DAYS = 400;
/** Enterprises and points in one transaction. */
const ENTERPRISES = 2500;
const POINTS = 1000;
/** Enterprises whose 400 nights are one transaction. */
const CODES = 250;

/**
 * Fills an empty database with the demo county: Deqing's pilot as published (240 enterprises, 979 points and a few
 * reclaimed-water systems) or the same in another size, and 400 days of history that end yesterday. The same size and
 * day give the same county.
 */
export async function seedDemoCounty(
  db: Database,
  { enterprises, now, days = HISTORY_DAYS, onProgress }: SeedOptions,
): Promise<Seeded> {
  const progress = onProgress ?? (() => undefined);
  const span = { start: addDays(businessDate(now), -days), days };
  await prepare(db.read, span);
  await db.transaction(async (tx) => {
    await seedRegions(tx);
    await seedChecklists(tx, now);
    await seedOfficials(tx, now);
  });
  const types = await db.read.query<{ code: string; days: number }>(
    'SELECT code, default_interval_days AS days FROM point_type',
  );
  const defaultDays = new Map(types.map(({ code, days }) => [code, days]));
  for (let from = 0; from < enterprises; from += ENTERPRISES) {
    const to = Math.min(from + ENTERPRISES, enterprises);
    await db.transaction((tx) => seedEnterprises(tx, { from, to }, span.start, now, defaultDays));
    progress((0.1 * to) / enterprises, 'enterprises');
  }
  await db.transaction((tx) => seedSuspensions(tx, span, 1));
  const [last] = await db.read.query<{ id: number }>('SELECT MAX(id) AS id FROM point');
  const points = last?.id ?? 0;
  let [tasks, reports, findings] = [0, 0, 0];
  for (let from = 1; from <= points; from += POINTS / 4) {
    const to = from + POINTS / 4 - 1;
    await db.transaction(async (tx) => {
      tasks += await seedTasks(tx, from, to, span);
      reports += await seedReports(tx, from, to);
      findings += await seedFindings(tx, from, to, now);
    });
    progress(0.1 + 0.8 * Math.min(1, to / points), 'history');
  }
  for (let from = 1; from <= enterprises; from += CODES) {
    const ids = Array.from({ length: Math.min(CODES, enterprises - from + 1) }, (_, step) => from + step);
    await db.transaction((tx) => seedHealth(tx, ids, span.start, now));
    progress(0.9 + (0.1 * from) / enterprises, 'health codes');
  }
  await db.transaction((tx) => seedDossier(tx, enterprises, now));
  await db.transaction((tx) => seedCredit(tx, span.start, now));
  await db.transaction((tx) => seedVisits(tx, span.start, now));
  await db.transaction((tx) => seedSupervision(tx, enterprises, now));
  await db.transaction((tx) => seedJobRuns(tx));
  await cleanUp(db.read);
  return { enterprises, points, tasks, reports, findings };
}
