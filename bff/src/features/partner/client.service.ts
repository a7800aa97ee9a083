import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import type { Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import type { Core } from '../../core/feature';
import type { Partners, PartnerScope } from '../../core/partner';
import { auth, wire } from '../../core/problem';
import type { NewClient } from './client.schema';
import {
  clientById,
  clientByKey,
  disableClient,
  insertClient,
  lockClient,
  scopesOf,
  setSecret,
  type ClientRow,
} from './client.store';
import type { ChangeTail } from './change-tail.service';
import type { Meter } from './meter.service';
import { partnerProblems } from './partner.problems';

export const TOKEN_TTL_S = 3600;
/** Disabling is heard of by the tail of events; if that were to miss it, after this. */
const TTL_MS = 30_000;

/** 256 random bits need no slow hash: nobody can try them out. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Registers a client. The secret comes with the answer that made it, and nowhere else. */
export async function createClient(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: NewClient,
  now: Date,
): Promise<{ client: ClientRow; secret: string }> {
  if (!actor.scope.regionPrefixes.some((prefix) => given.region.startsWith(prefix))) throw wire.NOT_FOUND();
  const secret = randomBytes(32).toString('base64url');
  const key = `p_${randomBytes(8).toString('hex')}`;
  const id = await insertClient(tx, given, { key, secretHash: hashSecret(secret), by: actor.personId, now });
  const client = await clientById(tx, id);
  if (client === undefined) throw new Error('the client was not found after it had been made');
  await tell(tx, events, actor, client, 'created');
  return { client, secret };
}

/** A new secret in place of the one that the caller saw as `epoch`; null when somebody has made another meanwhile. */
export async function rotateSecret(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  id: number,
  epoch: number,
): Promise<{ client: ClientRow; secret: string | null }> {
  const client = await clientOf(tx, actor, id);
  if (client.epoch !== epoch) return { client, secret: null };
  const secret = randomBytes(32).toString('base64url');
  await setSecret(tx, id, hashSecret(secret));
  await tell(tx, events, actor, client, 'secret');
  return { client: { ...client, epoch: client.epoch + 1 }, secret };
}

/** Shuts a client out for good: tokens it holds die within 60 s. */
export async function disable(tx: Tx, events: EventLog, actor: Actor, id: number): Promise<ClientRow> {
  const client = await clientOf(tx, actor, id);
  if (client.active === 0) return client;
  await disableClient(tx, id);
  await tell(tx, events, actor, client, 'disabled');
  return { ...client, active: 0, epoch: client.epoch + 1 };
}

async function clientOf(tx: Tx, actor: Actor, id: number): Promise<ClientRow> {
  const client = await lockClient(tx, actor.scope.regionPrefixes, id);
  if (client === undefined) throw wire.NOT_FOUND();
  return client;
}

function tell(tx: Tx, events: EventLog, actor: Actor, client: ClientRow, what: string): Promise<void> {
  return events.append(tx, [
    {
      type: 'partner-client.changed',
      subject: { type: 'partner-client', id: client.id },
      actorId: actor.personId,
      payload: { what, clientId: client.client_key },
    },
  ]);
}

/** The access token for a client that knows its secret. Throws PARTNER.INVALID_CLIENT or INVALID_SCOPE. */
export async function issueToken(
  core: Core,
  tx: Tx,
  given: { clientId: string; secret: string; scope: string | undefined },
): Promise<{ token: string; scope: string }> {
  const client = await clientByKey(tx, given.clientId);
  const wanted = Buffer.from(client?.secret_hash ?? hashSecret(''), 'hex');
  const knows = timingSafeEqual(wanted, Buffer.from(hashSecret(given.secret), 'hex'));
  if (client === undefined || client.active === 0 || !knows) throw partnerProblems.INVALID_CLIENT();
  const allowed = scopesOf(client);
  const asked = given.scope === undefined ? allowed : given.scope.split(' ').filter((scope) => scope !== '');
  if (asked.length === 0 || !asked.every((scope) => allowed.includes(scope as PartnerScope))) {
    throw partnerProblems.INVALID_SCOPE();
  }
  const scope = asked.join(' ');
  const token = core.keys.sign('partner', String(client.id), { epoch: client.epoch, scope }, TOKEN_TTL_S);
  return { token, scope };
}

/** Lets partners in by their tokens, as long as their clients are what they were when the token was given out. */
export function createPartners(core: Core, tail: ChangeTail, meter: Meter): Partners {
  const clients = new LRUCache<number, ClientRow>({
    max: 10_000,
    ttl: TTL_MS,
    ttlResolution: 0,
    // A client that is forgotten while it is being read is read to the end, and not remembered.
    ignoreFetchAbort: true,
    fetchMethod: (id) => clientById(core.db.of('partners').read, id),
  });
  tail.onChange((change) => {
    if (change.type === 'partner-client.changed') clients.delete(Number(change.subjectId));
  });
  return {
    async admit(ctx, scope) {
      const claims = core.keys.verify('partner', bearer(ctx));
      const looking = tail.fresh();
      if (looking !== undefined) await looking;
      const id = Number(claims.sub);
      const client = clients.get(id) ?? (await clients.fetch(id));
      if (client === undefined || client.active === 0 || client.epoch !== claims['epoch']) throw auth.TOKEN_REVOKED();
      const scopes = String(claims['scope']).split(' ') as PartnerScope[];
      if (!scopes.includes(scope)) throw partnerProblems.SCOPE_MISSING({ scope });
      const partner = {
        clientId: client.id,
        clientKey: client.client_key,
        name: client.name,
        agency: client.agency,
        scopes,
        regionPrefix: client.region_prefix,
        dailyQuota: client.daily_quota,
        perSecond: client.per_second,
      };
      await meter.admit(ctx, partner);
      return partner;
    },
  };
}

function bearer(ctx: Context): string {
  const header = ctx.get('authorization');
  if (header.startsWith('Bearer ')) return header.slice(7);
  ctx.set('www-authenticate', 'Bearer');
  throw auth.TOKEN_MISSING();
}
