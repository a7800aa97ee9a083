import { z } from 'zod';
import { date, id, page, pageOf, position, text, uuid } from '../../core/wire';
import { severity } from '../checklists';
import { shownPhoto } from '../inspection';

const findingState = z.enum(['open', 'submitted', 'closed']);
const extension = z.enum(['none', 'asked', 'granted', 'refused']);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Before or after the correction. */
const photo = z.strictObject({ sha256, when: z.enum(['before', 'after']) });
const photos = z.array(photo).max(12);

export const findingSearch = z.strictObject({
  ...page,
  state: findingState.optional(),
  severity: severity.optional(),
  /** asked: those whose officer waits for an answer. */
  extension: extension.optional(),
  enterpriseId: id.optional(),
});

export const containBody = z.strictObject({ clientUuid: uuid, note: text(500), photos });
export const correctBody = z.strictObject({
  clientUuid: uuid,
  note: text(500),
  photos,
  /** Yuan. */
  cost: z.number().min(0).max(1e9).optional(),
  responsible: text(60).optional(),
});
export const extensionBody = z.strictObject({ clientUuid: uuid, reason: text(500), to: date });
export const decisionBody = z.strictObject({ clientUuid: uuid, granted: z.boolean(), note: text(500) });
export const verifyBody = z.strictObject({
  clientUuid: uuid,
  passed: z.boolean(),
  note: text(500),
  /** The code on the door, scanned on the spot; required for major findings. */
  token: text(300).optional(),
  /** What the verifier saw. */
  photos: photos.optional(),
  position: position.optional(),
});

const row = z.object({
  id,
  severity,
  state: findingState,
  item: z.object({ code: z.string(), zh: z.string() }),
  point: z.object({ id, code: z.string(), name: z.string(), place: z.string(), type: z.string() }),
  enterprise: z.object({ id, name: z.string() }),
  officer: z.object({ id, name: z.string() }),
  openedAt: z.string(),
  dueAt: z.string(),
  overdue: z.boolean(),
  containDueAt: z.string().nullable(),
  containedAt: z.string().nullable(),
  submittedAt: z.string().nullable(),
  /** Handed in: until when somebody verifies it. */
  verifyBy: z.string().nullable(),
  closedAt: z.string().nullable(),
  occurrences: z.number(),
  /** The earlier finding of the same item, closed within 30 days before. */
  previousId: id.nullable(),
  extension: z.object({ state: extension, to: date.nullable() }),
});

export const findingRows = pageOf(row).extend({ at: z.string() });

export const findingAnswer = row.extend({
  reportId: id,
  lastReportId: id,
  /** Photos of the item in the report that opened it: how it looked before. */
  before: z.array(shownPhoto.extend({ takenAt: z.string() })),
  steps: z.array(
    z.object({
      kind: z.string(),
      by: z.string().nullable(),
      at: z.string(),
      note: z.string(),
      photos: z.array(shownPhoto.extend({ when: z.string() })),
      cost: z.number().nullable(),
      responsible: z.string().nullable(),
      /** Passed while so many photos were still being checked. */
      photosUnchecked: z.number(),
    }),
  ),
});
