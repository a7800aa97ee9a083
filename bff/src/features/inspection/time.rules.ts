import { shanghaiInstant, type BusinessDate } from '../../core/clock';

const HOUR_MS = 3_600_000;
/** A phone may be without signal for a long weekend; what it says of times before that is not believed. */
const MAX_OFFLINE_MS = 72 * HOUR_MS;
/** Differences up to this are the network's, not the clock's. */
const CLOCK_TOLERANCE_MS = 2 * 60_000;

export interface PhoneTimes {
  filledAt: Date;
  /** The phone's clock at the moment of sending. */
  sentAt: Date;
  receivedAt: Date;
  /** When the server answered the scan, if the phone was online then: nothing was filled in before that. */
  scannedAt: Date | null;
  taskDate: BusinessDate;
}

export interface BelievedTime {
  /** The filling time as far as it is believed. */
  at: Date;
  /** How much the phone's clock was behind (positive) or ahead (negative), ms; 0 within tolerance. */
  skewMs: number;
  /** Why the phone's time was replaced by the time of arrival; null when it was believed. */
  doubt: 'offline_too_long' | 'before_task' | null;
}

/**
 * The time a report was filled in, corrected by the difference between the phone's clock and ours at sending. It is
 * believed for at most 72 h of offline delay, not before the day of the task, nor after arrival.
 */
export function believedTime(times: PhoneTimes): BelievedTime {
  const rawSkew = times.receivedAt.getTime() - times.sentAt.getTime();
  const skewMs = Math.abs(rawSkew) <= CLOCK_TOLERANCE_MS ? 0 : rawSkew;
  const corrected = Math.min(times.filledAt.getTime() + skewMs, times.receivedAt.getTime());
  const filled = Math.max(corrected, times.scannedAt?.getTime() ?? corrected);
  if (times.receivedAt.getTime() - filled > MAX_OFFLINE_MS) {
    return { at: times.receivedAt, skewMs, doubt: 'offline_too_long' };
  }
  if (filled < shanghaiInstant(times.taskDate, '00:00').getTime()) {
    return { at: times.receivedAt, skewMs, doubt: 'before_task' };
  }
  return { at: new Date(filled), skewMs, doubt: null };
}

/** What becomes of a task that was filled in at `filledAt`: on time, in grace, or missed all the same. */
export function stateAfter(filledAt: Date, dueAt: Date, graceUntil: Date): 'done' | 'late' | 'missed' {
  if (filledAt <= dueAt) return 'done';
  return filledAt < graceUntil ? 'late' : 'missed';
}
