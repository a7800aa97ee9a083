import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { errcodeApi } from './errcode-api';
import type { WorkChatClient } from './work-chat';

const TOKEN_CODES = new Set([40014, 42001]);
/** Busy, too many calls per second, and a token refused twice; all others need somebody to act. */
const RETRYABLE = new Set([-1, 90018, ...TOKEN_CODES]);

/** DingTalk's server API for an internal app. Throws GatewayError with DingTalk's errcode (40078: code wrong or used). */
export function createDingtalkClient(
  config: Extract<Config['workChat'], { kind: 'dingtalk' }>,
  clock: Clock,
): WorkChatClient {
  const api = errcodeApi({
    system: 'dingtalk',
    base: config.api,
    clock,
    tokenCodes: TOKEN_CODES,
    retryable: RETRYABLE,
    async fetchToken(call) {
      const answer = await call('GET', '/gettoken', { appkey: config.appKey, appsecret: config.appSecret });
      return { token: String(answer['access_token']), expiresInS: Number(answer['expires_in']) };
    },
  });
  const resultOf = async (path: string, body: Record<string, unknown>) => (await api.authorised(path, body))['result'];

  return {
    kind: 'dingtalk',
    async identify(code) {
      const { userid } = (await resultOf('/topapi/v2/user/getuserinfo', { code })) as { userid: string };
      const user = (await resultOf('/topapi/v2/user/get', { userid })) as {
        unionid?: string;
        name?: string;
        mobile?: string;
      };
      return {
        subject: userid,
        name: user.name ?? '',
        ...(user.unionid ? { unionId: user.unionid } : {}),
        // Absent unless the app holds the permission for mobile numbers.
        ...(user.mobile ? { mobile: user.mobile } : {}),
      };
    },
  };
}
