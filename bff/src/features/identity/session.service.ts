import type { Core } from '../../core/feature';
import { ACCESS_TTL_S } from '../../core/session-cookie';
import type { Tx } from '../../core/database';
import { isDuplicate } from '../../core/database';
import { Problem } from '../../core/problem';
import { GatewayError } from '../../gateways/gateway-error';
import { session } from './identity.problems';
import { boundSubject, deleteIdentity, insertIdentity } from './identity.store';
import { presentPerson } from './person.present';
import { findPerson, grantsOf, lockPerson, raiseEpoch, type PersonRow, type Provider } from './person.store';

/** The account of a platform that somebody has proven to hold. */
export interface Account {
  provider: Provider;
  subject: string;
  unionId: string | null;
}

/** Long enough to find one's phone number or type a one-time code, seconds. */
const BINDING_TTL_S = 600;

/** A token that says which account is waiting to be bound. */
export function bindingToken({ keys }: Core, account: Account): string {
  return keys.sign('binding', account.subject, { provider: account.provider, unionId: account.unionId }, BINDING_TTL_S);
}

/** The account of a binding token; throws SESSION.BINDING_EXPIRED when it is over, forged, or of another platform. */
export function accountOf({ keys }: Core, token: string, provider: Provider): Account {
  try {
    const claims = keys.verify('binding', token) as { sub: string; provider?: unknown; unionId?: unknown };
    if (claims.provider !== provider) throw session.BINDING_EXPIRED();
    return { provider, subject: claims.sub, unionId: typeof claims.unionId === 'string' ? claims.unionId : null };
  } catch (error) {
    throw error instanceof Problem ? session.BINDING_EXPIRED() : error;
  }
}

/** Throws SESSION.PERSON_DISABLED or SESSION.NO_ROLE for who may not come in; otherwise what the answer shows of him. */
export async function admitted(tx: Tx, person: PersonRow): Promise<ReturnType<typeof presentPerson>> {
  if (!person.active) throw session.PERSON_DISABLED();
  const grants = await grantsOf(tx, person.id);
  if (grants.length === 0) throw session.NO_ROLE();
  return presentPerson(person, grants);
}

/** The answer to somebody who is signed in, with an access token of 2 h; `letInBy` issued the code that it began with. */
export async function signIn({ keys }: Core, tx: Tx, person: PersonRow, letInBy: readonly number[] = []) {
  return {
    outcome: 'signed_in' as const,
    person: await admitted(tx, person),
    accessToken: keys.sign(
      'access',
      String(person.id),
      { epoch: person.epoch, ...(letInBy.length === 0 ? {} : { by: letInBy }) },
      ACCESS_TTL_S,
    ),
    expiresInS: ACCESS_TTL_S,
  };
}

/**
 * Binds an account to a person who has proven to be the one. A person has one account per platform: a new one replaces
 * the old and ends its tokens. Doing it again changes nothing. Throws SESSION.ALREADY_BOUND when the account is
 * somebody else's. Returns the person with the epoch now in force.
 */
export async function bind(
  { events }: Core,
  tx: Tx,
  account: Account,
  personId: number,
  now: Date,
): Promise<PersonRow> {
  const person = await lockPerson(tx, personId);
  if (person === undefined || !person.active) throw session.PERSON_DISABLED();
  const before = await boundSubject(tx, personId, account.provider);
  if (before === account.subject) return person;
  if (before !== undefined) {
    await deleteIdentity(tx, personId, account.provider);
    await raiseEpoch(tx, personId);
  }
  try {
    await insertIdentity(tx, { ...account, personId, now });
  } catch (error) {
    throw isDuplicate(error) ? session.ALREADY_BOUND() : error;
  }
  await events.append(tx, [
    {
      type: before === undefined ? 'person.bound' : 'person.rebound',
      subject: { type: 'person', id: personId },
      actorId: personId,
      payload: { provider: account.provider },
    },
  ]);
  return (await findPerson(tx, personId)) ?? person;
}

/** Codes with which the platforms say that a login code is wrong, used or too old. */
const BAD_CODE = new Set<number | string>([40029, 40163, 40078, 'InvalidAuthCode']);
const BLOCKED = 40226;

/** Waits for a platform and turns its refusal into a Problem of SESSION. */
export async function fromPlatform<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (BAD_CODE.has(error.code)) throw session.CODE_INVALID();
    if (error.code === BLOCKED) throw session.ACCOUNT_BLOCKED();
    throw error.retryable ? session.PLATFORM_BUSY() : session.PLATFORM_REFUSED();
  }
}
