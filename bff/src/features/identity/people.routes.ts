import { isSecondPerson, type Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import { post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { toId } from '../../core/wire';
import type { BindingCodes } from './binding-code.service';
import { people as problems } from './identity.problems';
import {
  bindingCodeAnswer,
  bindingCodeBody,
  emptyBody,
  personParams,
  personStateAnswer,
  unbindAnswer,
  unbindBody,
} from './identity.schema';
import { deleteIdentity } from './identity.store';
import { firstOfTwo, managed } from './managed-person.service';
import type { PeopleCache } from './people.service';
import { confirmPerson, isOfficial, raiseEpoch, setActive } from './person.store';

const MANAGERS = ['township', 'regulator'] as const;

/** What township and regulator do about other people's access. */
export function peopleEndpoints(core: Core, cache: PeopleCache, codes: BindingCodes): Endpoint[] {
  const record = (tx: Tx, type: string, personId: number, actor: Actor, payload: Record<string, unknown> = {}) =>
    core.events.append(tx, [{ type, subject: { type: 'person', id: personId }, actorId: actor.personId, payload }]);

  const switchTo = (active: boolean) =>
    post({
      path: active ? '/api/people/:id/enable' : '/api/people/:id/disable',
      summary: active ? '恢复人员账号' : '停用人员账号，一分钟内全部退出',
      access: MANAGERS,
      params: personParams,
      body: emptyBody,
      answer: personStateAnswer,
      handler: async ({ tx, actor, params }) => {
        const person = await managed(tx, actor, toId(params.id), !active);
        const { id } = person;
        if (active && (await isOfficial(tx, id)) && person.enteredBy !== null && person.confirmedBy === null) {
          if (!isSecondPerson(actor, person.enteredBy)) throw problems.SECOND_PERSON();
          await confirmPerson(tx, id, actor.personId);
        }
        if (await setActive(tx, id, active)) {
          await record(tx, active ? 'person.enabled' : 'person.disabled', id, actor);
          cache.forget(id);
        }
        return { id: params.id, active };
      },
    });

  return [
    switchTo(false),
    switchTo(true),

    post({
      path: '/api/people/:id/binding-code',
      summary: '生成一次性绑定码，24 小时有效，只显示一次；监管人员的绑定码要由两位管理员先后操作',
      access: MANAGERS,
      params: personParams,
      body: bindingCodeBody,
      answer: bindingCodeAnswer,
      handler: async ({ tx, actor, params, body, now }) => {
        const person = await managed(tx, actor, toId(params.id), false);
        if (!person.active) throw problems.DISABLED();
        const official = await isOfficial(tx, person.id);
        // A code lets somebody in as this person: for an official it takes two.
        const askedBy = official ? await firstOfTwo(tx, 'binding_request', person.id, actor, now) : null;
        if (askedBy === undefined) {
          await record(tx, 'binding_code.asked', person.id, actor);
          return { code: null, expiresAt: null, waitsForSecond: true };
        }
        const order = { personId: person.id, issuedBy: actor.personId, askedBy, clientUuid: body.clientUuid, now };
        const { code, expiresAt } = await codes.issue(tx, order);
        await record(tx, 'binding_code.issued', person.id, actor, { official, by: actor.name });
        return { code, expiresAt: expiresAt.toISOString(), waitsForSecond: false };
      },
    }),

    post({
      path: '/api/people/:id/unbind',
      summary: '解除人员与微信、钉钉或浙政钉账号的绑定，一分钟内全部退出',
      access: MANAGERS,
      params: personParams,
      body: unbindBody,
      answer: unbindAnswer,
      handler: async ({ tx, actor, params, body }) => {
        const { id } = await managed(tx, actor, toId(params.id), true);
        if ((await deleteIdentity(tx, id, body.provider)) > 0) {
          await raiseEpoch(tx, id);
          await record(tx, 'person.unbound', id, actor, { provider: body.provider });
          cache.forget(id);
        }
        return { id: params.id, provider: body.provider, bound: false as const };
      },
    }),
  ];
}
