import { addDays, businessDate, shanghaiInstant, shanghaiTime } from '../../core/clock';
import { addOfficeHours } from '../../core/workday';
import type { Quiet } from './kind.table';

/** 'HH:mm' between which nobody's phone is rung for what can wait. */
const NIGHT = { from: '21:00', to: '07:30' } as const;

/** When the phone may ring, at the soonest. */
export function ringsAt(quiet: Quiet, now: Date): Date {
  switch (quiet) {
    case 'never':
      return now;
    case 'off_hours':
      return addOfficeHours(now, 0);
    case 'night': {
      const [date, time] = [businessDate(now), shanghaiTime(now)];
      if (time >= NIGHT.from) return shanghaiInstant(addDays(date, 1), NIGHT.to);
      return time < NIGHT.to ? shanghaiInstant(date, NIGHT.to) : now;
    }
  }
}
