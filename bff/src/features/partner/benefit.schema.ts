import { z } from 'zod';
import { page, pageOf } from '../../core/wire';
import { benefitAnswer } from '../credit';

export const benefitParams = z.strictObject({ code: z.string().regex(/^\w{1,24}$/) });
export const benefitSearch = z.strictObject(page);

export const benefitRows = z.object({ rows: z.array(benefitAnswer.omit({ reason: true, createdAt: true })) });

/** Colour and grade only: what else an enterprise is takes its consent. */
export const memberRows = pageOf(
  z.object({
    uscc: z.string(),
    name: z.string(),
    colour: z.enum(['green', 'blue', 'yellow', 'red', 'black']).nullable(),
    /** Null without a grade in force, or without the scope grade:read. */
    grade: z.object({ grade: z.string(), period: z.string() }).nullable(),
  }),
).extend({ at: z.string() });
