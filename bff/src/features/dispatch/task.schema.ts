import { z } from 'zod';
import { date, id, page, pageOf, text, uuid } from '../../core/wire';

const taskState = z.enum(['open', 'done', 'late', 'missed', 'excused']);

const taskRow = z.object({
  id,
  date,
  round: z.number(),
  state: taskState,
  origin: z.enum(['plan', 'ordered', 'own']),
  why: z.string(),
  dueAt: z.string(),
  graceUntil: z.string(),
  closedAt: z.string().nullable(),
  reportId: id.nullable(),
  point: z.object({
    id,
    code: z.string(),
    name: z.string(),
    place: z.string(),
    type: z.string(),
    typeName: z.string(),
    lng: z.number().nullable(),
    lat: z.number().nullable(),
    fenceM: z.number(),
  }),
  enterprise: z.object({ id, name: z.string() }),
  /** What came of the task before this one at the same point. */
  last: z.object({ date, state: taskState, abnormal: z.number().nullable() }).nullable(),
});

export const dayList = z.object({
  /** The server's clock: a phone that goes wrong takes its time from here. */
  at: z.string(),
  date,
  /** Counts over the list; progress is (done + late + excused) of total. */
  counts: z.object({
    total: z.number(),
    open: z.number(),
    done: z.number(),
    late: z.number(),
    missed: z.number(),
    excused: z.number(),
  }),
  tasks: z.array(taskRow),
  /** Of the days before, still open and in grace; only in the list of today. */
  overdue: z.array(taskRow),
});

export const weekList = z.object({
  at: z.string(),
  days: z.array(
    z.object({
      date,
      points: z.array(
        z.object({ id, code: z.string(), name: z.string(), place: z.string(), type: z.string(), typeName: z.string() }),
      ),
    }),
  ),
});

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
export const monthQuery = z.strictObject({ month: z.string().regex(MONTH) });

export const monthList = z.object({
  month: z.string(),
  rows: z.array(
    z.object({
      id,
      date,
      state: taskState,
      round: z.number(),
      origin: z.enum(['plan', 'ordered', 'own']),
      closedAt: z.string().nullable(),
      reportId: id.nullable(),
      abnormal: z.number().nullable(),
      /** Who reported; a deputy, now and then. */
      officer: z.string().nullable(),
      point: z.object({ id, code: z.string(), name: z.string(), type: z.string() }),
      enterprise: z.object({ id, name: z.string() }),
    }),
  ),
});

export const dayQuery = z.strictObject({ date: date.optional() });

export const searchQuery = z.strictObject({
  ...page,
  from: date.optional(),
  to: date.optional(),
  state: taskState.optional(),
  enterpriseId: id.optional(),
});

export const searchAnswer = pageOf(
  z.object({
    id,
    date,
    state: taskState,
    origin: z.enum(['plan', 'ordered', 'own']),
    closedAt: z.string().nullable(),
    reportId: id.nullable(),
    officer: z.object({ id, name: z.string() }),
    point: z.object({ id, code: z.string(), name: z.string(), type: z.string() }),
    enterprise: z.object({ id, name: z.string(), region: z.string() }),
  }),
);

export const extraOrder = z.strictObject({ clientUuid: uuid, pointId: id, date, reason: text(200) });

export const extraAnswer = z.object({
  id,
  pointId: id,
  date,
  round: z.number(),
  /** The task, when the date is today; a later date gets its task that morning. */
  taskId: id.nullable(),
});
