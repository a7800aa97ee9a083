import { type Actor, isSecondPerson } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { creditProblems } from './credit.problems';
import type { SchemeBody } from './scheme.schema';
import { insertScheme, markPublished, schemeOf, type Scheme } from './scheme.store';

/** Keeps a draft. */
export async function draftScheme(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: { clientUuid: string; name: string; body: SchemeBody },
  now: Date,
): Promise<Scheme> {
  const version = await insertScheme(tx, given, actor.personId, now);
  await events.append(tx, [
    {
      type: 'credit-scheme.drafted',
      subject: { type: 'credit-scheme', id: version },
      actorId: actor.personId,
      payload: { version, name: given.name },
    },
  ]);
  return found(await schemeOf(tx, version));
}

/** Puts a draft into force for rounds that begin from now on; somebody else than its author, with a reason. */
export async function putIntoForce(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  version: number,
  reason: string,
  now: Date,
): Promise<Scheme> {
  const scheme = found(await schemeOf(tx, version, true));
  if (scheme.state !== 'draft') throw creditProblems.NOT_A_DRAFT();
  if (!isSecondPerson(actor, scheme.createdBy)) throw creditProblems.SECOND_PERSON();
  await markPublished(tx, version, { personId: actor.personId, reason, now });
  await events.append(tx, [
    {
      type: 'credit-scheme.published',
      subject: { type: 'credit-scheme', id: version },
      actorId: actor.personId,
      payload: { version, reason },
    },
  ]);
  return found(await schemeOf(tx, version));
}

function found(scheme: Scheme | undefined): Scheme {
  if (scheme === undefined) throw wire.NOT_FOUND();
  return scheme;
}
