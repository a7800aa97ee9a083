import { z } from 'zod';
import { date, id, instant, page, pageOf, position, text, uuid } from '../../core/wire';
import { answerSchema, itemSchema, severity } from '../checklists';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A phone sends about 250 KB; this is what a careless one may. */
export const MAX_PHOTO_BYTES = 5 * 1024 * 1024;
const photoBytes = z.number().int().min(100).max(MAX_PHOTO_BYTES);
const contentType = z.enum(['image/jpeg', 'image/png', 'image/webp']);
const itemCode = z.string().regex(/^[A-Z]{1,3}\d{2}$/);

export const scanBody = z.strictObject({ token: text(300), position: position.optional() });
export const extraBody = z.strictObject({ token: text(300), position: position.optional() });

export const limit = z.object({
  min: z.number().nullable(),
  max: z.number().nullable(),
  basis: z.string(),
  basisTag: z.string(),
});

export const scanAnswer = z.object({
  task: z.object({ id, date, state: z.string(), dueAt: z.string(), graceUntil: z.string() }),
  point: z.object({
    id,
    code: z.string(),
    name: z.string(),
    place: z.string(),
    type: z.string(),
    enterprise: z.string(),
    keyVersion: z.number(),
    lng: z.number().nullable(),
    lat: z.number().nullable(),
    fenceM: z.number(),
  }),
  checklist: z.object({
    id,
    version: z.number(),
    items: z.array(itemSchema.extend({ limit: limit.nullable(), last: z.unknown().optional() })),
    /** When the last values were reported. */
    lastAt: z.string().nullable(),
  }),
  /** Goes into the report as proof that this person scanned this door now. */
  scanTicket: z.string(),
});

export const newReport = z.strictObject({
  clientUuid: uuid,
  taskId: id,
  checklistId: id,
  answers: z.array(answerSchema).min(1).max(60),
  photos: z.array(z.strictObject({ itemCode, sha256, bytes: photoBytes, contentType, takenAt: instant })).max(60),
  scan: z.strictObject({
    ticket: z.string().max(1000).optional(),
    token: z.string().max(300).optional(),
    scannedAt: instant.optional(),
  }),
  position: position.optional(),
  startedAt: instant,
  filledAt: instant,
  /** The phone's clock at sending: shows how far it is off. */
  sentAt: instant,
});
export type NewReport = z.infer<typeof newReport>;

const photoState = z.enum(['waiting', 'verified', 'missing', 'broken']);

/** A photo as those see it who decide: what the check says of it, and a link for some minutes once it is in order. */
export const shownPhoto = z.object({
  sha256,
  state: photoState,
  reason: z.string().nullable(),
  url: z.string().nullable(),
});

export const receipt = z.object({
  /** stored: this one; repeated: it was here already; already_closed: another phone had reported this task before. */
  outcome: z.enum(['stored', 'repeated', 'already_closed']),
  reportId: id,
  clientUuid: uuid,
  taskId: id,
  taskState: z.enum(['open', 'done', 'late', 'missed', 'excused']),
  reportedBy: z.string(),
  receivedAt: z.string(),
  filledAt: z.string(),
  /** The filling time as far as the phone's clock is believed; decides between done, late and missed. */
  believedAt: z.string(),
  abnormal: z.array(z.object({ code: z.string(), item: z.string(), severity, reason: z.string() })),
  photos: z.array(z.object({ itemCode: z.string(), sha256, state: photoState })),
});

export const reportSearch = z.strictObject({ ...page, enterpriseId: id.optional(), pointId: id.optional() });

/** What a report is about, in lists as in full. */
const about = {
  id,
  taskId: id,
  date,
  point: z.object({ id, code: z.string(), name: z.string(), type: z.string() }),
  enterprise: z.object({ id, name: z.string() }),
  officer: z.string(),
  believedAt: z.string(),
};

export const reportRows = pageOf(
  z.object({
    ...about,
    abnormalCount: z.number(),
    worstSeverity: severity.nullable(),
    trustScore: z.number(),
  }),
);

const reason = z.object({ code: z.string(), points: z.number(), text: z.string() });

export const reportAnswer = z.object({
  ...about,
  startedAt: z.string(),
  filledAt: z.string(),
  receivedAt: z.string(),
  trust: z.object({ score: z.number(), reasons: z.array(reason) }),
  checklist: z.object({ id, version: z.number() }),
  /** Each answer beside the item as it read when the report was filled in. */
  answers: z.array(z.object({ item: itemSchema, answer: z.unknown() })),
  photos: z.array(
    z.object({
      itemCode: z.string(),
      sha256,
      state: photoState,
      reason: z.string().nullable(),
      takenAt: z.string(),
      url: z.string().nullable(),
    }),
  ),
});

export const ticketsBody = z.strictObject({
  /** Of an officer with several enterprises: the one whose point is photographed. */
  enterpriseId: id.optional(),
  photos: z
    .array(z.strictObject({ sha256, bytes: photoBytes, contentType }))
    .min(1)
    .max(20),
});

export const ticketsAnswer = z.object({
  tickets: z.array(
    z.object({
      sha256,
      /** The object is there already: nothing to send. */
      alreadyStored: z.boolean(),
      url: z.string().nullable(),
      fields: z.record(z.string(), z.string()).nullable(),
      expiresAt: z.string().nullable(),
    }),
  ),
});

export const wantedAnswer = z.object({
  rows: z.array(
    z.object({
      reportId: id,
      itemCode: z.string(),
      sha256,
      state: z.enum(['missing', 'broken']),
      reason: z.string().nullable(),
      pointName: z.string(),
    }),
  ),
});

export const againBody = z.strictObject({ reportId: id });
export const reviewSearch = z.strictObject({
  ...page,
  below: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .optional(),
});
export const qrAnswer = z.object({ pointId: id, url: z.string(), keyVersion: z.number(), svg: z.string() });
