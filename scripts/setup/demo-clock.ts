import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addDays, businessDate, MovableClock, shanghaiInstant } from '../../bff/src/core/clock';
import type { JobRunner } from '../../bff/src/core/jobs';

const HOUR_MS = 3_600_000;

/** A clock that runs with the system's, ahead of it by what the demo was moved; kept in `folder` over a restart. */
export class DemoClock extends MovableClock {
  private readonly file: string;

  constructor(folder: string) {
    const file = path.join(folder, 'clock.json');
    super(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { offsetMs: number }).offsetMs : 0);
    this.file = file;
  }

  /**
   * Goes on to `target`, stopping wherever a daily job comes due and at every hour, and lets the jobs do at each stop
   * what is due there: what happens on the way happens in its order and carries its time. Never goes back.
   */
  async goTo(target: Date, jobs: JobRunner): Promise<void> {
    for (const stop of stopsBetween(this.now(), target, jobs.times())) {
      // The work at the stop before may have taken longer than the time to this one.
      if (stop > this.now()) this.moveTo(stop);
      writeFileSync(this.file, JSON.stringify({ offsetMs: this.offset }));
      await jobs.settle();
    }
  }
}

/** The instants after `from`, up to and including `to`, at which something may come due. */
export function stopsBetween(from: Date, to: Date, times: readonly string[]): Date[] {
  const stops = new Set<number>();
  for (let date = businessDate(from); date <= businessDate(to); date = addDays(date, 1)) {
    for (const time of times) stops.add(shanghaiInstant(date, time).getTime());
  }
  for (let hour = Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS; hour < to.getTime(); hour += HOUR_MS) stops.add(hour);
  stops.add(to.getTime());
  return [...stops]
    .filter((instant) => instant > from.getTime() && instant <= to.getTime())
    .sort((a, b) => a - b)
    .map((instant) => new Date(instant));
}
