import { Gauge } from 'prom-client';
import { businessDate, shanghaiInstant, type Clock } from './clock';
import type { Database, Tx } from './database';
import type { JobRunner } from './jobs';
import type { Logger } from './logger';
import type { Metrics } from './metrics';
import type { WorkQueue } from './work-queue';

/** Whoever asks more often gets the figures of before, ms. */
const FRESH_MS = 10_000;

/** Gauges of every queue, of the daily jobs, and of what is in hand; read from the database when somebody asks. */
export function showQueues(parts: {
  db: Database;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  jobs: JobRunner;
  queues: readonly WorkQueue[];
}): void {
  const { db, clock, logger, jobs, queues } = parts;
  const gauge = (name: string, help: string, label: string, collect?: () => void | Promise<void>) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [parts.metrics.registry],
      ...(collect === undefined ? {} : { collect }),
    });
  let read = -Infinity;
  let reading: Promise<void> | undefined;
  const readAll = async () => {
    try {
      for (const queue of queues) {
        const state = await stateOf(db.probe, queue, clock.now());
        waiting.set({ queue: queue.name }, state.waiting);
        givenUp.set({ queue: queue.name }, state.givenUp);
        oldest.set({ queue: queue.name }, state.oldestS);
      }
      const open = await notDone(db.probe, clock, jobs);
      notDoneGauge.reset();
      for (const { name, open: isOpen } of open) notDoneGauge.set({ job: name }, isOpen ? 1 : 0);
      database.set({ part: 'reads' }, 1);
    } catch (error) {
      logger.warn({ err: error }, 'queues not read');
      database.set({ part: 'reads' }, 0);
    }
  };
  const fresh = () => {
    if (performance.now() - read < FRESH_MS) return reading;
    read = performance.now();
    reading = readAll();
    return reading;
  };
  const waiting = gauge('queue_waiting', 'Rows that wait for work, by queue', 'queue', fresh);
  const givenUp = gauge('queue_given_up', 'Rows that wait for a person: nobody tries them again', 'queue', fresh);
  const oldest = gauge('queue_oldest_seconds', 'Age of the oldest row that waits for work', 'queue', fresh);
  const notDoneGauge = gauge('job_not_done', '1: a daily job is due today and not done', 'job', fresh);
  const database = gauge('database_up', '0: the last look at the queues failed', 'part', fresh);
  const inHand = gauge(
    'loop_in_hand_seconds',
    'For how long a job or loop has been at the batch in hand',
    'loop',
    () => {
      inHand.reset();
      for (const { name, seconds } of jobs.inHand()) inHand.set({ loop: name }, seconds);
    },
  );
}

async function stateOf(
  tx: Tx,
  queue: WorkQueue,
  now: Date,
): Promise<{ waiting: number; givenUp: number; oldestS: number }> {
  const [row] = await tx.query<{ waiting: number; since: Date | null }>(
    `SELECT COUNT(*) AS waiting, ${queue.since === undefined ? 'NULL' : `MIN(${queue.since})`} AS since FROM ${queue.table} WHERE ${queue.waiting}`,
  );
  const [gone] =
    queue.givenUp === undefined
      ? []
      : await tx.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${queue.table} WHERE ${queue.givenUp}`);
  const since = row?.since ?? null;
  return {
    waiting: row?.waiting ?? 0,
    givenUp: gone?.n ?? 0,
    oldestS: since === null ? 0 : Math.max(0, (now.getTime() - since.getTime()) / 1000),
  };
}

async function notDone(tx: Tx, clock: Clock, jobs: JobRunner): Promise<{ name: string; open: boolean }[]> {
  const now = clock.now();
  const today = businessDate(now);
  const done = new Set(
    (await tx.query<{ job: string }>("SELECT job FROM job_run WHERE run_date = ? AND state = 'done'", [today])).map(
      ({ job }) => job,
    ),
  );
  return jobs.dailyJobs().map(({ name, at, until }) => ({
    name,
    open:
      now >= shanghaiInstant(today, at) &&
      (until === undefined || now < shanghaiInstant(today, until)) &&
      !done.has(name),
  }));
}

/**
 * Frees what an instance of the same name had in hand when it ended: it need not wait for its own leases. To be called
 * when nobody else can have this name any more (the port is ours). Returns how many rows.
 */
export async function takeBackLeases(tx: Tx, queues: readonly WorkQueue[], instanceId: string): Promise<number> {
  let rows = 0;
  for (const { table, waiting, leased } of queues) {
    if (!leased) continue;
    const { affectedRows } = await tx.execute(
      `UPDATE ${table} SET lease_until = NULL
       WHERE ${waiting} AND lease_until IS NOT NULL AND lease_owner LIKE ? AND lease_owner NOT LIKE ?`,
      [`${nameOf(instanceId)}.%`, `${instanceId}:%`],
    );
    rows += affectedRows;
  }
  return rows;
}

/** The part of an instance's id that stays over a restart. */
function nameOf(instanceId: string): string {
  return instanceId.slice(0, instanceId.indexOf('.'));
}
