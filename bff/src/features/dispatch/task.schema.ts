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
  point: z.object({
    id,
    code: z.string(),
    name: z.string(),
    place: z.string(),
    type: z.string(),
    typeName: z.string(),
  }),
  enterprise: z.object({ id, name: z.string() }),
  /** What came of the task before this one at the same point. */
  last: z.object({ date, state: taskState, abnormal: z.number().nullable() }).nullable(),
});

export const dayList = z.object({
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
});

export const weekList = z.object({
  days: z.array(
    z.object({
      date,
      points: z.array(
        z.object({ id, code: z.string(), name: z.string(), place: z.string(), type: z.string(), typeName: z.string() }),
      ),
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
