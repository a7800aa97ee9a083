import { z } from 'zod';
import { id, page, pageOf, text, uuid } from '../../core/wire';
import { AGENCIES } from '../../core/partner';
import { GRADES } from './scheme.schema';

const COLOURS = ['green', 'blue', 'yellow', 'red', 'black'] as const;

/** Who is meant: `all` of what is given must hold, or `any` of it. */
const conditions = z
  .strictObject({
    match: z.enum(['all', 'any']),
    grades: z.array(z.enum(GRADES)).min(1).optional(),
    colours: z.array(z.enum(COLOURS)).min(1).optional(),
    /** On the positive list now. */
    positive: z.literal(true).optional(),
  })
  .refine(({ grades, colours, positive }) => grades !== undefined || colours !== undefined || positive !== undefined, {
    path: ['match'],
  });
export type Conditions = z.infer<typeof conditions>;

const benefitCode = z.string().regex(/^[a-z][a-z_]{2,23}$/);

export const newBenefit = z.strictObject({
  clientUuid: uuid,
  code: benefitCode,
  agency: z.enum(AGENCIES),
  kind: z.enum(['benefit', 'constraint']),
  zh: text(60),
  conditions,
  reason: text(500),
});
export type NewBenefit = z.infer<typeof newBenefit>;

export const benefitAnswer = z.object({
  code: z.string(),
  version: z.number(),
  agency: z.enum(AGENCIES),
  kind: z.enum(['benefit', 'constraint']),
  zh: z.string(),
  conditions,
  reason: z.string(),
  createdAt: z.string(),
});
export type Benefit = z.infer<typeof benefitAnswer>;

export const benefitRows = z.object({ rows: z.array(benefitAnswer) });
export const benefitSearch = z.strictObject({ agency: z.enum(AGENCIES).optional() });
export const benefitParams = z.strictObject({ code: z.string().regex(/^\w{1,24}$/) });
export const memberSearch = z.strictObject({ ...page });

export const memberRow = z.object({
  enterprise: z.object({ id, name: z.string(), uscc: z.string() }),
  grade: z.enum(GRADES).nullable(),
  period: z.string().nullable(),
  colour: z.enum(COLOURS).nullable(),
  positive: z.boolean(),
});
export const memberRows = pageOf(memberRow).extend({ at: z.string() });
