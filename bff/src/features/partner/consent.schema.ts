import { z } from 'zod';
import { id, instant, page, pageOf, uuid } from '../../core/wire';
import { DETAILS } from './partner.rules';

export const newConsent = z.strictObject({
  clientUuid: uuid,
  /** Of the agency's client, as the list of agencies tells it. */
  clientId: id,
  fields: z
    .array(z.enum(DETAILS))
    .min(1)
    .max(DETAILS.length)
    .refine((fields) => new Set(fields).size === fields.length),
  until: instant,
});
export type NewConsent = z.infer<typeof newConsent>;

export const withdrawBody = z.strictObject({});

/** Every agency that can look at the enterprise's code, with what it may see beyond colour and grade. */
export const agencyRows = z.object({
  rows: z.array(
    z.object({
      clientId: id,
      name: z.string(),
      agency: z.string(),
      active: z.boolean(),
      consent: z
        .object({
          id,
          fields: z.array(z.string()),
          givenAt: z.string(),
          until: z.string(),
          withdrawnAt: z.string().nullable(),
          inForce: z.boolean(),
        })
        .nullable(),
    }),
  ),
});

export const querySearch = z.strictObject(page);
export const queryRows = pageOf(
  z.object({ id, at: z.string(), name: z.string(), agency: z.string(), fields: z.array(z.string()) }),
);
