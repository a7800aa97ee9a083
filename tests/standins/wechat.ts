import { randomBytes } from 'node:crypto';
import type { Clock } from '../../bff/src/core/clock';
import { KeptLines } from './kept-lines';
import { OneTimeCodes } from './one-time-codes';
import { startStandin, type Asked, type Standin } from './standin-server';
import { refusedField } from './wechat-template';

interface WechatUser {
  openid: string;
  /** Without country code. */
  mobile: string;
  unionid?: string;
}

export interface AcceptedMessage {
  at: string;
  openid: string;
  templateId: string;
  page: string;
  data: Record<string, string>;
  answerLost: boolean;
}

export interface WechatStandin extends Standin {
  addUser(user: WechatUser): void;
  /** What wx.login would give to this user: an openid, or the mobile number of one who was added. */
  issueLoginCode(openidOrMobile: string): string;
  /** What the getPhoneNumber button would give. */
  issuePhoneCode(openidOrMobile: string): string;
  /** Template id and its fields, e.g. ['thing1', 'time2']. */
  defineTemplate(templateId: string, fields: readonly string[]): void;
  /** The user accepted `times` more messages of a template. */
  grantConsent(openid: string, templateId: string, times?: number): void;
  consentOf(openid: string, templateId: string): number;
  /** Messages that were accepted, the ones whose answer was lost included. */
  messages(): readonly AcceptedMessage[];
  /** Makes the token in force invalid, as a forced refresh elsewhere would. */
  revokeToken(): void;
}

interface WechatStandinOptions {
  clock: Clock;
  appId: string;
  secret: string;
  port?: number;
  templates?: Readonly<Record<string, readonly string[]>>;
  /** Subscribe messages a day (Asia/Shanghai); WeChat's own is ten million. */
  messagesPerDay?: number;
  latencyMs?: number;
  /** File in which accepted messages outlive the process. */
  keptIn?: string;
}

const TOKEN_LIFE_MS = 7_200_000;
/** The token renews itself in its last 5 minutes, and the old one lives 5 minutes more. */
const OVERLAP_MS = 300_000;
const LOGINS_PER_MINUTE = 100;
const DAY_MS = 86_400_000;

