import type { KeyObject } from 'node:crypto';
import type { Actor } from '../../core/actor';
import { addDays, businessDate, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import type { ObjectStore } from '../../gateways/object-store';
import { findEnterprise } from '../directory';
import { positiveSince } from '../healthcode';
import { missingPhotos, notePhotos, readQr } from '../inspection';
import { undisturbed, visitProblems } from './visit.problems';
import {
  agreedFits,
  believedStay,
  followUpBy,
  illegal,
  PLAN_GRACE_DAYS,
  planFits,
  type Agreed,
  type VisitAction,
} from './visit.rules';
import {
  agreedOf,
  changeVisit,
  doorOf,
  findVisit,
  insertAgreed,
  insertStep,
  insertVisit,
  judgeAgreed,
  warningFits,
  type Visit,
} from './visit.store';

export interface VisitParts {
  events: EventLog;
  qrKeys: ReadonlyMap<string, KeyObject>;
}

interface Call {
  tx: Tx;
  actor: Actor;
  now: Date;
}

export interface Plan {
  clientUuid: string;
  enterpriseId: number;
  warningId: number | null;
  plannedOn: BusinessDate;
  purpose: string;
  overrideReason: string | null;
}

export interface VisitRecord {
  token: string;
  position: object | undefined;
  arrivedAt: Date;
  leftAt: Date;
  sentAt: Date;
  photos: readonly string[];
  taught: string | null;
  lacks: string | null;
  internalNote: string | null;
  agreed: readonly Agreed[];
}

/** Throws ASSIST.PHOTO_NOT_STORED for photos that the object store has not got. Asked outside any transaction. */
export async function requireStored(
  read: Tx,
  store: ObjectStore,
  enterpriseId: number,
  photos: readonly string[],
): Promise<void> {
  const missing = await missingPhotos(read, store, enterpriseId, photos);
  if (missing.length > 0) throw visitProblems.PHOTO_NOT_STORED({ photos: missing });
}

/**
 * Plans a visit. An enterprise on the positive list is left undisturbed, unless a reason is given, which is kept.
 * Throws ASSIST.*, WIRE.NOT_FOUND.
 */
export async function planVisit(call: Call, { events }: VisitParts, plan: Plan): Promise<Visit> {
  const { tx, actor, now } = call;
  const { enterpriseId } = plan;
  if ((await findEnterprise(tx, actor.scope, enterpriseId)) === undefined) throw wire.NOT_FOUND();
  if (!planFits(plan.plannedOn, businessDate(now))) throw visitProblems.DATE();
  if (plan.warningId !== null && !(await warningFits(tx, plan.warningId, enterpriseId))) throw visitProblems.WARNING();
  const since = await positiveSince(tx, enterpriseId);
  if (since !== null && plan.overrideReason === null) {
    throw undisturbed(since);
  }
  const row = {
    ...plan,
    overrideReason: since === null ? null : plan.overrideReason,
    ownerId: actor.personId,
    dueOn: addDays(plan.plannedOn, PLAN_GRACE_DAYS),
  };
  const id = await insertVisit(tx, row, now);
  await insertStep(tx, {
    visitId: id,
    clientUuid: plan.clientUuid,
    kind: 'plan',
    actorId: actor.personId,
    at: now,
    note: plan.purpose,
  });
  await events.append(tx, [
    {
      type: 'visit.planned',
      enterpriseId,
      subject: { type: 'visit', id },
      actorId: actor.personId,
      payload: {
        visitId: id,
        plannedOn: plan.plannedOn,
        warningId: plan.warningId,
        overrideReason: row.overrideReason,
      },
    },
  ]);
  return found(await findVisit(tx, actor.scope, id));
}

/** What was seen, taught and agreed on the spot, proved by the code of a door. It may have waited for a signal. */
export async function recordVisit(
  call: Call,
  parts: VisitParts,
  id: number,
  clientUuid: string,
  record: VisitRecord,
): Promise<Visit> {
  const { tx, now } = call;
  return perform(call, parts, { id, clientUuid, action: 'record', note: '' }, async (visit) => {
    const code = readQr(parts.qrKeys, record.token);
    const pointId = code === undefined ? undefined : await doorOf(tx, visit.enterpriseId, code);
    if (pointId === undefined) throw visitProblems.WRONG_DOOR();
    const stay = believedStay(record, now);
    if (stay === undefined) throw visitProblems.TIMES();
    const visited = businessDate(stay.leftAt);
    if (!agreedFits(record.agreed, visited)) throw visitProblems.STEP_DATES();
    await insertAgreed(tx, id, record.agreed);
    const shows = { type: 'visit' as const, id, enterpriseId: visit.enterpriseId, personId: call.actor.personId };
    await notePhotos(tx, shows, record.photos, now);
    return {
      state: 'recorded',
      due_on: followUpBy(record.agreed, visited),
      point_id: pointId,
      position: record.position === undefined ? null : JSON.stringify(record.position),
      arrived_at: stay.arrivedAt,
      left_at: stay.leftAt,
      photos: JSON.stringify(record.photos),
      taught: record.taught,
      lacks: record.lacks,
      internal_note: record.internalNote,
      recorded_at: now,
    };
  });
}

/** A visit that nobody had planned: planned and recorded at once. */
export async function recordUnplanned(call: Call, parts: VisitParts, plan: Plan, record: VisitRecord): Promise<Visit> {
  const visit = await planVisit(call, parts, plan);
  // The client has one number for both; the second is made from it.
  return recordVisit(call, parts, visit.id, secondUuid(plan.clientUuid), record);
}

/** The same uuid with its last digit moved on: one sending, two steps. */
function secondUuid(uuid: string): string {
  return uuid.slice(0, -1) + ((parseInt(uuid.slice(-1), 16) + 1) % 16).toString(16);
}

/** Somebody has looked again: what was agreed came about or did not. Ends the visit. */
export function followUp(
  call: Call,
  parts: VisitParts,
  given: {
    id: number;
    clientUuid: string;
    note: string;
    agreed: readonly { done: boolean; note?: string | undefined }[];
  },
): Promise<Visit> {
  const { id, clientUuid, note, agreed: verdicts } = given;
  return perform(call, parts, { id, clientUuid, action: 'follow-up', note }, async () => {
    if ((await agreed(call.tx, id)).length !== verdicts.length) throw visitProblems.EVERY_STEP();
    await judgeAgreed(call.tx, id, verdicts);
    return { state: 'followed_up', due_on: null, closed_at: call.now };
  });
}

/** A planned visit does not take place. */
export function cancelVisit(
  call: Call,
  parts: VisitParts,
  given: { id: number; clientUuid: string; reason: string },
): Promise<Visit> {
  const { id, clientUuid, reason } = given;
  return perform(call, parts, { id, clientUuid, action: 'cancel', note: reason }, () =>
    Promise.resolve({ state: 'cancelled', due_on: null, closed_at: call.now }),
  );
}

const EVENTS: Readonly<Record<VisitAction, string>> = {
  record: 'visit.recorded',
  'follow-up': 'visit.followed_up',
  cancel: 'visit.cancelled',
};

/** One step: within the scope, legal now, noted, told as an event. */
async function perform(
  { tx, actor, now }: Call,
  { events }: VisitParts,
  step: {
    id: number;
    clientUuid: string;
    action: VisitAction;
    note: string;
  },
  change: (visit: Visit) => Promise<Parameters<typeof changeVisit>[2]>,
): Promise<Visit> {
  const { id, clientUuid, action, note } = step;
  const visit = found(await findVisit(tx, actor.scope, id, true));
  const problem = illegal(action, visit.state);
  if (problem !== undefined) throw problem;
  await changeVisit(tx, id, await change(visit));
  await insertStep(tx, { visitId: id, clientUuid, kind: action, actorId: actor.personId, at: now, note });
  await events.append(tx, [
    {
      type: EVENTS[action],
      enterpriseId: visit.enterpriseId,
      subject: { type: 'visit', id },
      actorId: actor.personId,
      payload: { visitId: id, warningId: visit.warningId },
    },
  ]);
  return found(await findVisit(tx, actor.scope, id));
}

const agreed = async (tx: Tx, id: number) => (await agreedOf(tx, [id])).get(id) ?? [];

function found(visit: Visit | undefined): Visit {
  if (visit === undefined) throw wire.NOT_FOUND();
  return visit;
}
