import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

const MAC_BYTES = 16;
/** The code on the phone changes this often, s. */
export const STEP_S = 30;
/** A code older than this was photographed, ms. */
const FRESH_MS = 120_000;
const TOKEN = /^([A-Za-z0-9]{1,12})\.([0-9a-z]{1,11})\.([0-9a-z]{1,9})\.([\w-]{22})$/;

export interface CodeToken {
  enterpriseId: number;
  /** When the phone showed it; null for a code that is printed. */
  shownAt: Date | null;
}

/**
 * What stands in the QR of an enterprise's code: key id, enterprise, time in steps of half a minute (0: printed, valid
 * for good), HMAC over the three, so that no number can be guessed.
 */
export function codeToken(keys: ReadonlyMap<string, KeyObject>, { enterpriseId, shownAt }: CodeToken): string {
  const [signer] = keys;
  if (signer === undefined) throw new Error('no key for code tokens');
  const step = shownAt === null ? 0 : Math.floor(shownAt.getTime() / 1000 / STEP_S);
  const body = `${signer[0]}.${enterpriseId.toString(36)}.${step.toString(36)}`;
  return `${body}.${mac(signer[1], body).toString('base64url')}`;
}

/** What a token says; undefined when it is not one of ours. */
export function readCodeToken(keys: ReadonlyMap<string, KeyObject>, token: string): CodeToken | undefined {
  const [, kid, enterprise, step, given] = TOKEN.exec(token) ?? [];
  const key = keys.get(kid ?? '');
  if (key === undefined || enterprise === undefined || step === undefined || given === undefined) return undefined;
  const bytes = Buffer.from(given, 'base64url');
  const wanted = mac(key, `${kid}.${enterprise}.${step}`);
  if (bytes.length !== wanted.length || !timingSafeEqual(bytes, wanted)) return undefined;
  const steps = parseInt(step, 36);
  return { enterpriseId: parseInt(enterprise, 36), shownAt: steps === 0 ? null : new Date(steps * STEP_S * 1000) };
}

/** Whether a code that was shown then is likely to be a picture now. */
export function isOld(shownAt: Date, now: Date): boolean {
  return Math.abs(now.getTime() - shownAt.getTime()) > FRESH_MS;
}

function mac(key: KeyObject, body: string): Buffer {
  return createHmac('sha256', key).update(`code:${body}`).digest().subarray(0, MAC_BYTES);
}
