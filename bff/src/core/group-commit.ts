import { isDuplicate } from './database';

/** What came of one item of a group: its result, or why it alone was refused. */
export type Settled<O> = { value: O } | { refusal: unknown };

interface Waiting<I, O> {
  item: I;
  resolve(value: O): void;
  reject(reason: unknown): void;
}

/**
 * Writes what arrives at the same time in one transaction. While a group is being written the next one gathers, so
 * nobody waits for company: alone, an item is a group of one. When a group fails as a whole, each of its items is
 * tried alone, so that one cannot spoil the others.
 */
export class GroupCommit<I, O> {
  private readonly waiting: Waiting<I, O>[] = [];
  private writing = false;

  /**
   * `write` runs one transaction and settles each item, in order. `most` items go into one group; one group is written
   * at a time: measured, two or more at once only make the groups smaller.
   */
  constructor(
    private readonly write: (items: readonly I[]) => Promise<Settled<O>[]>,
    private readonly most: number,
  ) {}

  /** The item's result once it has been committed; rejects with its refusal, or with the failure of the transaction. */
  submit(item: I): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.writing || this.waiting.length === 0) return;
    const group = this.waiting.splice(0, this.most);
    this.writing = true;
    void this.settle(group).finally(() => {
      this.writing = false;
      this.next();
    });
  }

  private async settle(group: readonly Waiting<I, O>[], tries = 3): Promise<void> {
    try {
      const results = await this.write(group.map((each) => each.item));
      for (const [index, each] of group.entries()) {
        const result = results[index];
        if (result === undefined) each.reject(new Error('a group was written without a result for each item'));
        else if ('value' in result) each.resolve(result.value);
        else each.reject(result.refusal);
      }
    } catch (failure) {
      const [only] = group;
      if (group.length > 1 || only === undefined) for (const each of group) await this.settle([each], tries);
      // Somebody else was first: now that it is committed, it is found.
      else if (tries > 1 && isDuplicate(failure)) await this.settle(group, tries - 1);
      else only.reject(failure);
    }
  }
}
