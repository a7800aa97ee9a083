import { claim } from './claims';
import { addDays, businessDate, shanghaiInstant, type BusinessDate, type Clock } from './clock';
import type { Database, Tx } from './database';
import type { WorkQueue } from './work-queue';

/** A range of ids, both ends included, that one transaction works through. */
export interface ChunkRange {
  from: number;
  to: number;
}

/**
 * A job that runs once per business date, whoever runs it. The run is a row keyed by (job, date), its work is cut into
 * chunks; every instance claims chunks under a lease, and a chunk's work and its "done" commit together.
 */
export interface DailyJob {
  name: string;
  /** 'HH:mm' in Asia/Shanghai from which the job of a date may run. */
  at: string;
  /** 'HH:mm' from which it makes no sense any more that day (default: it always does). */
  until?: string;
  /** Jobs of the same date that must have finished before. */
  after?: readonly string[];
  /** Cuts the day's work; deterministic for the same data. */
  plan(tx: Tx, date: BusinessDate): Promise<ChunkRange[]>;
  /** Does one chunk inside `tx`; idempotent by its own statements too. Returns rows touched. */
  runChunk(tx: Tx, date: BusinessDate, range: ChunkRange): Promise<number>;
  /**
   * Dates between the last run and today that never ran are recorded as skipped, oldest first; `skipped` may tell the
   * rest of the system. Their work is not done afterwards.
   */
  skipped?(tx: Tx, date: BusinessDate): Promise<void>;
}

/** Longer than the database lets a transaction be silent: whoever takes a chunk over finds no row that is still held. */
const LEASE_S = 120;
const MAX_SKIPPED_DAYS = 400;

export const CHUNK_QUEUE: WorkQueue = {
  name: 'job-chunks',
  table: 'job_chunk',
  waiting: 'done_at IS NULL AND run_date >= CURRENT_DATE - INTERVAL 1 DAY',
  leased: true,
};

