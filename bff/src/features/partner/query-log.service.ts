import { DeferredWrite } from '../../core/deferred-write';
import type { Core } from '../../core/feature';
import { wire } from '../../core/problem';
import { insertAsked, type Asked, type Query } from './query-log.store';

const EVERY_MS = 1000;
const SECOND_MS = 1000;
/** While the database does not take what was asked, no more is told than this. */
const MOST_WAITING = 50_000;

/**
 * Notes who was told what, to the second, in one go once a second. A stop writes what is left; a crash loses the last
 * second at most.
 */
export class QueryLog {
  /** By client, fields and second. */
  private waiting = new Map<string, Asked>();
  private count = 0;
  private readonly writer: DeferredWrite;

  constructor(private readonly core: Core) {
    this.writer = new DeferredWrite(
      () => this.write(),
      EVERY_MS,
      (error) => core.logger.error({ err: error, waiting: this.count }, 'partner queries not written'),
    );
  }

  /** Throws WIRE.BUSY when too much waits: what cannot be noted must not be told. */
  note(...queries: readonly Query[]): void {
    if (this.count + queries.length > MOST_WAITING) throw wire.BUSY();
    for (const { clientId, enterpriseId, at, fields } of queries) {
      const second = Math.floor(at.getTime() / SECOND_MS);
      const key = `${clientId} ${second} ${fields}`;
      const asked = this.waiting.get(key);
      if (asked !== undefined) asked.enterpriseIds.push(enterpriseId);
      else {
        const began = new Date(second * SECOND_MS);
        this.waiting.set(key, { clientId, at: began, fields, enterpriseIds: [enterpriseId] });
      }
    }
    this.count += queries.length;
    this.writer.soon();
  }

  stop(): Promise<void> {
    return this.writer.stop();
  }

  private async write(): Promise<void> {
    const { waiting } = this;
    this.waiting = new Map();
    this.count = 0;
    const left = [...waiting];
    try {
      for (let next = left[0]; next !== undefined; next = left[0]) {
        await insertAsked(this.core.db.read, next[1]);
        left.shift();
      }
    } catch (error) {
      for (const [key, asked] of left) {
        const since = this.waiting.get(key);
        this.waiting.set(key, { ...asked, enterpriseIds: [...asked.enterpriseIds, ...(since?.enterpriseIds ?? [])] });
        this.count += asked.enterpriseIds.length;
      }
      throw error;
    }
  }
}
