/*
 * Days of Asia/Shanghai as whole numbers and instants as milliseconds: a night evaluates hundreds of thousands of facts,
 * and a what-if tens of millions, for which dates as text are too slow. China has had no daylight saving since 1991.
 */
const OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

/** Number of the calendar day of an instant in Asia/Shanghai. */
export function localDay(at: number): number {
  return Math.floor((at + OFFSET_MS) / DAY_MS);
}

/** The first instant of a day in Asia/Shanghai. */
export function dayStart(day: number): number {
  return day * DAY_MS - OFFSET_MS;
}
