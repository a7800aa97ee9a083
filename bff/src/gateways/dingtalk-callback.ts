import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How a sealed text travels, in both directions. */
export interface Sealed {
  signature: string;
  timestamp: string;
  nonce: string;
  encrypt: string;
}

export interface CallbackSeal {
  /** Whether these fields were signed with our token. */
  isSigned(sealed: Sealed): boolean;
  /** The text inside; undefined when it was not sealed with our key for our app. Ask `isSigned` first. */
  open(encrypt: string): string | undefined;
  /** The form in which DingTalk expects an answer. */
  seal(text: string, now: Date): { msg_signature: string; timeStamp: string; nonce: string; encrypt: string };
}

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
/** PKCS#7 with blocks of 32 bytes: the padding is the platform's, not the cipher's. */
const BLOCK = 32;
const CIPHER = 'aes-256-cbc';

/**
 * The envelope of DingTalk's event subscription: AES-256-CBC over 16 random bytes, the length, the text and the app key,
 * signed with SHA-1 over the sorted parts.
 */
export function callbackSeal(config: { token: string; aesKey: string; appKey: string }): CallbackSeal {
  const key = Buffer.from(`${config.aesKey}=`, 'base64');
  const iv = key.subarray(0, 16);
  const sign = (...parts: string[]) =>
    createHash('sha1')
      .update([config.token, ...parts].sort().join(''))
      .digest('hex');

  return {
    isSigned: ({ signature, timestamp, nonce, encrypt }) => same(signature, sign(timestamp, nonce, encrypt)),

    open(encrypt) {
      const plain = decrypted(key, iv, encrypt);
      if (plain === undefined || plain.length < RANDOM_BYTES + LENGTH_BYTES) return undefined;
      const from = RANDOM_BYTES + LENGTH_BYTES;
      const to = from + plain.readUInt32BE(RANDOM_BYTES);
      const tail = plain.subarray(to).toString('utf8');
      return to <= plain.length && same(tail, config.appKey) ? plain.subarray(from, to).toString('utf8') : undefined;
    },

    seal(text, now) {
      const body = Buffer.from(text, 'utf8');
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(body.length);
      const plain = Buffer.concat([randomBytes(RANDOM_BYTES), length, body, Buffer.from(config.appKey, 'utf8')]);
      const rest = BLOCK - (plain.length % BLOCK);
      const cipher = createCipheriv(CIPHER, key, iv).setAutoPadding(false);
      const encrypt = Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(rest, rest)), cipher.final()]);
      const sealed = { timeStamp: String(now.getTime()), nonce: randomBytes(8).toString('hex') };
      const text64 = encrypt.toString('base64');
      return { msg_signature: sign(sealed.timeStamp, sealed.nonce, text64), ...sealed, encrypt: text64 };
    },
  };
}

function decrypted(key: Buffer, iv: Buffer, encrypt: string): Buffer | undefined {
  const bytes = Buffer.from(encrypt, 'base64');
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) return undefined;
  const decipher = createDecipheriv(CIPHER, key, iv).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const rest = padded.at(-1) ?? 0;
  return rest < 1 || rest > BLOCK ? undefined : padded.subarray(0, padded.length - rest);
}

/** In a time that tells nothing of where two texts differ. */
function same(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
