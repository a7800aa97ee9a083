import { z } from 'zod';
import { date, id, page, pageOf, text, uuid } from '../../core/wire';

const COLOURS = ['green', 'blue', 'yellow', 'red', 'black'] as const;
const colour = z.enum(COLOURS);

export const newRun = z.strictObject({
  clientUuid: uuid,
  /** The draft. */
  version: z.number().int().min(1),
  /** Days of facts to run it over, up to now. */
  days: z.number().int().min(7).max(180).default(90),
});
export const runParams = z.strictObject({ id });

const run = z.object({
  id,
  draft: z.object({ version: z.number(), name: z.string() }),
  base: z.object({ version: z.number(), name: z.string() }),
  fromDay: date,
  toDay: date,
  state: z.enum(['running', 'done']),
  startedAt: z.string(),
  startedBy: z.string(),
  doneAt: z.string().nullable(),
  /** Enterprises that have their result, of how many. */
  computed: z.number(),
  total: z.number(),
});
export const runRows = pageOf(run);
export const runSearch = z.strictObject({
  ...page,
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .optional(),
});

const move = z.object({ from: colour, to: colour, n: z.number() });
const group = z.object({ name: z.string(), n: z.number(), better: z.number(), worse: z.number() });
export const runStory = run.extend({
  /** How many went from which colour to which; those on the diagonal keep theirs. */
  matrix: z.array(move),
  byIndustry: z.array(group),
  byTownship: z.array(group),
  /** How many would come under a rule for agencies, and how many would fall out of it. */
  benefits: z.array(
    z.object({
      code: z.string(),
      zh: z.string(),
      kind: z.string(),
      now: z.number(),
      gained: z.number(),
      lost: z.number(),
    }),
  ),
});

export const changeSearch = z.strictObject({
  ...page,
  from: colour.optional(),
  to: colour.optional(),
  industry: z.string().max(40).optional(),
  region: z
    .string()
    .regex(/^\d{4,12}$/)
    .optional(),
});
export const changeRows = pageOf(
  z.object({
    enterprise: z.object({ id, name: z.string(), industry: z.string(), region: z.string() }),
    base: z.object({ score: z.number(), colour }),
    draft: z.object({ score: z.number(), colour }),
    /** Days of the window on which the colours differ. */
    daysApart: z.number(),
    /** Why, in one sentence. */
    reason: z.string(),
  }),
);

export const publishParams = z.strictObject({ version: id });
export const publishBody = z.strictObject({
  /** A finished run of this draft. */
  runId: id,
  reason: text(500),
  /** In force from the start of this day. */
  effectiveFrom: date,
});
export const published = z.object({ version: z.number(), state: z.string(), effectiveFrom: date });
