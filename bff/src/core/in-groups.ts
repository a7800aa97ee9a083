/** What came of one item of a group: its result, or why it alone was refused. */
export type Settled<O> = { value: O } | { refusal: unknown };

interface Waiting<I, O> {
  item: I;
  resolve(value: O): void;
  reject(reason: unknown): void;
}

/**
 * Does for all what arrives at the same time what would cost as much for one: a look-up, a transaction. While a group
 * is in hand the next one gathers, so nobody waits for company: alone, an item is a group of one. When a group fails as
 * a whole, each of its items is tried alone, so that one cannot spoil the others.
 */
export class InGroups<I, O> {
  private readonly waiting: Waiting<I, O>[] = [];
  private busy = false;

  /**
   * `work` settles each item, in order. `most` items go into one group; one group is in hand at a time: measured, two
   * or more at once only make the groups smaller.
   */
  constructor(
    private readonly work: (items: readonly I[]) => Promise<Settled<O>[]>,
    private readonly most: number,
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
    if (this.busy || this.waiting.length === 0) return;
    this.busy = true;
    setImmediate(() => {
      void this.settle(this.waiting.splice(0, this.most)).finally(() => {
        this.busy = false;
        this.next();
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
      const [only] = group;
      if (group.length > 1 || only === undefined) for (const each of group) await this.settle([each]);
      else only.reject(failure);
    }
  }
}
