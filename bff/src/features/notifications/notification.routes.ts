import { z } from 'zod';
import { fromJson } from '../../core/database';
import { ROLES } from '../../core/actor';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import { recordConsents, remaining } from './consent.service';
import { consentsAnswer, consentsBody, deadRows, noticeQuery, noticeRows, readBody } from './notification.schema';
import { deadLetters, markRead, notices, requeue, unread, type NoticeRow } from './notification.store';
import { inAppText, type PushContent } from './template.rules';

export function notificationEndpoints({ events, config }: Core): Endpoint[] {
  const { templates } = config.wechat;
  return [
    post({
      path: '/api/consents',
      summary: '记录订阅消息的授权结果（同意一次可收一条）',
      access: ['officer'],
      body: consentsBody,
      answer: consentsAnswer,
      handler: async ({ tx, actor, body, now }) => ({
        remaining: await recordConsents(tx, actor.personId, body, now),
        templates,
      }),
    }),
    get({
      path: '/api/consents',
      summary: '还能收到几条订阅消息',
      access: ['officer'],
      answer: consentsAnswer,
      handler: async ({ tx, actor }) => ({ remaining: await remaining(tx, actor.personId), templates }),
    }),
    get({
      path: '/api/notices',
      summary: '我的消息',
      access: ROLES,
      query: noticeQuery,
      answer: noticeRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const rows = await notices(tx, actor.personId, cursorId(query.cursor), size + 1);
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        return { unread: await unread(tx, actor.personId), rows: shown.map(presentNotice), next };
      },
    }),
    post({
      path: '/api/notices/read',
      summary: '把到某一条为止的消息标为已读',
      access: ROLES,
      body: readBody,
      answer: z.object({ unread: z.number() }),
      handler: async ({ tx, actor, body, now }) => {
        await markRead(tx, actor.personId, toId(body.upTo), now);
        return { unread: await unread(tx, actor.personId) };
      },
    }),
    get({
      path: '/api/notifications/dead',
      summary: '没有送达的消息',
      access: ['regulator'],
      query: noticeQuery,
      answer: deadRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const rows = await deadLetters(tx, actor.scope.regionPrefixes, cursorId(query.cursor), size + 1);
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        return {
          rows: shown.map((row) => ({
            id: String(row.id),
            person: row.person_name,
            kind: row.kind,
            date: row.business_date,
            attempts: row.attempts,
            code: row.platform_code,
            message: row.platform_message,
            fault: row.fault,
            at: row.created_at.toISOString(),
          })),
          next,
        };
      },
    }),
    post({
      path: '/api/notifications/:id/retry',
      summary: '重新发送一条没有送达的消息',
      access: ['regulator'],
      params: z.strictObject({ id }),
      body: z.strictObject({}),
      answer: z.object({ queued: z.boolean() }),
      handler: async ({ tx, actor, params, now }) => {
        if (!(await requeue(tx, actor.scope.regionPrefixes, toId(params.id), now))) throw wire.NOT_FOUND();
        await events.append(tx, [
          {
            type: 'message.retried',
            subject: { type: 'notification', id: params.id },
            actorId: actor.personId,
            payload: {},
          },
        ]);
        return { queued: true };
      },
    }),
  ];
}

function presentNotice(row: NoticeRow) {
  const content = fromJson<PushContent | { title: string; body: string; page: string | null }>(row.content);
  const { title, body } = 'template' in content ? inAppText(content) : content;
  return {
    id: String(row.id),
    kind: row.kind,
    date: row.business_date,
    title,
    body,
    page: content.page,
    at: row.created_at.toISOString(),
    read: row.read_at !== null,
  };
}
