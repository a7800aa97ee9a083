import { z } from 'zod';
import { date, id, instant, page, pageOf, position, text, uuid } from '../../core/wire';
import { shownPhoto } from '../inspection';
import { factKey } from './code.schema';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const photos = z.array(sha256).max(12);
export const caseParams = z.strictObject({ id });

export const disputeBody = z.strictObject({ clientUuid: uuid, enterpriseId: id, factKey, reason: text(500), photos });
export const decisionBody = z.strictObject({
  upheld: z.boolean(),
  note: text(500),
  /** Upheld although photos did not pass their check. */
  despitePhotos: z.literal(true).optional(),
});
export const disputeSearch = z.strictObject({
  ...page,
  state: z.enum(['open', 'upheld', 'refused']).optional(),
  enterpriseId: id.optional(),
});
const enterprise = z.object({ id, name: z.string() });
const shownPhotos = z.array(shownPhoto);
export const disputeAnswer = z.object({
  id,
  enterprise,
  factKey: z.string(),
  code: z.string(),
  reason: z.string(),
  photos: shownPhotos,
  filedAt: z.string(),
  decideBy: date,
  state: z.enum(['open', 'upheld', 'refused']),
  /** Not decided in time. */
  overdue: z.boolean(),
  decidedAt: z.string().nullable(),
  note: z.string().nullable(),
});
export const disputeRows = pageOf(disputeAnswer);

export const repairBody = z.strictObject({
  clientUuid: uuid,
  enterpriseId: id,
  factKey,
  statement: text(500),
  photos,
});
export const checkBody = z.strictObject({
  clientUuid: uuid,
  passed: z.boolean(),
  note: text(500),
  /** The code on a door of the enterprise, scanned on the spot. */
  token: text(300),
  position: position.optional(),
});
export const repairSearch = z.strictObject({
  ...page,
  state: z.enum(['applied', 'verified', 'refused']).optional(),
  enterpriseId: id.optional(),
});
export const repairAnswer = z.object({
  id,
  enterprise,
  factKey: z.string(),
  code: z.string(),
  statement: z.string(),
  photos: shownPhotos,
  filedAt: z.string(),
  checkBy: date,
  state: z.enum(['applied', 'verified', 'refused']),
  overdue: z.boolean(),
  checkedAt: z.string().nullable(),
  note: z.string().nullable(),
});
export const repairRows = pageOf(repairAnswer);
export const siteCheckAnswer = z.object({ enterpriseId: id, passed: z.boolean(), checkedAt: z.string() });

export const factBody = z.strictObject({
  clientUuid: uuid,
  enterpriseId: id,
  code: z.string().regex(/^(?:[A-Z]\d{2}|[a-z][a-z_]{2,23})$/),
  occurredAt: instant,
  note: text(500),
});
/** Put right, as seen by an official. */
export const endBody = z.strictObject({ note: text(500) });
export const factAnswer = z.object({
  id,
  enterpriseId: id,
  code: z.string(),
  occurredAt: z.string(),
  endedAt: z.string().nullable(),
  note: z.string(),
  enteredAt: z.string(),
});
