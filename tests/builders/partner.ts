import { randomBytes } from 'node:crypto';
import type { Tx } from '../../bff/src/core/database';
import { PARTNER_SCOPES, type PartnerScope } from '../../bff/src/core/partner';
import { hashSecret } from '../../bff/src/features/partner';
import type { TestApp } from './app';

export interface BuiltClient {
  id: number;
  key: string;
  secret: string;
}

/** A client of a bank that may do everything in the county, unless told otherwise. */
export async function buildClient(
  tx: Tx,
  given: {
    region?: string;
    scopes?: readonly PartnerScope[];
    dailyQuota?: number;
    perSecond?: number;
    name?: string;
  } = {},
): Promise<BuiltClient> {
  const secret = randomBytes(32).toString('base64url');
  const key = `p_${randomBytes(8).toString('hex')}`;
  const { insertId } = await tx.execute(
    `INSERT INTO partner_client (client_key, name, agency, region_prefix, scopes, secret_hash, daily_quota, per_second, created_at)
     VALUES (?, ?, 'loan', ?, ?, ?, ?, ?, ?)`,
    [
      key,
      given.name ?? '测试银行',
      given.region ?? '330521',
      (given.scopes ?? PARTNER_SCOPES).join(' '),
      hashSecret(secret),
      given.dailyQuota ?? 100_000,
      given.perSecond ?? 1000,
      new Date(),
    ],
  );
  return { id: insertId, key, secret };
}

/** A valid access token of a client, without the detour over the token endpoint. */
export function partnerToken(
  { app }: Pick<TestApp, 'app'>,
  clientId: number,
  scopes: readonly PartnerScope[] = PARTNER_SCOPES,
): string {
  return app.core.keys.sign('partner', String(clientId), { epoch: 1, scope: scopes.join(' ') }, 3600);
}

/** The code of an enterprise as the evaluation leaves it: green for a month, valid for a day, unless told otherwise. */
export async function buildCode(
  tx: Tx,
  enterpriseId: number,
  given: { colour?: string; score?: number; since?: Date; at?: Date; validUntil?: Date; version?: number } = {},
): Promise<void> {
  const at = given.at ?? new Date('2026-11-22T18:05:00Z');
  await tx.execute(
    `INSERT INTO health_code (enterprise_id, rule_set_version, score, colour, colour_since, evaluated_at, valid_until, version)
     VALUES (?, 1, ?, ?, ?, ?, ?, ?)`,
    [
      enterpriseId,
      given.score ?? 92.5,
      given.colour ?? 'green',
      given.since ?? new Date('2026-10-20T01:30:00Z'),
      at,
      given.validUntil ?? new Date('2026-11-24T18:00:00Z'),
      given.version ?? 3,
    ],
  );
}

export async function buildGrade(
  tx: Tx,
  enterpriseId: number,
  given: { grade: string; period?: string; source?: 'ours' | 'province'; validUntil?: Date },
): Promise<void> {
  await tx.execute(
    `INSERT INTO credit_grade (enterprise_id, period, source, grade, published_at, valid_until) VALUES (?, ?, ?, ?, ?, ?)`,
    [
      enterpriseId,
      given.period ?? '2026H1',
      given.source ?? 'ours',
      given.grade,
      new Date('2026-07-20T01:00:00Z'),
      given.validUntil ?? new Date('2027-01-31T16:00:00Z'),
    ],
  );
}

export async function usccOf(tx: Tx, enterpriseId: number): Promise<string> {
  const [row] = await tx.query<{ uscc: string }>('SELECT uscc FROM enterprise WHERE id = ?', [enterpriseId]);
  return row?.uscc ?? '';
}
