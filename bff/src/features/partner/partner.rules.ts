import { usccIsValid } from '../directory';
import { partnerProblems } from './partner.problems';

/** Nothing of the health code is older. */
const BEGINNING = new Date('2020-01-01T00:00:00+08:00');

/** An instant that somebody asks about: not in the future, not before there were codes. Throws PARTNER.MOMENT_OUT_OF_RANGE. */
export function moment(text: string, now: Date): Date {
  const at = new Date(text);
  if (at > now || at < BEGINNING) throw partnerProblems.MOMENT_OUT_OF_RANGE();
  return at;
}

/** Throws PARTNER.USCC_MALFORMED. */
export function mustBeUscc(uscc: string): void {
  if (!usccIsValid(uscc)) throw partnerProblems.USCC_MALFORMED();
}

/** What an enterprise may let a client see beyond colour and grade. */
export const DETAILS = ['score', 'history'] as const;
