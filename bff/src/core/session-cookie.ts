import type { Context } from 'koa';

export const SESSION_COOKIE = 'session';

/** Life of an access token, seconds. */
export const ACCESS_TTL_S = 7_200;

/** A web session is prolonged while it is used, but ends so long after the login, seconds: one working day. */
export const WEB_SESSION_MAX_S = 12 * 3_600;

/**
 * Puts an access token into the browser's session cookie for `maxAgeS` seconds; '' with 0 removes it. Written by hand
 * because Koa refuses Secure cookies when TLS ends at a proxy that it was not told to believe.
 */
export function setSessionCookie(ctx: Context, token: string, maxAgeS: number, secure: boolean): void {
  ctx.append(
    'set-cookie',
    `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`,
  );
}
