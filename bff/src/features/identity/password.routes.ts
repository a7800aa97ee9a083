import { OFFICIALS } from '../../core/actor';
import { post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { toId } from '../../core/wire';
import { forgetGuesses, takeGuess } from './guess.store';
import { people as problems, session } from './identity.problems';
import { bindingCodeBody, doneAnswer, givenPasswordAnswer, passwordBody, personParams } from './identity.schema';
import { firstOfTwo, managed } from './managed-person.service';
import { oneTimeUntil, passwordFault } from './password.rules';
import { hashPassword, oneTimePassword, passwordMatches } from './password.service';
import type { PeopleCache } from './people.service';
import { findPerson, isOfficial, lockPerson, raiseEpoch } from './person.store';
import { findLoginOf, givePassword, replacePassword } from './web-login.store';
import { webSessions } from './web-session.service';

/** Passwords of officials' web accounts: one's own is changed, a lost or first one is given by two. */
export function passwordEndpoints(core: Core, cache: PeopleCache): Endpoint[] {
  const web = webSessions(core);
  const record = (type: string, personId: number, actorId: number, payload: Record<string, unknown> = {}) => ({
    type,
    subject: { type: 'person', id: personId },
    actorId,
    payload,
  });

  return [
    post({
      path: '/api/session/password',
      summary: '修改自己的网页登录密码，其他设备全部退出',
      access: OFFICIALS,
      beforePasswordChange: true,
      body: passwordBody,
      answer: doneAnswer,
      limit: { calls: 30, perSeconds: 60 },
      // Outside the transaction: two passwords cost 0.4 s, and a failed attempt must stay counted.
      outside: async ({ body, read, now, ctx, actor: { personId } }) => {
        const login = await findLoginOf(read, personId);
        const person = await findPerson(read, personId);
        if (login === undefined || person === undefined) throw session.NO_PASSWORD();
        const { username } = login;
        const fault = passwordFault(body.newPassword, body.oldPassword, {
          username,
          mobile: person.mobile,
          name: person.name,
        });
        if (fault !== undefined) throw session[fault]();
        const free = await takeGuess(read, `login:${personId}`, ctx.ip, now);
        if (!(await passwordMatches(body.oldPassword, free ? login.password : undefined))) {
          throw session.WRONG_OLD_PASSWORD();
        }
        return { before: login.password, after: await hashPassword(body.newPassword) };
      },
      // A phone's session ends too: its chat app signs it in again by itself.
      handler: async ({ tx, now, ctx, actor: { personId }, prepared: { before, after } }) => {
        const person = await lockPerson(tx, personId);
        // Changed or reset by somebody else in the meantime.
        if (person === undefined || !(await replacePassword(tx, personId, before, after))) {
          throw session.WRONG_OLD_PASSWORD();
        }
        await raiseEpoch(tx, personId);
        await forgetGuesses(tx, `login:${personId}`, ctx.ip);
        await core.events.append(tx, [record('password.changed', personId, personId)]);
        cache.forget(personId);
        web.keep(ctx, personId, person.epoch + 1, now);
        return { done: true as const };
      },
    }),

    post({
      path: '/api/people/:id/password',
      summary: '为监管人员开通网页登录或重置密码：两位管理员先后操作，一次性密码 24 小时有效，只显示一次',
      access: ['regulator'],
      params: personParams,
      body: bindingCodeBody,
      answer: givenPasswordAnswer,
      limit: { calls: 30, perSeconds: 60 },
      outside: async () => {
        const password = oneTimePassword();
        return { password, stored: await hashPassword(password) };
      },
      handler: async ({ tx, actor, params, now, prepared: { password, stored } }) => {
        const { id, active, mobile } = await managed(tx, actor, toId(params.id), false);
        if (!active) throw problems.DISABLED();
        if (!(await isOfficial(tx, id))) throw problems.NO_WEB_LOGIN();
        const askedBy = await firstOfTwo(tx, 'password_request', id, actor, now);
        if (askedBy === undefined) {
          await core.events.append(tx, [record('password.asked', id, actor.personId)]);
          return { username: null, password: null, expiresAt: null, waitsForSecond: true };
        }
        const username = (await findLoginOf(tx, id))?.username ?? mobile;
        await givePassword(tx, { personId: id, username, password: stored, issuedBy: actor.personId, askedBy, now });
        // Whoever came in by the old one is out.
        await raiseEpoch(tx, id);
        await core.events.append(tx, [record('password.issued', id, actor.personId, { by: actor.name })]);
        cache.forget(id);
        return { username, password, expiresAt: oneTimeUntil(now).toISOString(), waitsForSecond: false };
      },
    }),
  ];
}
