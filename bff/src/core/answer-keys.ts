import { createPrivateKey, createPublicKey, sign, type JsonWebKey, type KeyObject } from 'node:crypto';

interface AnswerKey {
  publicKey: KeyObject;
  /** Absent for a key that only has to prove what it signed before. */
  privateKey: KeyObject | undefined;
}

/**
 * Signs answers that others keep as proof: ES256, which every JOSE library knows. The first key signs; all are published,
 * so keys rotate by putting a new one in front. An old one stays in the list, if wanted by its public half only, for as
 * long as its answers are to be checked.
 */
export class AnswerKeys {
  private readonly keys: Map<string, AnswerKey>;
  private readonly header: string;
  private readonly signer: KeyObject;

  /** `spec` is 'kid:base64(DER)[,kid:base64(DER)…]': P-256, PKCS#8; for all but the first SPKI (public) will do. */
  constructor(spec: string) {
    this.keys = parseAnswerKeys(spec);
    const [first] = this.keys;
    if (first?.[1].privateKey === undefined) throw new Error('the first answer key must be a private one');
    this.signer = first[1].privateKey;
    this.header = base64url({ alg: 'ES256', typ: 'JWT', kid: first[0] });
  }

  /** The compact JWS over `claims`. */
  sign(claims: Record<string, unknown>): string {
    const signed = `${this.header}.${base64url(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.signer, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** The key set for /.well-known/jwks.json. */
  jwks(): { keys: JsonWebKey[] } {
    return {
      keys: [...this.keys].map(([kid, { publicKey }]) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
        alg: 'ES256',
        use: 'sig',
      })),
    };
  }
}

/** Parses the list of keys; throws on another curve, a repeated or an empty key id. */
export function parseAnswerKeys(spec: string): Map<string, AnswerKey> {
  const keys = new Map<string, AnswerKey>();
  for (const part of spec.split(',')) {
    const [kid, der] = part.split(':').map((text) => text.trim());
    if (!kid || !der || keys.has(kid)) throw new Error('answer keys are given as kid:base64(DER)[,kid:base64(DER)…]');
    const privateKey = privateOf(Buffer.from(der, 'base64'));
    const publicKey =
      privateKey === undefined ? publicOf(kid, Buffer.from(der, 'base64')) : createPublicKey(privateKey);
    if (publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error(`key ${kid} is not on P-256`);
    if (keys.size === 0 && privateKey === undefined) throw new Error('the first answer key must be a private one');
    keys.set(kid, { publicKey, privateKey });
  }
  return keys;
}

function privateOf(key: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}

function publicOf(kid: string, key: Buffer): KeyObject {
  try {
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    throw new Error(`key ${kid} is neither a PKCS#8 nor an SPKI key`);
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
