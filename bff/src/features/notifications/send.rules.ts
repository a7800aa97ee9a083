import { addDays, businessDate, shanghaiInstant } from '../../core/clock';

/** What to do after the platform refused a message. */
export type NextStep =
  | { do: 'retry'; at: Date }
  /** Nobody accepted this message: the ledger is wrong about the consent. */
  | { do: 'no_consent' }
  /** The next attempt would come when the message is of no use any more. */
  | { do: 'too_late' }
  /** Trying again cannot help: a person has to look at it. `fault`: whose it is. */
  | { do: 'dead'; fault: Fault };

/** Whether a message was given up because of its receiver, or because of us and the platform. */
export type Fault = 'receiver' | 'ours';

/** Seconds after each failure; the last one again and again. A platform that is down for long is asked seldom. */
const WAITS_S = [10, 60, 300, 900, 1800, 3600, 7200] as const;
const LAST_WAIT_S = 7200;
const SECOND_S = 2;
const MINUTE_S = 60;
/** The day's quota begins anew at midnight; nobody's phone rings then. */
const NEXT_DAY_AT = '07:30';
/** A month's calls may be bought anew: it is looked after that so often. */
const MONTH_S = 6 * 3600;

export interface Refusal {
  code: number | string;
  retryable: boolean;
  quota?: 'second' | 'minute' | 'day' | 'month' | undefined;
}

/**
 * When to try again after this many failures; undefined when trying again cannot help. A call that was refused for the
 * number of calls is tried when the quota begins anew.
 */
export function retryAt({ retryable, quota }: Refusal, attempts: number, now: Date): Date | undefined {
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  switch (quota) {
    case 'second':
      return after(SECOND_S);
    case 'minute':
      return after(MINUTE_S);
    case 'day':
      return shanghaiInstant(addDays(businessDate(now), 1), NEXT_DAY_AT);
    case 'month':
      return after(MONTH_S);
    case undefined:
      return retryable ? after(WAITS_S[attempts - 1] ?? LAST_WAIT_S) : undefined;
  }
}

/**
 * Codes that speak of the receiver: WeChat's unknown openid; DingTalk's unknown user, no receiver, and one whom the
 * organisation protects. All other refusals are ours (a value, a template, a right) or the platform's.
 */
const RECEIVERS: ReadonlySet<number | string> = new Set([40003, 33012, 60121, 1430000, 1430004]);

export function faultOf(code: number | string | null): Fault {
  return code !== null && RECEIVERS.has(code) ? 'receiver' : 'ours';
}

/** The step after a failed attempt of a message that is of use until an instant. 43101: the user has no consent left. */
export function nextStep(refusal: Refusal, attempts: number, { now, until }: { now: Date; until: Date }): NextStep {
  if (refusal.code === 43101) return { do: 'no_consent' };
  const at = retryAt(refusal, attempts, now);
  if (at === undefined) return { do: 'dead', fault: faultOf(refusal.code) };
  return at < until ? { do: 'retry', at } : { do: 'too_late' };
}

/** Whether a failure is the platform's as a whole: whatever else is sent now fails as well, some of it after a long wait. */
export function isAway({ code, retryable }: Refusal): boolean {
  return code === 'paced' || code === 'closed' || code === 'network' || (retryable && /^http_/.test(String(code)));
}
