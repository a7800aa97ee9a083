import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { GatewayError } from './gateway-error';
import { callJson } from './json-call';
import { PlatformToken } from './platform-token';
import type { WorkChatClient } from './work-chat';

const TOKEN_CODES = new Set([40014, 42001]);
/** Busy, too many calls per second, and a token refused twice; all others need somebody to act. */
const RETRYABLE = new Set([-1, 90018, ...TOKEN_CODES]);

/** DingTalk's server API for an internal app. Throws GatewayError with DingTalk's errcode (40078: code wrong or used). */
export function createDingtalkClient(
  config: Extract<Config['workChat'], { kind: 'dingtalk' }>,
  clock: Clock,
): WorkChatClient {
  const token = new PlatformToken(async () => {
    const answer = await call('GET', '/gettoken', { appkey: config.appKey, appsecret: config.appSecret });
    return { token: String(answer['access_token']), expiresInS: Number(answer['expires_in']) };
  }, clock);

  async function call(
    method: 'GET' | 'POST',
    path: string,
    query: Record<string, string>,
    body?: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const url = new URL(path, config.api);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const answer = await callJson({ system: 'dingtalk', method, url, ...(body === undefined ? {} : { body }) });
    const code = Number(answer['errcode'] ?? 0);
    if (code !== 0) throw new GatewayError('dingtalk', code, String(answer['errmsg']), RETRYABLE.has(code));
    return answer;
  }

  async function resultOf(path: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    const first = await token.get();
    try {
      return (await call('POST', path, { access_token: first }, body))['result'] as Record<string, unknown>;
    } catch (error) {
      if (!(error instanceof GatewayError) || !TOKEN_CODES.has(Number(error.code))) throw error;
      token.drop(first);
      const again = await call('POST', path, { access_token: await token.get() }, body);
      return again['result'] as Record<string, unknown>;
    }
  }

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
