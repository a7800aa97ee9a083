import { DeferredWrite } from '../../core/deferred-write';
import type { Core } from '../../core/feature';
import { wire } from '../../core/problem';
import { insertQueries, type Query } from './query-log.store';

const EVERY_MS = 1000;
const BATCH = 500;
/** While the database does not take what was asked, no more is told than this. */
const MOST_WAITING = 50_000;

/**
 * Notes who was told what, in batches once a second. A stop writes what is left; a crash loses the last second at most.
 */
export class QueryLog {
  private waiting: Query[] = [];
  private readonly writer: DeferredWrite;

  constructor(private readonly core: Core) {
    this.writer = new DeferredWrite(
      () => this.write(),
      EVERY_MS,
      (error) => core.logger.error({ err: error, waiting: this.waiting.length }, 'partner queries not written'),
    );
  }

  /** Throws WIRE.BUSY when too much waits: what cannot be noted must not be told. */
  note(...queries: readonly Query[]): void {
    if (this.waiting.length + queries.length > MOST_WAITING) throw wire.BUSY();
    this.waiting.push(...queries);
    this.writer.soon();
  }

  stop(): Promise<void> {
    return this.writer.stop();
  }

  private async write(): Promise<void> {
    const queries = this.waiting;
    this.waiting = [];
    let written = 0;
    try {
      for (; written < queries.length; written += BATCH) {
        await insertQueries(this.core.db.read, queries.slice(written, written + BATCH));
      }
    } catch (error) {
      this.waiting = [...queries.slice(written), ...this.waiting];
      throw error;
    }
  }
}
