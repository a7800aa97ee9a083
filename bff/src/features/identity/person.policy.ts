import type { Actor, Role } from '../../core/actor';

/** A grant of the person to be managed, with the region it lies in. */
interface ManagedGrant {
  role: Role;
  /** Region of an officer's enterprise; null for officials. */
  enterpriseRegion: string | null;
  regionPrefix: string | null;
}

/**
 * Whether `actor` may disable, enable, unbind or give a binding code to the holder of `grants`. A township looks after
 * the officers of its enterprises; a regulator also after officials of his area. Every grant must lie inside: whoever
 * also serves elsewhere is managed from there.
 */
export function mayManage(actor: Pick<Actor, 'grants'>, grants: readonly ManagedGrant[]): boolean {
  const within = (prefixes: readonly string[], code: string | null) =>
    code !== null && prefixes.some((prefix) => code.startsWith(prefix));
  const prefixesOf = (...roles: string[]) =>
    actor.grants.flatMap(({ role, regionPrefix }) =>
      roles.includes(role) && regionPrefix !== null ? [regionPrefix] : [],
    );
  const overOfficers = prefixesOf('township', 'regulator');
  const overOfficials = prefixesOf('regulator');
  if (grants.length === 0) return overOfficials.length > 0;
  return grants.every((grant) =>
    grant.role === 'officer' ? within(overOfficers, grant.enterpriseRegion) : within(overOfficials, grant.regionPrefix),
  );
}
