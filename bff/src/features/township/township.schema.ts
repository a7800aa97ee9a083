import { z } from 'zod';
import { date, id, text } from '../../core/wire';

const region = z.object({ code: z.string(), name: z.string() });
const place = {
  /** Degrees, GCJ-02; the phone works out the distance by itself. */
  lng: z.number().nullable(),
  lat: z.number().nullable(),
};

export const prioritySearch = z.strictObject({
  /** Part of the name. */
  q: text(40).optional(),
});

const benefit = z.object({
  /** Expected benefit of a visit: the sum of the parts; 0 when there is nothing to help with. */
  score: z.number(),
  parts: z.array(z.object({ kind: z.string(), points: z.number(), text: z.string() })),
  /** One sentence. */
  reason: z.string(),
});

const code = z.object({
  score: z.number(),
  colour: z.enum(['green', 'blue', 'yellow', 'red', 'black']),
  since: z.string(),
  validUntil: z.string(),
});

/** On the positive list, and since when: to be left undisturbed. */
const undisturbed = { undisturbed: z.boolean(), undisturbedSince: z.string().nullable() };

export const priorityRows = z.object({
  at: z.string(),
  /** At most 500; `total` counts those that were left out too. */
  rows: z.array(
    z.object({
      enterprise: z.object({ id, name: z.string(), region, industry: z.string(), address: z.string(), ...place }),
      code: code.nullable(),
      ...undisturbed,
      benefit,
    }),
  ),
  total: z.number(),
});

const severity = z.enum(['minor', 'general', 'major']);
const point = z.object({ code: z.string(), name: z.string(), type: z.string() });

export const cardAnswer = z.object({
  at: z.string(),
  enterprise: z.object({
    id,
    name: z.string(),
    region,
    industry: z.string(),
    address: z.string(),
    ...place,
    categories: z.array(z.string()),
  }),
  /** Null until it has been evaluated. */
  code: code.nullable(),
  ...undisturbed,
  benefit,
  /** To be called: those with the most points first. */
  officers: z.array(z.object({ id, name: z.string(), mobile: z.string(), points: z.number() })),
  today: z.object({
    date,
    total: z.number(),
    done: z.number(),
    tasks: z.array(
      z.object({
        id,
        point,
        officer: z.string(),
        state: z.enum(['open', 'done', 'late', 'missed', 'excused']),
        dueAt: z.string(),
        reportId: id.nullable(),
        abnormal: z.number(),
      }),
    ),
  }),
  findings: z.array(
    z.object({
      id,
      severity,
      state: z.enum(['open', 'submitted']),
      item: z.string(),
      point,
      dueAt: z.string(),
      overdue: z.boolean(),
      submittedAt: z.string().nullable(),
    }),
  ),
  warnings: z.array(
    z.object({
      id,
      rule: z.object({ code: z.string(), name: z.string() }),
      level: z.enum(['major', 'normal']),
      state: z.enum(['open', 'acknowledged', 'snoozed']),
      reason: z.string(),
      ackBy: z.string(),
      easedAt: z.string().nullable(),
    }),
  ),
  /** The last three, planned ones included, from the newest on. */
  visits: z.array(
    z.object({
      id,
      state: z.enum(['planned', 'recorded', 'followed_up']),
      plannedOn: date,
      leftAt: z.string().nullable(),
      by: z.string(),
      /** What was agreed; `done` is null until somebody has looked. */
      agreed: z.array(z.object({ text: z.string(), by: date, done: z.boolean().nullable() })),
    }),
  ),
  /** Tasks decided in the 30 days before today. */
  completion: z.object({ due: z.number(), done: z.number(), percent: z.number().nullable() }),
  /** The same days one by one, from the oldest on; days without tasks have zeros. */
  history: z.array(
    z.object({
      date,
      due: z.number(),
      done: z.number(),
      late: z.number(),
      missed: z.number(),
      abnormal: z.number(),
    }),
  ),
});

export const statisticsSearch = z.strictObject({
  /** A region of one's own; without it, one's own whole. */
  region: z
    .string()
    .regex(/^\d{4}(\d{2}(\d{3})?)?$/)
    .optional(),
});

const rate = z.object({ due: z.number(), done: z.number(), percent: z.number().nullable() });

export const statisticsAnswer = z.object({
  at: z.string(),
  region: region.extend({ level: z.string() }),
  /** Today's list as it stands: what is done of all that is to be done. */
  today: rate,
  /** Tasks decided in the 7 and 30 days before today. */
  week: rate,
  month: rate,
  /** Opened and closed: in the last 30 days. */
  findings: z.object({
    open: z.number(),
    submitted: z.number(),
    overdue: z.number(),
    opened: z.number(),
    closed: z.number(),
  }),
  warnings: z.object({
    open: z.number(),
    major: z.number(),
    late: z.number(),
    opened: z.number(),
    closed: z.number(),
  }),
  /** Planned and still to come; made in the last 30 days, and to how many enterprises. */
  visits: z.object({ planned: z.number(), made: z.number(), enterprises: z.number() }),
  /** By the completion of the last 7 days; null for more than a township, or without tasks. */
  ranking: z
    .object({
      place: z.number(),
      of: z.number(),
      rates: z.array(z.object({ percent: z.number(), own: z.boolean() })),
    })
    .nullable(),
  /** The last 14 days before today, from the oldest on. */
  days: z.array(z.object({ date, due: z.number(), done: z.number(), missed: z.number() })),
});
