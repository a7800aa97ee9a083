import type { Tx } from '../../core/database';
import { changesSince, newestEvent, type Change } from './change-tail.store';

/** What a request is answered with is at most so old, ms, and one look more. */
const LOOK_EVERY_MS = 500;
/** Events of transactions that took longer to commit than this are missed by the tail. */
const WINDOW_MS = 60_000;
/** How far before the newest event the first look begins. */
const FIRST_EVENTS = 1000;

/**
 * Follows the events that make what this instance remembers wrong. Nothing runs by itself: a request that comes later
 * than half a second after the last look waits for the next one, so that an idle instance asks nothing and a busy one
 * twice a second, whatever its load. Numbers of events are given out before their transactions commit, hence each look
 * goes back a minute.
 */
export class ChangeTail {
  private readonly listeners: ((change: Change) => void)[] = [];
  private readonly looks: { at: number; newest: number }[] = [];
  private seen = new Set<number>();
  private floor: number | undefined;
  private lookedAt = -Infinity;
  private looking: Promise<void> | undefined;

  constructor(private readonly read: Tx) {}

  onChange(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  /** Resolves when all that was committed half a second ago has been told to the listeners. */
  fresh(): Promise<void> | undefined {
    if (performance.now() - this.lookedAt < LOOK_EVERY_MS) return undefined;
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async look(): Promise<void> {
    const at = performance.now();
    const newest = await newestEvent(this.read);
    this.floor ??= newest - FIRST_EVENTS;
    const changes = await changesSince(this.read, this.floor);
    for (const change of changes) {
      if (!this.seen.has(change.id)) for (const listener of this.listeners) listener(change);
    }
    this.seen = new Set(changes.map(({ id }) => id));
    this.looks.push({ at, newest });
    for (let [oldest] = this.looks; oldest !== undefined && oldest.at < at - WINDOW_MS; [oldest] = this.looks) {
      this.floor = oldest.newest;
      this.looks.shift();
    }
    this.lookedAt = at;
  }
}
