import { randomUUID, type KeyObject } from 'node:crypto';
import type { Core } from '../../core/feature';
import type { WebhookCall } from '../../gateways/webhook-call';
import { claimDeliveries, recordDelivery, type Met, type Queued } from './delivery.store';
import { retryAfter, signedHeaders } from './webhook.rules';

const BATCH = 20;
/** Well longer than a call can take, and than the database lets a transaction be silent. */
const LEASE_S = 90;

/**
 * Sends what is due. A round of calls goes on by itself: a slow receiver must not hold up the house's other queues. A
 * message whose answer was lost is sent once more after its lease, with the same id.
 */
export class Deliveries {
  private sending: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly core: Core,
    private readonly keys: ReadonlyMap<string, KeyObject>,
    private readonly call: WebhookCall,
  ) {}

  /** Begins to send unless a round is under way. Returns 0: there is nothing to wait for. */
  drain(): Promise<number> {
    if (!this.stopped) {
      this.sending ??= this.sendAll()
        .catch((error: unknown) => this.core.logger.error({ err: error }, 'partner messages not sent'))
        .finally(() => {
          this.sending = undefined;
        });
    }
    return Promise.resolve(0);
  }

  /** Finishes the calls in hand and takes no others. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    while (!this.stopped) {
      const owner = `${this.core.instanceId}:${randomUUID().slice(0, 8)}`;
      const due = await claimDeliveries(this.core.db.read, owner, this.core.clock.now(), BATCH, LEASE_S);
      if (due.length === 0) return;
      await Promise.all(due.map((message) => this.sendOne(message, owner)));
    }
  }

  private async sendOne(message: Queued, owner: string): Promise<void> {
    const outcome = await this.attempt(message);
    this.core.metrics.count('partner_deliveries_total', { result: outcome === 'ok' ? 'sent' : 'failed' });
    await recordDelivery(this.core.db.read, message.id, owner, this.metBy(message, outcome));
  }

  private attempt({ id, webhookId, url, keyId, body }: Queued): Promise<string> {
    const key = this.keys.get(keyId);
    if (key === undefined) return Promise.resolve('key is gone');
    const signed = signedHeaders(key, webhookId, { id: `msg_${id}`, at: this.core.clock.now(), body });
    return this.call(url, { ...signed, 'content-type': 'application/json' }, body);
  }

  private metBy({ attempts }: Queued, outcome: string): Met {
    const now = this.core.clock.now();
    if (outcome === 'ok') return { state: 'sent', outcome, nextAttemptAt: now, sentAt: now };
    const wait = retryAfter(attempts, Math.random());
    return wait === undefined
      ? { state: 'dead', outcome, nextAttemptAt: now, sentAt: null }
      : { state: 'queued', outcome, nextAttemptAt: new Date(now.getTime() + wait * 1000), sentAt: null };
  }
}
