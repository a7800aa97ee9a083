import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';

/**
 * Checks a kept answer the way a bank would: a stock JOSE library, the published keys, and nothing of this system.
 *
 *   tsx scripts/verify-answer.ts ISSUER PROOF [INSTANT]
 *
 * ISSUER is the origin of the system, PROOF the field `proof` of an answer, INSTANT the time at which it is to hold
 * (now): a proof that has been kept is checked for the day on which it was used.
 */
export interface Verified {
  uscc: string;
  colour: string;
  since: string;
  grade: string | null | undefined;
  version: number;
  validUntil: Date;
}

/** Throws jose's errors: JWSSignatureVerificationFailed, JWTExpired, JWKSNoMatchingKey, JWTClaimValidationFailed … */
export async function verifyAnswer(proof: string, issuer: string, keys: JWTVerifyGetKey, at: Date): Promise<Verified> {
  const { payload } = await jwtVerify(proof, keys, {
    issuer,
    algorithms: ['ES256'],
    requiredClaims: ['sub', 'iat', 'exp', 'colour', 'since', 'version'],
    currentDate: at,
  });
  const { sub = '', exp = 0, colour, since, grade, version } = payload;
  return {
    uscc: sub,
    colour: String(colour),
    since: String(since),
    grade: grade as string | null | undefined,
    version: Number(version),
    validUntil: new Date(exp * 1000),
  };
}

async function main([issuer, proof, at]: string[]): Promise<void> {
  if (issuer === undefined || proof === undefined) throw new Error('verify-answer ISSUER PROOF [INSTANT]');
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', issuer));
  const verified = await verifyAnswer(proof, issuer, keys, at === undefined ? new Date() : new Date(at));
  process.stdout.write(`${JSON.stringify(verified, null, 2)}\n`);
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    const code = error instanceof errors.JOSEError ? `${error.code}: ` : '';
    process.stderr.write(`not valid: ${code}${(error as Error).message}\n`);
    process.exit(1);
  });
}
