import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import { deliveries, requeueDelivery, type DeliveryRow, type Whose } from './delivery.store';
import { partnerProblems } from './partner.problems';
import { urlIsAllowed, webhookSecret } from './webhook.rules';
import {
  deliveryRows,
  deliverySearch,
  newWebhook,
  removeBody,
  removedAnswer,
  resendAnswer,
  resendBody,
  webhookAnswer,
  webhookRows,
} from './webhook.schema';
import { insertWebhook, removeWebhook, webhooksOf, type WebhookRow } from './webhook.store';

const MOST_WEBHOOKS = 5;
const params = z.strictObject({ id });

/** Where partners want to be told of changes, and what became of the messages. */
export function webhookEndpoints({ config }: Core, keys: ReadonlyMap<string, KeyObject>): Endpoint[] {
  return [
    get({
      path: '/api/partner/v1/webhooks',
      summary: '本机构登记的接收地址',
      access: { partner: 'webhook' },
      answer: webhookRows,
      handler: async ({ tx, actor }) => ({ rows: (await webhooksOf(tx, actor.clientId)).map(presentWebhook) }),
    }),
    post({
      path: '/api/partner/v1/webhooks',
      summary: '登记接收地址：颜色变化后推送签名消息（standardwebhooks.com），至少一次，按 webhook-id 去重',
      access: { partner: 'webhook' },
      body: newWebhook,
      answer: webhookAnswer,
      examples: {
        body: { clientUuid: '6f1f9f0e-3f0c-4b7e-9a55-0a5cbd1f6a10', url: 'https://bank.example.com/hooks/health-code' },
        answer: {
          id: '3',
          url: 'https://bank.example.com/hooks/health-code',
          createdAt: '2026-11-23T01:00:00.000Z',
          secret: 'whsec_…',
        },
      },
      handler: async ({ tx, actor, body, now }) => {
        const { clientUuid: uuid, url } = body;
        if (!urlIsAllowed(url, config.production)) throw partnerProblems.URL_NOT_ALLOWED();
        if ((await webhooksOf(tx, actor.clientId)).length >= MOST_WEBHOOKS) throw partnerProblems.TOO_MANY_WEBHOOKS();
        const [first] = keys;
        if (first === undefined) throw new Error('no key for webhook secrets');
        const [keyId, key] = first;
        const made = await insertWebhook(tx, { uuid, clientId: actor.clientId, url, keyId, now });
        return { ...presentWebhook({ id: made, url, created_at: now }), secret: webhookSecret(key, made) };
      },
    }),
    post({
      path: '/api/partner/v1/webhooks/:id/remove',
      summary: '停用接收地址，还没送达的消息不再发送',
      access: { partner: 'webhook' },
      params,
      body: removeBody,
      answer: removedAnswer,
      handler: async ({ tx, actor, params: given, now }) => {
        if (!(await removeWebhook(tx, actor.clientId, toId(given.id), now))) throw wire.NOT_FOUND();
        return { removed: true as const };
      },
    }),
    get({
      path: '/api/partner/v1/deliveries',
      summary: '推送给本机构的消息，多次失败放弃的为 dead',
      access: { partner: 'webhook' },
      query: deliverySearch,
      answer: deliveryRows,
      examples: {
        answer: {
          rows: [
            {
              id: '912',
              name: '德清农商银行',
              url: 'https://bank.example.com/hooks/health-code',
              state: 'dead',
              attempts: 10,
              outcome: 'http 503',
              createdAt: '2026-11-20T01:30:00.000Z',
              sentAt: null,
            },
          ],
          next: null,
        },
      },
      handler: ({ tx, actor, query }) => page(tx, { clientId: actor.clientId }, query),
    }),
    post({
      path: '/api/partner/v1/deliveries/:id/resend',
      summary: '重新发送一条放弃了的消息',
      access: { partner: 'webhook' },
      params,
      body: resendBody,
      answer: resendAnswer,
      handler: ({ tx, actor, params: given, now }) => resend(tx, { clientId: actor.clientId }, given.id, now),
    }),
    get({
      path: '/api/partner-deliveries',
      summary: '推送给合作机构的消息，失败放弃的为 dead',
      access: ['regulator'],
      query: deliverySearch,
      answer: deliveryRows,
      handler: ({ tx, actor, query }) => page(tx, { prefixes: actor.scope.regionPrefixes }, query),
    }),
    post({
      path: '/api/partner-deliveries/:id/resend',
      summary: '重新发送一条放弃了的消息',
      access: ['regulator'],
      params,
      body: resendBody,
      answer: resendAnswer,
      handler: ({ tx, actor, params: given, now }) =>
        resend(tx, { prefixes: actor.scope.regionPrefixes }, given.id, now),
    }),
  ];
}

async function page(tx: Tx, whose: Whose, query: z.infer<typeof deliverySearch>) {
  const size = pageSize(query);
  const rows = await deliveries(tx, whose, {
    state: query.state,
    before: cursorId(query.cursor) ?? Number.MAX_SAFE_INTEGER,
    limit: size + 1,
  });
  const { shown, next } = onePage(rows, size, (row) => String(row.id));
  return { rows: shown.map(presentDelivery), next };
}

async function resend(tx: Tx, whose: Whose, deliveryId: string, now: Date) {
  if (!(await requeueDelivery(tx, whose, toId(deliveryId), now))) throw wire.NOT_FOUND();
  return { queued: true as const };
}

function presentWebhook({ id: webhookId, url, created_at: createdAt }: Pick<WebhookRow, 'id' | 'url' | 'created_at'>) {
  return { id: String(webhookId), url, createdAt: createdAt.toISOString() };
}

function presentDelivery(row: DeliveryRow) {
  return {
    id: String(row.id),
    name: row.name,
    url: row.url,
    state: row.state,
    attempts: row.attempts,
    outcome: row.outcome,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
  };
}
