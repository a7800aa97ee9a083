import type { BusinessDate } from '../../core/clock';
import { namedQuery, type Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import { cutIds, type DailyJob } from '../../core/jobs';
import { dueWindow } from './due.rules';

/** Points or tasks in one transaction: long enough to be fast, short enough to hold no lock for more than a moment. */
const CHUNK = 10_000;

const dispatchPlanned = namedQuery('dispatch');
const dispatchExtra = namedQuery('dispatch-extra');
const closeMissed = namedQuery('close-missed');

async function span(tx: Tx, sql: string, values: (string | Date)[] = []): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(sql, values);
  return [row?.low ?? null, row?.high ?? null];
}

/** 00:05: one task for each point that is due today. What was missed while the system was down is recorded, not made up. */
export function dispatchJob({ events }: Core): DailyJob {
  return {
    name: 'dispatch',
    at: '00:05',
    plan: async (tx) => cutIds(...(await span(tx, 'SELECT MIN(id) AS low, MAX(id) AS high FROM point')), CHUNK),
    runChunk: async (tx, date, { from, to }) => {
      const { dueAt, graceUntil } = dueWindow(date);
      const planned = await tx.execute(dispatchPlanned, [
        date,
        dueAt,
        graceUntil,
        date,
        date,
        from,
        to,
        date,
        date,
        date,
        date,
      ]);
      const extra = await tx.execute(dispatchExtra, [dueAt, graceUntil, date, from, to]);
      const rows = planned.affectedRows + extra.affectedRows;
      if (rows > 0) await events.append(tx, [chunkEvent('tasks.dispatched', date, from, to, rows)]);
      return rows;
    },
    skipped: (tx, date) =>
      events.append(tx, [
        { type: 'dispatch.skipped', subject: { type: 'date', id: date }, actorId: null, payload: { date } },
      ]),
  };
}

/** 10:00: what is still open after its grace is missed; one run covers every earlier day, so downtime needs no more. */
export function closeMissedJob({ events, clock }: Core): DailyJob {
  return {
    name: 'close-missed',
    at: '10:00',
    plan: async (tx, date) =>
      cutIds(
        ...(await span(tx, "SELECT MIN(id) AS low, MAX(id) AS high FROM task WHERE state = 'open' AND task_date < ?", [
          date,
        ])),
        CHUNK,
      ),
    runChunk: async (tx, date, { from, to }) => {
      const now = clock.now();
      const { affectedRows } = await tx.execute(closeMissed, [now, from, to, now]);
      if (affectedRows > 0) await events.append(tx, [chunkEvent('tasks.missed', date, from, to, affectedRows)]);
      return affectedRows;
    },
  };
}

/** A set-based job tells what it did with one event per chunk: how many rows, in which range of ids. */
function chunkEvent(type: string, date: BusinessDate, from: number, to: number, rows: number) {
  return { type, subject: { type: 'date', id: date }, actorId: null, payload: { date, from, to, rows } };
}
