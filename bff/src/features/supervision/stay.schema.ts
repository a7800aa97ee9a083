import { z } from 'zod';
import { date, id, page, pageOf, position, text, uuid } from '../../core/wire';
import { STATES } from './stay.rules';

const state = z.enum(STATES);
export const staySearch = z.strictObject({ ...page, state: state.optional(), enterpriseId: id.optional() });
export const stayParams = z.strictObject({ id });

export const newStay = z.strictObject({ clientUuid: uuid, enterpriseId: id, reason: text(300) });
export const decisionBody = z.strictObject({ clientUuid: uuid, note: text(500) });
export const checkBody = z.strictObject({
  clientUuid: uuid,
  passed: z.boolean(),
  note: text(500),
  /** The code of any door of the enterprise, scanned on the spot. */
  token: text(300),
  position: position.optional(),
});

const row = z.object({
  id,
  enterprise: z.object({ id, name: z.string(), region: z.string() }),
  state,
  reason: z.string(),
  proposedAt: z.string(),
  /** Null: the rule did. */
  proposedBy: z.string().nullable(),
  confirmedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** Who has the next step; null when it has ended. */
  owner: z.enum(['regulator', 'enforcement']).nullable(),
  dueOn: date.nullable(),
  overdue: z.boolean(),
  /** What ends it, in one sentence. */
  exit: z.string(),
});
export const stayRows = pageOf(row).extend({ at: z.string() });
export const stayAnswer = row.extend({
  at: z.string(),
  findings: z.array(z.object({ id, item: z.string(), severity: z.string(), dueAt: z.string(), state: z.string() })),
  /** When the enterprise was told, and when each of its officers read it. */
  told: z.array(z.object({ name: z.string(), at: z.string(), readAt: z.string().nullable() })),
  /** Officials only. */
  steps: z.array(
    z.object({
      kind: z.string(),
      by: z.string().nullable(),
      at: z.string(),
      note: z.string(),
      /** Of a check on site: what came of it, and at which point the door was scanned. */
      passed: z.boolean().nullable(),
      door: z.string().nullable(),
    }),
  ),
});
