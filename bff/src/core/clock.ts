/**
 * Time in one place. Instants are UTC `Date`s; a business date is the Asia/Shanghai calendar date as 'YYYY-MM-DD'.
 * China has had one zone and no daylight saving since 1991, so the offset is fixed and no time-zone library is needed.
 */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** 'YYYY-MM-DD', a calendar date in Asia/Shanghai. */
export type BusinessDate = string;

/** The only source of "now". Demo and tests inject one that can be moved. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The system's clock moved by an offset that can be changed while running (demo, tests). */
export class MovableClock implements Clock {
  constructor(private offsetMs = 0) {}

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Makes `instant` the present moment; time goes on from there. */
  moveTo(instant: Date): void {
    this.offsetMs = instant.getTime() - Date.now();
  }

  moveBy(ms: number): void {
    this.offsetMs += ms;
  }

  get offset(): number {
    return this.offsetMs;
  }
}

/** The Asia/Shanghai calendar date of an instant. */
export function businessDate(instant: Date): BusinessDate {
  return new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
}

/** The instant at which the clocks of Asia/Shanghai show `time` ('HH:mm') on `date`. */
export function shanghaiInstant(date: BusinessDate, time: string): Date {
  return new Date(`${date}T${time}:00.000+08:00`);
}

/** 'HH:mm' on the clocks of Asia/Shanghai at an instant. */
export function shanghaiTime(instant: Date): string {
  return new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(11, 16);
}

/** The calendar date `days` after (before, if negative) `date`. */
export function addDays(date: BusinessDate, days: number): BusinessDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from `from` to `to`; negative when `to` lies before `from`. */
export function daysBetween(from: BusinessDate, to: BusinessDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}
