import type { Clock } from './clock';
import { DailyRuns, type DailyJob } from './daily-jobs';
import type { Database } from './database';
import type { Logger } from './logger';
import { Pressure } from './pressure';

export { cutIds, type ChunkRange, type DailyJob } from './daily-jobs';

/** Work that goes on all day: claims a batch, returns how much it did; called again at once while that is not 0. */
export interface Loop {
  name: string;
  drain(): Promise<number>;
}

/** A queue that fills as fast as it is emptied has its turn again after the others in a round, and for a stop. */
const TURN_MS = 2000;

/** One job or loop, in hand once at a time. What it waits for, nobody else waits for. */
class Lane {
  private running: Promise<boolean> | undefined;
  private since = 0;

  /** `work` answers whether there is more to do at once. */
  constructor(
    readonly name: string,
    private readonly work: () => Promise<boolean>,
  ) {}

  /** What is in hand, or begins. */
  join(): Promise<boolean> {
    if (this.running === undefined) {
      this.since = performance.now();
      this.running = this.work().finally(() => (this.running = undefined));
    }
    return this.running;
  }

  /** Until there is no more to do. */
  async whole(): Promise<void> {
    while (await this.join());
  }

  /** Once from the beginning: what is in hand may have looked before now. */
  async anew(): Promise<boolean> {
    while (this.running !== undefined) await this.running;
    return this.join();
  }

  /** For how long it has been in hand, s; undefined when it is not. */
  inHandS(): number | undefined {
    return this.running === undefined ? undefined : (performance.now() - this.since) / 1000;
  }
}

/**
 * Daily jobs and loops, each a bulkhead of its own: `ring` lets each go on by itself. Tests and a demo's clock, who want
 * everything done in its order, call `tick` and wait.
 */
export class JobRunner {
  private readonly daily: { job: DailyJob; lane: Lane }[] = [];
  private readonly loops: { loop: Loop; lane: Lane }[] = [];
  private readonly runs: DailyRuns;
  private express: Lane | undefined;
  private round: Promise<void> | undefined;
  private again = false;
  private stopping = false;
  private wake: () => void = () => undefined;
  private readonly woken = new Promise<void>((resolve) => (this.wake = resolve));

  constructor(
    db: Database,
    clock: Clock,
    private readonly logger: Logger,
    instanceId: string,
    private readonly pressure = new Pressure(),
  ) {
    this.runs = new DailyRuns(db, clock, instanceId, () => this.stopping);
  }

  addDaily(job: DailyJob): void {
    const work = this.guarded(job.name, async () => {
      await this.runs.run(job);
      return false;
    });
    this.daily.push({ job, lane: new Lane(job.name, work) });
  }

  /** A loop may be added twice: in a round of all, it then has two places. */
  addLoop(loop: Loop): void {
    this.loops.push({ loop, lane: this.loops.find((each) => each.loop === loop)?.lane ?? this.laneOf(loop) });
  }

  /** The loop that is rung more often; it may be one of the others as well. */
  setExpress(loop: Loop): void {
    this.express = this.loops.find((each) => each.loop === loop)?.lane ?? this.laneOf(loop);
  }

  /** Lets everything that is due begin that is not in hand. */
  ring(): void {
    for (const { job, lane } of this.daily) void lane.whole().then(() => this.ringAfter(job));
    this.ringLoops();
  }

  ringLoops(): void {
    for (const { lane } of this.loops) void lane.whole();
  }

  /** Empties the express loop, whatever else is under way. */
  async tickExpress(): Promise<void> {
    await this.express?.whole();
  }

  /** Does all that is due now, one after the other. Calls while one is under way are merged into one more round. */
  async tick(): Promise<void> {
    if (this.round !== undefined) {
      this.again = true;
      return this.round;
    }
    await this.inRound(() => this.rounds());
  }

  /** 'HH:mm' at which daily jobs come due, in the order of the day: where a demo's clock has to stop on its way. */
  times(): string[] {
    return [...new Set(this.daily.map(({ job }) => job.at))].sort();
  }

