import { createHmac } from 'node:crypto';
import OSS from 'ali-oss';
import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { GatewayError } from './gateway-error';
import type { ObjectStore, PostOrder, PostTicket } from './object-store';

const TIMEOUT_MS = 20_000;

/** Alibaba OSS through its own client (V4 signatures), or a path-style store that speaks the same protocol. */
export function createObjectStore(config: Config['oss'], clock: Clock): ObjectStore {
  const client = new OSS({
    region: config.region,
    bucket: config.bucket,
    accessKeyId: config.accessKeyId,
    accessKeySecret: config.accessKeySecret,
    authorizationV4: true,
    secure: true,
    timeout: TIMEOUT_MS,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint, sldEnable: true }),
  });
  const postUrl =
    config.endpoint === undefined
      ? `https://${config.bucket}.${config.region}.aliyuncs.com/`
      : `${config.endpoint}/${config.bucket}/`;

  return {
    postTicket: (order) => ({ url: postUrl, fields: postFields(config, order, clock.now()) }),
    async head(key) {
      try {
        const { res } = await client.head(key);
        const headers = res.headers as Record<string, string | undefined>;
        return { bytes: Number(headers['content-length'] ?? 0), contentType: headers['content-type'] ?? '' };
      } catch (error) {
        return absent(error);
      }
    },
    async read(key, maxBytes) {
      try {
        // One byte more than allowed is enough to know that it is too large.
        const answer = await client.get(key, { headers: { Range: `bytes=0-${maxBytes}` } });
        const bytes = answer.content as Buffer;
        if (bytes.length > maxBytes)
          throw new GatewayError('oss', 'EntityTooLarge', 'object is larger than allowed', false);
        return bytes;
      } catch (error) {
        return absent(error);
      }
    },
    signedUrl: (key, seconds) =>
      (
        client as unknown as {
          signatureUrlV4(method: string, expires: number, request: object, key: string): Promise<string>;
        }
      ).signatureUrlV4('GET', seconds, {}, key),
  };
}

/** undefined for an object that is not there; every other failure as a GatewayError. */
function absent(error: unknown): undefined {
  if (error instanceof GatewayError) throw error;
  const { status, code, message } = error as { status?: number; code?: string; message?: string };
  if (status === 404 || code === 'NoSuchKey') return undefined;
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
  const policy = Buffer.from(
    JSON.stringify({
      expiration: order.expiresAt.toISOString(),
      conditions: [
        { bucket: config.bucket },
        ['eq', '$key', order.key],
        ['content-length-range', order.minBytes, order.maxBytes],
        ['eq', '$content-type', order.contentType],
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
    'content-type': order.contentType,
    success_action_status: '200',
    policy,
    ...signed,
    'x-oss-signature': createHmac('sha256', key).update(policy).digest('hex'),
  };
}
