import type { Context } from 'koa';
import { z } from 'zod';
import { businessDate } from '../../core/clock';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import type { Problem } from '../../core/problem';
import { id, toId } from '../../core/wire';
import {
  clientAnswer,
  clientRows,
  clientSearch,
  disableBody,
  epochBody,
  newClient,
  tokenAnswer,
  tokenBody,
} from './client.schema';
import { createClient, disable, issueToken, rotateSecret, TOKEN_TTL_S } from './client.service';
import { clientsWithin, scopesOf, type ClientRow } from './client.store';
import { partnerProblems } from './partner.problems';
import { usages } from './usage.store';

const params = z.strictObject({ id });

/** RFC 6749, 5.2: the words that OAuth2 libraries understand. */
const OAUTH_ERRORS: Readonly<Record<string, string>> = {
  'PARTNER.INVALID_CLIENT': 'invalid_client',
  'PARTNER.INVALID_SCOPE': 'invalid_scope',
  'PARTNER.UNSUPPORTED_GRANT': 'unsupported_grant_type',
};

function oauthError({ code, message, status }: Problem): Record<string, string> {
  const error = OAUTH_ERRORS[code] ?? (status >= 500 ? 'temporarily_unavailable' : 'invalid_request');
  return { error, error_description: message };
}

/** Partner agencies' clients: what regulators do with them, and how they get their tokens. */
export function clientEndpoints(core: Core): Endpoint[] {
  const { events } = core;
  return [
    get({
      path: '/api/partner-clients',
      summary: '合作机构的客户端，按编号',
      access: ['regulator'],
      query: clientSearch,
      answer: clientRows,
      handler: async ({ tx, actor, query, now }) => {
        const size = pageSize(query);
        const rows = await clientsWithin(tx, actor.scope.regionPrefixes, cursorId(query.cursor) ?? 0, size + 1);
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        const used = await usages(
          tx,
          shown.map((row) => row.id),
          businessDate(now),
        );
        return { rows: shown.map((row) => presentClient(row, used.get(row.id))), next };
      },
    }),
    post({
      path: '/api/partner-clients',
      summary: '登记一个合作机构客户端，密钥只显示这一次',
      access: ['regulator'],
      body: newClient,
      answer: clientAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const { client, secret } = await createClient(tx, events, actor, body, now);
        return { ...presentClient(client), secret };
      },
    }),
    post({
      path: '/api/partner-clients/:id/secret',
      summary: '更换客户端密钥：旧密钥和用它取得的令牌立即作废',
      access: ['regulator'],
      params,
      body: epochBody,
      answer: clientAnswer,
      handler: async ({ tx, actor, params: given, body }) => {
        const { client, secret } = await rotateSecret(tx, events, actor, toId(given.id), body.epoch);
        return { ...presentClient(client), secret };
      },
    }),
    post({
      path: '/api/partner-clients/:id/disable',
      summary: '停用客户端，一分钟内生效',
      access: ['regulator'],
      params,
      body: disableBody,
      answer: clientAnswer,
      handler: async ({ tx, actor, params: given }) => ({
        ...presentClient(await disable(tx, events, actor, toId(given.id))),
        secret: null,
      }),
    }),
    post({
      path: '/api/partner/token',
      summary: '合作机构取得访问令牌（OAuth2 client_credentials）',
      access: 'public',
      form: true,
      alsoSays: oauthError,
      body: tokenBody,
      answer: tokenAnswer,
      limit: { calls: 60, perSeconds: 60 },
      examples: {
        body: { grant_type: 'client_credentials', scope: 'code:read grade:read' },
        answer: {
          access_token: 'eyJhbGciOiJIUzI1NiIs…',
          token_type: 'Bearer',
          expires_in: 3600,
          scope: 'code:read grade:read',
        },
      },
      handler: async ({ tx, body, ctx }) => {
        ctx.set('cache-control', 'no-store');
        const { clientId, secret } = credentials(ctx, body);
        if (body.grant_type !== 'client_credentials') throw partnerProblems.UNSUPPORTED_GRANT();
        const { token, scope } = await issueToken(core, tx, { clientId, secret, scope: body.scope });
        return { access_token: token, token_type: 'Bearer' as const, expires_in: TOKEN_TTL_S, scope };
      },
    }),
  ];
}

/** From the Authorization header (Basic, both parts form-encoded) or the body, not from both. */
function credentials(ctx: Context, body: z.infer<typeof tokenBody>): { clientId: string; secret: string } {
  const header = ctx.get('authorization');
  if (header === '') return { clientId: body.client_id ?? '', secret: body.client_secret ?? '' };
  // A library that tried this way is told that it is known.
  ctx.set('www-authenticate', 'Basic realm="partner"');
  const [, encoded] = /^basic ([A-Za-z0-9+/=]{1,500})$/i.exec(header) ?? [];
  const [, key, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  if (key === undefined || secret === undefined || body.client_secret !== undefined)
    throw partnerProblems.INVALID_CLIENT();
  return { clientId: formDecoded(key), secret: formDecoded(secret) };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    throw partnerProblems.INVALID_CLIENT();
  }
}

function presentClient(row: ClientRow, usedToday = 0) {
  return {
    id: String(row.id),
    clientId: row.client_key,
    name: row.name,
    agency: row.agency,
    region: row.region_prefix,
    scopes: scopesOf(row),
    dailyQuota: row.daily_quota,
    perSecond: row.per_second,
    active: row.active === 1,
    epoch: row.epoch,
    usedToday,
    createdAt: row.created_at.toISOString(),
  };
}
