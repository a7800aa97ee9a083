import { z } from 'zod';
import { date, id, page, uuid } from '../../core/wire';

const answer = z.enum(['accept', 'reject', 'ban', 'filter']);

/** What the chat app answered to the request for consent, by template. */
export const consentsBody = z.strictObject({
  clientUuid: uuid,
  results: z.strictObject({ dailyList: answer.optional(), reminder: answer.optional(), notice: answer.optional() }),
});

export const consentsAnswer = z.object({
  remaining: z.object({ dailyList: z.number(), reminder: z.number(), notice: z.number() }),
  /** WeChat's template ids: what the phone asks consent for. The account need not have one for notices. */
  templates: z.object({ dailyList: z.string(), reminder: z.string(), notice: z.string().optional() }),
});

export const noticeQuery = z.strictObject(page);

export const noticeRows = z.object({
  unread: z.number(),
  rows: z.array(
    z.object({
      id,
      kind: z.string(),
      date,
      title: z.string(),
      body: z.string(),
      page: z.string().nullable(),
      at: z.string(),
      read: z.boolean(),
    }),
  ),
  next: z.string().nullable(),
});

export const readBody = z.strictObject({ upTo: id });

export const deadRows = z.object({
  rows: z.array(
    z.object({
      id,
      person: z.string(),
      kind: z.string(),
      date,
      attempts: z.number(),
      code: z.number().nullable(),
      message: z.string().nullable(),
      /** Because of the receiver, or of us and the platform; null for old ones. */
      fault: z.enum(['receiver', 'ours']).nullable(),
      at: z.string(),
    }),
  ),
  next: z.string().nullable(),
});
