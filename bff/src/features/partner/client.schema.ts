import { z } from 'zod';
import { AGENCIES, PARTNER_SCOPES } from '../../core/partner';
import { id, page, pageOf, text, uuid } from '../../core/wire';

const agency = z.enum(AGENCIES);

export const newClient = z.strictObject({
  clientUuid: uuid,
  name: text(60),
  agency,
  /** GB/T 2260 prefix of the enterprises that it may ask for. */
  region: z.string().regex(/^\d{4,12}$/),
  scopes: z
    .array(z.enum(PARTNER_SCOPES))
    .min(1)
    .max(PARTNER_SCOPES.length)
    .refine((scopes) => new Set(scopes).size === scopes.length),
  /** Enterprises a day. */
  dailyQuota: z.number().int().min(1).max(10_000_000),
  /** Calls a second on each instance. */
  perSecond: z.number().int().min(1).max(1000),
});
export type NewClient = z.infer<typeof newClient>;

export const clientSearch = z.strictObject(page);
/** The epoch that the caller saw: two taps make one new secret. */
export const epochBody = z.strictObject({ epoch: z.number().int().min(1) });
export const disableBody = z.strictObject({});

const client = z.object({
  id,
  clientId: z.string(),
  name: z.string(),
  agency,
  region: z.string(),
  scopes: z.array(z.enum(PARTNER_SCOPES)),
  dailyQuota: z.number(),
  perSecond: z.number(),
  active: z.boolean(),
  epoch: z.number(),
  usedToday: z.number(),
  createdAt: z.string(),
});

export const clientRows = pageOf(client);
/** The secret is told in the answer that makes it, and never again. */
export const clientAnswer = client.extend({ secret: z.string().nullable() });

/** RFC 6749, 4.4.2; what it does not know is passed over, as it asks. */
export const tokenBody = z.object({
  grant_type: z.string().max(60),
  scope: z.string().max(200).optional(),
  client_id: z.string().max(60).optional(),
  client_secret: z.string().max(200).optional(),
});

export const tokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  /** Seconds. */
  expires_in: z.number(),
  scope: z.string(),
});
