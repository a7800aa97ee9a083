import { addDays, daysBetween, type BusinessDate } from '../../core/clock';

export interface SpreadPoint {
  id: number;
  intervalDays: number;
  /** Stays as it is when given. */
  anchor: BusinessDate | null;
  /** The point must not wait longer than its interval after this date; null when it was never inspected. */
  lastTask: BusinessDate | null;
}

/** Days over which the load is looked at: several rounds of the usual intervals. */
const HORIZON = 56;

/**
 * Anchors for the points of one officer, so that his days are as even as they can be: the points with the shortest
 * intervals first, each on the day whose rounds meet the least work. Points that have an anchor keep it and count as
 * load. No point waits longer than its interval after its last task, nor beyond `from` plus its interval.
 */
export function spreadAnchors(points: readonly SpreadPoint[], from: BusinessDate): Map<number, BusinessDate> {
  const load = new Array<number>(HORIZON).fill(0);
  const put = (first: number, interval: number) => {
    for (let day = first; day < HORIZON; day += interval) load[day] = (load[day] ?? 0) + 1;
  };
  for (const { anchor, intervalDays } of points) {
    if (anchor !== null) put(firstDay(anchor, intervalDays, from), intervalDays);
  }
  const anchors = new Map<number, BusinessDate>();
  const free = points.filter((point) => point.anchor === null);
  for (const point of [...free].sort((a, b) => a.intervalDays - b.intervalDays || a.id - b.id)) {
    const latest = latestStart(point, from);
    let best = 0;
    let least = Infinity;
    for (let start = 0; start <= latest; start += 1) {
      const cost = meeting(load, start, point.intervalDays);
      if (cost < least) [best, least] = [start, cost];
    }
    put(best, point.intervalDays);
    anchors.set(point.id, addDays(from, best));
  }
  return anchors;
}

/** The first due day of an anchored point, counted from `from`. */
function firstDay(anchor: BusinessDate, interval: number, from: BusinessDate): number {
  const passed = daysBetween(anchor, from);
  return passed <= 0 ? -passed : (interval - (passed % interval)) % interval;
}

function latestStart({ intervalDays, lastTask }: SpreadPoint, from: BusinessDate): number {
  const whole = Math.min(intervalDays - 1, HORIZON - 1);
  if (lastTask === null) return whole;
  return Math.min(whole, Math.max(0, daysBetween(from, addDays(lastTask, intervalDays))));
}

/** Work that the rounds of a point would meet, per round; squares make two busy days worse than one very quiet one. */
function meeting(load: readonly number[], start: number, interval: number): number {
  let cost = 0;
  let rounds = 0;
  for (let day = start; day < HORIZON; day += interval) {
    cost += ((load[day] ?? 0) + 1) ** 2;
    rounds += 1;
  }
  return cost / rounds;
}
