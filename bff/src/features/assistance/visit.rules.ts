import { addDays, businessDate, type BusinessDate } from '../../core/clock';
import type { Problem } from '../../core/problem';
import { visitProblems } from './visit.problems';

export const STATES = ['planned', 'recorded', 'followed_up', 'cancelled'] as const;
export type VisitState = (typeof STATES)[number];
export const ACTIONS = ['record', 'follow-up', 'cancel'] as const;
export type VisitAction = (typeof ACTIONS)[number];

const PLAN_DAYS = 60;
/** Days that a planned visit may be late before it counts as overdue. */
export const PLAN_GRACE_DAYS = 3;
const AGREED_DAYS = 180;
/** Days after the last agreed date in which somebody looks again; without anything agreed, after the visit. Ours. */
const LOOK_AGAIN_DAYS = 7;
const LOOK_AGAIN_DEFAULT_DAYS = 30;
/** Clocks of phones that are off by less are believed. */
const CLOCK_TOLERANCE_MS = 2 * 60_000;
/** Kept on the phone longer than that, nobody knows any more when it was. */
const MAX_OFFLINE_MS = 7 * 86_400_000;
const MAX_STAY_MS = 24 * 3_600_000;
/** Days before and after a visit over which its result is measured. */
export const MEASURED_DAYS = 30;

/** Why a step is not legal now; undefined when it is. */
export function illegal(action: VisitAction, state: VisitState): Problem | undefined {
  if (state === 'followed_up' || state === 'cancelled') return visitProblems.ENDED();
  switch (action) {
    case 'record':
      return state === 'planned' ? undefined : visitProblems.ALREADY_RECORDED();
    case 'cancel':
      return state === 'planned' ? undefined : visitProblems.NOT_PLANNED();
    case 'follow-up':
      return state === 'recorded' ? undefined : visitProblems.NOT_RECORDED();
  }
}

export function planFits(on: BusinessDate, today: BusinessDate): boolean {
  return on >= today && on <= addDays(today, PLAN_DAYS);
}

export interface Agreed {
  text: string;
  by: BusinessDate;
}

export function agreedFits(agreed: readonly Agreed[], visited: BusinessDate): boolean {
  return agreed.every(({ by }) => by >= visited && by <= addDays(visited, AGREED_DAYS));
}

/** When somebody has to look again at what was agreed. */
export function followUpBy(agreed: readonly Agreed[], visited: BusinessDate): BusinessDate {
  const last = agreed
    .map(({ by }) => by)
    .sort()
    .at(-1);
  return last === undefined ? addDays(visited, LOOK_AGAIN_DEFAULT_DAYS) : addDays(last, LOOK_AGAIN_DAYS);
}

/**
 * When somebody was there, by the phone's clock put right by what it showed when it sent. Kept too long, it counts as of
 * now. Undefined for times that cannot be.
 */
export function believedStay(
  told: { arrivedAt: Date; leftAt: Date; sentAt: Date },
  now: Date,
): { arrivedAt: Date; leftAt: Date } | undefined {
  const stay = told.leftAt.getTime() - told.arrivedAt.getTime();
  if (stay < 0 || stay > MAX_STAY_MS || told.leftAt > told.sentAt) return undefined;
  const rawSkew = now.getTime() - told.sentAt.getTime();
  const skew = Math.abs(rawSkew) <= CLOCK_TOLERANCE_MS ? 0 : rawSkew;
  const left = Math.min(told.leftAt.getTime() + skew, now.getTime());
  const believed = now.getTime() - left > MAX_OFFLINE_MS ? now.getTime() : left;
  return { arrivedAt: new Date(believed - stay), leftAt: new Date(believed) };
}

/** Whole days since a visit, on the calendar of Asia/Shanghai. */
export function daysMeasured(leftAt: Date, now: Date): number {
  const passed = Math.floor((Date.parse(businessDate(now)) - Date.parse(businessDate(leftAt))) / 86_400_000);
  return Math.max(0, Math.min(MEASURED_DAYS, passed));
}
