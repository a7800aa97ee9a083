import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface OssError {
  status: number;
  code: string;
  message: string;
}

export interface OssAccount {
  bucket: string;
  /** With its 'oss-' prefix. */
  region: string;
  accessKeyId: string;
  accessKeySecret: string;
}

/** Signatures of OSS, version 4, computed from the documentation and independently of the client library. */

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export function signV4(secret: string, day: string, region: string, text: string): string {
  const key = ['oss', 'aliyun_v4_request'].reduce<Buffer>(hmac, hmac(hmac(`aliyun_v4${secret}`, day), region));
  return createHmac('sha256', key).update(text).digest('hex');
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

interface SignedRequest {
  method: string;
  /** Decoded '/bucket/key'. */
  resource: string;
  query: readonly (readonly [string, string])[];
  headers: Readonly<Record<string, string>>;
  additional: readonly string[];
}

/** The text that a request's signature covers. */
function stringToSign(request: SignedRequest, date: string, scope: string): string {
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

const SKEW_MS = 15 * 60_000;

/** Checks the V4 signature in the Authorization header or in the query of a signed URL. */
export function signatureFault(
  request: IncomingMessage,
  url: URL,
  resource: string,
  account: OssAccount,
): OssError | undefined {
  const query = [...url.searchParams];
  const header =
    /^OSS4-HMAC-SHA256 Credential=([^,]+),(?:\s*AdditionalHeaders=([^,]+),)?\s*Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  const credential = header?.[1] ?? url.searchParams.get('x-oss-credential');
  const signature = header?.[3] ?? url.searchParams.get('x-oss-signature');
  const date = header === null ? url.searchParams.get('x-oss-date') : String(request.headers['x-oss-date'] ?? '');
  const additional = (header?.[2] ?? url.searchParams.get('x-oss-additional-headers') ?? '')
    .split(';')
    .filter((name) => name !== '');
  if (credential === null || signature === null || date === null) {
    return { status: 403, code: 'AccessDenied', message: 'Anonymous access is forbidden.' };
  }
  const [accessKeyId, day, region, ...rest] = credential.split('/');
  if (accessKeyId !== account.accessKeyId)
    return { status: 403, code: 'InvalidAccessKeyId', message: 'The Access Key Id does not exist.' };
  const signed = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const lifeMs = header === null ? Number(url.searchParams.get('x-oss-expires')) * 1000 : SKEW_MS;
  // The client library signs by the machine's clock, so this check uses it too.
  if (!(Date.now() <= signed + lifeMs && signed <= Date.now() + SKEW_MS)) {
    return {
      status: 403,
      code: header === null ? 'AccessDenied' : 'RequestTimeTooSkewed',
      message: 'Request has expired.',
    };
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const text = stringToSign(
    {
      method: request.method ?? '',
      resource,
      query: query.filter(([name]) => name !== 'x-oss-signature'),
      headers: header === null ? {} : headers,
      additional,
    },
    date,
    [day, region, ...rest].join('/'),
  );
  const right =
    region === account.region.replace(/^oss-/, '') &&
    signV4(account.accessKeySecret, day ?? '', region, text) === signature;
  return right ? undefined : { status: 403, code: 'SignatureDoesNotMatch', message: 'The signature does not match.' };
}
