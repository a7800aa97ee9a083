import type { Core } from '../../core/feature';
import { cutIds, type DailyJob, type Loop } from '../../core/jobs';
import { evaluateNight, Evaluations } from './code.service';
import { enterpriseSpan } from './code.store';

/** Enterprises in one transaction of the night: memory stays flat, and no lock is held for long. */
const CHUNK = 1000;

/** 02:00: every code anew, and the day's snapshot. */
export function nightJob({ events, clock }: Core): DailyJob {
  return {
    name: 'healthcode',
    at: '02:00',
    plan: async (tx) => cutIds(...(await enterpriseSpan(tx)), CHUNK),
    runChunk: (tx, date, range) => evaluateNight(tx, events, range, date, clock.now()),
  };
}

/** All day: those to which something has happened, and those for whom a deadline or a dwell has ended. */
export function evaluationLoop(core: Core): Loop {
  const evaluations = new Evaluations(core);
  return { name: 'healthcode', drain: () => evaluations.next() };
}
