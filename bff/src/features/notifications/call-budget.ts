import type { Config } from '../../core/config';
import type { SharedPace } from '../../gateways/shared-pace';

/** The month's calls are counted anew after so long, ms. */
const KEPT_MS = 30_000;
/** Shares of the month's calls: from here on nobody asks what became of a message, from here on only what is urgent goes out. */
const ASKING_ENDS = 0.8;
const MESSAGES_END = 0.95;

/** What is left of the calls that DingTalk's edition includes in a month (10,000 on the standard one). */
export class CallBudget {
  readonly limit: number | undefined;
  private used = { calls: 0, until: 0 };

  constructor(
    private readonly pace: SharedPace,
    workChat: Config['workChat'],
  ) {
    this.limit = workChat.kind === 'dingtalk' && workChat.monthlyCalls > 0 ? workChat.monthlyCalls : undefined;
  }

  /** Whether there are calls to spare for asking what became of messages. */
  mayAsk(): Promise<boolean> {
    return this.isBelow(ASKING_ENDS);
  }

  /** Whether there are calls to spare for messages that can wait; the urgent ones and logins have the rest. */
  maySend(): Promise<boolean> {
    return this.isBelow(MESSAGES_END);
  }

  private async isBelow(share: number): Promise<boolean> {
    if (this.limit === undefined) return true;
    if (performance.now() >= this.used.until) {
      const usage = await this.pace.usage();
      const calls = usage.filter(({ api }) => api.startsWith('dingtalk ')).reduce((sum, each) => sum + each.calls, 0);
      this.used = { calls, until: performance.now() + KEPT_MS };
    }
    return this.used.calls < share * this.limit;
  }
}
