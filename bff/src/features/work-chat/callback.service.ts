import type { Tx } from '../../core/database';
import type { CallbackSeal, Sealed } from '../../gateways/dingtalk-callback';
import { callback } from './callback.problems';
import { chatEvent } from './callback.schema';
import { forgetBefore, takeOnce } from './callback.store';

/** A time stamp is believed so long before and after now; callbacks that were taken are known for twice as long. */
const WINDOW_MS = 10 * 60_000;

/** The organisation or its administrator has taken somebody out. */
const LEAVING = new Set(['user_leave_org', 'org_user_remove']);

/** Takes one callback: signed, fresh, ours and new. Throws CALLBACK.*. `left` gets the accounts of those who left. */
export async function takeCallback(
  tx: Tx,
  seal: CallbackSeal,
  sealed: Sealed,
  now: Date,
  left: (subjects: readonly string[]) => Promise<void>,
): Promise<void> {
  if (!seal.isSigned(sealed)) throw callback.UNSIGNED();
  if (!(Math.abs(Number(sealed.timestamp) - now.getTime()) <= WINDOW_MS)) throw callback.STALE();
  const text = seal.open(sealed.encrypt);
  if (text === undefined) throw callback.UNREADABLE();
  await forgetBefore(tx, new Date(now.getTime() - 2 * WINDOW_MS));
  if (!(await takeOnce(tx, sealed.signature, now))) throw callback.REPLAYED();
  const event = chatEvent.safeParse(jsonOf(text));
  // check_url, approvals and all the rest only want to be answered. A todo ticked off there closes no warning here.
  if (event.success && LEAVING.has(event.data.EventType)) await left(event.data.UserId);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
