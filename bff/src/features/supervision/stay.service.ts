import type { KeyObject } from 'node:crypto';
import { type Actor, isSecondPerson } from '../../core/actor';
import { addDays, businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { findEnterprise, setFactors } from '../directory';
import { readQr } from '../inspection';
import { stayProblems } from './stay.problems';
import { DECIDE_DAYS, FACTOR, illegal, REVIEW_DAYS, type StayAction } from './stay.rules';
import {
  changeStay,
  doorOf,
  findStay,
  hasOverdue,
  insertStay,
  insertStayStep,
  openStayOf,
  type Stay,
  type StayChange,
} from './stay.store';

export interface StayParts {
  events: EventLog;
  qrKeys: ReadonlyMap<string, KeyObject>;
}

interface Call {
  tx: Tx;
  actor: Actor;
  now: Date;
}

/** An official proposes an enterprise by hand. */
export async function proposeStay(
  { tx, actor, now }: Call,
  { events }: StayParts,
  given: { clientUuid: string; enterpriseId: number; reason: string },
): Promise<Stay> {
  const { clientUuid, enterpriseId, reason } = given;
  if ((await findEnterprise(tx, actor.scope, enterpriseId)) === undefined) throw wire.NOT_FOUND();
  if ((await openStayOf(tx, enterpriseId)) !== undefined) throw stayProblems.ALREADY();
  const dueOn = addDays(businessDate(now), DECIDE_DAYS);
  const id = await insertStay(tx, { ...given, personId: actor.personId, dueOn }, now);
  await insertStayStep(tx, {
    stayId: id,
    clientUuid,
    kind: 'propose',
    actorId: actor.personId,
    at: now,
    note: reason,
    evidence: {},
  });
  await events.append(tx, [
    {
      type: 'supervision.proposed',
      enterpriseId,
      subject: { type: 'supervision', id },
      actorId: actor.personId,
      payload: { reason },
    },
  ]);
  return found(await findStay(tx, actor.scope, id));
}

/** The bureau takes the enterprise in: it is told, and inspected twice as often from the next dispatch on. */
export function confirmStay(
  call: Call,
  parts: StayParts,
  given: { id: number; clientUuid: string; note: string },
): Promise<Stay> {
  const { tx, actor, now } = call;
  return perform(call, parts, { ...given, action: 'confirm', evidence: {} }, async ({ proposedBy, enterpriseId }) => {
    if (!isSecondPerson(actor, proposedBy)) throw stayProblems.SECOND_PERSON();
    await setFactors(
      tx,
      parts.events,
      [{ enterpriseId, source: 'supervision', factor: FACTOR, because: '重点监管' }],
      now,
    );
    return { state: 'active', due_on: addDays(businessDate(now), REVIEW_DAYS), confirmed_at: now };
  });
}

export function rejectStay(
  call: Call,
  parts: StayParts,
  given: { id: number; clientUuid: string; note: string },
): Promise<Stay> {
  return perform(call, parts, { ...given, action: 'reject', evidence: {} }, () =>
    Promise.resolve({ state: 'rejected', due_on: null, ended_at: call.now, open_key: null }),
  );
}

/** Somebody has been there: it is over, or goes on. */
export function checkStay(
  call: Call,
  parts: StayParts,
  given: {
    id: number;
    clientUuid: string;
    note: string;
    passed: boolean;
    token: string;
    position: object | undefined;
  },
): Promise<Stay> {
  const { tx, now } = call;
  const { passed, token, position } = given;
  const evidence: object = { passed, ...(position === undefined ? {} : { position }) };
  return perform(call, parts, { ...given, action: 'check', evidence }, async ({ enterpriseId }) => {
    const code = readQr(parts.qrKeys, token);
    const pointId = code === undefined ? undefined : await doorOf(tx, enterpriseId, code);
    if (pointId === undefined) throw stayProblems.WRONG_DOOR();
    Object.assign(evidence, { pointId });
    if (!passed) return { state: 'active', due_on: addDays(businessDate(now), REVIEW_DAYS) };
    if (await hasOverdue(tx, enterpriseId, now)) throw stayProblems.OVERDUE();
    await setFactors(tx, parts.events, [{ enterpriseId, source: 'supervision', factor: null, because: '' }], now);
    return { state: 'left', due_on: null, ended_at: now, open_key: null };
  });
}

/** One step: within the scope, legal now, noted, told as an event. */
async function perform(
  { tx, actor, now }: Call,
  { events }: StayParts,
  step: { id: number; clientUuid: string; note: string; action: StayAction; evidence: object },
  change: (stay: Stay) => Promise<StayChange>,
): Promise<Stay> {
  const { id, clientUuid, note, action, evidence } = step;
  const stay = found(await findStay(tx, actor.scope, id, true));
  const problem = illegal(action, stay.state);
  if (problem !== undefined) throw problem;
  const changed = await change(stay);
  await changeStay(tx, id, changed);
  await insertStayStep(tx, { stayId: id, clientUuid, kind: action, actorId: actor.personId, at: now, note, evidence });
  await events.append(tx, [
    {
      type: eventOf(action, changed.state),
      enterpriseId: stay.enterpriseId,
      subject: { type: 'supervision', id },
      actorId: actor.personId,
      payload: { action, state: changed.state },
    },
  ]);
  return found(await findStay(tx, actor.scope, id));
}

function eventOf(action: StayAction, state: string): string {
  if (action === 'confirm') return 'supervision.confirmed';
  if (action === 'reject') return 'supervision.rejected';
  return state === 'left' ? 'supervision.left' : 'supervision.kept';
}

function found(stay: Stay | undefined): Stay {
  if (stay === undefined) throw wire.NOT_FOUND();
  return stay;
}
