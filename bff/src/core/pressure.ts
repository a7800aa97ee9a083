/** Requests in hand from which on what the house does by itself gives way: a phone waits for its receipt, a queue can wait. */
const PRESSED_FROM = 8;
/** Rest after work, as a multiple of what the work took, and at most, ms: queues go on at a quarter of their pace or more. */
const REST = 3;
const MOST_REST_MS = 2000;

/** How many requests are being served, and how much room that leaves for everything else. */
export class Pressure {
  private inHand = 0;

  /** A request has come in; returns what to call when it is answered. */
  enter(): () => void {
    this.inHand += 1;
    return () => (this.inHand -= 1);
  }

  /** Whether so many wait that everything else should be done in small pieces. */
  get isHigh(): boolean {
    return this.inHand >= PRESSED_FROM;
  }

  /** How long work that took `ms` should rest before it goes on, ms; 0 while nobody waits. */
  restAfter(ms: number): number {
    return this.isHigh ? Math.min(ms * REST, MOST_REST_MS) : 0;
  }
}
