import { addDays, businessDate, shanghaiTime, type BusinessDate } from '../../core/clock';

/** 'HH:mm' at which one duty ends and the next begins: when the offices open. */
const CHANGE = '08:30';
/** A roster is entered for so many days ahead at most. */
export const MOST_DAYS = 92;

/** The date whose duty officer answers at an instant: until the morning it is still yesterday's. */
export function dutyDate(at: Date): BusinessDate {
  const date = businessDate(at);
  return shanghaiTime(at) < CHANGE ? addDays(date, -1) : date;
}
