import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock';
import { auth } from './problem';

/** What a token is for; one kind is never accepted as another. */
export type TokenAudience = 'access' | 'binding' | 'scan' | 'partner';

type Claims = Readonly<jwt.JwtPayload & { sub: string }>;

/** Tokens remembered as good: several thousand people at work at once. */
const REMEMBERED = 10_000;
const ISSUER = 'huzhou-self-inspection';
const ALGORITHM = 'HS256';

/**
 * Signs and checks the tokens of this system. The first key signs, all verify, so keys rotate by putting a new one in
 * front. Secrets are held as KeyObjects: jsonwebtoken would try to read a string as a public key each time.
 */
export class TokenKeys {
  private readonly keys: Map<string, KeyObject>;
  private readonly signer: string;
  private readonly good = new LRUCache<string, Claims>({ max: REMEMBERED });

  /** `spec` is 'kid:base64secret[,kid:base64secret…]'; each secret at least 32 bytes. */
  constructor(
    spec: string,
    private readonly clock: Clock,
  ) {
    this.keys = parseKeys(spec);
    this.signer = [...this.keys.keys()][0] ?? '';
  }

  /** A token valid for `ttlS` seconds from now. */
  sign(audience: TokenAudience, subject: string, claims: Record<string, unknown>, ttlS: number): string {
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    return jwt.sign({ ...claims, iat, exp: iat + ttlS }, this.key(this.signer), {
      algorithm: ALGORITHM,
      keyid: this.signer,
      issuer: ISSUER,
      audience,
      subject,
    });
  }

  /**
   * A new access token in place of one of which less than half is left: for another `ttlS` seconds, but never longer than
   * `maxS` after the login it began with (claim `login`, epoch seconds). Undefined while it is fresh, cannot be
   * prolonged, or did not come from a login that may be.
   */
  renew(claims: Claims, ttlS: number, maxS: number): { token: string; ttlS: number } | undefined {
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const { login, epoch, sid, by, change } = claims as Partial<Record<string, unknown>>;
    const left = (claims.exp ?? 0) - now;
    if (typeof login !== 'number' || left > ttlS / 2) return undefined;
    const granted = Math.min(ttlS, login + maxS - now);
    if (granted <= left) return undefined;
    return { token: this.sign('access', claims.sub, { epoch, login, sid, by, change }, granted), ttlS: granted };
  }

  /**
   * The claims of a token; throws AUTH.TOKEN_EXPIRED or AUTH.TOKEN_INVALID. One that was good stays good until it
   * expires, so its signature is checked once.
   */
  verify(audience: TokenAudience, token: string): Claims {
    const key = `${audience} ${token}`;
    const known = this.good.get(key);
    if (known !== undefined && (known.exp ?? 0) > Math.floor(this.clock.now().getTime() / 1000)) return known;
    const claims = this.check(audience, token);
    this.good.set(key, claims);
    return claims;
  }

  /** The same for one that may be over, forged or missing: undefined then. */
  claimsOf(audience: TokenAudience, token: string): Claims | undefined {
    try {
      return this.verify(audience, token);
    } catch {
      return undefined;
    }
  }

  private check(audience: TokenAudience, token: string): Claims {
    try {
      const kid = jwt.decode(token, { complete: true })?.header.kid ?? '';
      const payload = jwt.verify(token, this.key(kid), {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience,
        clockTimestamp: Math.floor(this.clock.now().getTime() / 1000),
      });
      if (typeof payload === 'string' || payload.sub === undefined) throw auth.TOKEN_INVALID();
      return payload as Claims;
    } catch (error) {
      throw error instanceof jwt.TokenExpiredError ? auth.TOKEN_EXPIRED() : auth.TOKEN_INVALID();
    }
  }

  private key(kid: string): KeyObject {
    const key = this.keys.get(kid);
    if (key === undefined) throw auth.TOKEN_INVALID();
    return key;
  }
}

/** Parses 'kid:base64secret,…' in order; throws on a short secret, a repeated or an empty key id. */
export function parseKeys(spec: string): Map<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const part of spec.split(',')) {
    const [kid, secret] = part.split(':').map((text) => text.trim());
    if (!kid || !secret || keys.has(kid)) throw new Error('keys are given as kid:base64secret[,kid:base64secret…]');
    const bytes = Buffer.from(secret, 'base64');
    if (bytes.length < 32) throw new Error(`the secret of key ${kid} has less than 32 bytes`);
    keys.set(kid, createSecretKey(bytes));
  }
  return keys;
}
