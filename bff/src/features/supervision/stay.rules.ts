import type { Problem } from '../../core/problem';
import { stayProblems } from './stay.problems';

export const STATES = ['proposed', 'active', 'checking', 'left', 'rejected'] as const;
export type StayState = (typeof STATES)[number];
export const ACTIONS = ['confirm', 'reject', 'check'] as const;
export type StayAction = (typeof ACTIONS)[number];

/** Days to decide about a proposal, to check before somebody is let go, and until it is looked at again. Ours. */
export const DECIDE_DAYS = 7;
export const CHECK_DAYS = 10;
export const REVIEW_DAYS = 90;
/** Under supervision inspections come twice as often; see domain.md §E6 for the other factors. */
export const FACTOR = 0.5;

/** Who has the next step, of those whose region it is; nobody once it has ended. */
export function ownerOf(state: StayState): 'regulator' | 'enforcement' | null {
  if (state === 'left' || state === 'rejected') return null;
  return state === 'proposed' ? 'regulator' : 'enforcement';
}

/** Why a step is not legal now; undefined when it is. */
export function illegal(action: StayAction, state: StayState): Problem | undefined {
  if (state === 'left' || state === 'rejected') return stayProblems.ENDED();
  if (action !== 'check') return state === 'proposed' ? undefined : stayProblems.DECIDED();
  if (state === 'proposed') return stayProblems.NOT_CONFIRMED();
  return state === 'checking' ? undefined : stayProblems.NOT_QUIET();
}
