import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { auth } from '../../core/problem';
import { ROLES } from '../../core/actor';
import { ACCESS_TTL_S, SESSION_COOKIE, setSessionCookie, WEB_SESSION_MAX_S } from '../../core/session-cookie';
import { session } from './identity.problems';
import type { BindingCodes } from './binding-code.service';
import { useBindingCode } from './binding-code.store';
import { doneAnswer, emptyBody, meAnswer, webAnswer, webCodeBody, webLoginBody } from './identity.schema';
import { passwordMatches } from './password.service';
import { presentMe } from './person.present';
import { findPerson, grantsOf, officerFacts, type PersonRow } from './person.store';
import { admitted } from './session.service';
import type { EndedSessions } from './ended-session.service';
import { forgetGuesses, takeGuess } from './guess.store';
import { findLogin } from './web-login.store';

/** The regulators' browser: name and password, a cookie that no script can read, and who am I. */
export function webEndpoints(core: Core, codes: BindingCodes, sessions: EndedSessions): Endpoint[] {
  const secure = core.config.publicUrl.startsWith('https:');
  const begin = (ctx: Context, { id, epoch }: PersonRow, now: Date, letInBy: readonly number[] = []) => {
    const login = Math.floor(now.getTime() / 1000);
    const claims = { epoch, login, sid: randomUUID(), ...(letInBy.length === 0 ? {} : { by: letInBy }) };
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
      outside: async ({ body, read, now, ctx }) => {
        const login = await findLogin(read, body.username);
        // A stranger's guesses keep the stranger out, at his address, and not the one whose name he knows.
        const free = login !== undefined && (await takeGuess(read, `login:${login.personId}`, ctx.ip, now));
        if (!(await passwordMatches(body.password, free ? login.password : undefined)) || login === undefined) {
          throw session.WRONG_CREDENTIALS();
        }
        return { personId: login.personId };
      },
      handler: async ({ tx, now, ctx, prepared: { personId } }) => {
        const person = await findPerson(tx, personId);
        if (person === undefined) throw session.WRONG_CREDENTIALS();
        const shown = await admitted(tx, person);
        await forgetGuesses(tx, `login:${personId}`, ctx.ip);
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
      outside: ({ body, read, now, ctx }) =>
        codes.check(read, { mobile: body.mobile, code: body.oneTimeCode, address: ctx.ip, now }),
      handler: async ({ tx, now, ctx, prepared: { personId, codeId, letInBy } }) => {
        const person = await findPerson(tx, personId);
        if (person === undefined || !(await useBindingCode(tx, codeId, now))) throw session.WRONG_ONE_TIME_CODE();
        const shown = await admitted(tx, person);
        begin(ctx, person, now, letInBy);
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
      handler: async ({ ctx, tx, now }) => {
        const claims = core.keys.claimsOf('access', ctx.cookies.get(SESSION_COOKIE) ?? '');
        if (typeof claims?.['sid'] === 'string') {
          // A copy of the cookie must not outlive the one that is thrown away.
          await sessions.end(tx, claims['sid'], new Date(now.getTime() + WEB_SESSION_MAX_S * 1000));
        }
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
