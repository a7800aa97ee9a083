import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { auth } from '../../core/problem';
import { ROLES } from '../../core/actor';
import { WEB_SESSION_MAX_S } from '../../core/session-cookie';
import { session } from './identity.problems';
import type { BindingCodes } from './binding-code.service';
import { useBindingCode } from './binding-code.store';
import { doneAnswer, emptyBody, meAnswer, webAnswer, webCodeBody, webLoginBody } from './identity.schema';
import { giversOf, isOver } from './password.rules';
import { passwordMatches } from './password.service';
import { presentMe } from './person.present';
import { findPerson, grantsOf, officerFacts } from './person.store';
import { admitted } from './session.service';
import type { EndedSessions } from './ended-session.service';
import { forgetGuesses, takeGuess } from './guess.store';
import { findLogin } from './web-login.store';
import { webSessions } from './web-session.service';

/** The regulators' browser: name and password, a cookie that no script can read, and who am I. */
export function webEndpoints(core: Core, codes: BindingCodes, sessions: EndedSessions): Endpoint[] {
  const web = webSessions(core);
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
        if (isOver(login, now)) throw session.ONE_TIME_PASSWORD_OVER();
        return login;
      },
      handler: async ({ tx, now, ctx, prepared: login }) => {
        const { personId, mustChange } = login;
        const person = await findPerson(tx, personId);
        if (person === undefined) throw session.WRONG_CREDENTIALS();
        const shown = await admitted(tx, person);
        await forgetGuesses(tx, `login:${personId}`, ctx.ip);
        web.begin(ctx, person, now, { letInBy: giversOf(login, now), mustChange });
        return { outcome: 'signed_in' as const, person: shown, passwordChangeNeeded: mustChange };
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
        web.begin(ctx, person, now, { letInBy });
        return { outcome: 'signed_in' as const, person: shown, passwordChangeNeeded: false };
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
        const claims = web.claimsOf(ctx);
        if (typeof claims?.['sid'] === 'string') {
          // A copy of the cookie must not outlive the one that is thrown away.
          await sessions.end(tx, claims['sid'], new Date(now.getTime() + WEB_SESSION_MAX_S * 1000));
        }
        web.clear(ctx);
        return { done: true as const };
      },
    }),

    get({
      path: '/api/me',
      summary: '当前登录人员、职责与管辖范围',
      access: ROLES,
      beforePasswordChange: true,
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
