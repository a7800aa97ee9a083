import type { Context } from 'koa';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { auth } from '../../core/problem';
import { ROLES } from '../../core/actor';
import { ACCESS_TTL_S, setSessionCookie } from '../../core/session-cookie';
import { session } from './identity.problems';
import type { BindingCodes } from './binding-code.service';
import { useBindingCode } from './binding-code.store';
import { doneAnswer, emptyBody, meAnswer, webAnswer, webCodeBody, webLoginBody } from './identity.schema';
import { passwordMatches } from './password.service';
import { presentMe } from './person.present';
import { findPerson, grantsOf, officerFacts, type PersonRow } from './person.store';
import { admitted } from './session.service';
import { clearFailures, takeLoginAttempt } from './web-login.store';

const MAX_FAILURES = 5;
const LOCK_MS = 15 * 60_000;

/** The regulators' browser: name and password, a cookie that no script can read, and who am I. */
export function webEndpoints(core: Core, codes: BindingCodes): Endpoint[] {
  const secure = core.config.publicUrl.startsWith('https:');
  const begin = (ctx: Context, { id, epoch }: PersonRow, now: Date) => {
    const claims = { epoch, login: Math.floor(now.getTime() / 1000) };
    setSessionCookie(ctx, core.keys.sign('access', String(id), claims, ACCESS_TTL_S), ACCESS_TTL_S, secure);
  };
  return [
    post({
      path: '/api/session/web',
      summary: '网页登录：用户名和密码',
      access: 'public',
      body: webLoginBody,
      answer: webAnswer,
      limit: { calls: 30, perSeconds: 60 },
      // Outside the transaction: the password costs 0.2 s, and a failed attempt must stay counted.
      outside: async ({ body, read, now }) => {
        const lockedUntil = new Date(now.getTime() + LOCK_MS);
        const login = await takeLoginAttempt(read, body.username, now, MAX_FAILURES, lockedUntil);
        if (!(await passwordMatches(body.password, login?.password)) || login === undefined) {
          throw session.WRONG_CREDENTIALS();
        }
        return { personId: login.personId };
      },
      handler: async ({ tx, now, ctx, prepared: { personId } }) => {
        const person = await findPerson(tx, personId);
        if (person === undefined) throw session.WRONG_CREDENTIALS();
        const shown = await admitted(tx, person);
        await clearFailures(tx, personId);
        begin(ctx, person, now);
        return { outcome: 'signed_in' as const, person: shown };
      },
    }),

    post({
      path: '/api/session/web/code',
      summary: '网页登录：手机号和专管员发的绑定码',
      access: 'public',
      body: webCodeBody,
      answer: webAnswer,
      limit: { calls: 30, perSeconds: 60 },
      outside: ({ body, read, now }) => codes.check(read, { mobile: body.mobile, code: body.oneTimeCode, now }),
      handler: async ({ tx, now, ctx, prepared: { personId, codeId } }) => {
        const person = await findPerson(tx, personId);
        if (person === undefined || !(await useBindingCode(tx, codeId, now))) throw session.WRONG_ONE_TIME_CODE();
        const shown = await admitted(tx, person);
        begin(ctx, person, now);
        return { outcome: 'signed_in' as const, person: shown };
      },
    }),

    post({
      path: '/api/session/end',
      summary: '退出网页登录',
      // Also with a session that is over: the cookie has to go in any case.
      access: 'public',
      body: emptyBody,
      answer: doneAnswer,
      handler: async ({ ctx }) => {
        setSessionCookie(ctx, '', 0, secure);
        return { done: true as const };
      },
    }),

    get({
      path: '/api/me',
      summary: '当前登录人员、职责与管辖范围',
      access: ROLES,
      answer: meAnswer,
      handler: async ({ tx, actor }) => {
        const person = await findPerson(tx, actor.personId);
        if (person === undefined) throw auth.TOKEN_REVOKED();
        const [enterpriseId] = actor.scope.enterpriseIds;
        const facts = enterpriseId === undefined ? undefined : await officerFacts(tx, person.id, enterpriseId);
        return presentMe(person, await grantsOf(tx, actor.personId), facts);
      },
    }),
  ];
}
