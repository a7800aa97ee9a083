import { namedQuery } from '../../core/database';
import type { Core } from '../../core/feature';
import { cutIds, type DailyJob } from '../../core/jobs';
import { isWorkingDay } from '../../core/workday';
import { kindOf } from './kind.table';
import { tell } from './notice.service';
import { waitingText, type WaitingCount } from './waiting.rules';

const waiting = namedQuery('waiting-digest');
/** Officials in one transaction. */
const CHUNK = 5000;

/** 08:32 on working days: each official hears in one message what waits for him, every morning until it is done. */
export function waitingJob({ clock }: Core): DailyJob {
  return {
    name: 'waiting-digest',
    at: '08:32',
    until: kindOf('waiting.digest').until ?? '24:00',
    plan: async (tx, date) => {
      if (!isWorkingDay(date)) return [];
      const [row] = await tx.query<{ low: number | null; high: number | null }>(
        "SELECT MIN(person_id) AS low, MAX(person_id) AS high FROM person_grant WHERE role <> 'officer'",
      );
      return cutIds(row?.low ?? null, row?.high ?? null, CHUNK);
    },
    runChunk: async (tx, date, { from, to }) => {
      const now = clock.now();
      const rows = await tx.query<WaitingCount & { person_id: number }>(waiting, [
        now,
        date,
        now,
        date,
        date,
        date,
        date,
        date,
        from,
        to,
      ]);
      const people = new Map<number, WaitingCount[]>();
      for (const { person_id: personId, ...count } of rows) {
        people.set(personId, [...(people.get(personId) ?? []), count]);
      }
      const notices = [...people].map(([personId, counts]) => ({
        persons: [personId],
        values: { body: waitingText(counts) },
      }));
      await tell(tx, 'waiting.digest', notices, now);
      return notices.length;
    },
  };
}
