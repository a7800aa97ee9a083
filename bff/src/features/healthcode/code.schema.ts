import { z } from 'zod';
import { id, page } from '../../core/wire';
import { basis, colour } from './ruleset.schema';

const stepKind = z.enum(['correct', 'repair', 'dispute', 'site_check']);

/** Keys of facts as the code names them. */
export const factKey = z.string().regex(/^[A-Za-z_]{1,24}\d{0,2}:[A-Za-z]{1,12}:[\w:-]{1,40}$/);

/** A list such as 'correct~H06:finding:12,site_check'. */
const STEPS =
  /^(?:(?:correct|repair|dispute)~[\w:-]{3,60}|site_check)(?:,(?:(?:correct|repair|dispute)~[\w:-]{3,60}|site_check)){0,19}$/;

export const codeParams = z.strictObject({ id });
export const codeQuery = z.strictObject({
  /** What if: steps that are tried, not taken. */
  doing: z.string().max(1500).regex(STEPS).optional(),
});
export const codeSearch = z.strictObject({
  ...page,
  colour: colour.optional(),
  /** A region's code or the beginning of one, within the caller's own. */
  region: z
    .string()
    .regex(/^\d{4,12}$/)
    .optional(),
  /** Enterprises that a rule costs points now. */
  rule: z
    .string()
    .regex(/^[A-Z]\d{2}$/)
    .optional(),
});
export const daysQuery = z.strictObject({
  days: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(400))
    .optional(),
});

const codeRow = z.object({
  enterprise: z.object({ id, name: z.string(), uscc: z.string(), region: z.string(), industry: z.string() }),
  score: z.number(),
  colour,
  since: z.string(),
  evaluatedAt: z.string(),
  validUntil: z.string(),
  version: z.number(),
  positiveSince: z.string().nullable(),
});
export const codeRows = z.object({ at: z.string(), rows: z.array(codeRow), next: z.string().nullable() });

const rows = z.array(z.object({ type: z.string(), id, text: z.string() }));
const path = z.array(z.object({ at: z.string(), score: z.number(), colour }));
const step = z.object({ kind: stepKind, key: z.string().nullable() });
const outcome = z.object({
  score: z.number(),
  /** What is shown right after, and the band that is reached. */
  colour,
  reached: colour,
  /** When the best colour would be shown if nothing new happens. */
  bestAt: z.string().nullable(),
});

export const codeAnswer = codeRow.extend({
  at: z.string(),
  ruleSet: z.object({ version: z.number(), name: z.string() }),
  /** From best to worst; `from` belongs to the band. */
  bands: z.array(z.object({ colour, from: z.number() })),
  /** The band that the score reaches; the colour follows it after `upDays` days. */
  reached: colour,
  upDays: z.number(),
  /** The colour would rise if an official came and checked. */
  waitsForCheck: z.boolean(),
  dimensions: z.array(z.object({ code: z.string(), zh: z.string(), counted: z.number(), cap: z.number(), basis })),
  deductions: z.array(
    z.object({
      key: z.string(),
      code: z.string(),
      zh: z.string(),
      dimension: z.string(),
      basis,
      points: z.number(),
      /** After the caps of rule and dimension. */
      counted: z.number(),
      since: z.string(),
      /** Null: until it is put right. */
      expiresAt: z.string().nullable(),
      disputed: z.boolean(),
      restored: z.boolean(),
      remedies: z.array(z.enum(['wait', 'correct', 'repair', 'dispute'])),
      rows,
    }),
  ),
  vetoes: z.array(
    z.object({ key: z.string(), code: z.string(), zh: z.string(), basis, since: z.string(), until: z.string(), rows }),
  ),
  bonuses: z.array(
    z.object({ code: z.string(), zh: z.string(), basis, points: z.number(), until: z.string().nullable() }),
  ),
  restoration: z.array(z.object({ key: z.string(), since: z.string(), saved: z.number() })),
  outlook: z.object({
    /** If nothing new happens: every change of score or colour within a year. */
    path,
    /** What each of the foremost remedies alone would bring, the most helpful first. */
    options: z.array(outcome.extend({ step, gain: z.number() })),
    /** The steps to the best band; where they do not reach it, all that help. */
    toBest: outcome.extend({ steps: z.array(step) }).nullable(),
  }),
  tried: outcome.extend({ steps: z.array(step), path }).nullable(),
});
export type CodeAnswer = z.infer<typeof codeAnswer>;

export const dayRows = z.object({
  rows: z.array(
    z.object({
      day: z.string(),
      score: z.number(),
      colour,
      ruleSetVersion: z.number(),
      dimensions: z.record(z.string(), z.number()),
      /** In the words of the rules of that day. */
      deductions: z.array(z.object({ code: z.string(), zh: z.string(), facts: z.number(), points: z.number() })),
      vetoes: z.number(),
    }),
  ),
});
