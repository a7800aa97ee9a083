import type { Context } from 'koa';
import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../core/clock';
import { DeferredWrite } from '../../core/deferred-write';
import type { Core } from '../../core/feature';
import type { Partner } from '../../core/partner';
import { limitHeaders, refilled, type Bucket } from './bucket.rules';
import { partnerProblems } from './partner.problems';
import { addUsage, usages, type Usage } from './usage.store';

const SYNC_MS = 1000;

interface Account {
  day: BusinessDate;
  /** Of all instances, when they last met in the database. */
  known: Promise<number> | number;
  /** Counted here since. */
  own: number;
  bucket: Bucket | undefined;
}

/**
 * Counts what each client asks for. Calls a second: a token bucket in this instance, so that n instances admit n times
 * the rate. Enterprises a day: shared; instances write their counts and read the sum once a second, so that a quota may
 * be exceeded by what the other instances admit within that second, and a crash forgets the last second's counts.
 */
export class Meter {
  private readonly accounts = new Map<number, Account>();
  private readonly sync: DeferredWrite;
  private known = { day: '', start: 0, end: 0 };

  constructor(private readonly core: Core) {
    this.sync = new DeferredWrite(
      () => this.meet(),
      SYNC_MS,
      (error) => core.logger.error({ err: error }, 'partner usage not written'),
    );
  }

  /** Counts one call for one enterprise. Throws PARTNER.TOO_FAST or QUOTA_USED. */
  async admit(ctx: Context, partner: Partner): Promise<void> {
    const account = this.accountOf(partner);
    if (typeof account.known !== 'number') account.known = await account.known;
    account.bucket = refilled(account.bucket, partner.perSecond, performance.now());
    if (account.bucket.left < 1) {
      ctx.set('retry-after', '1');
      this.tell(ctx, partner, account);
      throw partnerProblems.TOO_FAST();
    }
    account.bucket.left -= 1;
    this.charge(ctx, partner, 1);
  }

  /** Counts further enterprises of a call that was admitted. Throws PARTNER.QUOTA_USED. */
  charge(ctx: Context, partner: Partner, enterprises: number): void {
    const account = this.accountOf(partner);
    if (this.used(account) + enterprises > partner.dailyQuota) {
      ctx.set('retry-after', String(this.restOfDay()));
      this.tell(ctx, partner, account);
      throw partnerProblems.QUOTA_USED();
    }
    account.own += enterprises;
    this.sync.soon();
    this.tell(ctx, partner, account);
  }

  stop(): Promise<void> {
    return this.sync.stop();
  }

  private accountOf({ clientId }: Partner): Account {
    const { day } = this.today();
    const account = this.accounts.get(clientId);
    if (account?.day === day) return account;
    const known = usages(this.core.db.of('partners').read, [clientId], day).then((sums) => sums.get(clientId) ?? 0);
    const opened: Account = { day, known, own: 0, bucket: account?.bucket };
    // A count that could not be read is asked for again by the next call.
    known.catch(() => this.accounts.delete(clientId));
    this.accounts.set(clientId, opened);
    return opened;
  }

  private used({ known, own }: Account): number {
    return (typeof known === 'number' ? known : 0) + own;
  }

  private tell(ctx: Context, { perSecond, dailyQuota }: Partner, account: Account): void {
    ctx.set(
      limitHeaders({
        perSecond,
        dailyQuota,
        calls: account.bucket?.left ?? 0,
        enterprises: dailyQuota - this.used(account),
        dayS: this.restOfDay(),
      }),
    );
  }

  private restOfDay(): number {
    const now = this.core.clock.now().getTime();
    return Math.ceil((this.today().end - now) / 1000);
  }

  /** The business day, reckoned once a day: every request asks for it. */
  private today(): { day: BusinessDate; start: number; end: number } {
    const now = this.core.clock.now();
    if (!(now.getTime() >= this.known.start && now.getTime() < this.known.end)) {
      const day = businessDate(now);
      const at = (date: BusinessDate) => shanghaiInstant(date, '00:00').getTime();
      this.known = { day, start: at(day), end: at(addDays(day, 1)) };
    }
    return this.known;
  }

  private async meet(): Promise<void> {
    const counts = [...this.accounts].flatMap(([clientId, { day, own }]): Usage[] =>
      own === 0 ? [] : [{ clientId, day, asked: own }],
    );
    if (counts.length === 0) return;
    await addUsage(this.core.db.read, counts);
    for (const { clientId, day, asked } of counts) {
      const account = this.accounts.get(clientId);
      if (account?.day !== day) continue;
      account.own -= asked;
      account.known = this.used({ ...account, own: asked });
    }
    const days = new Set(counts.map(({ day }) => day));
    for (const day of days) {
      const sums = await usages(this.core.db.read, [...this.accounts.keys()], day);
      for (const [clientId, account] of this.accounts) {
        if (account.day === day) account.known = sums.get(clientId) ?? 0;
      }
    }
  }
}
