import { getDayDetail } from 'chinese-days';
import { addDays, businessDate, shanghaiInstant, type BusinessDate } from './clock';

/** Years whose holidays the State Council has announced and the library knows, with the weekends worked instead. */
const ANNOUNCED: ReadonlySet<string> = new Set(['2024', '2025', '2026']);

/**
 * Holidays that the regulation itself fixes, for a year that is not announced yet: the festivals' own days, without the
 * weekends that will be moved. To be left out as soon as the year is announced.
 */
const FIXED: ReadonlySet<string> = new Set([
  '2027-01-01',
  ...['2027-02-05', '2027-02-06', '2027-02-07', '2027-02-08'],
  '2027-04-05',
  ...['2027-05-01', '2027-05-02'],
  '2027-06-09',
  '2027-09-15',
  ...['2027-10-01', '2027-10-02', '2027-10-03'],
]);

/** Solar holidays of any later year. */
const YEARLY: ReadonlySet<string> = new Set(['01-01', '05-01', '05-02', '10-01', '10-02', '10-03']);

/** Whether authorities work on a date, by China's statutory calendar. */
export function isWorkingDay(date: BusinessDate): boolean {
  if (ANNOUNCED.has(date.slice(0, 4))) return getDayDetail(date).work;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !FIXED.has(date) && !YEARLY.has(date.slice(5));
}

/** The last of `days` working days that begin with the day after `date`. */
export function addWorkingDays(date: BusinessDate, days: number): BusinessDate {
  let at = date;
  for (let left = days; left > 0;) {
    at = addDays(at, 1);
    if (isWorkingDay(at)) left -= 1;
  }
  return at;
}

/** Office hours, 'HH:mm' in Asia/Shanghai: eight a day, with the noon left out. */
const HOURS = [
  ['08:30', '12:00'],
  ['13:00', '17:30'],
] as const;
const HOUR_MS = 3_600_000;

/** Whether authorities are at their desks: office hours of a working day. */
export function isOfficeTime(at: Date): boolean {
  return officeSpans(businessDate(at)).some(([from, to]) => at >= from && at < to);
}

/** The instant at which so many office hours have passed since `from`. */
export function addOfficeHours(from: Date, hours: number): Date {
  let left = hours * HOUR_MS;
  for (let date = businessDate(from); ; date = addDays(date, 1)) {
    for (const [start, end] of officeSpans(date)) {
      const begin = Math.max(start.getTime(), from.getTime());
      const length = end.getTime() - begin;
      if (length <= 0) continue;
      if (left <= length) return new Date(begin + left);
      left -= length;
    }
  }
}

function officeSpans(date: BusinessDate): [Date, Date][] {
  if (!isWorkingDay(date)) return [];
  return HOURS.map(([from, to]) => [shanghaiInstant(date, from), shanghaiInstant(date, to)]);
}
