import { z } from 'zod';
import { date, id, page, pageOf, text, uuid } from '../../core/wire';
import { GRADES } from './scheme.schema';

const grade = z.enum(GRADES);
/** A half-year. */
const period = z.string().regex(/^20\d{2}H[12]$/);

/** Whatever is no half-year of ours is not found. */
export const periodParams = z.strictObject({ period: z.string().regex(/^\w{1,12}$/) });
export const idParams = z.strictObject({ id });

export const newRound = z.strictObject({ clientUuid: uuid, period });
export const roundAnswer = z.object({
  period: z.string(),
  schemeVersion: z.number(),
  state: z.enum(['computing', 'preliminary', 'final', 'published']),
  objectionsUntil: date.nullable(),
  startedAt: z.string(),
  preliminaryAt: z.string().nullable(),
  finalAt: z.string().nullable(),
  publishedAt: z.string().nullable(),
});
export const roundRows = z.object({ rows: z.array(roundAnswer) });
export const roundStory = roundAnswer.extend({
  grades: z.array(z.object({ grade, n: z.number() })),
  open: z.object({ objections: z.number(), adjustments: z.number() }),
});

const outlook = z.object({
  next: z.object({ grade, lacks: z.number() }).nullable(),
  above: z.number().nullable(),
  movers: z.array(z.object({ code: z.string(), gains: z.number(), enough: z.boolean() })),
});

const result = z.object({
  period: z.string(),
  enterprise: z.object({ id, name: z.string(), uscc: z.string(), region: z.string(), industry: z.string() }),
  components: z.array(
    z.object({
      code: z.string(),
      value: z.union([z.number(), z.string()]),
      points: z.number(),
      weight: z.number(),
    }),
  ),
  computed: z.number(),
  score: z.number(),
  grade,
  /** How near the lines are, and what would move the enterprise across. */
  outlook,
});

export const resultSearch = z.strictObject({
  ...page,
  grade: grade.optional(),
  /** Only those within so many points of a line between grades. */
  edge: z
    .string()
    .regex(/^\d{1,2}(\.\d)?$/)
    .transform(Number)
    .optional(),
});
export const resultRows = pageOf(result);

export const newObjection = z.strictObject({ clientUuid: uuid, period, enterpriseId: id, reason: text(500) });
export const objectionAnswer = z.object({
  id,
  period: z.string(),
  enterprise: z.object({ id, name: z.string() }),
  reason: z.string(),
  filedAt: z.string(),
  decideBy: date,
  state: z.enum(['open', 'upheld', 'refused']),
  decidedAt: z.string().nullable(),
  note: z.string().nullable(),
});
export const matterSearch = z.strictObject({
  ...page,
  period: period.optional(),
  state: z.string().max(10).optional(),
});
export const objectionRows = pageOf(objectionAnswer);

const points = z
  .number()
  .min(-20)
  .max(20)
  .multipleOf(0.1)
  .refine((value) => value !== 0);
export const objectionDecision = z.strictObject({
  clientUuid: uuid,
  upheld: z.boolean(),
  /** Needed when it is upheld. */
  points: points.optional(),
  note: text(500),
});

export const newAdjustment = z.strictObject({
  clientUuid: uuid,
  period,
  enterpriseId: id,
  points,
  reason: text(500),
});
export const adjustmentDecision = z.strictObject({ confirmed: z.boolean(), note: text(500) });
export const adjustmentAnswer = z.object({
  id,
  period: z.string(),
  enterprise: z.object({ id, name: z.string() }),
  objectionId: id.nullable(),
  points: z.number(),
  reason: z.string(),
  proposedBy: id,
  proposedAt: z.string(),
  state: z.enum(['proposed', 'confirmed', 'refused']),
  decidedAt: z.string().nullable(),
  note: z.string().nullable(),
});
export const adjustmentRows = pageOf(adjustmentAnswer);

/** What an enterprise sees of itself: its grade in force, and the story of each half-year. */
export const enterpriseCredit = z.object({
  current: z
    .object({ grade, period: z.string(), source: z.enum(['ours', 'province']), validUntil: z.string() })
    .nullable(),
  results: z.array(
    result.extend({
      state: z.enum(['computing', 'preliminary', 'final', 'published']),
      objectionsUntil: date.nullable(),
    }),
  ),
  objections: z.array(objectionAnswer),
  /** Confirmed ones only: what is proposed is the officials' own matter. */
  adjustments: z.array(z.object({ period: z.string(), points: z.number(), reason: z.string() })),
});
