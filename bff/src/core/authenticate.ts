import type { Context } from 'koa';
import { scopeOf, type Actor, type Grant, type Role } from './actor';
import { auth } from './problem';
import { ACCESS_TTL_S, SESSION_COOKIE, setSessionCookie, WEB_SESSION_MAX_S } from './session-cookie';
import type { TokenKeys } from './tokens';

/** What the directory of people says of one person now; cached for at most 30 s by whoever implements it. */
export interface PersonState {
  readonly name: string;
  readonly active: boolean;
  /** Raised when the person is disabled or a phone is bound anew; tokens of an older epoch are refused. */
  readonly epoch: number;
  readonly grants: readonly Grant[];
}

export interface People {
  /** An answer from before `epoch` is not good enough: a token that was just issued is newer than the cache. */
  find(personId: number, epoch?: number): Promise<PersonState | undefined>;
}

/** Web sessions that somebody has ended: a copy of their cookie must not live on. */
export interface Sessions {
  isEnded(sid: string): Promise<boolean>;
}

export interface Authenticator {
  /**
   * The person behind the request, admitted in one of `roles`; throws an AUTH problem otherwise. Who came in with a
   * one-time password is let in only `beforePasswordChange`.
   */
  authenticate(ctx: Context, roles: readonly Role[], beforePasswordChange?: boolean): Promise<Actor>;
}

/**
 * Reads the access token from the Authorization header (mini-programs) or the session cookie (web). A cookie is sent
 * by the browser on its own, so a POST with it must also come from our own pages.
 */
export function createAuthenticator(
  keys: TokenKeys,
  people: People,
  sessions: Sessions,
  ownOrigin: string,
): Authenticator {
  return {
    async authenticate(ctx, roles, beforePasswordChange = false) {
      const { token, fromCookie } = tokenOf(ctx, ownOrigin);
      const claims = keys.verify('access', token);
      const personId = Number(claims.sub);
      const state = await people.find(personId, Number(claims['epoch']));
      if (state === undefined || !state.active || state.epoch !== claims['epoch']) throw auth.TOKEN_REVOKED();
      const sid: unknown = claims['sid'];
      if (typeof sid === 'string' && (await sessions.isEnded(sid))) throw auth.TOKEN_REVOKED();
      if (claims['change'] === true && !beforePasswordChange) throw auth.PASSWORD_CHANGE_NEEDED();
      const admitted = state.grants.filter((grant) => roles.includes(grant.role));
      if (admitted.length === 0) throw auth.ROLE_NOT_ALLOWED();
      const renewed = fromCookie ? keys.renew(claims, ACCESS_TTL_S, WEB_SESSION_MAX_S) : undefined;
      if (renewed !== undefined) setSessionCookie(ctx, renewed.token, renewed.ttlS, ownOrigin.startsWith('https:'));
      const letInBy = Array.isArray(claims['by']) ? (claims['by'] as number[]) : [];
      return { personId, name: state.name, grants: admitted, scope: scopeOf(admitted, roles), letInBy };
    },
  };
}

function tokenOf(ctx: Context, ownOrigin: string): { token: string; fromCookie: boolean } {
  const header = ctx.get('authorization');
  if (header.startsWith('Bearer ')) return { token: header.slice(7), fromCookie: false };
  const cookie = ctx.cookies.get(SESSION_COOKIE);
  if (cookie === undefined) throw auth.TOKEN_MISSING();
  if (ctx.method !== 'GET') {
    const origin = ctx.get('origin');
    if (origin !== ownOrigin && origin !== `${ctx.protocol}://${ctx.host}`) throw auth.FOREIGN_ORIGIN();
  }
  return { token: cookie, fromCookie: true };
}
