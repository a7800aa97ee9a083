import type { MonthList } from '../../../api/types';
import { plusDays } from '../../../api/clock';

type Row = MonthList['rows'][number];
export type Mark = 'done' | 'abnormal' | 'late' | 'missed' | 'excused' | 'open' | 'none';

/** The days of a month in weeks that begin on Monday, with blanks before the first. */
export function calendarOf(month: string): (string | undefined)[] {
  const first = `${month}-01`;
  const blanks = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7;
  const days: (string | undefined)[] = Array.from({ length: blanks }, () => undefined);
  for (let date = first; date.startsWith(month); date = plusDays(date, 1)) days.push(date);
  return days;
}

/** The one thing that a day is remembered for: what went wrong comes first. */
export function dayMark(rows: readonly Row[], date: string): Mark {
  const ofDay = rows.filter((row) => row.date === date);
  if (ofDay.length === 0) return 'none';
  if (ofDay.some((row) => row.state === 'missed')) return 'missed';
  if (ofDay.some((row) => (row.abnormal ?? 0) > 0)) return 'abnormal';
  if (ofDay.some((row) => row.state === 'late')) return 'late';
  if (ofDay.some((row) => row.state === 'open')) return 'open';
  return ofDay.every((row) => row.state === 'excused') ? 'excused' : 'done';
}

export function totals(rows: readonly Row[]): { reported: number; abnormal: number; late: number; missed: number } {
  const count = (state: Row['state']) => rows.filter((row) => row.state === state).length;
  return {
    reported: rows.filter((row) => row.reportId !== null).length,
    abnormal: rows.reduce((sum, row) => sum + (row.abnormal ?? 0), 0),
    late: count('late'),
    missed: count('missed'),
  };
}
