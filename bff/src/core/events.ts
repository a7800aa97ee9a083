import { claim } from './claims';
import type { Clock } from './clock';
import type { Database, Statement, Tx } from './database';
import { fromJson, isUnavailable } from './database';
import type { Logger } from './logger';
import type { Metrics } from './metrics';
import type { WorkQueue } from './work-queue';

/** A fact that happened. Appended in the transaction that made it true; never changed afterwards. */
export interface NewEvent {
  /** 'noun.verb', e.g. 'report.accepted'. */
  type: string;
  enterpriseId?: number | null;
  /** What it happened to, e.g. 'task' and its id. */
  subject: { type: string; id: number | string };
  /** Person who did it; null for the system itself. */
  actorId: number | null;
  payload: Record<string, unknown>;
}

export interface StoredEvent extends NewEvent {
  id: number;
  at: Date;
}

/** Reacts to events of one type, in a transaction of its own per event. Must be idempotent. */
export interface EventHandler {
  type: string;
  handle(tx: Tx, event: StoredEvent): Promise<void>;
}

const BATCH = 100;
/** Groups of events that are handled at the same time, and events of one group: one commit carries them. */
const LANES = 4;
const GROUP = 25;
/** Longer than the database lets a transaction be silent. */
const LEASE_S = 90;
/** After so long, those that met a held row have another try, s. */
const ASIDE_S = 5;
/** Who meets a held row leaves his place to others instead of waiting for it again. */
const AT_ONCE = { again: false };
/** After so many failures an event waits for a person: it stays unhandled, counted in /metrics and logged. */
const MAX_ATTEMPTS = 10;

export const EVENT_QUEUE: WorkQueue = {
  name: 'events',
  table: 'event',
  waiting: `handled_at IS NULL AND attempts < ${MAX_ATTEMPTS}`,
  givenUp: `handled_at IS NULL AND attempts >= ${MAX_ATTEMPTS}`,
  since: 'at',
  leased: true,
};

/**
 * Appends facts and hands them to their handlers. Events without a handler are stored as handled: only what somebody
 * waits for costs a second write.
 */
