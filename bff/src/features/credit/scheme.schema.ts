import { z } from 'zod';
import { id, text, uuid } from '../../core/wire';

export const GRADES = ['A', 'B', 'C', 'D', 'E'] as const;
export type Grade = (typeof GRADES)[number];
const COMPONENTS = ['score', 'colour', 'completion', 'overdue'] as const;
export type ComponentCode = (typeof COMPONENTS)[number];

const points = z.number().min(0).max(100);
/** Weights are shares: what two binary fractions may miss of one. */
const EPSILON = 1e-6;

/**
 * How a half-year becomes a grade. `basis` says where the values come from: ours, or a published rule; it is shown to
 * regulators as long as it is ours.
 */
export const schemeBody = z
  .strictObject({
    basis: z.enum(['ours', 'published']),
    components: z
      .array(z.strictObject({ code: z.enum(COMPONENTS), weight: z.number().positive().max(1) }))
      .min(1)
      .max(COMPONENTS.length),
    /** Points of the component `colour`, by the worst colour of the period. */
    colourPoints: z.strictObject({ green: points, blue: points, yellow: points, red: points, black: points }),
    /** Points that each overdue finding takes from the component `overdue`. */
    overdueCosts: z.number().positive().max(100),
    /** Days with a health code that it takes to be evaluated at all. */
    atLeastDays: z.number().int().min(1).max(181),
    /** Least score of each grade, from A down to E at 0. */
    bands: z.array(z.tuple([z.enum(GRADES), points])).length(GRADES.length),
  })
  .superRefine(({ components, bands }, context) => {
    const fault = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const sum = components.reduce((total, { weight }) => total + weight, 0);
    if (Math.abs(sum - 1) > EPSILON) fault(['components'], 'weights do not add up to 1');
    components.forEach(({ code }, index) => {
      if (components.findIndex((each) => each.code === code) < index) fault(['components', index, 'code'], 'double');
    });
    bands.forEach(([grade, least], index) => {
      if (grade !== GRADES[index]) fault(['bands', index, 0], 'out of order');
      const above = bands[index - 1];
      if (above !== undefined && least >= above[1]) fault(['bands', index, 1], 'not below the band above');
    });
    if (bands.at(-1)?.[1] !== 0) fault(['bands', bands.length - 1, 1], 'leaves a gap');
  });
export type SchemeBody = z.infer<typeof schemeBody>;

export const newScheme = z.strictObject({ clientUuid: uuid, name: text(60), body: schemeBody });
export const publishScheme = z.strictObject({ reason: text(500) });
export const schemeParams = z.strictObject({ version: id });

export const schemeAnswer = z.object({
  version: z.number(),
  name: z.string(),
  state: z.enum(['draft', 'published']),
  body: schemeBody,
  createdAt: z.string(),
  publishedAt: z.string().nullable(),
  reason: z.string().nullable(),
});
export const schemeRows = z.object({ rows: z.array(schemeAnswer) });
