import { type Actor, isSecondPerson } from '../../core/actor';
import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { addWorkingDays } from '../healthcode';
import { creditProblems } from './credit.problems';
import { adjusted, gradeOf } from './credit.rules';
import {
  adjustmentOf,
  confirmedPoints,
  decideAdjustment,
  decideObjection,
  insertAdjustment,
  insertObjection,
  objectionOf,
  objections,
  reopenObjection,
  type Adjustment,
  type Objection,
} from './matter.store';
import { OBJECTION_DAYS } from './round.service';
import { changeResult, resultOf, roundOf, type Round } from './round.store';
import { schemeOf } from './scheme.store';

interface Parts {
  tx: Tx;
  events: EventLog;
  actor: Actor;
  now: Date;
}

/** The enterprise objects to its preliminary result, once a period and within the time. */
export async function object(
  { tx, events, actor, now }: Parts,
  given: { clientUuid: string; period: string; enterpriseId: number; reason: string },
): Promise<Objection> {
  const { clientUuid, period, enterpriseId, reason } = given;
  // The round first: whoever closes the list waits for this, or this for him.
  const round = await preliminary(tx, period);
  if ((await resultOf(tx, actor.scope, period, enterpriseId, true)) === undefined) throw wire.NOT_FOUND();
  if (businessDate(now) > (round.objectionsUntil ?? '')) throw creditProblems.OBJECTIONS_OVER();
  if ((await objections(tx, actor.scope, { period, enterpriseId, limit: 1 })).length > 0) {
    throw creditProblems.OBJECTED_ALREADY();
  }
  const decideBy = addWorkingDays(businessDate(now), OBJECTION_DAYS);
  const id = await insertObjection(
    tx,
    { clientUuid, period, enterpriseId, reason, personId: actor.personId, decideBy },
    now,
  );
  await events.append(tx, [
    {
      type: 'credit-objection.filed',
      enterpriseId,
      subject: { type: 'credit-objection', id },
      actorId: actor.personId,
      payload: { period, decideBy },
    },
  ]);
  return found(await objectionOf(tx, actor.scope, id));
}

/** An official decides on an objection. Upheld means points, which another official then confirms. */
export async function answerObjection(
  { tx, events, actor, now }: Parts,
  given: { id: number; clientUuid: string; upheld: boolean; points: number | undefined; note: string },
): Promise<Objection> {
  const seen = found(await objectionOf(tx, actor.scope, given.id));
  await preliminary(tx, seen.period);
  const objection = found(await objectionOf(tx, actor.scope, given.id, true));
  if (objection.state !== 'open') throw creditProblems.DECIDED();
  const state = given.upheld ? 'upheld' : 'refused';
  await decideObjection(tx, objection.id, { state, personId: actor.personId, note: given.note }, now);
  await events.append(tx, [
    {
      type: `credit-objection.${state}`,
      enterpriseId: objection.enterpriseId,
      subject: { type: 'credit-objection', id: objection.id },
      actorId: actor.personId,
      payload: { period: objection.period },
    },
  ]);
  if (given.upheld) {
    if (given.points === undefined) throw creditProblems.POINTS_NEEDED();
    const { period, enterpriseId } = objection;
    await propose(
      { tx, events, actor, now },
      { clientUuid: given.clientUuid, period, enterpriseId, points: given.points, reason: given.note },
      objection.id,
    );
  }
  return found(await objectionOf(tx, actor.scope, objection.id));
}

/** An official proposes points for an enterprise; nothing changes until somebody else confirms. */
export async function propose(
  { tx, events, actor, now }: Parts,
  given: { clientUuid: string; period: string; enterpriseId: number; points: number; reason: string },
  objectionId: number | null = null,
): Promise<Adjustment> {
  const { period, enterpriseId, points, reason } = given;
  await preliminary(tx, period);
  if ((await resultOf(tx, actor.scope, period, enterpriseId, true)) === undefined) throw wire.NOT_FOUND();
  const id = await insertAdjustment(tx, { ...given, objectionId, personId: actor.personId }, now);
  await events.append(tx, [
    {
      type: 'credit-adjustment.proposed',
      enterpriseId,
      subject: { type: 'credit-adjustment', id },
      actorId: actor.personId,
      payload: { period, points, reason },
    },
  ]);
  return foundAdjustment(await adjustmentOf(tx, actor.scope, id));
}

/**
 * A second official confirms or refuses; confirmed points change score and grade at once. Refused points that an objection
 * was to bring leave it open: it has to be decided again before the list can close.
 */
export async function decide(
  { tx, events, actor, now }: Parts,
  given: { id: number; confirmed: boolean; note: string },
): Promise<Adjustment> {
  const seen = foundAdjustment(await adjustmentOf(tx, actor.scope, given.id));
  const { period, enterpriseId } = seen;
  const round = await preliminary(tx, period);
  const adjustment = foundAdjustment(await adjustmentOf(tx, actor.scope, given.id, true));
  if (adjustment.state !== 'proposed') throw creditProblems.DECIDED();
  if (!isSecondPerson(actor, adjustment.proposedBy)) throw creditProblems.SECOND_PERSON();
  const state = given.confirmed ? 'confirmed' : 'refused';
  await decideAdjustment(tx, given.id, { state, personId: actor.personId, note: given.note }, now);
  const result = await resultOf(tx, actor.scope, period, enterpriseId, true);
  const scheme = await schemeOf(tx, round.schemeVersion);
  if (result === undefined || scheme === undefined) throw wire.NOT_FOUND();
  const score = adjusted(result.computed, await confirmedPoints(tx, period, enterpriseId));
  const grade = gradeOf(score, scheme.body);
  if (given.confirmed) await changeResult(tx, period, enterpriseId, score, grade);
  const { objectionId } = adjustment;
  const reopened = !given.confirmed && objectionId !== null;
  if (reopened) await reopenObjection(tx, objectionId);
  await events.append(tx, [
    ...(reopened
      ? [
          {
            type: 'credit-objection.reopened',
            enterpriseId,
            subject: { type: 'credit-objection', id: objectionId },
            actorId: actor.personId,
            payload: { period, adjustmentId: given.id },
          },
        ]
      : []),
    {
      type: `credit-adjustment.${state}`,
      enterpriseId,
      subject: { type: 'credit-adjustment', id: given.id },
      actorId: actor.personId,
      payload: { period, points: adjustment.points, score, grade },
    },
  ]);
  return foundAdjustment(await adjustmentOf(tx, actor.scope, given.id));
}

/** The round, locked, in the only state in which anything about its results may change. */
async function preliminary(tx: Tx, period: string): Promise<Round> {
  const round = await roundOf(tx, period, true);
  if (round === undefined) throw wire.NOT_FOUND();
  if (round.state !== 'preliminary') throw creditProblems.NOT_PRELIMINARY();
  return round;
}

function found(objection: Objection | undefined): Objection {
  if (objection === undefined) throw wire.NOT_FOUND();
  return objection;
}

function foundAdjustment(adjustment: Adjustment | undefined): Adjustment {
  if (adjustment === undefined) throw wire.NOT_FOUND();
  return adjustment;
}
