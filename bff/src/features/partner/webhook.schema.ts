import { z } from 'zod';
import { id, page, pageOf, uuid } from '../../core/wire';

export const newWebhook = z.strictObject({ clientUuid: uuid, url: z.string().max(500) });
export const removeBody = z.strictObject({});

const webhook = z.object({ id, url: z.string(), createdAt: z.string() });

export const webhookRows = z.object({ rows: z.array(webhook) });
/** The secret signs what is sent there (standardwebhooks.com); it comes with the answer that made it. */
export const webhookAnswer = webhook.extend({ secret: z.string() });
export const removedAnswer = z.object({ removed: z.literal(true) });

export const deliverySearch = z.strictObject({ ...page, state: z.enum(['queued', 'sent', 'dead']).optional() });
export const deliveryRows = pageOf(
  z.object({
    id,
    name: z.string(),
    url: z.string(),
    state: z.enum(['queued', 'sent', 'dead', 'cancelled']),
    attempts: z.number(),
    /** What the last attempt met: an HTTP status, or in a word what kept it from getting one. */
    outcome: z.string().nullable(),
    createdAt: z.string(),
    sentAt: z.string().nullable(),
  }),
);
export const resendBody = z.strictObject({});
export const resendAnswer = z.object({ queued: z.literal(true) });
