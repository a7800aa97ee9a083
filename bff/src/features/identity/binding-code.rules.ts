import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

/** Told by telephone or on paper and typed on a phone: digits only. Guessing is limited by attempts, not by length. */
const DIGITS = 8;

/** Time to reach the person and have the code typed in. */
export const CODE_TTL_MS = 24 * 3_600_000;

/** The code of a request: the same request gives the same code, so that asking again after a lost answer is harmless. */
export function codeFor(key: KeyObject, personId: number, clientUuid: string): string {
  const digest = createHmac('sha256', key).update(`binding-code\n${personId}\n${clientUuid}`).digest();
  return String(digest.readBigUInt64BE() % 10n ** BigInt(DIGITS)).padStart(DIGITS, '0');
}

/** What is stored in place of the code: a plain hash of eight digits could be tried out. */
export function codeHash(key: KeyObject, personId: number, code: string): string {
  return createHmac('sha256', key).update(`binding-code-hash\n${personId}\n${code}`).digest('hex');
}

/** Compares in constant time, with each key that may have been in force when the code was issued. */
export function codeMatches(keys: Iterable<KeyObject>, personId: number, code: string, stored: string): boolean {
  const wanted = Buffer.from(stored, 'hex');
  return [...keys].some((key) => {
    const given = Buffer.from(codeHash(key, personId, code), 'hex');
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
