import { z } from 'zod';
import { date, page, pageOf, text, uuid } from '../../core/wire';

/** From best to worst; bands of a rule set keep this order. */
export const COLOURS = ['green', 'blue', 'yellow', 'red', 'black'] as const;

/** S: read in a published source; K: general knowledge, to be checked; O: our own design value. Kept visible. */
export const basis = z.enum(['S', 'K', 'O']);
export const colour = z.enum(COLOURS);

const points = z.number().min(0.1).max(100).multipleOf(0.1);
const days = z.number().int().min(1).max(730);
const dimensionCode = z.string().regex(/^D\d{1,2}$/);
const code = z.string().regex(/^[A-Z]\d{2}$/);
const factCode = z.string().regex(/^(?:[A-Z]\d{2}|[a-z][a-z_]{2,23})$/);
const zh = text(60);

const valid = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('days'), days }),
  /** As long as it is not put right, and some days more. */
  z.strictObject({ kind: z.literal('until_fixed'), plusDays: z.number().int().min(0).max(730) }),
  z.strictObject({ kind: z.literal('while_valid') }),
]);

/** A deduction that follows from others: so many days in a row with one, or so many about the same matter. */
const derived = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('in_a_row'), from: factCode, atLeast: z.number().int().min(2).max(30) }),
  z.strictObject({
    kind: z.literal('repeated'),
    from: factCode,
    atLeast: z.number().int().min(2).max(30),
    withinDays: z.number().int().min(1).max(365),
  }),
]);

const rule = z.strictObject({
  code,
  dimension: dimensionCode,
  zh,
  /** One number, or one per credit grade. */
  points: z.union([points, z.strictObject({ C: points, D: points, E: points })]),
  valid,
  cap: points,
  source: z.enum(['auto', 'officer', 'auto+confirm', 'import']),
  derived: derived.optional(),
  basis,
});

const bonus = z.discriminatedUnion('kind', [
  /** So many days without a single fact `of` this code, for whom it has been looked at that long. */
  z.strictObject({ kind: z.literal('clean'), code, zh, points, cap: points, of: factCode, days, basis }),
  z.strictObject({ kind: z.literal('fact'), code, zh, points, cap: points, days, basis }),
]);

const score = z.number().min(0).max(100);

/** What decides about scores and colours. Semantic checks: ruleset.rules.ts. */
export const ruleSetBody = z.strictObject({
  start: score,
  floor: score,
  dimensions: z
    .array(z.strictObject({ code: dimensionCode, zh, cap: points, basis }))
    .min(1)
    .max(12),
  rules: z.array(rule).min(1).max(80),
  bonuses: z.strictObject({ cap: z.number().min(0).max(20), rules: z.array(bonus).max(12), basis }),
  vetoes: z.strictObject({
    days,
    /** The best colour that a veto leaves. */
    colour,
    kinds: z.array(z.strictObject({ code: factCode, zh, basis })).max(20),
    /** Of the days and the colour. */
    basis,
  }),
  /** `from` belongs to the band, `to` does not; the best one reaches to 100. */
  bands: z
    .array(z.strictObject({ colour, from: score, to: score, basis }))
    .min(2)
    .max(5),
  /** Codes of deductions that bar the best colour for as long as they are not put right. */
  bestBarredBy: z.array(z.strictObject({ code, basis })).max(20),
  dwell: z.strictObject({
    /** Days at a better band before the colour follows. */
    upDays: z.number().int().min(0).max(90),
    /** Colours that are left only after a check on site. */
    checkToLeave: z.array(colour).max(4),
    basis,
  }),
  /** After a verified restoration, deductions of these dimensions count this share for the rest of their life. */
  restoration: z.strictObject({
    dimensions: z.array(dimensionCode).max(12),
    factor: z.number().min(0.5).max(1),
    basis,
  }),
});
export type RuleSetBody = z.infer<typeof ruleSetBody>;

export const newRuleSet = z.strictObject({ clientUuid: uuid, name: text(60), note: text(500), body: ruleSetBody });

const summary = z.object({
  version: z.number(),
  name: z.string(),
  note: z.string(),
  state: z.enum(['draft', 'published', 'retired']),
  effectiveFrom: date.nullable(),
  createdAt: z.string(),
  createdBy: z.string().nullable(),
  publishedAt: z.string().nullable(),
  publishedBy: z.string().nullable(),
  /** The one that decides today. */
  inForce: z.boolean(),
});
export const ruleSetRows = pageOf(summary);
export const ruleSetAnswer = summary.extend({ body: ruleSetBody });
export const ruleSetParams = z.strictObject({ version: z.string().regex(/^[1-9]\d{0,8}$/) });
export const ruleSetSearch = z.strictObject({ ...page });
