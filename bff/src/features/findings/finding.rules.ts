import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Problem } from '../../core/problem';
import type { Severity } from '../checklists';
import { findingProblems } from './finding.problems';

export type FindingState = 'open' | 'submitted' | 'closed';
export type Extension = 'none' | 'asked' | 'granted' | 'refused';

/** Days to correct a finding, by severity: major 15, general 7, minor 3. */
const DAYS: Readonly<Record<Severity, number>> = { major: 15, general: 7, minor: 3 };
/** A day ends for officers when their tasks are due. */
const DAY_ENDS = '20:00';
/** A major finding is contained within a day. */
const CONTAIN_MS = 24 * 3_600_000;
/** Closed and found again within so many days is a recurrence. */
export const RECURRENCE_DAYS = 30;
const MAX_EXTENSION_DAYS = 30;

export const RANK: Readonly<Record<Severity, number>> = { minor: 1, general: 2, major: 3 };

/** When a finding must be corrected: at the end of the last of its days. */
export function dueAt(severity: Severity, openedAt: Date): Date {
  return shanghaiInstant(addDays(businessDate(openedAt), DAYS[severity]), DAY_ENDS);
}

/** When a major finding must be contained; null for others. */
export function containDueAt(severity: Severity, openedAt: Date): Date | null {
  return severity === 'major' ? new Date(openedAt.getTime() + CONTAIN_MS) : null;
}

/** The end of the day to which a deadline is moved. */
export function extendedTo(date: BusinessDate): Date {
  return shanghaiInstant(date, DAY_ENDS);
}

/** What decides whether a step is legal. */
export interface Standing {
  severity: Severity;
  state: FindingState;
  contained: boolean;
  extension: Extension;
}

export type Action = 'contain' | 'correct' | 'ask_extension' | 'decide_extension' | 'verify';

/** The reason why a step is not legal now; undefined when it is. */
export function illegal(action: Action, { severity, state, contained, extension }: Standing): Problem | undefined {
  if (state === 'closed') return findingProblems.CLOSED();
  switch (action) {
    case 'contain':
      if (severity !== 'major') return findingProblems.ONLY_MAJOR();
      return contained ? findingProblems.ALREADY_CONTAINED() : undefined;
    case 'correct':
      return state === 'submitted' ? findingProblems.ALREADY_SUBMITTED() : undefined;
    case 'ask_extension':
      if (state === 'submitted') return findingProblems.ALREADY_SUBMITTED();
      return extension === 'none' ? undefined : findingProblems.EXTENSION_USED();
    case 'decide_extension':
      return extension === 'asked' ? undefined : findingProblems.NO_EXTENSION_ASKED();
    case 'verify':
      if (severity === 'minor') return findingProblems.VERIFIED_BY_REPORT();
      return state === 'submitted' ? undefined : findingProblems.NOT_SUBMITTED();
  }
}

/** Whether a deadline may be moved to the end of `to`. */
export function extensionFits(due: Date, to: BusinessDate): boolean {
  const at = businessDate(due);
  return to > at && to <= addDays(at, MAX_EXTENSION_DAYS);
}
