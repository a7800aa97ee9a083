import type { Actor } from '../../core/actor';
import { addDays, businessDate, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { dispatchProblems } from './dispatch.problems';
import { dueWindow } from './due.rules';
import { insertExtra, insertTask, lockPoint, nextRound } from './extra.store';

/** Extra inspections of one point on one day, at most. */
const MAX_ROUND = 9;
const MAX_DAYS_AHEAD = 30;

export interface ExtraOrder {
  clientUuid: string;
  pointId: number;
  date: BusinessDate;
  reason: string;
}

export interface OrderedExtra {
  id: number;
  pointId: number;
  date: BusinessDate;
  round: number;
  taskId: number | null;
}

/**
 * Orders an inspection outside the plan, for today or up to 30 days ahead. Today's becomes a task at once, a later one
 * that morning. Throws DISPATCH.* and, out of scope, WIRE.NOT_FOUND.
 */
export async function orderExtra(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  order: ExtraOrder,
  now: Date,
): Promise<OrderedExtra> {
  const today = businessDate(now);
  const point = await lockPoint(tx, actor.scope, order.pointId);
  if (point === undefined) throw wire.NOT_FOUND();
  if (order.date < today || order.date > addDays(today, MAX_DAYS_AHEAD)) throw dispatchProblems.EXTRA_DATE();
  if (!point.active) throw dispatchProblems.POINT_INACTIVE();
  const round = await nextRound(tx, point.id, order.date);
  if (round > MAX_ROUND) throw dispatchProblems.EXTRA_TOO_MANY();
  const id = await insertExtra(tx, { ...order, round, orderedBy: actor.personId }, now);
  const taskId =
    order.date === today
      ? await insertTask(tx, {
          pointId: point.id,
          date: today,
          round,
          origin: 'ordered',
          officerId: null,
          ...dueWindow(today),
        })
      : null;
  await events.append(tx, [
    {
      type: 'inspection.ordered',
      enterpriseId: point.enterprise_id,
      subject: { type: 'point', id: point.id },
      actorId: actor.personId,
      payload: { extraId: id, date: order.date, round, reason: order.reason, taskId },
    },
  ]);
  return { id, pointId: point.id, date: order.date, round, taskId };
}

/**
 * A task that an officer starts himself at a point where none is due. `scope` keeps it inside his enterprise. Throws
 * DISPATCH.EXTRA_TOO_MANY and DISPATCH.POINT_INACTIVE.
 */
export async function createOwnExtra(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  pointId: number,
  date: BusinessDate,
): Promise<number> {
  const point = await lockPoint(tx, actor.scope, pointId);
  if (point === undefined) throw wire.NOT_FOUND();
  if (!point.active) throw dispatchProblems.POINT_INACTIVE();
  const round = await nextRound(tx, pointId, date);
  if (round > MAX_ROUND) throw dispatchProblems.EXTRA_TOO_MANY();
  const taskId = await insertTask(tx, {
    pointId,
    date,
    round,
    origin: 'own',
    officerId: actor.personId,
    ...dueWindow(date),
  });
  await events.append(tx, [
    {
      type: 'inspection.started',
      enterpriseId: point.enterprise_id,
      subject: { type: 'task', id: taskId },
      actorId: actor.personId,
      payload: { pointId, date, round },
    },
  ]);
  return taskId;
}