export class EventLog {
  private readonly handlers = new Map<string, EventHandler[]>();
  private draining: Promise<number> | undefined;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly instanceId: string,
  ) {}

  register(handler: EventHandler): void {
    this.handlers.set(handler.type, [...(this.handlers.get(handler.type) ?? []), handler]);
  }

  /** Appends events inside the caller's transaction. */
  async append(tx: Tx, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const { sql, values } = this.statement(events);
    await tx.execute(sql, values);
  }

  /** What appends events, for a caller that sends several statements together. */
  statement(events: readonly NewEvent[]): Statement {
    const at = this.clock.now();
    return {
      sql: 'INSERT INTO event (type, enterprise_id, subject_type, subject_id, actor_id, payload, at, handled_at) VALUES ?',
      values: [
        events.map((event) => [
          event.type,
          event.enterpriseId ?? null,
          event.subject.type,
          String(event.subject.id),
          event.actorId,
          JSON.stringify(event.payload),
          at,
          this.handlers.has(event.type) ? null : at,
        ]),
      ],
    };
  }

  /**
   * Claims a batch of unhandled events and runs their handlers; those of one enterprise in their order. Calls while a
   * batch is in hand share it. Returns how many were handled.
   */
  drain(): Promise<number> {
    this.draining ??= this.handleBatch().finally(() => (this.draining = undefined));
    return this.draining;
  }

  private async handleBatch(): Promise<number> {
    const owner = `${this.instanceId}:${Math.random().toString(36).slice(2)}`;
    const queue = {
      table: 'event',
      key: 'id',
      where: 'handled_at IS NULL AND attempts < ?',
      values: [MAX_ATTEMPTS],
      order: 'id',
    };
    if ((await claim(this.db.read, queue, { owner, limit: BATCH, leaseS: LEASE_S })) === 0) return 0;
    const rows = await this.db.read.query<EventRow>(
      'SELECT id, type, enterprise_id, subject_type, subject_id, actor_id, payload, at FROM event WHERE lease_owner = ? AND handled_at IS NULL ORDER BY id',
      [owner],
    );
    const byEnterprise = new Map<number | null, EventRow[]>();
    for (const row of rows) {
      const queue = byEnterprise.get(row.enterprise_id);
      if (queue === undefined) byEnterprise.set(row.enterprise_id, [row]);
      else queue.push(row);
    }
    // In the order of their enterprises: two that hold several at once do not stand in each other's way.
    const queues = [...byEnterprise].sort(([one], [other]) => (one ?? 0) - (other ?? 0)).map(([, queue]) => queue);
    const together = Math.min(GROUP, Math.ceil(rows.length / LANES));
    let handled = 0;
    const lane = async () => {
      while (queues.length > 0) {
        const group: EventRow[][] = [];
        for (let taken = 0; taken < together && queues.length > 0; taken += group.at(-1)?.length ?? 0) {
          group.push(...queues.splice(0, 1));
        }
        const done = await this.handleGroup(group, owner);
        handled += done;
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return handled;
  }

  /** Several enterprises in one transaction; when one of them spoils it, each by itself. */
  private async handleGroup(group: readonly (readonly EventRow[])[], owner: string): Promise<number> {
    const rows = group.flat();
    if (rows.length > 1) {
      try {
        return await this.db.transaction(async (tx) => {
          const ids = rows.map(({ id }) => id);
          if ((await this.close(tx, ids, owner)) !== rows.length) throw new Error('the lease of an event was lost');
          for (const row of rows) await this.run(tx, eventOf(row));
          return rows.length;
        }, AT_ONCE);
      } catch (error) {
        this.logger.debug({ err: error }, 'events handled one by one');
      }
    }
    let handled = 0;
    for (const each of group) handled += await this.handleInOrder(each, owner);
    return handled;
  }

  private async close(tx: Tx, ids: readonly number[], owner: string): Promise<number> {
    const { affectedRows } = await tx.execute(
      'UPDATE event SET handled_at = ?, lease_owner = NULL WHERE id IN (?) AND lease_owner = ? AND handled_at IS NULL',
      [this.clock.now(), [...ids], owner],
    );
    return affectedRows;
  }

  private async run(tx: Tx, event: StoredEvent): Promise<void> {
    for (const handler of this.handlers.get(event.type) ?? []) await handler.handle(tx, event);
  }

  /** The events of one enterprise. When one of them meets rows that somebody holds, they all wait for another time. */
  private async handleInOrder(rows: readonly EventRow[], owner: string): Promise<number> {
    let handled = 0;
    for (const [index, row] of rows.entries()) {
      const outcome = await this.handleOne(row, owner);
      if (outcome === 'handled') handled += 1;
      if (outcome !== 'held') continue;
      await this.putAside(
        rows.slice(index).map(({ id }) => id),
        owner,
      );
      break;
    }
    return handled;
  }

  /** It was not their fault: the attempt does not count. */
  private async putAside(ids: readonly number[], owner: string): Promise<void> {
    await this.db.read.execute(
      `UPDATE event SET attempts = attempts - 1, lease_until = UTC_TIMESTAMP(3) + INTERVAL ${ASIDE_S} SECOND
       WHERE id IN (?) AND lease_owner = ? AND handled_at IS NULL`,
      [[...ids], owner],
    );
  }

  private async handleOne(row: EventRow, owner: string): Promise<'handled' | 'failed' | 'held'> {
    const event = eventOf(row);
    try {
      return await this.db.transaction(async (tx) => {
        if ((await this.close(tx, [event.id], owner)) === 0) return 'failed';
        await this.run(tx, event);
        return 'handled';
      }, AT_ONCE);
    } catch (error) {
      if (isUnavailable(error)) {
        this.logger.warn({ err: error, eventId: event.id, eventType: event.type }, 'event put aside');
        return 'held';
      }
      this.metrics.count('event_handler_failures_total', { type: event.type });
      this.logger.error({ err: error, eventId: event.id, eventType: event.type }, 'event handler failed');
      return 'failed';
    }
  }
}

function eventOf(row: EventRow): StoredEvent {
  return {
    id: row.id,
    type: row.type,
    enterpriseId: row.enterprise_id,
    subject: { type: row.subject_type, id: row.subject_id },
    actorId: row.actor_id,
    payload: fromJson(row.payload),
    at: row.at,
  };
}

interface EventRow {
  id: number;
  type: string;
  enterprise_id: number | null;
  subject_type: string;
  subject_id: string;
  actor_id: number | null;
  payload: unknown;
  at: Date;
}
