import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Core } from '../../core/feature';
import { ACCESS_TTL_S, SESSION_COOKIE, setSessionCookie, WEB_SESSION_MAX_S } from '../../core/session-cookie';
import type { PersonRow } from './person.store';

interface Beginning {
  letInBy?: readonly number[];
  /** With a one-time password: good for nothing but to change it. */
  mustChange?: boolean;
}

/** Sessions of browsers, in a cookie that no script can read. */
export function webSessions({ config, keys }: Core) {
  const secure = config.publicUrl.startsWith('https:');
  const set = (ctx: Context, personId: number, claims: Record<string, unknown>, ttlS: number) =>
    setSessionCookie(ctx, keys.sign('access', String(personId), claims, ttlS), ttlS, secure);
  const claimsOf = (ctx: Context) => keys.claimsOf('access', ctx.cookies.get(SESSION_COOKIE) ?? '');
  return {
    begin(ctx: Context, { id, epoch }: PersonRow, now: Date, { letInBy = [], mustChange = false }: Beginning = {}) {
      const login = Math.floor(now.getTime() / 1000);
      const claims = {
        epoch,
        login,
        sid: randomUUID(),
        ...(letInBy.length === 0 ? {} : { by: letInBy }),
        ...(mustChange ? { change: true } : {}),
      };
      set(ctx, id, claims, ACCESS_TTL_S);
    },

    /** Lets the browser's session go on in a new epoch, for what was left of it, with a password that is now its own. */
    keep(ctx: Context, personId: number, epoch: number, now: Date) {
      const { sub, login, sid, by } = (claimsOf(ctx) ?? {}) as Partial<Record<string, unknown>>;
      if (sub !== String(personId) || typeof login !== 'number') return;
      const left = login + WEB_SESSION_MAX_S - Math.floor(now.getTime() / 1000);
      if (left > 0) set(ctx, personId, { epoch, login, sid, by }, Math.min(ACCESS_TTL_S, left));
    },

    claimsOf,
    clear: (ctx: Context) => setSessionCookie(ctx, '', 0, secure),
  };
}