/** Runs daily jobs: what is due, what is done and who works on it stands in the database. */
export class DailyRuns {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly instanceId: string,
    private readonly isStopping: () => boolean,
  ) {}

  /** Does a job if it is due. Throws what it throws: the next time goes on where this one ended. */
  async run(job: DailyJob): Promise<void> {
    const now = this.clock.now();
    const today = businessDate(now);
    if (now < shanghaiInstant(today, job.at)) return;
    if (!(await this.open(job, today, now))) return;
    for (const name of job.after ?? []) if (!(await this.finished(name, today))) return;
    while (!this.isStopping() && (await this.runOneChunk(job, today)));
    await this.finishIfDone(job, today);
  }

  /** Makes sure that today's run exists, and that the gap before it is recorded. False: nothing to do today. */
  private async open(job: DailyJob, date: BusinessDate, now: Date): Promise<boolean> {
    const [run] = await this.db.read.query<{ state: string }>(
      'SELECT state FROM job_run WHERE job = ? AND run_date = ?',
      [job.name, date],
    );
    if (run?.state === 'done') return false;
    if (run?.state === 'running') return true;
    if (job.until !== undefined && now >= shanghaiInstant(date, job.until)) return false;
    for (const name of job.after ?? []) if (!(await this.finished(name, date))) return false;
    await this.db.transaction(async (tx) => {
      await this.recordGap(tx, job, date);
      // A date that was skipped (the clock had jumped ahead) runs after all when it becomes today.
      const opened = await tx.execute(
        "INSERT IGNORE INTO job_run (job, run_date, state, started_at) VALUES (?, ?, 'running', ?)",
        [job.name, date, now],
      );
      const revived = await tx.execute(
        "UPDATE job_run SET state = 'running', started_at = ?, finished_at = NULL WHERE job = ? AND run_date = ? AND state = 'skipped'",
        [now, job.name, date],
      );
      if (opened.affectedRows === 0 && revived.affectedRows === 0) return;
      const chunks = await job.plan(tx, date);
      if (chunks.length > 0) {
        await tx.execute('INSERT IGNORE INTO job_chunk (job, run_date, chunk_no, from_id, to_id) VALUES ?', [
          chunks.map((range, index) => [job.name, date, index, range.from, range.to]),
        ]);
      }
    });
    return true;
  }

  private async recordGap(tx: Tx, job: DailyJob, today: BusinessDate): Promise<void> {
    const [last] = await tx.query<{ run_date: BusinessDate | null }>(
      'SELECT MAX(run_date) AS run_date FROM job_run WHERE job = ? AND run_date < ?',
      [job.name, today],
    );
    if (last === undefined || last.run_date === null) return;
    const dates: BusinessDate[] = [];
    for (
      let date = addDays(last.run_date, 1);
      date < today && dates.length < MAX_SKIPPED_DAYS;
      date = addDays(date, 1)
    ) {
      dates.push(date);
    }
    if (dates.length === 0) return;
    const at = this.clock.now();
    const { affectedRows } = await tx.execute(
      'INSERT IGNORE INTO job_run (job, run_date, state, started_at, finished_at) VALUES ?',
      [dates.map((date) => [job.name, date, 'skipped', at, at])],
    );
    if (affectedRows > 0) for (const date of dates) await job.skipped?.(tx, date);
  }

  private async finished(name: string, date: BusinessDate): Promise<boolean> {
    const rows = await this.db.read.query("SELECT 1 FROM job_run WHERE job = ? AND run_date = ? AND state = 'done'", [
      name,
      date,
    ]);
    return rows.length > 0;
  }

  private async runOneChunk(job: DailyJob, date: BusinessDate): Promise<boolean> {
    const owner = `${this.instanceId}:${Math.random().toString(36).slice(2)}`;
    const queue = {
      table: 'job_chunk',
      key: 'chunk_no',
      where: 'job = ? AND run_date = ? AND done_at IS NULL',
      values: [job.name, date],
      order: 'chunk_no',
    };
    const taken = await claim(this.db.read, queue, { owner, limit: 1, leaseS: LEASE_S });
    if (taken === 0) return false;
    const [chunk] = await this.db.read.query<ChunkRow>(
      'SELECT chunk_no, from_id, to_id FROM job_chunk WHERE job = ? AND run_date = ? AND lease_owner = ? AND done_at IS NULL',
      [job.name, date, owner],
    );
    if (chunk === undefined) return true;
    try {
      await this.work(job, date, chunk, owner);
    } catch (error) {
      // Free it for the next tick instead of letting the lease run out.
      await this.db.read.execute(
        'UPDATE job_chunk SET lease_until = NULL WHERE job = ? AND run_date = ? AND lease_owner = ? AND done_at IS NULL',
        [job.name, date, owner],
      );
      throw error;
    }
    return true;
  }

  private async work(job: DailyJob, date: BusinessDate, chunk: ChunkRow, owner: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const rows = await job.runChunk(tx, date, { from: chunk.from_id, to: chunk.to_id });
      const fence = await tx.execute(
        'UPDATE job_chunk SET done_at = ?, row_count = ? WHERE job = ? AND run_date = ? AND chunk_no = ? AND lease_owner = ? AND done_at IS NULL',
        [this.clock.now(), rows, job.name, date, chunk.chunk_no, owner],
      );
      // Another instance took the chunk over: its work stands, ours is rolled back.
      if (fence.affectedRows === 0) throw new Error(`lease of a chunk of ${job.name} was lost`);
    });
  }

  private async finishIfDone(job: DailyJob, date: BusinessDate): Promise<void> {
    await this.db.read.execute(
      `UPDATE job_run SET state = 'done', finished_at = ?
       WHERE job = ? AND run_date = ? AND state = 'running'
         AND NOT EXISTS (SELECT 1 FROM job_chunk c WHERE c.job = job_run.job AND c.run_date = job_run.run_date AND c.done_at IS NULL)`,
      [this.clock.now(), job.name, date],
    );
  }
}

interface ChunkRow {
  chunk_no: number;
  from_id: number;
  to_id: number;
}

/** Cuts [min, max] into ranges of `size` ids. Empty when there are no ids. */
export function cutIds(min: number | null, max: number | null, size: number): ChunkRange[] {
  if (min === null || max === null) return [];
  const chunks: ChunkRange[] = [];
  for (let from = min; from <= max; from += size) chunks.push({ from, to: Math.min(from + size - 1, max) });
  return chunks;
}
