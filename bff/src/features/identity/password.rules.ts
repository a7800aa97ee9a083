/** NIST SP 800-63B and 等保 2.0: length matters more than kinds of characters; what everybody would try first is refused. */
const SHORTEST = 12;
const LONGEST = 128;
/** Of a password with fewer different characters nothing is left to guess: aaaaaaaaaaaa, 121212121212. */
const DIFFERENT_AT_LEAST = 5;
/** A one-time password is good for so long. */
const ONE_TIME_MS = 24 * 3_600_000;
/** For so long after it was given, those who gave it are no second person to whoever comes in by it. */
const WARY_MS = 7 * 24 * 3_600_000;

/** Among the first that anybody tries, as far as they are long enough; what is typed along rows of keys is one of these. */
const COMMON = [
  '0123456789012345',
  '1234567890123456',
  '9876543210987654',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujm',
];
/** Words that are no secret, also with digits and signs around them. */
const COMMON_WORDS = /^(p[a@]ssw[o0]rd|admin(istrator)?|welcome|iloveyou|woaini|huanbao|huzhou|letmein|mima|test)+$/;

export type PasswordFault = 'PASSWORD_LENGTH' | 'PASSWORD_IS_YOURS' | 'PASSWORD_COMMON' | 'PASSWORD_SAME';

interface Holder {
  username: string;
  mobile: string;
  name: string;
}

/** What is wrong with a new password; undefined when nothing is. Lengths count UTF-16 units. */
export function passwordFault(given: string, old: string, holder: Holder): PasswordFault | undefined {
  if (given.length < SHORTEST || given.length > LONGEST) return 'PASSWORD_LENGTH';
  const plain = given.normalize('NFKC').toLowerCase();
  if (given.normalize('NFKC') === old.normalize('NFKC')) return 'PASSWORD_SAME';
  if (
    [holder.username, holder.mobile, holder.name].some((own) => plain.includes(own.normalize('NFKC').toLowerCase()))
  ) {
    return 'PASSWORD_IS_YOURS';
  }
  const word = plain.replace(/^[\d\W_]+|[\d\W_]+$/g, '');
  if (
    new Set(plain).size < DIFFERENT_AT_LEAST ||
    COMMON_WORDS.test(word) ||
    COMMON.some((row) => row.includes(plain))
  ) {
    return 'PASSWORD_COMMON';
  }
  return undefined;
}

interface Given {
  mustChange: boolean;
  issuedAt: Date | null;
  issuedBy: number | null;
  askedBy: number | null;
}

/** Whether a one-time password lay about too long. */
export function isOver({ mustChange, issuedAt }: Given, now: Date): boolean {
  return mustChange && issuedAt !== null && now.getTime() > issuedAt.getTime() + ONE_TIME_MS;
}

export function oneTimeUntil(issuedAt: Date): Date {
  return new Date(issuedAt.getTime() + ONE_TIME_MS);
}

/** Who may know this password or have set the one that came after it, since they gave it a short while ago. */
export function giversOf({ issuedAt, issuedBy, askedBy }: Given, now: Date): number[] {
  if (issuedAt === null || now.getTime() > issuedAt.getTime() + WARY_MS) return [];
  return [issuedBy, askedBy].filter((id) => id !== null);
}
