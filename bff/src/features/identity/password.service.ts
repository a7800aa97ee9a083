import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

/** scrypt with 32 MiB and about 0.2 s per password (OWASP's second choice after Argon2, which Node 20 lacks). */
const COST = { N: 2 ** 15, r: 8, p: 3 };
/** Node refuses N >= 2^15 under its default; 128 * N * r bytes are needed, doubled for safety. */
const MAX_MEMORY = 2 * 128 * COST.N * COST.r;
const KEY_BYTES = 32;

/** Read out or copied from paper: nothing in it looks like something else. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password for one sign-in: 79 bits, in four groups. */
export function oneTimePassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Two ways to type the same character must give the same password.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem: MAX_MEMORY }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** The stored form of a password: scrypt$N$r$p$salt$hash, salt and hash in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join('$');
}

/**
 * Whether `password` belongs to `stored`. Takes the same time when there is nothing stored, so that nobody can tell by
 * the clock which names exist.
 */
export async function passwordMatches(password: string, stored: string | undefined): Promise<boolean> {
  const [scheme, N, r, p, salt = '', hash = ''] = (stored ?? '').split('$');
  const known = scheme === 'scrypt';
  const cost = known ? { N: Number(N), r: Number(r), p: Number(p) } : COST;
  const key = await derive(password, known ? Buffer.from(salt, 'base64') : Buffer.alloc(16), cost);
  const wanted = known ? Buffer.from(hash, 'base64') : Buffer.alloc(KEY_BYTES);
  return wanted.length === key.length && timingSafeEqual(wanted, key) && known;
}
