import type { z } from 'zod';
import type { meAnswer, personAnswer } from './identity.schema';
import type { GrantRow, OfficerFacts, PersonRow } from './person.store';

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

const DEPUTIES_SHOWN = 3;

/** The same with what the phone shows of an officer. */
export function presentMe(
  person: PersonRow,
  grants: readonly GrantRow[],
  facts: OfficerFacts | undefined,
): z.input<typeof meAnswer> {
  const shown = presentPerson(person, grants);
  const { uscc, specialistName, specialistMobile } = facts ?? {};
  return {
    ...shown,
    enterprise: shown.enterprise === null ? null : { ...shown.enterprise, uscc: uscc ?? '' },
    specialist: specialistName && specialistMobile ? { name: specialistName, mobile: specialistMobile } : null,
    points: facts?.points ?? 0,
    deputies: (facts?.deputies ?? '').split('\n').filter(Boolean).slice(0, DEPUTIES_SHOWN),
  };
}

function enterpriseOf({ enterpriseId, enterpriseName }: GrantRow): { id: string; name: string } | null {
  return enterpriseId === null ? null : { id: String(enterpriseId), name: enterpriseName ?? '' };
}
