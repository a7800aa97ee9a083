import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { unpaced, type CallPace } from './call-pace';
import { GatewayError, type Quota } from './gateway-error';
import { errcodeApi } from './errcode-api';
import { SUBSCRIBE_SEND, type SubscribeMessage, type WechatClient } from './wechat';

/** The token is wrong, not the newest, or over: fetch it again and try once more. */
const TOKEN_CODES = new Set([40001, 40014, 42001]);

/**
 * Codes that pass by themselves: busy, and a token that was refused twice (another system of the same account renews
 * it). Besides the quotas, all others stay what they are until somebody acts.
 */
const RETRYABLE = new Set([-1, ...TOKEN_CODES]);

/** 45009 is the day's quota of messages and the minute's of other interfaces; 45011, 44990 and 44991 pass in a minute. */
function quotaOf(code: number | string, path: string): Quota | undefined {
  if (code === 45009) return path === SUBSCRIBE_SEND ? 'day' : 'minute';
  return code === 45011 || code === 44990 || code === 44991 ? 'minute' : undefined;
}

/** WeChat's server API over HTTPS. Throws GatewayError with WeChat's errcode. */
export function createWechatClient(config: Config['wechat'], clock: Clock, pace: CallPace = unpaced): WechatClient {
  const { call, authorised } = errcodeApi({
    system: 'wechat',
    base: config.api,
    clock,
    pace,
    // Messages are counted; nothing else comes near its limit, and a login does not wait for the count.
    paced: (path) => path === SUBSCRIBE_SEND,
    quotaOf,
    tokenCodes: TOKEN_CODES,
    retryable: RETRYABLE,
    async fetchToken(call) {
      const credentials = { grant_type: 'client_credential', appid: config.appId, secret: config.secret };
      const answer = await call('POST', '/cgi-bin/stable_token', {}, credentials);
      return { token: textOf(answer, 'access_token'), expiresInS: Number(answer['expires_in']) };
    },
  });

  return {
    async session(code) {
      const answer = await call('GET', '/sns/jscode2session', {
        appid: config.appId,
        secret: config.secret,
        js_code: code,
        grant_type: 'authorization_code',
      });
      const unionid = answer['unionid'];
      return { openid: textOf(answer, 'openid'), ...(typeof unionid === 'string' ? { unionid } : {}) };
    },

    async phoneNumber(code) {
      const answer = await authorised('/wxa/business/getuserphonenumber', { code });
      return textOf((answer['phone_info'] ?? {}) as Record<string, unknown>, 'purePhoneNumber');
    },

    async sendSubscribeMessage(message: SubscribeMessage) {
      await authorised(SUBSCRIBE_SEND, {
        touser: message.openid,
        template_id: message.templateId,
        page: message.page,
        miniprogram_state: config.state,
        lang: 'zh_CN',
        data: Object.fromEntries(Object.entries(message.data).map(([name, value]) => [name, { value }])),
      });
    },
  };
}

function textOf(answer: Record<string, unknown>, field: string): string {
  const value = answer[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new GatewayError('wechat', 'no_json', `the answer has no ${field}`, true);
}
