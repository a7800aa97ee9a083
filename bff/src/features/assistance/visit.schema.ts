import { z } from 'zod';
import { date, id, instant, page, pageOf, position, text, uuid } from '../../core/wire';
import { shownPhoto } from '../inspection';
import { STATES } from './visit.rules';

const state = z.enum(STATES);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const visitSearch = z.strictObject({
  ...page,
  state: state.optional(),
  enterpriseId: id.optional(),
  /** Only those that I see to. */
  mine: z.literal('1').optional(),
  /** Those that answer this warning. */
  warningId: id.optional(),
});
export const visitParams = z.strictObject({ id });

const plan = {
  clientUuid: uuid,
  enterpriseId: id,
  /** The warning that it answers. */
  warningId: id.optional(),
  purpose: text(500),
  /** Needed for an enterprise on the positive list. */
  overrideReason: text(500).optional(),
};
export const newVisit = z.strictObject({ ...plan, plannedOn: date });

const record = {
  /** The code of any door of the enterprise, scanned on the spot. */
  token: text(300),
  position: position.optional(),
  arrivedAt: instant,
  leftAt: instant,
  /** What the phone's clock shows now: a record may have waited for a signal. */
  sentAt: instant,
  photos: z.array(sha256).max(12),
  taught: text(1000).optional(),
  lacks: text(1000).optional(),
  /** For officials only. */
  internalNote: text(1000).optional(),
  agreed: z.array(z.strictObject({ text: text(200), by: date })).max(10),
};
export const recordBody = z.strictObject({ clientUuid: uuid, ...record });
/** A visit that nobody had planned. */
export const unplannedBody = z.strictObject({ ...plan, ...record });

export const followUpBody = z.strictObject({
  clientUuid: uuid,
  note: text(500),
  /** One for each that was agreed, in its order. */
  agreed: z.array(z.strictObject({ done: z.boolean(), note: text(200).optional() })).max(10),
});
export const cancelBody = z.strictObject({ clientUuid: uuid, reason: text(500) });

const measured = z.object({ due: z.number(), done: z.number(), findings: z.number() });
const row = z.object({
  id,
  enterprise: z.object({ id, name: z.string() }),
  state,
  owner: z.object({ id, name: z.string() }),
  plannedOn: date,
  purpose: z.string(),
  warningId: id.nullable(),
  /** When the next step is due. */
  dueOn: date.nullable(),
  overdue: z.boolean(),
  leftAt: z.string().nullable(),
  taught: z.string().nullable(),
  lacks: z.string().nullable(),
  agreed: z.array(z.object({ text: z.string(), by: date, done: z.boolean().nullable(), note: z.string().nullable() })),
});
export const visitRows = pageOf(row).extend({ at: z.string() });
export const visitAnswer = row.extend({
  /** Officials only: null for the enterprise. */
  overrideReason: z.string().nullable(),
  internalNote: z.string().nullable(),
  point: z.object({ id, code: z.string(), name: z.string() }).nullable(),
  arrivedAt: z.string().nullable(),
  photos: z.array(shownPhoto),
  /** What came of it: the 30 days before and after; `days` of the latter have passed. */
  result: z.object({ days: z.number(), before: measured, after: measured }).nullable(),
  steps: z.array(z.object({ kind: z.string(), by: z.string(), at: z.string(), note: z.string() })),
});
