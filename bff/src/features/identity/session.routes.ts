import type { Endpoint } from '../../core/endpoint';
import { post } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import type { WechatClient } from '../../gateways/wechat';
import type { WorkChatClient, WorkChatUser } from '../../gateways/work-chat';
import type { BindingCodes } from './binding-code.service';
import { useBindingCode } from './binding-code.store';
import { session } from './identity.problems';
import { codeBody, oneTimeBindBody, sessionAnswer, signedInAnswer, wechatBindBody } from './identity.schema';
import { findPersonByIdentity, findPersonByMobile } from './person.store';
import { accountOf, bind, bindingToken, fromPlatform, signIn, type Account } from './session.service';

/** Binding takes a few tries at most; one-time codes die after five anyway. */
const BIND_LIMIT = { calls: 30, perSeconds: 60 };

/** Signing in with a chat app, and binding its account to a person the first time. */
export function sessionEndpoints(
  core: Core,
  { wechat, workChat }: { wechat: WechatClient; workChat: WorkChatClient },
  codes: BindingCodes,
): Endpoint[] {
  return [
    post({
      path: '/api/session/wechat',
      summary: '微信小程序登录',
      access: 'public',
      body: codeBody,
      answer: sessionAnswer,
      outside: async ({ body }) => {
        const { openid, unionid } = await fromPlatform(wechat.session(body.code));
        return { provider: 'wechat', subject: openid, unionId: unionid ?? null } satisfies Account;
      },
      handler: async ({ tx, prepared: account }) => {
        const person = await findPersonByIdentity(tx, account.provider, account.subject);
        if (person === undefined)
          return { outcome: 'binding_needed' as const, bindingToken: bindingToken(core, account) };
        return signIn(core, tx, person);
      },
    }),

    post({
      path: '/api/session/wechat/bind',
      summary: '微信首次登录：用手机号或绑定码绑定人员',
      access: 'public',
      body: wechatBindBody,
      answer: signedInAnswer,
      limit: BIND_LIMIT,
      outside: async ({ body, read, now, ctx }) => {
        const account = accountOf(core, body.bindingToken, 'wechat');
        if (!('phoneCode' in body)) {
          return {
            account,
            ...(await codes.check(read, { mobile: body.mobile, code: body.oneTimeCode, address: ctx.ip, now })),
          };
        }
        const mobile = await fromPlatform(wechat.phoneNumber(body.phoneCode));
        const person = await findPersonByMobile(read, mobile);
        if (person === undefined) throw session.NOT_REGISTERED();
        return { account, personId: person.id, codeId: null, letInBy: [] };
      },
      handler: async ({ tx, now, prepared: { account, personId, codeId, letInBy } }) => {
        if (codeId !== null && !(await useBindingCode(tx, codeId, now))) throw session.WRONG_ONE_TIME_CODE();
        return signIn(core, tx, await bind(core, tx, account, personId, now), letInBy);
      },
    }),

    post({
      path: '/api/session/work-chat',
      summary: '钉钉或浙政钉登录；首次登录按手机号绑定人员',
      access: 'public',
      body: codeBody,
      answer: sessionAnswer,
      outside: async ({ body }) => fromPlatform(workChat.identify(body.code)),
      handler: async ({ tx, now, prepared: user }) => {
        const account = workAccount(workChat, user);
        const bound = await findPersonByIdentity(tx, account.provider, account.subject);
        if (bound !== undefined) return signIn(core, tx, bound);
        const person = user.mobile === undefined ? undefined : await findPersonByMobile(tx, national(user.mobile));
        if (person === undefined)
          return { outcome: 'binding_needed' as const, bindingToken: bindingToken(core, account) };
        return signIn(core, tx, await bind(core, tx, account, person.id, now));
      },
    }),

    post({
      path: '/api/session/work-chat/bind',
      summary: '钉钉或浙政钉首次登录：用绑定码绑定人员',
      access: 'public',
      body: oneTimeBindBody,
      answer: signedInAnswer,
      limit: BIND_LIMIT,
      outside: async ({ body, read, now, ctx }) => ({
        account: accountOf(core, body.bindingToken, workChat.kind),
        ...(await codes.check(read, { mobile: body.mobile, code: body.oneTimeCode, address: ctx.ip, now })),
      }),
      handler: async ({ tx, now, prepared: { account, personId, codeId, letInBy } }) => {
        if (!(await useBindingCode(tx, codeId, now))) throw session.WRONG_ONE_TIME_CODE();
        return signIn(core, tx, await bind(core, tx, account, personId, now), letInBy);
      },
    }),
  ];
}

function workAccount(workChat: WorkChatClient, user: WorkChatUser): Account {
  return { provider: workChat.kind, subject: user.subject, unionId: user.unionId ?? null };
}

/** DingTalk writes some numbers with the country code: +86-139…. */
function national(mobile: string): string {
  return mobile.replace(/^\+?86[- ]?(?=1\d{10}$)/, '');
}
