import { addDays, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Core } from '../../core/feature';
import { cutIds, type DailyJob } from '../../core/jobs';
import { tell } from '../notifications';
import { namesOf } from './notice.rules';
import { dueBetween, dueSpan } from './notice.store';

/** Officers in one transaction. */
const CHUNK = 5000;

/** 08:05: whoever has something to correct by tomorrow hears of it in one message, and of what was due yesterday in another. */
export function dueJob({ events, clock }: Core): DailyJob {
  return {
    name: 'finding-due',
    at: '08:05',
    until: '20:00',
    plan: async (tx, date) => cutIds(...(await dueSpan(tx, dayFrom(date, -1).from, dayFrom(date, 1).until)), CHUNK),
    runChunk: async (tx, date, officers) => {
      let rows = 0;
      for (const [kind, days] of [
        ['finding.due', 1],
        ['finding.overdue', -1],
      ] as const) {
        const items = new Map<number, string[]>();
        for (const { person_id, item_zh } of await dueBetween(tx, { ...dayFrom(date, days), date, officers })) {
          items.set(person_id, [...(items.get(person_id) ?? []), item_zh]);
        }
        await tell(
          tx,
          kind,
          [...items].map(([personId, list]) => ({
            persons: [personId],
            values: { n: list.length, items: namesOf(list) },
          })),
          clock.now(),
        );
        rows += items.size;
      }
      if (rows > 0) {
        const payload = { date, ...officers, rows };
        await events.append(tx, [
          { type: 'findings.told', subject: { type: 'date', id: date }, actorId: null, payload },
        ]);
      }
      return rows;
    },
  };
}

/** The day so many days after a date, as instants. */
function dayFrom(date: BusinessDate, days: number): { from: Date; until: Date } {
  return {
    from: shanghaiInstant(addDays(date, days), '00:00'),
    until: shanghaiInstant(addDays(date, days + 1), '00:00'),
  };
}
