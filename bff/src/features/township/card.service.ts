import { addDays, businessDate } from '../../core/clock';
import type { Scope } from '../../core/actor';
import type { Tx } from '../../core/database';
import { wire } from '../../core/problem';
import {
  agreedAt,
  categoriesOf,
  daysOf,
  officersToCall,
  openFindingsOf,
  openWarningsOf,
  tasksOf,
  visitsOf,
} from './card.store';
import { weighed } from './priority.service';
import { candidate } from './priority.store';
import {
  presentCardFinding,
  presentCardWarning,
  presentPlace,
  presentRate,
  presentStanding,
  presentTask,
  presentVisit,
} from './township.present';

const HISTORY_DAYS = 30;
/** More would not be read on a doorstep; the lists themselves have pages. */
const MOST = 50;
const VISITS = 3;

/** Everything about an enterprise that an official wants on its doorstep, in one answer that the phone can keep. */
export async function enterpriseCard(tx: Tx, scope: Scope, enterpriseId: number, now: Date) {
  const found = await candidate(tx, scope, enterpriseId);
  if (found === undefined) throw wire.NOT_FOUND();
  const [own] = await weighed(tx, [found], now);
  if (own === undefined) throw wire.NOT_FOUND();
  const date = businessDate(now);
  const tasks = await tasksOf(tx, enterpriseId, date);
  const known = await daysOf(tx, enterpriseId, addDays(date, -HISTORY_DAYS), addDays(date, -1));
  const byDate = new Map(known.map((day) => [day.date, day]));
  const counted = tasks.filter(({ state }) => state !== 'excused');
  const officers = await officersToCall(tx, enterpriseId);
  const visits = await visitsOf(tx, enterpriseId, VISITS);
  const agreed = await agreedAt(
    tx,
    visits.map((visit) => visit.id),
  );
  return {
    at: now.toISOString(),
    enterprise: { ...presentPlace(found), categories: await categoriesOf(tx, enterpriseId) },
    ...presentStanding(own.standing),
    benefit: own.benefit,
    officers: officers.map((officer) => ({ ...officer, id: String(officer.id) })),
    today: {
      date,
      total: counted.length,
      done: counted.filter(({ state }) => state === 'done' || state === 'late').length,
      tasks: tasks.map(presentTask),
    },
    findings: (await openFindingsOf(tx, enterpriseId, MOST)).map((row) => presentCardFinding(row, now)),
    warnings: (await openWarningsOf(tx, enterpriseId, MOST)).map(presentCardWarning),
    visits: visits.map((visit) => presentVisit(visit, agreed)),
    completion: presentRate(own.facts),
    history: Array.from({ length: HISTORY_DAYS }, (_, index) => {
      const day = addDays(date, index - HISTORY_DAYS);
      return byDate.get(day) ?? { date: day, due: 0, done: 0, late: 0, missed: 0, abnormal: 0 };
    }),
  };
}
