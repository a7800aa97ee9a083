import { z } from 'zod';
import { instant, page, pageOf } from '../../core/wire';

const colour = z.enum(['green', 'blue', 'yellow', 'red', 'black']);
const grade = z.enum(['A', 'B', 'C', 'D', 'E']);

/** Length only: whether it is well-formed has an answer of its own. */
const uscc = z.string().max(40);

export const usccParams = z.strictObject({ uscc });
export const codeSearch = z.strictObject({
  ...page,
  colour: colour.optional(),
  grade: grade.optional(),
  since: instant.optional(),
  /** Valid at that time at least. */
  validUntil: instant.optional(),
});
/** The limit of 500 has an answer of its own. */
export const batchBody = z.strictObject({ usccs: z.array(uscc).min(1).max(5000) });
export const detailSearch = z.strictObject({ at: instant.optional(), since: instant.optional() });

const code = z.object({
  uscc: z.string(),
  name: z.string(),
  colour,
  since: z.string(),
  validUntil: z.string(),
  /** When it was last evaluated. */
  checkedAt: z.string(),
  version: z.number(),
  /** Null without a grade in force, or without the scope grade:read. */
  grade: z.object({ grade, period: z.string(), validUntil: z.string() }).nullable(),
});

/** `proof`: compact JWS (ES256) to be kept; its keys are at /.well-known/jwks.json. */
export const codeAnswer = code.extend({ proof: z.string() });
export const codeRows = pageOf(code);
export const batchAnswer = z.object({
  items: z.array(
    z.object({
      uscc: z.string(),
      code: code.nullable(),
      problem: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
});

export const detailAnswer = z.object({
  uscc: z.string(),
  /** What the enterprise lets this client see; the rest is null. */
  consent: z.object({ fields: z.array(z.string()), until: z.string() }),
  score: z.number().nullable(),
  history: z
    .array(z.object({ at: z.string(), from: colour.nullable(), to: colour, score: z.number().nullable() }))
    .nullable(),
});
