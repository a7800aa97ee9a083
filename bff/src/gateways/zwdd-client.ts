import { createHmac, randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import type { CallPace } from './call-pace';
import { GatewayError } from './gateway-error';
import { callJson } from './json-call';
import { fitMessage } from './message-text';
import { PlatformToken } from './platform-token';
import type { WorkChatClient } from './work-chat';

/** 浙政钉 publishes no list of errors: what speaks of the token is tried again with a new one, */
const TOKEN_CODE = /token/i;
/** what speaks of being busy or of too many calls later on; the rest is final. */
const PASSES = /token|busy|limit|flow|qps|throttl|timeout|system/i;

/** Not published; the same as DingTalk's to be safe. */
const MESSAGE_BYTES = 2048;

/**
 * 浙政钉's server API (专有钉钉). It tells no mobile number, so people bind by a one-time code; it tells no result of a
 * message, and its todos are not open to us. Links open the browser build of the phone app.
 */
export function createZwddClient(
  config: Extract<Config['workChat'], { kind: 'zwdd' }>,
  publicUrl: string,
  clock: Clock,
  pace: CallPace,
): WorkChatClient {
  const token = new PlatformToken(async () => {
    const data = await call('/gettoken.json', { appkey: config.appKey, appsecret: config.appSecret });
    return { token: String(data['accessToken']), expiresInS: Number(data['expiresIn']) };
  }, clock);

  async function call(path: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
    return ((await contentOf(path, fields))['data'] ?? {}) as Record<string, unknown>;
  }

  async function contentOf(path: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
    await pace.turn('zwdd', path);
    const answer = await callJson({
      system: 'zwdd',
      method: 'POST',
      url: new URL(path, config.api),
      headers: signedHeaders(config.appKey, config.appSecret, path, fields, clock.now()),
      body: new URLSearchParams(fields),
    });
    const said = answer['content'];
    // Messages answer with their content as JSON text, without a success of its own.
    const inner = typeof said === 'string' ? { success: true, ...jsonOf(said) } : said;
    const content = (inner ?? {}) as Record<string, unknown>;
    // Both levels have their own success; either may say no.
    if (answer['success'] !== true || content['success'] !== true) {
      const code = firstText(content['bizErrorCode'], content['responseCode'], answer['bizErrorCode']);
      const message = firstText(content['responseMessage'], answer['errorMsg']);
      throw new GatewayError('zwdd', code, message, PASSES.test(code));
    }
    return content;
  }

  return {
    kind: 'zwdd',
    async identify(code) {
      const path = '/rpc/oauth2/dingtalk_app_user.json';
      const first = await token.get();
      const data = await call(path, { access_token: first, auth_code: code }).catch(async (error: unknown) => {
        if (!(error instanceof GatewayError) || !TOKEN_CODE.test(String(error.code))) throw error;
        token.drop(first);
        return call(path, { access_token: await token.get(), auth_code: code });
      });
      const { accountId, lastName, nickNameCn } = data as Record<string, string | number | undefined>;
      if (accountId === undefined) throw new GatewayError('zwdd', 'no_json', 'the answer has no accountId', true);
      return { subject: String(accountId), name: String(lastName ?? nickNameCn ?? '') };
    },

    async sendMessage(message) {
      const msg = fitMessage(message, MESSAGE_BYTES, (markdown) => ({
        msgtype: 'action_card',
        action_card: {
          title: message.title,
          markdown,
          single_title: '查看',
          single_url: `${publicUrl}/app/#/${message.page}`,
        },
      }));
      await contentOf('/message/workNotification', {
        receiverIds: message.subject,
        tenantId: config.tenantId,
        // The same name again is the same message.
        bizMsgId: message.key,
        msg: JSON.stringify(msg),
      });
      return null;
    },

    messageResult: () => Promise.resolve({ state: 'unknown' }),
  };
}

/**
 * The HMAC headers of 专有钉钉: base64(HMAC-SHA256(secret, METHOD, time, nonce, path and the sorted raw fields)). The
 * time is written in Shanghai's zone with milliseconds.
 */
function signedHeaders(
  appKey: string,
  secret: string,
  path: string,
  fields: Record<string, string>,
  now: Date,
): Record<string, string> {
  const timestamp = `${new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, -1)}+08:00`;
  const nonce = `${now.getTime()}${randomInt(1000, 10_000)}`;
  const sorted = Object.keys(fields)
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
  const { address, mac } = ownInterface();
  return {
    apiKey: appKey,
    'X-Hmac-Auth-Timestamp': timestamp,
    'X-Hmac-Auth-Nonce': nonce,
    'X-Hmac-Auth-Version': '1.0',
    'X-Hmac-Auth-IP': address,
    'X-Hmac-Auth-MAC': mac,
    'X-Hmac-Auth-Signature': createHmac('sha256', secret)
      .update(['POST', timestamp, nonce, path, sorted].join('\n'))
      .digest('base64'),
  };
}

function ownInterface(): { address: string; mac: string } {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outward = all.find((each) => !each.internal && each.family === 'IPv4');
  return { address: outward?.address ?? '127.0.0.1', mac: outward?.mac ?? '00:00:00:00:00:00' };
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function firstText(...values: unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? 'refused';
}
