import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

/** Bytes of HMAC-SHA256 that a code carries: 128 bits cannot be guessed, and the picture stays coarse. */
const MAC_BYTES = 16;
const TOKEN = /^([A-Za-z0-9]{1,12})\.([0-9a-z]{1,11})\.([0-9a-z]{1,4})\.([\w-]{22})$/;

export interface PointCode {
  pointId: number;
  keyVersion: number;
}

/** The token of a point's door: key id, point, version of the print (both base 36), HMAC over the three. */
export function qrToken(keys: ReadonlyMap<string, KeyObject>, code: PointCode): string {
  const [signer] = keys;
  if (signer === undefined) throw new Error('no key for point codes');
  const body = `${signer[0]}.${code.pointId.toString(36)}.${code.keyVersion.toString(36)}`;
  return `${body}.${mac(signer[1], body).toString('base64url')}`;
}

/** The point and print version of a token or of the URL that holds it; undefined when it is not one of ours. */
export function readQr(keys: ReadonlyMap<string, KeyObject>, scanned: string): PointCode | undefined {
  const match = TOKEN.exec(scanned.replace(/^https?:\/\/[^/]+\/q\//, '').replace(/[?#].*$/, ''));
  const [, kid, point, version, given] = match ?? [];
  const key = keys.get(kid ?? '');
  if (key === undefined || point === undefined || version === undefined || given === undefined) return undefined;
  const bytes = Buffer.from(given, 'base64url');
  const wanted = mac(key, `${kid}.${point}.${version}`);
  if (bytes.length !== wanted.length || !timingSafeEqual(bytes, wanted)) return undefined;
  return { pointId: parseInt(point, 36), keyVersion: parseInt(version, 36) };
}

function mac(key: KeyObject, body: string): Buffer {
  return createHmac('sha256', key).update(`point:${body}`).digest().subarray(0, MAC_BYTES);
}
