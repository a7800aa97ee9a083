/** The people of design/product.md, as the access rules name them; as an endpoint's access: everybody who signs in. */
export const ROLES = ['officer', 'township', 'enforcement', 'regulator'] as const;
export type Role = (typeof ROLES)[number];

/** Those whose scope is a region. */
export const OFFICIALS = ['township', 'enforcement', 'regulator'] as const;

/** One role with the part of the world it is valid for: an enterprise (officer) or a region prefix (officials). */
export interface Grant {
  readonly role: Role;
  readonly enterpriseId: number | null;
  /** GB/T 2260 prefix, e.g. 330521 for the county or 330521100 for a township. */
  readonly regionPrefix: string | null;
}

/** The rows a request may see, already reduced to the roles that the endpoint admits. */
export interface Scope {
  readonly enterpriseIds: readonly number[];
  readonly regionPrefixes: readonly string[];
}

export interface Actor {
  readonly personId: number;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly scope: Scope;
  /** Who let this session in by a code of theirs, if it began with one. */
  readonly letInBy?: readonly number[];
}

/**
 * Whether the actor is somebody else than the person who took the first step, where two must decide. A session that the
 * first let in himself is no second person.
 */
export function isSecondPerson({ personId, letInBy = [] }: Actor, first: number | null | undefined): boolean {
  return personId !== first && (typeof first !== 'number' || !letInBy.includes(first));
}

/** Digits of a city in GB/T 2260: 3305. A longer prefix is a county or a township. */
const CITY_DIGITS = 4;

/** Whether a scope is the whole city, so that it may decide on what is the same for all of it. */
export function reachesCity(scope: Scope): boolean {
  return scope.regionPrefixes.some((prefix) => prefix.length <= CITY_DIGITS);
}

export function hasRole(actor: Actor, role: Role): boolean {
  return actor.grants.some((grant) => grant.role === role);
}

/** The scope that a person has through the given roles only. */
export function scopeOf(grants: readonly Grant[], roles: readonly Role[]): Scope {
  const admitted = grants.filter((grant) => roles.includes(grant.role));
  return {
    enterpriseIds: admitted.flatMap((grant) => (grant.enterpriseId === null ? [] : [grant.enterpriseId])),
    regionPrefixes: admitted.flatMap((grant) => (grant.regionPrefix === null ? [] : [grant.regionPrefix])),
  };
}

/**
 * SQL condition and bound values that keep a query inside the scope. `enterprise` is the alias of the enterprise table
 * (columns id and region_code). An empty scope matches nothing.
 */
export function scopeCondition(scope: Scope, enterprise = 'e'): { sql: string; values: (number | string)[] } {
  const parts: string[] = [];
  const values: (number | string)[] = [];
  if (scope.enterpriseIds.length > 0) {
    parts.push(`${enterprise}.id IN (${scope.enterpriseIds.map(() => '?').join(', ')})`);
    values.push(...scope.enterpriseIds);
  }
  for (const prefix of scope.regionPrefixes) {
    parts.push(`${enterprise}.region_code LIKE ?`);
    values.push(`${prefix}%`);
  }
  return parts.length === 0 ? { sql: 'FALSE', values } : { sql: `(${parts.join(' OR ')})`, values };
}
