import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import type { Core } from '../../core/feature';
import { cutIds, type DailyJob } from '../../core/jobs';
import {
  dropExpired,
  expiredSpan,
  moveIntervals,
  multiplyFactors,
  writeFactors,
  type FactorChange,
} from './factor.store';

/** Enterprises in one transaction. */
const CHUNK = 5000;

/**
 * Changes why enterprises are inspected more or less often; intervals follow from the next dispatch on (domain.md §E6):
 * the product of an enterprise's factors times the usual interval, at least a day and at most twice the usual. What a
 * permit asks for stays. The same factors again change nothing. Returns how many points got another interval.
 */
export async function setFactors(
  tx: Tx,
  events: EventLog,
  changes: readonly FactorChange[],
  now: Date,
): Promise<number> {
  if (changes.length === 0) return 0;
  await writeFactors(tx, changes, now);
  return follow(
    tx,
    events,
    changes.map(({ enterpriseId }) => enterpriseId),
    now,
  );
}

/** 00:30: factors that have run out are let go of. */
export function factorJob({ events, clock }: Core): DailyJob {
  return {
    name: 'factors',
    at: '00:30',
    plan: async (tx, date) => cutIds(...(await expiredSpan(tx, date)), CHUNK),
    runChunk: async (tx, date, range) => follow(tx, events, await dropExpired(tx, date, range), clock.now()),
  };
}

async function follow(tx: Tx, events: EventLog, enterpriseIds: readonly number[], now: Date): Promise<number> {
  if (enterpriseIds.length === 0) return 0;
  const moved = await multiplyFactors(tx, enterpriseIds);
  if (moved.length === 0) return 0;
  const points = await moveIntervals(tx, moved, businessDate(now));
  await events.append(tx, [
    {
      type: 'intervals.moved',
      enterpriseId: moved.length === 1 ? (moved[0] ?? null) : null,
      subject: { type: 'date', id: businessDate(now) },
      actorId: null,
      payload: { enterprises: moved.length, points },
    },
  ]);
  return points;
}
