import { createHmac } from 'node:crypto';
import OSS from 'ali-oss';
import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { GatewayError } from './gateway-error';
import type { ObjectStore, PostOrder, PostTicket, StoredObject } from './object-store';

/** A photo has 200 KB: a store that takes longer is in trouble. */
const TIMEOUT_MS = 5000;
/** While somebody waits for the answer. */
const ASKED_TIMEOUT_MS = 2000;

/** Alibaba OSS through its own client (V4 signatures), or a path-style store that speaks the same protocol. */
export function createObjectStore(config: Config['oss'], clock: Clock, timeoutMs = TIMEOUT_MS): ObjectStore {
  const client = new OSS({
    region: config.region,
    bucket: config.bucket,
    accessKeyId: config.accessKeyId,
    accessKeySecret: config.accessKeySecret,
    authorizationV4: true,
    secure: true,
    timeout: timeoutMs,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint, sldEnable: true }),
  });
  const postUrl =
    config.endpoint === undefined
      ? `https://${config.bucket}.${config.region}.aliyuncs.com/`
      : `${config.endpoint}/${config.bucket}/`;

  const get = async (key: string, lastByte: number, timeout = timeoutMs): Promise<StoredObject | undefined> => {
    try {
      const answer = await client.get(key, { timeout, headers: { Range: `bytes=0-${lastByte}` } });
      const { etag = '' } = answer.res.headers as Record<string, string>;
      return { bytes: answer.content as Buffer, etag };
    } catch (error) {
      if ((error as { code?: string }).code === 'NoSuchKey') return undefined;
      return refused(error);
    }
  };

  return {
    postTicket: (order) => ({ url: postUrl, fields: postFields(config, order, clock.now()) }),
    async has(key) {
      // A HEAD would do, but its 404 does not tell a missing object from a missing bucket.
      return (await get(key, 0, Math.min(timeoutMs, ASKED_TIMEOUT_MS))) !== undefined;
    },
    async read(key, maxBytes) {
      // One byte more than allowed is enough to know that it is too large.
      const object = await get(key, maxBytes);
      if (object !== undefined && object.bytes.length > maxBytes) {
        throw new GatewayError('oss', 'EntityTooLarge', 'object is larger than allowed', false);
      }
      return object;
    },
    async copy(from, to, { etag, contentType }) {
      // The client makes the source's condition of If-Match, and new metadata of a type.
      const headers = { 'If-Match': etag, 'Content-Type': contentType };
      await client.copy(to, from, { headers }).catch(refused);
    },
    async remove(keys) {
      if (keys.length > 0) await client.deleteMulti([...keys], { quiet: true }).catch(refused);
    },
    signedUrl: (key, seconds) =>
      (
        client as unknown as {
          signatureUrlV4(method: string, expires: number, request: object, key: string): Promise<string>;
        }
      ).signatureUrlV4('GET', seconds, {}, key),
  };
}

/** Every failure as a GatewayError. What the store says of our account is never said of an object. */
function refused(error: unknown): never {
  const { status, code, message } = error as { status?: number; code?: string; message?: string };
  const retryable = status === undefined || status < 0 || status >= 500;
  throw new GatewayError('oss', code ?? `http_${status ?? 'none'}`, message ?? '', retryable);
}

/** Form fields of PostObject with a V4 policy that admits this one object only. */
function postFields(config: Config['oss'], order: PostOrder, now: Date): PostTicket['fields'] {
  const date = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = date.slice(0, 8);
  const region = config.region.replace(/^oss-/, '');
  const credential = `${config.accessKeyId}/${day}/${region}/oss/aliyun_v4_request`;
  const signed = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': credential,
    'x-oss-date': date,
  };
  // Of the three places that may name a type, this field is the one that counts.
  const bound = { 'x-oss-content-type': order.contentType, 'x-oss-forbid-overwrite': 'true' };
  const policy = Buffer.from(
    JSON.stringify({
      expiration: order.expiresAt.toISOString(),
      conditions: [
        { bucket: config.bucket },
        ['eq', '$key', order.key],
        ['content-length-range', order.bytes, order.bytes],
        ...Object.entries(bound).map(([name, value]) => ['eq', `$${name}`, value]),
        ['eq', '$success_action_status', '200'],
        ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
      ],
    }),
  ).toString('base64');
  const sign = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = ['oss', 'aliyun_v4_request'].reduce<Buffer>(
    sign,
    sign(sign(`aliyun_v4${config.accessKeySecret}`, day), region),
  );
  return {
    key: order.key,
    ...bound,
    success_action_status: '200',
    policy,
    ...signed,
    'x-oss-signature': createHmac('sha256', key).update(policy).digest('hex'),
  };
}
