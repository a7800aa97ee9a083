import { randomBytes } from 'node:crypto';
import type { Clock } from '../../bff/src/core/clock';
import { DingtalkMessages, type ChatCard } from './dingtalk-messages';
import { DingtalkTodos, type StoredTodo } from './dingtalk-todos';
import { OneTimeCodes } from './one-time-codes';
import { CallLimits, Refused, startStandin, type Asked, type Standin } from './standin-server';

export type { ChatCard };

export interface DingtalkUser {
  userid: string;
  name: string;
  /** Absent: the app has no permission to read it. */
  mobile?: string;
  unionid?: string;
}

export interface WorkChatStandin<User> extends Standin {
  addUser(user: User): void;
  /** What the app's getAuthCode would give to this user: the platform's user id, or the mobile number if known. */
  issueLoginCode(idOrMobile: string): string;
  /** Work notifications that arrived, oldest first. */
  messages(): readonly ChatCard[];
  /** Makes the token in force invalid. */
  revokeToken(): void;
}

export interface DingtalkStandin extends WorkChatStandin<DingtalkUser> {
  todos(): readonly StoredTodo[];
  /** The next `times` messages to this user are taken and end so: an unknown user, or dropped with this code. */
  drop(userid: string, result: 'invalid' | number, times?: number): void;
}

export interface DingtalkStandinOptions {
  clock: Clock;
  appKey: string;
  appSecret: string;
  agentId?: string;
  /** File in which messages that arrived outlive the process. */
  keptIn?: string;
  port?: number;
  latencyMs?: number;
  /** Of the edition: calls a second to one interface, and a month to all of them. Those of the standard edition by default. */
  limits?: { perSecond: number; perMonth: number };
}

const STANDARD_EDITION = { perSecond: 20, perMonth: 10_000 };

const TOKEN_LIFE_MS = 7_200_000;

