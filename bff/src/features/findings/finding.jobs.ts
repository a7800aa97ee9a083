import { addDays, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Core } from '../../core/feature';
import { cutIds, type DailyJob } from '../../core/jobs';
import { tell } from '../notifications';
import { namesOf } from './notice.rules';
import { dueBetween, dueSpan } from './notice.store';

/** Officers in one transaction. */
const CHUNK = 5000;

/** 08:05: whoever has something to correct by tomorrow hears of it, in one message. */
export function dueJob({ events, clock }: Core): DailyJob {
  return {
    name: 'finding-due',
    at: '08:05',
    until: '20:00',
    plan: async (tx, date) => {
      const { from, until } = tomorrow(date);
      return cutIds(...(await dueSpan(tx, from, until)), CHUNK);
    },
    runChunk: async (tx, date, officers) => {
      const items = new Map<number, string[]>();
      for (const { person_id, item_zh } of await dueBetween(tx, { ...tomorrow(date), date, officers })) {
        items.set(person_id, [...(items.get(person_id) ?? []), item_zh]);
      }
      await tell(
        tx,
        'finding.due',
        [...items].map(([personId, list]) => ({
          persons: [personId],
          values: { n: list.length, items: namesOf(list) },
        })),
        clock.now(),
      );
      if (items.size > 0) {
        const payload = { date, ...officers, rows: items.size };
        await events.append(tx, [
          { type: 'findings.told', subject: { type: 'date', id: date }, actorId: null, payload },
        ]);
      }
      return items.size;
    },
  };
}

function tomorrow(date: BusinessDate): { from: Date; until: Date } {
  return { from: shanghaiInstant(addDays(date, 1), '00:00'), until: shanghaiInstant(addDays(date, 2), '00:00') };
}
