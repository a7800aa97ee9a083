import { z } from 'zod';
import { id } from '../../core/wire';
import { itemSchema } from '../checklists';
import { limit } from './report.schema';

/** Everything that filling needs without signal: the officer's points, their limits and last values, the checklists. */
export const packAnswer = z.object({
  at: z.string(),
  points: z.array(
    z.object({
      id,
      code: z.string(),
      name: z.string(),
      place: z.string(),
      type: z.string(),
      typeName: z.string(),
      enterprise: z.object({ id, name: z.string() }),
      keyVersion: z.number(),
      lng: z.number().nullable(),
      lat: z.number().nullable(),
      fenceM: z.number(),
      checklistId: id,
      /** Codes of the items that apply here today, in order. */
      items: z.array(z.string()),
      /** Only items that have a limit. */
      limits: z.record(z.string(), limit),
      /** Answers of the latest report, by item code. */
      last: z.record(z.string(), z.unknown()),
      lastAt: z.string().nullable(),
    }),
  ),
  checklists: z.array(z.object({ id, version: z.number(), type: z.string(), items: z.array(itemSchema) })),
});
