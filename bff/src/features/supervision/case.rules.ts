import { addDays, type BusinessDate } from '../../core/clock';
import type { Problem } from '../../core/problem';
import { caseProblems } from './stay.problems';

export const CASE_STATES = ['opened', 'investigating', 'transferred', 'concluded', 'withdrawn'] as const;
export type CaseState = (typeof CASE_STATES)[number];
export const CASE_ACTIONS = ['investigate', 'transfer', 'conclude', 'withdraw'] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];
export const RESULTS = ['penalty', 'order', 'no_violation'] as const;
export type CaseResult = (typeof RESULTS)[number];

/** Days for the next step, by the state that a case has come to. Ours. */
export const DUE_DAYS: Readonly<Record<'opened' | 'investigating' | 'transferred', number>> = {
  opened: 7,
  investigating: 60,
  transferred: 90,
};
/** Facts of so many days before are collected, unless other days are named. */
export const FACT_DAYS = 180;
const MOST_DAYS = 400;

/** Why a step is not legal now; undefined when it is. */
export function illegalInCase(action: CaseAction, state: CaseState): Problem | undefined {
  if (state === 'concluded' || state === 'withdrawn') return caseProblems.ENDED();
  switch (action) {
    case 'investigate':
      return state === 'opened' ? undefined : caseProblems.NOT_OPENED();
    case 'transfer':
      if (state === 'transferred') return caseProblems.ALREADY_TRANSFERRED();
      return state === 'investigating' ? undefined : caseProblems.NOT_INVESTIGATING();
    case 'conclude':
      return state === 'opened' ? caseProblems.NOT_INVESTIGATING() : undefined;
    case 'withdraw':
      return state === 'transferred' ? caseProblems.ALREADY_TRANSFERRED() : undefined;
  }
}

/** Whether facts may be collected from `from` on. */
export function periodFits(from: BusinessDate, today: BusinessDate): boolean {
  return from <= today && from >= addDays(today, -MOST_DAYS);
}