/** A stand-in of oapi.dingtalk.com (token, login code, user, work notifications) and of api.dingtalk.com (todos). */
export async function startDingtalkStandin(options: DingtalkStandinOptions): Promise<DingtalkStandin> {
  const { clock } = options;
  const users = new Map<string, DingtalkUser>();
  const codes = new OneTimeCodes(clock);
  let token: { token: string; until: number } | undefined;
  const now = () => clock.now().getTime();
  const request_id = () => randomBytes(6).toString('hex');
  const error = (errcode: number, errmsg: string) => ({ errcode, errmsg, request_id: request_id() });
  /** What the gateway before the interfaces refuses: HTTP 200 with the reason inside. */
  const wrapped = (subCode: string, submsg: string) => ({
    ...error(88, `ding talk error[subcode=${subCode},submsg=${submsg}]`),
    sub_code: subCode,
    sub_msg: submsg,
  });
  const limits = new CallLimits(clock, options.limits ?? STANDARD_EDITION);
  const good = (result: Record<string, unknown>) => ({ errcode: 0, errmsg: 'ok', result, request_id: request_id() });

  const messages = new DingtalkMessages(clock, options.agentId ?? '1', (userid) => users.has(userid), options.keptIn);
  const todos = new DingtalkTodos((unionId) => [...users.values()].some((each) => each.unionid === unionId));

  /** The same token for as long as it lives, whichever API asks. */
  function heldToken() {
    if (token === undefined || token.until <= now()) {
      token = { token: randomBytes(16).toString('hex'), until: now() + TOKEN_LIFE_MS };
    }
    return { value: token.token, expiresIn: Math.floor((token.until - now()) / 1000) };
  }

  function getToken({ query }: Asked) {
    if (query['appkey'] !== options.appKey || query['appsecret'] !== options.appSecret) {
      return error(40089, '不合法的corpid或corpsecret');
    }
    const { value, expiresIn } = heldToken();
    return { errcode: 0, errmsg: 'ok', access_token: value, expires_in: expiresIn };
  }

  function openToken({ body }: Asked) {
    if (body['appKey'] !== options.appKey || body['appSecret'] !== options.appSecret) {
      return new Refused(400, { code: 'invalidClientIdOrSecret', message: '无效的clientId或者clientSecret' });
    }
    const { value, expiresIn } = heldToken();
    return { accessToken: value, expireIn: expiresIn };
  }

  function openTokenFault({ headers }: Asked) {
    const good = token !== undefined && headers['x-acs-dingtalk-access-token'] === token.token && token.until > now();
    return good ? undefined : new Refused(401, { code: 'InvalidAuthentication', message: '不合法的access_token' });
  }

  function tokenFault({ query }: Asked) {
    if (token === undefined || query['access_token'] !== token.token) return wrapped('40014', '不合法的access_token');
    return token.until <= now() ? wrapped('42001', 'access_token已过期') : undefined;
  }

  /** Refused for the number of calls, in the form of the API that was asked. */
  function tooMany({ method, path }: Asked) {
    const open = path.startsWith('/v1.0/');
    const exceeded = limits.exceeded(open ? `${method} ${path.split('/').slice(0, 3).join('/')}` : path);
    if (exceeded === undefined) return undefined;
    if (!open) {
      return exceeded === 'second'
        ? wrapped('90018', '您的服务器调用钉钉开放平台当前接口的QPS超限，请休眠1秒后再试')
        : wrapped('90020', '本月接口调用次数已用完');
    }
    const code = exceeded === 'second' ? 'QpsLimitForAppkeyAndApi' : 'ApiCountLimitForOrg';
    return new Refused(403, {
      code: `Forbidden.AccessDenied.${code}`,
      message: '调用次数超限',
      requestid: request_id(),
    });
  }

  function userInfo({ body }: Asked) {
    const used = codes.use(body['code']);
    if (used.state !== 'good') return error(40078, '不存在的临时授权码');
    const { userid, name, unionid } = users.get(used.owner)!;
    return good({ userid, name, ...(unionid === undefined ? {} : { unionid }), sys: false, sys_level: 0 });
  }

  function user({ body }: Asked) {
    const known = users.get(String(body['userid']));
    return known === undefined ? error(60121, '找不到该用户') : good({ ...known, active: true });
  }

  const frame = await startStandin({
    clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
    secrets: ['appsecret', 'access_token', 'appSecret', 'accessToken'],
    error,
    answer(asked) {
      const refused = tooMany(asked);
      if (refused !== undefined) return refused;
      switch (`${asked.method} ${asked.path}`) {
        case 'GET /gettoken':
          return getToken(asked);
        case 'POST /topapi/v2/user/getuserinfo':
          return tokenFault(asked) ?? userInfo(asked);
        case 'POST /topapi/v2/user/get':
          return tokenFault(asked) ?? user(asked);
        case 'POST /topapi/message/corpconversation/asyncsend_v2':
          return tokenFault(asked) ?? messages.send(asked.body);
        case 'POST /topapi/message/corpconversation/getsendresult':
          return tokenFault(asked) ?? messages.result(asked.body);
        case 'POST /v1.0/oauth2/accessToken':
          return openToken(asked);
        default:
          return asked.path.startsWith('/v1.0/todo/') ? (openTokenFault(asked) ?? todos.answer(asked)) : undefined;
      }
    },
  });
  return {
    ...frame,
    addUser: (given) => void users.set(given.userid, given),
    messages: () => messages.cards(),
    todos: () => todos.all,
    drop: (userid, result, times) => messages.plan(userid, result, times),
    issueLoginCode: (given) => {
      const known = users.get(given) ?? [...users.values()].find((each) => each.mobile === given);
      if (known === undefined) throw new Error(`the DingTalk stand-in knows no user ${given}`);
      return codes.issue(known.userid);
    },
    revokeToken: () => {
      token = undefined;
    },
  };
}
