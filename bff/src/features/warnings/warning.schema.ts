import { z } from 'zod';
import { id, instant, page, text, uuid } from '../../core/wire';
import { LEVELS, OUTCOMES, STATES, TIERS } from './warning.rules';

const level = z.enum(LEVELS);
const state = z.enum(STATES);
const tier = z.enum(TIERS);

const warning = z.object({
  id,
  rule: z.object({ code: z.string(), version: z.number(), name: z.string() }),
  level,
  state,
  subject: z.object({ type: z.enum(['enterprise', 'region', 'person']), id: z.string(), name: z.string() }),
  enterprise: z.object({ id, name: z.string() }).nullable(),
  region: z.object({ code: z.string(), name: z.string() }),
  /** One sentence. */
  reason: z.string(),
  /** How many rows are behind it. */
  count: z.number(),
  tier,
  ackBy: z.string(),
  /** Not acknowledged in time. */
  overdue: z.boolean(),
  /** Taken on: until when it is brought to an end before it climbs. */
  handleBy: z.string().nullable(),
  openedAt: z.string(),
  lastSeenAt: z.string(),
  repeats: z.number(),
  /** Since when its condition does not hold any more. */
  easedAt: z.string().nullable(),
  acknowledged: z.object({ at: z.string(), by: z.string() }).nullable(),
  snoozed: z.object({ until: z.string(), reason: z.string() }).nullable(),
  closed: z.object({ at: z.string(), by: z.string(), outcome: z.enum(OUTCOMES), note: z.string() }).nullable(),
});

export const warningAnswer = warning.extend({
  evidence: z.array(z.object({ type: z.string(), id, text: z.string() })),
  steps: z.array(
    z.object({
      kind: z.string(),
      by: z.string().nullable(),
      at: z.string(),
      note: z.string(),
      detail: z.string(),
    }),
  ),
});

export const warningRows = z.object({ at: z.string(), rows: z.array(warning), next: z.string().nullable() });

export const warningSearch = z.strictObject({
  ...page,
  /** Without it: all that are not closed. */
  state: state.optional(),
  level: level.optional(),
  tier: tier.optional(),
  enterpriseId: id.optional(),
});

export const acknowledgeBody = z.strictObject({ clientUuid: uuid, note: text(500).optional() });
export const snoozeBody = z.strictObject({ clientUuid: uuid, until: instant, reason: text(500) });
export const closeBody = z.strictObject({ clientUuid: uuid, outcome: z.enum(OUTCOMES), note: text(500) });
