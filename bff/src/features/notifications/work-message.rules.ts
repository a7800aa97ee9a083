import { shanghaiTime, businessDate } from '../../core/clock';
import { storedKind } from './kind.table';
import { faultOf, type Fault } from './send.rules';

/** Seconds between one look at the result and the next; the platform tells it for a day, and each look is one of the month's calls. */
const ASK_WAITS_S = [20, 3600, 43_200];
const NEXT_MINUTE_S = 60;
const MOST_RESENDS = 5;

/** DingTalk's reasons for dropping a message without a word. */
const MINUTE_QUOTA = new Set([143103, 143104]);
const DAILY_CAP = 143105;
const DUPLICATE = 143106;

/** What is known of a message that the platform has taken. */
export interface Taken {
  /** How often its result was asked for. */
  asked: number;
  /** Which attempt was accepted; after the first, an earlier one may have arrived unnoticed. */
  acceptedTry: number;
  resends: number;
}

type Result = { state: 'unknown' | 'delivered' | 'unreachable' } | { state: 'dropped'; code: number };

export type ResultStep =
  | { do: 'ask'; afterS: number }
  | { do: 'sent'; note: string | null }
  /** Once more, with another text. */
  | { do: 'resend'; afterS: number }
  | { do: 'dead'; note: string; fault: Fault };

/** Seconds after which the result is asked for the first time. */
export const FIRST_ASK_S = ASK_WAITS_S[0] ?? 0;

/** The step after the platform has said what became of a message. */
export function afterResult(result: Result, { asked, acceptedTry, resends }: Taken): ResultStep {
  if (result.state === 'delivered') return { do: 'sent', note: null };
  if (result.state === 'unreachable') {
    return { do: 'dead', note: 'no such user, or one who may not get messages', fault: 'receiver' };
  }
  if (result.state !== 'dropped') {
    const afterS = ASK_WAITS_S[asked];
    return afterS === undefined ? { do: 'sent', note: 'taken; the result was never told' } : { do: 'ask', afterS };
  }
  const { code } = result;
  if (MINUTE_QUOTA.has(code) && resends < MOST_RESENDS) return { do: 'resend', afterS: NEXT_MINUTE_S };
  if (code === DUPLICATE && acceptedTry > 1) return { do: 'sent', note: 'an earlier attempt had arrived' };
  if (code === DUPLICATE && resends === 0) return { do: 'resend', afterS: 0 };
  const reason = code === DAILY_CAP ? 'the receiver has had his messages of the day' : 'dropped by the platform';
  return { do: 'dead', note: reason, fault: faultOf(code) };
}

/** Kinds that have the last of the month's calls: those for which phones ring at any hour. */
export function isUrgent(kind: string): boolean {
  return storedKind(kind)?.quiet === 'never';
}

/** Whether a message of this kind and date is of no use any more. */
export function isStale(kind: string, date: string, now: Date): boolean {
  const until = storedKind(kind)?.until;
  return (
    until !== undefined && (businessDate(now) > date || (businessDate(now) === date && shanghaiTime(now) >= until))
  );
}

/** The last line of a message: no two have the same, and a repeat of one has its own again. */
export function stampOf(notificationId: number, createdAt: Date, resends: number): string {
  const again = resends === 0 ? '' : `-${resends}`;
  return `${businessDate(createdAt).slice(5)} ${shanghaiTime(createdAt)} · 编号 ${notificationId}${again}`;
}
