import type { Scope } from '../../core/actor';
import { addDays, businessDate, shanghaiInstant } from '../../core/clock';
import type { Tx } from '../../core/database';
import { wire } from '../../core/problem';
import { rankingOf } from './ranking.rules';
import {
  daysOfRegion,
  findingCounts,
  ratesOfTownships,
  regionOf,
  visitCounts,
  warningCounts,
  type DayCount,
} from './statistics.store';
import { presentRate } from './township.present';

const WEEK_DAYS = 7;
const MONTH_DAYS = 30;
const CHART_DAYS = 14;

/** How a region does: its own numbers, and its place among its county's townships without their names. */
export async function regionStatistics(tx: Tx, scope: Scope, wanted: string | undefined, now: Date) {
  const code = wanted ?? scope.regionPrefixes[0] ?? '';
  if (!scope.regionPrefixes.some((prefix) => code.startsWith(prefix))) throw wire.NOT_FOUND();
  const region = await regionOf(tx, code);
  if (region === undefined) throw wire.NOT_FOUND();
  const today = businessDate(now);
  const from = addDays(today, -MONTH_DAYS);
  const since = shanghaiInstant(from, '00:00');
  const days = await daysOfRegion(tx, code, from, today);
  const before = days.filter(({ date }) => date < today);
  const [current] = days.filter(({ date }) => date === today);
  const weekFrom = addDays(today, -WEEK_DAYS);
  const byDate = new Map(before.map((day) => [day.date, day]));
  const ranked =
    region.level === 'township' && region.parent !== null
      ? rankingOf(await ratesOfTownships(tx, region.parent, weekFrom, addDays(today, -1)), code)
      : null;
  return {
    at: now.toISOString(),
    region: { code: region.code, name: region.name, level: region.level },
    today: presentRate({ due: current?.total ?? 0, done: current?.done ?? 0 }),
    week: presentRate(summed(before.filter(({ date }) => date >= weekFrom))),
    month: presentRate(summed(before)),
    findings: await findingCounts(tx, code, since, now),
    warnings: await warningCounts(tx, code, since, now),
    visits: await visitCounts(tx, code, since),
    ranking: ranked,
    days: Array.from({ length: CHART_DAYS }, (_, index) => {
      const date = addDays(today, index - CHART_DAYS);
      const { due = 0, done = 0, missed = 0 } = byDate.get(date) ?? {};
      return { date, due, done, missed };
    }),
  };
}

function summed(days: readonly DayCount[]): { due: number; done: number } {
  return days.reduce((sum, { due, done }) => ({ due: sum.due + due, done: sum.done + done }), { due: 0, done: 0 });
}
