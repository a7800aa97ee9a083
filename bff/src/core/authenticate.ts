import type { Context } from 'koa';
import { scopeOf, type Actor, type Grant, type Role } from './actor';
import { auth } from './problem';
import type { TokenKeys } from './tokens';

export const SESSION_COOKIE = 'session';

/** What the directory of people says of one person now; cached for at most 30 s by whoever implements it. */
export interface PersonState {
  readonly name: string;
  readonly active: boolean;
  /** Raised when the person is disabled or a phone is bound anew; tokens of an older epoch are refused. */
  readonly epoch: number;
  readonly grants: readonly Grant[];
}

export interface People {
  find(personId: number): Promise<PersonState | undefined>;
}

export interface Authenticator {
  /** The person behind the request, admitted in one of `roles`; throws an AUTH problem otherwise. */
  authenticate(ctx: Context, roles: readonly Role[]): Promise<Actor>;
}

/**
 * Reads the access token from the Authorization header (mini-programs) or the session cookie (web). A cookie is sent
 * by the browser on its own, so a POST with it must also come from our own pages.
 */
export function createAuthenticator(keys: TokenKeys, people: People, ownOrigin: string): Authenticator {
  return {
    async authenticate(ctx, roles) {
      const claims = keys.verify('access', tokenOf(ctx, ownOrigin));
      const personId = Number(claims.sub);
      const state = await people.find(personId);
      if (state === undefined || !state.active || state.epoch !== claims['epoch']) throw auth.TOKEN_REVOKED();
      const admitted = state.grants.filter((grant) => roles.includes(grant.role));
      if (admitted.length === 0) throw auth.ROLE_NOT_ALLOWED();
      return { personId, name: state.name, grants: admitted, scope: scopeOf(admitted, roles) };
    },
  };
}

function tokenOf(ctx: Context, ownOrigin: string): string {
  const header = ctx.get('authorization');
  if (header.startsWith('Bearer ')) return header.slice(7);
  const cookie = ctx.cookies.get(SESSION_COOKIE);
  if (cookie === undefined) throw auth.TOKEN_MISSING();
  if (ctx.method !== 'GET') {
    const origin = ctx.get('origin');
    if (origin !== ownOrigin && origin !== `${ctx.protocol}://${ctx.host}`) throw auth.FOREIGN_ORIGIN();
  }
  return cookie;
}
