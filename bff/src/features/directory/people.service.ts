import { hasRole, type Actor, type Role } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { directoryProblems } from './directory.problems';
import { findEnterprise } from './enterprise.store';
import { insertPerson, personByMobile, type PersonRow } from './people.store';

export interface WantedGrant {
  role: Role;
  enterpriseId: number | null;
  region: string | null;
}

/**
 * Enters a person with roles inside the actor's own region: a township specialist enters officers, a regulator also
 * officials, who wait for another one to confirm them. Throws DIRECTORY.*.
 */
export async function enterPerson(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: { clientUuid: string; name: string; mobile: string; grants: readonly WantedGrant[] },
  now: Date,
): Promise<PersonRow> {
  for (const grant of given.grants) if (!(await mayGrant(tx, actor, grant))) throw directoryProblems.GRANT_OUTSIDE();
  if ((await personByMobile(tx, given.mobile)) !== undefined) throw directoryProblems.MOBILE_TAKEN();
  const grants = given.grants.map(({ role, enterpriseId, region }) => ({
    role,
    enterprise_id: enterpriseId,
    region_prefix: region,
  }));
  // An official comes in once a second one has said that there is such a colleague.
  const active = given.grants.every(({ role }) => role === 'officer');
  const id = await insertPerson(tx, { ...given, grants, active, enteredBy: actor.personId }, now);
  await events.append(tx, [
    {
      type: 'person.entered',
      enterpriseId: given.grants[0]?.enterpriseId ?? null,
      subject: { type: 'person', id },
      actorId: actor.personId,
      payload: { roles: given.grants.map((grant) => grant.role) },
    },
  ]);
  return { id, name: given.name, mobile: given.mobile, active: active ? 1 : 0 };
}

/** Officers belong to an enterprise in the actor's scope; officials to a region in it, entered by regulators only. */
async function mayGrant(tx: Tx, actor: Actor, { role, enterpriseId, region }: WantedGrant): Promise<boolean> {
  if (role === 'officer') {
    return (
      enterpriseId !== null && region === null && (await findEnterprise(tx, actor.scope, enterpriseId)) !== undefined
    );
  }
  if (enterpriseId !== null || region === null || !hasRole(actor, 'regulator')) return false;
  return actor.scope.regionPrefixes.some((prefix) => region.startsWith(prefix));
}
