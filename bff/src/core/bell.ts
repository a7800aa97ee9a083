import { gracefulShutdown, scheduleJob, type Job } from 'node-schedule';

const EVERY_MINUTE = { rule: '* * * * *', tz: 'Asia/Shanghai' };
/** A minute and what the machine may be late by, ms. */
const LATE_MS = 70_000;
const LOOK_MS = 10_000;

/**
 * Calls `ring` now and every minute. node-schedule goes on from the last minute that it rang: after the clock was set
 * back it would be silent for as long. A clock that nobody sets, the process's own, notices the silence and winds it up
 * again. Returns what ends it; throws when node-schedule does not understand its rule.
 */
export function startBell(ring: () => void): () => void {
  let rang = performance.now();
  const rung = () => {
    rang = performance.now();
    ring();
  };
  let bell = wind(rung);
  const watch = setInterval(() => {
    if (performance.now() - rang < LATE_MS) return;
    bell.cancel();
    bell = wind(rung);
    rung();
  }, LOOK_MS);
  rung();
  return () => {
    clearInterval(watch);
    bell.cancel();
    void gracefulShutdown();
  };
}

function wind(rung: () => void): Job {
  const bell = scheduleJob(EVERY_MINUTE, rung) as Job | null;
  // node-schedule answers null to a rule it does not understand, and would then never ring.
  if (bell === null) throw new Error('the job schedule was not accepted');
  return bell;
}
