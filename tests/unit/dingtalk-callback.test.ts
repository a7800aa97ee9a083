import { createHash } from 'node:crypto';
import { callbackSeal } from '../../bff/src/gateways/dingtalk-callback';

const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

/** What the platform itself published for this envelope. */
const PUBLISHED = {
  encrypt: 'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==',
  timestamp: '1409304348',
  nonce: 'xxxxxx',
  signature: '82c962d39941aa48552f90ef55aa323dc620cc10',
};

/**
 * Made by hand: `openssl enc -aes-256-cbc -nopad` over '0123456789abcdef', the length, the text, the app key and the
 * padding to 32; `openssl dgst -sha1` over the sorted parts.
 */
const BY_OPENSSL = {
  encrypt:
    'Q3stYC6hdFzMh9T8HCvyDO0mcNYiAhKjoQX1v/CgJk/Sup6+ELNLz8c4Tz6RVFRBrkY8lc2LleqCyUNxyFc8XlxZdOtOjOq0RbU19eNYSFPlSCRDcLaz8qoxFMzI4HO/',
  timestamp: '1795400000000',
  nonce: 'n0nce',
  signature: '533e0b6cb00c1a6d6a7104e792517e7b509eeaae',
};

const published = callbackSeal({ token: 'pamtest', aesKey: AES_KEY, appKey: 'wxb11529c136998cb6' });
const ours = callbackSeal({ token: 'callback-token', aesKey: AES_KEY, appKey: 'ding-test' });

describe('the envelope of callbacks', () => {
  it('opens what others have sealed', () => {
    expect(published.isSigned(PUBLISHED)).toBe(true);
    expect(published.open(PUBLISHED.encrypt)).toBe('我是中文abcd123');
    expect(ours.isSigned(BY_OPENSSL)).toBe(true);
    expect(ours.open(BY_OPENSSL.encrypt)).toBe('{"EventType":"user_leave_org","UserId":["ding-7"]}');
  });

  it.each(['signature', 'timestamp', 'nonce', 'encrypt'] as const)('is not signed when its %s is changed', (part) => {
    expect(ours.isSigned({ ...BY_OPENSSL, [part]: `${BY_OPENSSL[part].slice(0, -1)}7` })).toBe(false);
    expect(ours.isSigned({ ...BY_OPENSSL, [part]: '' })).toBe(false);
  });

  it('does not open what is of another app, of another key, cut short or no ciphertext at all', () => {
    expect(published.open(BY_OPENSSL.encrypt)).toBeUndefined();
    const otherKey = callbackSeal({ token: 'callback-token', aesKey: 'b'.repeat(43), appKey: 'ding-test' });
    for (const text of [BY_OPENSSL.encrypt, PUBLISHED.encrypt]) expect(otherKey.open(text)).toBeUndefined();
    const cut = Buffer.from(BY_OPENSSL.encrypt, 'base64').subarray(0, 32).toString('base64');
    for (const text of [cut, '', 'abcd', '!!', 'A'.repeat(44)]) expect(ours.open(text)).toBeUndefined();
  });

  it('seals an answer that it opens itself, of every length around the block, and never twice the same', () => {
    const now = new Date('2026-11-23T09:00:00+08:00');
    for (let length = 0; length < 70; length += 1) {
      const text = 'x'.repeat(length);
      const { msg_signature, timeStamp, nonce, encrypt } = ours.seal(text, now);
      expect(ours.open(encrypt)).toBe(text);
      expect(ours.isSigned({ signature: msg_signature, timestamp: timeStamp, nonce, encrypt })).toBe(true);
      const parts = ['callback-token', timeStamp, nonce, encrypt].sort().join('');
      expect(msg_signature).toBe(createHash('sha1').update(parts).digest('hex'));
    }
    expect(ours.seal('success', now).encrypt).not.toBe(ours.seal('success', now).encrypt);
  });
});
