import { webcrypto } from 'node:crypto';

/** SHA-256 of a file, hex, worked out away from the thread that answers requests. */
export async function sha256Of(content: Buffer): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', content)).toString('hex');
}