/** A stand-in of api.weixin.qq.com: login, phone number, stable token, subscribe messages, with WeChat's own error codes. */
export async function startWechatStandin(options: WechatStandinOptions): Promise<WechatStandin> {
  const { clock, appId, secret } = options;
  const users = new Map<string, WechatUser>();
  const templates = new Map(Object.entries(options.templates ?? {}));
  const consents = new Map<string, number>();
  const messages = new KeptLines<AcceptedMessage>(options.keptIn);
  const logins = new OneTimeCodes(clock);
  const phones = new OneTimeCodes(clock);
  const tokens: { token: string; until: number }[] = [];
  const calls = new Map<string, number>();
  const now = () => clock.now().getTime();

  const error = (errcode: number, errmsg: string) => ({
    errcode,
    errmsg: `${errmsg} rid: ${randomBytes(4).toString('hex')}-${randomBytes(4).toString('hex')}-${randomBytes(4).toString('hex')}`,
  });
  const userOf = (given: string): WechatUser => {
    const user = users.get(given) ?? [...users.values()].find((each) => each.mobile === given);
    if (user === undefined) throw new Error(`the WeChat stand-in knows no user ${given}`);
    return user;
  };
  /** Counts a call within a span; true when more than `most` were made in it. */
  const exceeds = (key: string, spanMs: number, most: number): boolean => {
    const slot = `${key}:${Math.floor((now() + 8 * 3_600_000) / spanMs)}`;
    const count = (calls.get(slot) ?? 0) + 1;
    calls.set(slot, count);
    return count > most;
  };
  const app = (given: Record<string, unknown>, id: number) => {
    if (given['appid'] !== appId) return error(40013, 'invalid appid');
    if (given['secret'] !== secret) return error(id, 'invalid appsecret');
    return undefined;
  };

  function stableToken({ body }: Asked) {
    const refused = app(body, 40001);
    if (refused !== undefined) return refused;
    if (body['grant_type'] !== 'client_credential') return error(40002, 'invalid grant_type');
    if (exceeds('stable_token', 60_000, 10_000)) return error(45009, 'reach max api daily quota limit');
    let last = tokens.at(-1);
    if (last === undefined || last.until - now() < OVERLAP_MS) {
      if (last !== undefined && last.until > now()) last.until = now() + OVERLAP_MS;
      last = { token: randomBytes(60).toString('base64url'), until: now() + TOKEN_LIFE_MS };
      tokens.push(last);
    }
    return { access_token: last.token, expires_in: Math.floor((last.until - now()) / 1000) };
  }

  function session({ query }: Asked) {
    const refused = app(query, 40125);
    if (refused !== undefined) return refused;
    if (!query['js_code']) return error(41008, 'missing code');
    const used = logins.use(query['js_code']);
    if (used.state === 'unknown') return error(40029, 'invalid code');
    if (used.state === 'used') return error(40163, 'code been used');
    if (exceeds(`login:${used.owner}`, 60_000, LOGINS_PER_MINUTE)) return error(45011, 'api minute-quota reach limit');
    const { openid, unionid } = userOf(used.owner);
    return { openid, session_key: randomBytes(16).toString('base64'), ...(unionid === undefined ? {} : { unionid }) };
  }

  function tokenFault({ query }: Asked) {
    const known = tokens.find((each) => each.token === query['access_token']);
    if (!query['access_token']) return error(41001, 'access_token missing');
    if (known === undefined) return error(40001, 'invalid credential, access_token is invalid or not latest');
    return known.until <= now() ? error(42001, 'access_token expired') : undefined;
  }

  function phoneNumber({ body }: Asked) {
    const used = phones.use(body['code']);
    if (used.state !== 'good') return error(40029, 'invalid code');
    const { mobile } = userOf(used.owner);
    const watermark = { timestamp: Math.floor(now() / 1000), appid: appId };
    return {
      errcode: 0,
      errmsg: 'ok',
      phone_info: { phoneNumber: mobile, purePhoneNumber: mobile, countryCode: '86', watermark },
    };
  }

  function sendMessage({ body }: Asked, answerLost: boolean) {
    const openid = String(body['touser']);
    const templateId = String(body['template_id']);
    const fields = templates.get(templateId);
    if (!users.has(openid)) return error(40003, 'invalid openid');
    if (fields === undefined) return error(40037, 'invalid template_id');
    const data = (body['data'] ?? {}) as Record<string, { value: string }>;
    const refused = refusedField(fields, data);
    if (refused !== undefined) return error(47003, `argument invalid! data.${refused}.value invalid`);
    const key = `${openid} ${templateId}`;
    const left = consents.get(key) ?? 0;
    if (left <= 0) return error(43101, 'user refuse to accept the msg');
    if (exceeds('messages', DAY_MS, options.messagesPerDay ?? 10_000_000)) {
      return error(45009, 'reach max api daily quota limit');
    }
    consents.set(key, left - 1);
    const message: AcceptedMessage = {
      at: clock.now().toISOString(),
      openid,
      templateId,
      page: typeof body['page'] === 'string' ? body['page'] : '',
      data: Object.fromEntries(Object.entries(data).map(([field, { value }]) => [field, value])),
      answerLost,
    };
    messages.add(message);
    return { errcode: 0, errmsg: 'ok' };
  }

  const frame = await startStandin({
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
    secrets: ['secret', 'access_token', 'session_key'],
    error,
    answer(asked, answerLost) {
      switch (`${asked.method} ${asked.path}`) {
        case 'POST /cgi-bin/stable_token':
          return stableToken(asked);
        case 'GET /sns/jscode2session':
          return session(asked);
        case 'POST /wxa/business/getuserphonenumber':
          return tokenFault(asked) ?? phoneNumber(asked);
        case 'POST /cgi-bin/message/subscribe/send':
          return tokenFault(asked) ?? sendMessage(asked, answerLost);
        default:
          return undefined;
      }
    },
  });

  return {
    ...frame,
    addUser: (user) => void users.set(user.openid, user),
    issueLoginCode: (given) => logins.issue(userOf(given).openid),
    issuePhoneCode: (given) => phones.issue(userOf(given).openid),
    defineTemplate: (templateId, fields) => void templates.set(templateId, fields),
    grantConsent: (openid, templateId, times = 1) => {
      const key = `${openid} ${templateId}`;
      consents.set(key, (consents.get(key) ?? 0) + times);
    },
    consentOf: (openid, templateId) => consents.get(`${openid} ${templateId}`) ?? 0,
    messages: () => messages.rows,
    revokeToken: () => void tokens.splice(0),
  };
}
