/** What came of one item of a group: its result, or why it alone was refused. */
export type Settled<O> = { value: O } | { refusal: unknown };

interface Waiting<I, O> {
  item: I;
  resolve(value: O): void;
  reject(reason: unknown): void;
}

/** How groups are made, and what holds them up. */
interface GroupOptions {
  /** Items in one group at most. */
  most: number;
  /** Groups in hand at most. There is one as long as it is quick: measured, more at once only make the groups smaller. */
  lanes: number;
  /** After so long, ms, the next group does not wait for one in hand any more. */
  quickMs: number;
  /** The failure is nobody's in the group (the database is away): to try each alone would only take longer. */
  isWhole(failure: unknown): boolean;
}

/**
 * Does for all what arrives at the same time what would cost as much for one: a look-up, a transaction. While a group
 * is in hand the next one gathers, so nobody waits for company: alone, an item is a group of one. A group that fails is
 * taken apart by halves until who spoils it stands alone; one that is held up lets the next go past.
 */
export class InGroups<I, O> {
  private readonly waiting: Waiting<I, O>[] = [];
  /** Groups in hand, and those of them that the next one waits for. */
  private inHand = 0;
  private quick = 0;

  /** `work` settles each item, in order. */
  constructor(
    private readonly work: (items: readonly I[]) => Promise<Settled<O>[]>,
    private readonly options: GroupOptions,
  ) {}

  /** The item's result; rejects with its refusal, or with the failure of the work. */
  submit(item: I): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.next();
    });
  }

  /** Begins in the next turn of the event loop: what comes in this one makes one group, not one and the rest. */
  private next(): void {
    if (this.quick > 0 || this.inHand >= this.options.lanes || this.waiting.length === 0) return;
    this.inHand += 1;
    this.quick += 1;
    setImmediate(() => {
      let isQuick = true;
      const heldUp = () => {
        if (isQuick) this.quick -= 1;
        isQuick = false;
        this.next();
      };
      const timer = setTimeout(heldUp, this.options.quickMs);
      void this.settle(this.waiting.splice(0, this.options.most)).finally(() => {
        clearTimeout(timer);
        this.inHand -= 1;
        heldUp();
      });
    });
  }

  private async settle(group: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const results = await this.work(group.map((each) => each.item));
      for (const [index, each] of group.entries()) {
        const result = results[index];
        if (result === undefined) each.reject(new Error('a group was done without a result for each item'));
        else if ('value' in result) each.resolve(result.value);
        else each.reject(result.refusal);
      }
    } catch (failure) {
      if (group.length <= 1 || this.options.isWhole(failure)) {
        for (const each of group) each.reject(failure);
        return;
      }
      const half = Math.ceil(group.length / 2);
      await this.settle(group.slice(0, half));
      await this.settle(group.slice(half));
    }
  }
}
