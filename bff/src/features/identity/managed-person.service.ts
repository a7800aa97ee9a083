import { isSecondPerson, type Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import { wire } from '../../core/problem';
import { askFor, endRequest, type Requests } from './access-request.store';
import { people as problems } from './identity.problems';
import { mayManage } from './person.policy';
import { grantsOf, lockEntered, type EnteredRow } from './person.store';

/** Within this time another official may issue what one has asked for. */
const REQUEST_MS = 24 * 3_600_000;

/** The person, locked, if the actor may manage him; otherwise he reads as not there. */
export async function managed(tx: Tx, actor: Actor, personId: number, notOneself: boolean): Promise<EnteredRow> {
  const person = await lockEntered(tx, personId);
  if (person === undefined || !mayManage(actor, await grantsOf(tx, personId))) throw wire.NOT_FOUND();
  if (notOneself && personId === actor.personId) throw problems.NOT_YOURSELF();
  return person;
}

/**
 * Who asked for it before the actor, now that a second person does; undefined when the actor has to wait for one. What
 * lets somebody in as an official takes two. The caller holds the person's row.
 */
export async function firstOfTwo(
  tx: Tx,
  requests: Requests,
  personId: number,
  actor: Actor,
  now: Date,
): Promise<number | undefined> {
  const since = new Date(now.getTime() - REQUEST_MS);
  const askedBy = await askFor(tx, requests, { personId, askedBy: actor.personId, since, now });
  if (askedBy === undefined || !isSecondPerson(actor, askedBy)) return undefined;
  await endRequest(tx, requests, personId);
  return askedBy;
}
