import type { Actor } from '../../core/actor';
import { addDays, businessDate, daysBetween, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import {
  cancelLeave,
  decide,
  deputises,
  deputyFits,
  excuseTasks,
  findSuspension,
  handBack,
  handOver,
  insertLeave,
  insertSuspension,
  leaveOf,
  leaveOverlaps,
  lockPeople,
  overlaps,
  withdraw,
  type LeaveRow,
  type SuspensionRow,
} from './absence.store';
import { directoryProblems } from './directory.problems';

const MAX_LEAVE_DAYS = 60;
/** A shutdown may be reported so many days after it began. */
const MAX_DAYS_BACK = 3;
const MAX_SUSPENSION_DAYS = 180;

/** The officer's own leave: the deputy gets his tasks of these days, those that are open already at once. */
export async function takeLeave(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: { clientUuid: string; deputyId: number; from: BusinessDate; to: BusinessDate },
  now: Date,
): Promise<{ leave: LeaveRow; reassigned: number }> {
  const length = daysBetween(given.from, given.to) + 1;
  if (given.from < businessDate(now) || length < 1 || length > MAX_LEAVE_DAYS) throw directoryProblems.LEAVE_DATES();
  const self = given.deputyId === actor.personId;
  if (self || !(await deputyFits(tx, actor.personId, given.deputyId))) throw directoryProblems.OFFICER_UNFIT();
  const { from, to } = given;
  await lockPeople(tx, [actor.personId, given.deputyId]);
  if (await leaveOverlaps(tx, actor.personId, from, to)) throw directoryProblems.LEAVE_OVERLAP();
  // Nobody stands in for somebody while he is away himself, and not for each other.
  if (await leaveOverlaps(tx, given.deputyId, from, to)) throw directoryProblems.DEPUTY_AWAY();
  if (await deputises(tx, actor.personId, from, to)) throw directoryProblems.DEPUTISES();
  const id = await insertLeave(tx, { ...given, personId: actor.personId }, now);
  const reassigned = await handOver(tx, actor.personId, given.deputyId, given.from, given.to);
  await events.append(tx, [
    {
      type: 'leave.taken',
      subject: { type: 'leave', id },
      actorId: actor.personId,
      payload: { deputyId: given.deputyId, from: given.from, to: given.to, reassigned },
    },
  ]);
  return { leave: (await leaveOf(tx, id)) as LeaveRow, reassigned };
}

/** Ends a leave early: what is still open comes back. Doing it twice changes nothing. */
export async function endLeave(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  leaveId: number,
  now: Date,
): Promise<{ leave: LeaveRow; reassigned: number }> {
  const leave = await leaveOf(tx, leaveId);
  if (leave === undefined || leave.person_id !== actor.personId) throw wire.NOT_FOUND();
  if (leave.cancelled_at === null && leave.to_date < businessDate(now)) throw directoryProblems.LEAVE_OVER();
  if (!(await cancelLeave(tx, leaveId, now))) return { leave, reassigned: 0 };
  const today = businessDate(now);
  const first = leave.from_date > today ? leave.from_date : today;
  const reassigned = await handBack(tx, leave.deputy_id, leave.person_id, first, leave.to_date);
  await events.append(tx, [
    {
      type: 'leave.cancelled',
      subject: { type: 'leave', id: leaveId },
      actorId: actor.personId,
      payload: { reassigned },
    },
  ]);
  return { leave: { ...leave, cancelled_at: now }, reassigned };
}

/** Files that the enterprise is not producing; the township decides. Throws DIRECTORY.SUSPENSION_*. */
export async function fileSuspension(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: { clientUuid: string; enterpriseId: number; from: BusinessDate; to: BusinessDate; reason: string },
  now: Date,
): Promise<SuspensionRow> {
  if (!actor.scope.enterpriseIds.includes(given.enterpriseId)) throw wire.NOT_FOUND();
  const length = daysBetween(given.from, given.to) + 1;
  const tooEarly = given.from < addDays(businessDate(now), -MAX_DAYS_BACK);
  if (tooEarly || length < 1 || length > MAX_SUSPENSION_DAYS) throw directoryProblems.SUSPENSION_DATES();
  if (await overlaps(tx, given.enterpriseId, given.from, given.to)) throw directoryProblems.SUSPENSION_OVERLAP();
  const id = await insertSuspension(tx, { ...given, filedBy: actor.personId }, now);
  const filed = await known(tx, actor, id);
  await append(tx, events, 'suspension.filed', filed, actor, {});
  return filed;
}

/** Approves or rejects what is pending. Approval excuses the tasks of these days, also those missed by then. */
export async function decideSuspension(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  suspensionId: number,
  verdict: 'approved' | 'rejected',
  note: string,
  now: Date,
): Promise<{ suspension: SuspensionRow; excused: number }> {
  const suspension = await known(tx, actor, suspensionId);
  if (!(await decide(tx, suspensionId, verdict, actor.personId, note, now)))
    throw directoryProblems.SUSPENSION_DECIDED();
  const excused =
    verdict === 'approved'
      ? await excuseTasks(tx, suspension.enterprise_id, suspension.from_date, suspension.to_date, now)
      : 0;
  await append(tx, events, `suspension.${verdict}`, suspension, actor, { excused });
  return { suspension: await known(tx, actor, suspensionId), excused };
}

/** Takes a report of shutdown back; tasks that were excused stay so, coming days are dispatched again. */
export async function withdrawSuspension(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  suspensionId: number,
  note: string,
): Promise<SuspensionRow> {
  const suspension = await known(tx, actor, suspensionId);
  if (!(await withdraw(tx, suspensionId))) throw directoryProblems.SUSPENSION_DECIDED();
  await append(tx, events, 'suspension.withdrawn', suspension, actor, { note });
  return known(tx, actor, suspensionId);
}

async function known(tx: Tx, actor: Actor, suspensionId: number): Promise<SuspensionRow> {
  const suspension = await findSuspension(tx, actor.scope, suspensionId);
  if (suspension === undefined) throw wire.NOT_FOUND();
  return suspension;
}

function append(tx: Tx, events: EventLog, type: string, suspension: SuspensionRow, actor: Actor, payload: object) {
  return events.append(tx, [
    {
      type,
      enterpriseId: suspension.enterprise_id,
      subject: { type: 'suspension', id: suspension.id },
      actorId: actor.personId,
      payload: { from: suspension.from_date, to: suspension.to_date, ...payload },
    },
  ]);
}
