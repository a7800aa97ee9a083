import type { Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import type { NewConsent } from './consent.schema';
import { insertConsent, lockConsent, mayAskFor, withdrawConsent } from './consent.store';
import { partnerProblems } from './partner.problems';

const LONGEST_MS = 3 * 366 * 86_400_000;

/**
 * Lets a client see more of an enterprise than colour and grade, until a date. It replaces what was given before.
 * Throws PARTNER.CONSENT_TERM.
 */
export async function giveConsent(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  enterpriseId: number,
  given: NewConsent,
  now: Date,
): Promise<void> {
  const clientId = Number(given.clientId);
  if (!actor.scope.enterpriseIds.includes(enterpriseId)) throw wire.NOT_FOUND();
  const until = new Date(given.until);
  const fields = [...given.fields].sort().join(' ');
  if (until <= now || until.getTime() > now.getTime() + LONGEST_MS) throw partnerProblems.CONSENT_TERM();
  if (!(await mayAskFor(tx, clientId, enterpriseId))) throw wire.NOT_FOUND();
  const by = actor.personId;
  const id = await insertConsent(tx, { uuid: given.clientUuid, enterpriseId, clientId, fields, until, by, now });
  await events.append(tx, [
    {
      type: 'partner-consent.given',
      enterpriseId,
      subject: { type: 'partner-consent', id },
      actorId: by,
      payload: { clientId, fields: given.fields, until: given.until },
    },
  ]);
}

/** Takes a consent back at once; a second time changes nothing. Returns the enterprise. */
export async function withdraw(tx: Tx, events: EventLog, actor: Actor, id: number, now: Date): Promise<number> {
  const consent = await lockConsent(tx, actor.scope.enterpriseIds, id);
  if (consent === undefined) throw wire.NOT_FOUND();
  if (consent.withdrawn_at !== null) return consent.enterprise_id;
  await withdrawConsent(tx, id, actor.personId, now);
  await events.append(tx, [
    {
      type: 'partner-consent.withdrawn',
      enterpriseId: consent.enterprise_id,
      subject: { type: 'partner-consent', id },
      actorId: actor.personId,
      payload: { clientId: consent.client_id },
    },
  ]);
  return consent.enterprise_id;
}