  dailyJobs(): DailyJob[] {
    return this.daily.map(({ job }) => job);
  }

  /** Does all that is due now, however busy the runner is, and answers when nothing of it is left. */
  async settle(): Promise<void> {
    // A round that began before now may have looked at the clock already.
    while (this.round !== undefined) await this.round;
    await this.tick();
  }

  /** Does one daily job if it is due, and nothing else (benchmarks, repairs). Throws what the job throws. */
  async runOnly(name: string): Promise<void> {
    const job = this.daily.find((each) => each.job.name === name)?.job;
    if (job === undefined) throw new Error(`there is no job ${name}`);
    await this.runs.run(job);
  }

  /** Empties the queues, one after the other, without looking at the daily jobs; does nothing while a round is under way. */
  async tickLoops(): Promise<void> {
    if (this.round !== undefined) return;
    await this.inRound(() => this.emptyLoops());
    if (this.again) await this.tick();
  }

  /** What is in hand, and for how long, s. */
  inHand(): { name: string; seconds: number }[] {
    const lanes = new Set([...this.daily, ...this.loops].map(({ lane }) => lane));
    return [...lanes].flatMap((lane) => {
      const seconds = lane.inHandS();
      return seconds === undefined ? [] : [{ name: lane.name, seconds }];
    });
  }

  /** Lets the chunks and batches in hand finish, for `withinMs` at most, and takes no other. Returns what is left in hand. */
  async stop(withinMs = Infinity): Promise<string[]> {
    this.stopping = true;
    this.wake();
    const lanes = new Set([...this.daily, ...this.loops].map(({ lane }) => lane));
    if (this.express !== undefined) lanes.add(this.express);
    const inHand = [...lanes].filter((lane) => lane.inHandS() !== undefined);
    const ended = Promise.all([this.round, ...inHand.map((lane) => lane.join())]);
    if (withinMs === Infinity) await ended;
    else await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, withinMs))]);
    return this.inHand().map(({ name }) => name);
  }

  /** Jobs that had to wait for this one need not wait for the next minute. */
  private ringAfter({ name }: DailyJob): void {
    for (const { job, lane } of this.daily) {
      if (job.after?.includes(name) === true) void lane.anew().then(() => this.ringAfter(job));
    }
  }

  private laneOf(loop: Loop): Lane {
    return new Lane(
      loop.name,
      this.guarded(loop.name, () => this.turn(loop)),
    );
  }

  private async inRound(work: () => Promise<void>): Promise<void> {
    this.round = work();
    try {
      await this.round;
    } finally {
      this.round = undefined;
    }
  }

  private async rounds(): Promise<void> {
    do {
      this.again = false;
      for (const { lane } of this.daily) await lane.anew();
      await this.emptyLoops();
    } while (this.again && !this.stopping);
  }

  private async emptyLoops(): Promise<void> {
    for (const { lane } of this.loops) if (await lane.anew()) this.again = true;
  }

  private guarded(name: string, work: () => Promise<boolean>): () => Promise<boolean> {
    return async () => {
      if (this.stopping) return false;
      try {
        return await work();
      } catch (error) {
        // The next ring tries again; state is in the database.
        this.logger.error({ err: error, job: name }, 'job failed');
        return false;
      }
    };
  }

  /** True: its turn was over before it was empty. */
  private async turn(loop: Loop): Promise<boolean> {
    const until = performance.now() + TURN_MS;
    while (!this.stopping) {
      const began = performance.now();
      if ((await loop.drain()) === 0) return false;
      await this.rest(this.pressure.restAfter(performance.now() - began));
      if (performance.now() >= until) return true;
    }
    return false;
  }

  /** While many requests are in hand, a queue leaves them most of the machine; a stop ends the rest. */
  private async rest(ms: number): Promise<void> {
    if (ms === 0 || this.stopping) return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.woken, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
  }
}
