import { createHash, createHmac } from 'node:crypto';

/** Signatures of OSS, version 4, computed from the documentation and independently of the client library. */

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export function signV4(secret: string, day: string, region: string, text: string): string {
  const key = ['oss', 'aliyun_v4_request'].reduce<Buffer>(hmac, hmac(hmac(`aliyun_v4${secret}`, day), region));
  return createHmac('sha256', key).update(text).digest('hex');
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

export interface SignedRequest {
  method: string;
  /** Decoded '/bucket/key'. */
  resource: string;
  query: readonly (readonly [string, string])[];
  headers: Readonly<Record<string, string>>;
  additional: readonly string[];
}

/** The text that a request's signature covers. */
export function stringToSign(request: SignedRequest, date: string, scope: string): string {
  const query = [...request.query]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? encode(name) : `${encode(name)}=${encode(value)}`))
    .join('&');
  const covered = Object.keys(request.headers)
    .filter(
      (name) =>
        name === 'content-type' ||
        name === 'content-md5' ||
        name.startsWith('x-oss-') ||
        request.additional.includes(name),
    )
    .sort();
  const canonical = [
    request.method,
    encode(request.resource).replace(/%2F/g, '/'),
    query,
    covered.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join(''),
    request.additional.join(';'),
    request.headers['x-oss-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
  return ['OSS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
}
