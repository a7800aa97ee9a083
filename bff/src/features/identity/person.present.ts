import type { z } from 'zod';
import type { personAnswer } from './identity.schema';
import type { GrantRow, PersonRow } from './person.store';

/** A person to himself: name, number, and what he may see. */
export function presentPerson(person: PersonRow, grants: readonly GrantRow[]): z.input<typeof personAnswer> {
  const scopes = grants.map((grant) => ({
    role: grant.role,
    enterprise: enterpriseOf(grant),
    region:
      grant.regionPrefix === null ? null : { code: grant.regionPrefix, name: grant.regionName ?? grant.regionPrefix },
  }));
  return {
    id: String(person.id),
    name: person.name,
    mobile: person.mobile,
    roles: [...new Set(grants.map(({ role }) => role))],
    scopes,
    enterprise: scopes.find(({ enterprise }) => enterprise !== null)?.enterprise ?? null,
  };
}

function enterpriseOf({ enterpriseId, enterpriseName }: GrantRow): { id: string; name: string } | null {
  return enterpriseId === null ? null : { id: String(enterpriseId), name: enterpriseName ?? '' };
}
