import type { Core } from '../../core/feature';
import { cutIds, type ChunkRange, type DailyJob, type Loop } from '../../core/jobs';
import { escalateDeserted, escalateDue, escalateUnhandled, wakeSnoozed } from './clock.service';
import { evaluatePart } from './evaluation.service';
import { enterpriseSpan } from './evaluation.store';
import { tellDigest } from './telling.service';
import { officialSpan } from './telling.store';

/** Enterprises in one transaction: well inside a chunk's lease also where each has hundreds of tasks behind it. */
const CHUNK = 5000;
const PEOPLE_CHUNK = 5000;
/** The chunk for what is about no enterprise; ids begin with 1. */
const WHOLE: ChunkRange = { from: 0, to: 0 };

/** 02:30: all rules over all enterprises, then those about townships and people. */
export function evaluationJob({ events, clock }: Core): DailyJob {
  return {
    name: 'warnings',
    at: '02:30',
    plan: async (tx) => [...cutIds(...(await enterpriseSpan(tx)), CHUNK), WHOLE],
    runChunk: async (tx, date, range) => {
      const now = clock.now();
      const whole = range.from === WHOLE.from;
      const opened = await evaluatePart(tx, events, { date, range, now }, whole);
      return whole ? opened + (await escalateDeserted(tx, events, now)) : opened;
    },
  };
}

/** 08:30: one notice per official about what waits for him. In the evening it would only disturb. */
export function digestJob({ events, clock }: Core): DailyJob {
  return {
    name: 'warning-digest',
    at: '08:30',
    until: '20:00',
    after: ['warnings'],
    plan: async (tx) => cutIds(...(await officialSpan(tx)), PEOPLE_CHUNK),
    runChunk: async (tx, date, range) => {
      const rows = await tellDigest(tx, date, range, clock.now());
      if (rows > 0) {
        await events.append(tx, [
          {
            type: 'warnings.told',
            subject: { type: 'date', id: date },
            actorId: null,
            payload: { date, ...range, rows },
          },
        ]);
      }
      return rows;
    },
  };
}

/** What time alone does to warnings: unacknowledged and unfinished ones climb, snoozed ones wake. */
export function clockLoop({ db, events, clock }: Core): Loop {
  return {
    name: 'warning-clock',
    drain: () =>
      db.transaction(async (tx) => {
        const now = clock.now();
        const moved =
          (await wakeSnoozed(tx, events, now)) +
          (await escalateDue(tx, events, now)) +
          (await escalateUnhandled(tx, events, now));
        // Where it has arrived there may be nobody either.
        return moved === 0 ? 0 : moved + (await escalateDeserted(tx, events, now));
      }),
  };
}
