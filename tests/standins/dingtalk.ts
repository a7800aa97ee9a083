import { randomBytes } from 'node:crypto';
import type { Clock } from '../../bff/src/core/clock';
import { OneTimeCodes } from './one-time-codes';
import { startStandin, type Asked, type Standin } from './standin-server';

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
  /** Makes the token in force invalid. */
  revokeToken(): void;
}

export interface DingtalkStandinOptions {
  clock: Clock;
  appKey: string;
  appSecret: string;
  port?: number;
}

const TOKEN_LIFE_MS = 7_200_000;

/** A stand-in of oapi.dingtalk.com: token, login code, user. */
export async function startDingtalkStandin(options: DingtalkStandinOptions): Promise<WorkChatStandin<DingtalkUser>> {
  const { clock } = options;
  const users = new Map<string, DingtalkUser>();
  const codes = new OneTimeCodes(clock);
  let token: { token: string; until: number } | undefined;
  const now = () => clock.now().getTime();
  const request_id = () => randomBytes(6).toString('hex');
  const error = (errcode: number, errmsg: string) => ({ errcode, errmsg, request_id: request_id() });
  const good = (result: Record<string, unknown>) => ({ errcode: 0, errmsg: 'ok', result, request_id: request_id() });

  function getToken({ query }: Asked) {
    if (query['appkey'] !== options.appKey || query['appsecret'] !== options.appSecret) {
      return error(40089, '不合法的corpid或corpsecret');
    }
    // The same token for as long as it lives.
    if (token === undefined || token.until <= now()) {
      token = { token: randomBytes(16).toString('hex'), until: now() + TOKEN_LIFE_MS };
    }
    const expires_in = Math.floor((token.until - now()) / 1000);
    return { errcode: 0, errmsg: 'ok', access_token: token.token, expires_in };
  }

  function tokenFault({ query }: Asked) {
    if (token === undefined || query['access_token'] !== token.token) return error(40014, '不合法的access_token');
    return token.until <= now() ? error(42001, 'access_token已过期') : undefined;
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
    secrets: ['appsecret', 'access_token'],
    error,
    answer(asked) {
      switch (`${asked.method} ${asked.path}`) {
        case 'GET /gettoken':
          return getToken(asked);
        case 'POST /topapi/v2/user/getuserinfo':
          return tokenFault(asked) ?? userInfo(asked);
        case 'POST /topapi/v2/user/get':
          return tokenFault(asked) ?? user(asked);
        default:
          return undefined;
      }
    },
  });
  return {
    ...frame,
    addUser: (given) => void users.set(given.userid, given),
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
