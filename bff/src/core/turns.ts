import { DatabaseBusy } from './database-errors';

interface Waiting {
  start(): void;
  timer: NodeJS.Timeout;
}

/** Lets each of many do only so much at the same time; what is more waits for its turn, a bounded time in a bounded queue. */
export class Turns {
  private readonly busy = new Map<string, { running: number; waiting: Waiting[] }>();

  constructor(
    private readonly atOnce: number,
    private readonly limits: { queue: number; waitMs: number },
  ) {}

  /** Runs `work` when it is the turn of `who`; DatabaseBusy when that does not come in time. */
  async take<T>(who: string, work: () => Promise<T>): Promise<T> {
    let state = this.busy.get(who);
    if (state === undefined) {
      state = { running: 0, waiting: [] };
      this.busy.set(who, state);
    }
    if (state.running < this.atOnce) state.running += 1;
    else await this.turn(state.waiting);
    try {
      return await work();
    } finally {
      const next = state.waiting.shift();
      if (next !== undefined) next.start();
      else if ((state.running -= 1) === 0) this.busy.delete(who);
    }
  }

  private turn(waiting: Waiting[]): Promise<void> {
    const { queue, waitMs } = this.limits;
    if (waiting.length >= queue) return Promise.reject(new DatabaseBusy('too many of one caller'));
    return new Promise((resolve, reject) => {
      const each: Waiting = {
        start: () => {
          clearTimeout(each.timer);
          resolve();
        },
        timer: setTimeout(() => {
          waiting.splice(waiting.indexOf(each), 1);
          reject(new DatabaseBusy('the caller has taken up all that is his'));
        }, waitMs),
      };
      waiting.push(each);
    });
  }
}
