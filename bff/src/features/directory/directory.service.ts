import type { Actor } from '../../core/actor';
import { addDays, businessDate, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { directoryProblems } from './directory.problems';
import type { PointFields } from './directory.schema';
import {
  findEnterprise,
  insertEnterprise,
  townshipExists,
  updateEnterprise,
  usccTaken,
  type EnterpriseFields,
  type EnterpriseRow,
} from './enterprise.store';
import { effectiveInterval, type Interval } from './interval.rules';
import {
  areOfficers,
  codeTaken,
  excuseOpenTasks,
  findPoint,
  insertPoint,
  lastTaskDate,
  profileExists,
  reassignOpenTasks,
  scheduleOf,
  typeDefaults,
  updatePoint,
  type PointRow,
  type Schedule,
} from './point.store';
import { spreadAnchors } from './spread.rules';
import { usccIsValid } from './uscc.rules';

/** Registers an enterprise in the actor's region. Throws DIRECTORY.*. */
export async function registerEnterprise(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: EnterpriseFields & { clientUuid: string; uscc: string },
  now: Date,
): Promise<EnterpriseRow> {
  if (!usccIsValid(given.uscc)) throw directoryProblems.USCC_INVALID();
  await refuseForeignRegion(tx, actor, given.region);
  if (await usccTaken(tx, given.uscc)) throw directoryProblems.USCC_TAKEN();
  const id = await insertEnterprise(tx, given.clientUuid, given.uscc, given, now);
  await events.append(tx, [event('enterprise.registered', id, { type: 'enterprise', id }, actor)]);
  return knownEnterprise(tx, actor, id);
}

export async function changeEnterprise(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  enterpriseId: number,
  given: EnterpriseFields,
): Promise<EnterpriseRow> {
  await knownEnterprise(tx, actor, enterpriseId);
  await refuseForeignRegion(tx, actor, given.region);
  await updateEnterprise(tx, enterpriseId, given);
  await events.append(tx, [event('enterprise.changed', enterpriseId, { type: 'enterprise', id: enterpriseId }, actor)]);
  return knownEnterprise(tx, actor, enterpriseId);
}

/** An enterprise within the actor's scope; WIRE.NOT_FOUND otherwise. */
export async function knownEnterprise(tx: Tx, actor: Actor, enterpriseId: number): Promise<EnterpriseRow> {
  const enterprise = await findEnterprise(tx, actor.scope, enterpriseId);
  if (enterprise === undefined) throw wire.NOT_FOUND();
  return enterprise;
}

export async function knownPoint(tx: Tx, actor: Actor, pointId: number): Promise<PointRow> {
  const point = await findPoint(tx, actor.scope, pointId);
  if (point === undefined) throw wire.NOT_FOUND();
  return point;
}

async function refuseForeignRegion(tx: Tx, actor: Actor, region: string): Promise<void> {
  const inside = actor.scope.regionPrefixes.some((prefix) => region.startsWith(prefix));
  if (!inside || !(await townshipExists(tx, region))) throw directoryProblems.REGION_OUTSIDE();
}

/** Adds a point: its first day is where the officer's days are emptiest. Throws DIRECTORY.* and WIRE.NOT_FOUND. */
export async function addPoint(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  enterpriseId: number,
  given: Omit<PointFields, 'active'> & { clientUuid: string; type: string; code: string },
  now: Date,
): Promise<PointRow> {
  const enterprise = await knownEnterprise(tx, actor, enterpriseId);
  const defaultDays = await typeDefaults(tx, given.type);
  if (defaultDays === undefined) throw directoryProblems.TYPE_UNKNOWN();
  const fields: PointFields = { ...given, active: true };
  await refuseUnfitPoint(tx, enterpriseId, fields);
  if (await codeTaken(tx, enterpriseId, given.code)) throw directoryProblems.POINT_CODE_TAKEN();
  const interval = effectiveInterval(defaultDays, enterprise.risk_factor, given.permitIntervalDays);
  const schedule = await emptiestDays(tx, Number(given.officerId), 0, interval, null, addDays(businessDate(now), 1));
  const id = await insertPoint(
    tx,
    { clientUuid: given.clientUuid, enterpriseId, type: given.type, code: given.code, fields, schedule },
    now,
  );
  await events.append(tx, [event('point.added', enterpriseId, { type: 'point', id }, actor)]);
  return knownPoint(tx, actor, id);
}

/**
 * Changes a point. A new interval or officer moves its anchor to the emptiest day that does not let it wait longer than
 * its interval; tasks that are open go to the new officer.
 */
export async function changePoint(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  pointId: number,
  fields: PointFields,
  now: Date,
): Promise<PointRow> {
  const point = await knownPoint(tx, actor, pointId);
  await refuseUnfitPoint(tx, point.enterprise_id, fields);
  const today = businessDate(now);
  const interval = effectiveInterval(point.default_days, point.risk_factor, fields.permitIntervalDays);
  const officerId = Number(fields.officerId);
  const moved = officerId !== point.officer_id || interval.days !== point.interval_days;
  const schedule = moved
    ? await emptiestDays(tx, officerId, point.id, interval, await lastTaskDate(tx, point.id), addDays(today, 1))
    : { ...interval, anchor: point.anchor_date };
  await updatePoint(tx, pointId, fields, schedule);
  if (!fields.active) await excuseOpenTasks(tx, pointId, now);
  else if (officerId !== point.officer_id) await reassignOpenTasks(tx, pointId, officerId, today);
  await events.append(tx, [event('point.changed', point.enterprise_id, { type: 'point', id: pointId }, actor)]);
  return knownPoint(tx, actor, pointId);
}

async function refuseUnfitPoint(tx: Tx, enterpriseId: number, fields: PointFields): Promise<void> {
  const people = [Number(fields.officerId), ...(fields.deputyId === null ? [] : [Number(fields.deputyId)])];
  if (!(await areOfficers(tx, enterpriseId, people))) throw directoryProblems.OFFICER_UNFIT();
  if (fields.limitProfile !== null && !(await profileExists(tx, fields.limitProfile)))
    throw directoryProblems.PROFILE_UNKNOWN();
}

async function emptiestDays(
  tx: Tx,
  officerId: number,
  pointId: number,
  interval: Interval,
  lastTask: BusinessDate | null,
  from: BusinessDate,
): Promise<Schedule> {
  const others = (await scheduleOf(tx, officerId)).filter((each) => each.id !== pointId);
  const anchors = spreadAnchors(
    [
      ...others.map((each) => ({
        id: each.id,
        intervalDays: each.interval_days,
        anchor: each.anchor_date,
        lastTask: null,
      })),
      { id: pointId, intervalDays: interval.days, anchor: null, lastTask },
    ],
    from,
  );
  return { ...interval, anchor: anchors.get(pointId) ?? from };
}

function event(type: string, enterpriseId: number, subject: { type: string; id: number }, actor: Actor) {
  return { type, enterpriseId, subject, actorId: actor.personId, payload: {} };
}
