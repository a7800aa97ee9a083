import { namedQuery } from '../../core/database';
import type { Core } from '../../core/feature';
import { cutIds, type DailyJob } from '../../core/jobs';
import { kindOf } from './kind.table';

const pushList = namedQuery('push-list');
/** Officers in one transaction. */
const CHUNK = 5000;

/** 08:00: one message per officer with the day's list. 16:00: another to those with something left. Not after 20:00. */
export function pushJobs(core: Core): DailyJob[] {
  return [pushJob(core, 'push-list', '08:00', 'dailyList'), pushJob(core, 'push-reminder', '16:00', 'reminder')];
}

function pushJob(core: Core, name: string, at: string, template: 'dailyList' | 'reminder'): DailyJob {
  const { title, until = '24:00' } = kindOf(template);
  return {
    name,
    at,
    until,
    after: ['dispatch'],
    plan: async (tx, date) => {
      const [row] = await tx.query<{ low: number | null; high: number | null }>(
        "SELECT MIN(officer_id) AS low, MAX(officer_id) AS high FROM task WHERE task_date = ? AND state = 'open'",
        [date],
      );
      return cutIds(row?.low ?? null, row?.high ?? null, CHUNK);
    },
    runChunk: async (tx, date, { from, to }) => {
      const now = core.clock.now();
      const { affectedRows } = await tx.execute(pushList, [
        template,
        template,
        title,
        now,
        now,
        template,
        date,
        from,
        to,
      ]);
      if (affectedRows > 0) {
        await core.events.append(tx, [
          {
            type: 'messages.queued',
            subject: { type: 'date', id: date },
            actorId: null,
            payload: { date, template, from, to, rows: affectedRows },
          },
        ]);
      }
      return affectedRows;
    },
  };
}
