import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../bff/src/core/clock';
import type { ChatCard, WorkChatStandin } from './dingtalk';
import { OneTimeCodes } from './one-time-codes';
import { startStandin, type Asked } from './standin-server';

export interface ZwddUser {
  accountId: string;
  name: string;
}

export interface ZwddStandinOptions {
  clock: Clock;
  appKey: string;
  appSecret: string;
  tenantId?: string;
  port?: number;
}

const TOKEN_LIFE_MS = 7_200_000;
const SKEW_MS = 15 * 60_000;

/** A stand-in of 浙政钉's open platform: HMAC headers are checked as the platform does, nonces work once. */
export async function startZwddStandin(options: ZwddStandinOptions): Promise<WorkChatStandin<ZwddUser>> {
  const { clock, appKey, appSecret } = options;
  const users = new Map<string, ZwddUser>();
  const codes = new OneTimeCodes(clock);
  const nonces = new Set<string>();
  /** By bizMsgId: the same one again is taken and does nothing. */
  const sent = new Map<string, ChatCard>();
  let token: { token: string; until: number } | undefined;
  const now = () => clock.now().getTime();
  const reply = (success: boolean, code: string, message: string, data: Record<string, unknown> | null) => ({
    success,
    content: {
      success,
      data,
      requestId: randomBytes(8).toString('hex'),
      responseMessage: message,
      responseCode: code,
      bizErrorCode: success ? null : code,
    },
  });
  const refused = (code: string) => reply(false, code, code, null);

  function signatureFault({ method, path, headers, body }: Asked) {
    const timestamp = headers['x-hmac-auth-timestamp'] ?? '';
    const nonce = headers['x-hmac-auth-nonce'] ?? '';
    if (headers['apikey'] !== appKey) return refused('InvalidApiKey');
    if (!(Math.abs(Date.parse(timestamp) - now()) <= SKEW_MS)) return refused('TimestampExpired');
    if (nonce === '' || nonces.has(nonce)) return refused('NonceRepeated');
    const sorted = Object.entries(body)
      .map(([name, value]) => `${name}=${String(value as string)}`)
      .sort()
      .join('&');
    const wanted = createHmac('sha256', appSecret).update([method, timestamp, nonce, path, sorted].join('\n'));
    if (wanted.digest('base64') !== headers['x-hmac-auth-signature']) return refused('SignatureDoesNotMatch');
    nonces.add(nonce);
    return undefined;
  }

  function getToken({ body }: Asked) {
    if (body['appkey'] !== appKey || body['appsecret'] !== appSecret) return refused('InvalidAppSecret');
    token = { token: randomBytes(16).toString('hex'), until: now() + TOKEN_LIFE_MS };
    return reply(true, '0', 'OK', { accessToken: token.token, expiresIn: 7200 });
  }

  function appUser({ body }: Asked) {
    if (token === undefined || body['access_token'] !== token.token || token.until <= now()) {
      return refused('InvalidAccessToken');
    }
    const used = codes.use(body['auth_code']);
    if (used.state !== 'good') return refused('InvalidAuthCode');
    const { accountId, name } = users.get(used.owner)!;
    return reply(true, '0', 'OK', {
      accountId,
      account: `a${accountId}`,
      lastName: name,
      employeeCode: `GE_${accountId}`,
    });
  }

  /** Answers with its content as text, as the platform does. */
  function workNotification({ body }: Asked) {
    const receiver = String(body['receiverIds']);
    const key = String(body['bizMsgId']);
    const text = String(body['msg']);
    const known = users.has(receiver) && key !== 'undefined' && body['tenantId'] === (options.tenantId ?? '1');
    if (!known || Buffer.byteLength(text) > 2048) return refused('InvalidParameter');
    const { action_card: card } = JSON.parse(text) as {
      action_card: { title: string; markdown: string; single_url: string };
    };
    if (!sent.has(key)) {
      sent.set(key, {
        at: clock.now().toISOString(),
        user: receiver,
        title: card.title,
        text: card.markdown,
        url: card.single_url,
      });
    }
    return { success: true, content: JSON.stringify({ msgId: key }), bizErrorCode: '0' };
  }

  const frame = await startStandin({
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    secrets: ['appsecret', 'access_token'],
    error: (code, message) => reply(false, String(code), message, null),
    answer(asked) {
      switch (`${asked.method} ${asked.path}`) {
        case 'POST /gettoken.json':
          return signatureFault(asked) ?? getToken(asked);
        case 'POST /rpc/oauth2/dingtalk_app_user.json':
          return signatureFault(asked) ?? appUser(asked);
        case 'POST /message/workNotification':
          return signatureFault(asked) ?? workNotification(asked);
        default:
          return undefined;
      }
    },
  });
  return {
    ...frame,
    addUser: (user) => void users.set(user.accountId, user),
    messages: () => [...sent.values()],
    issueLoginCode: (given) => {
      if (!users.has(given)) throw new Error(`the 浙政钉 stand-in knows no user ${given}`);
      return codes.issue(given);
    },
    revokeToken: () => {
      token = undefined;
    },
  };
}
