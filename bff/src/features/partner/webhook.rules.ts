import { createHmac, type KeyObject } from 'node:crypto';
import { BlockList, isIP } from 'node:net';

/** Addresses that no message may go to in production: this machine, our networks, and what routes nowhere. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}
/** Only global unicast is not private; of that, what carries an IPv4 address inside is. */
const GLOBAL_V6 = new BlockList();
GLOBAL_V6.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv6');
}

export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 6) return PRIVATE.check(address, 'ipv6') || !GLOBAL_V6.check(address, 'ipv6');
  return isIP(address) !== 4 || PRIVATE.check(address, 'ipv4');
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether messages may be sent to a URL as it is written; what its name resolves to is looked at when they are. Outside
 * production a receiver on this machine will do.
 */
export function urlIsAllowed(text: string, production: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  if (!production && LOOPBACK.has(url.hostname)) return url.protocol === 'http:' || url.protocol === 'https:';
  if (url.protocol !== 'https:') return false;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return !isPrivateAddress(literal);
  // A name of one label, or of our own, is one of the house.
  return /\.[a-z][a-z0-9-]*$/i.test(url.hostname) && !/\.(localhost|local|internal)$/i.test(url.hostname);
}

/** The secret of a webhook, in the form of standardwebhooks.com. It is told once; nobody keeps it. */
export function webhookSecret(key: KeyObject, webhookId: number): string {
  return `whsec_${secretBytes(key, webhookId).toString('base64')}`;
}

function secretBytes(key: KeyObject, webhookId: number): Buffer {
  return createHmac('sha256', key).update(`webhook:${webhookId}`).digest();
}

/** Headers of a message as standardwebhooks.com has them; `id` stays the same when it is sent again. */
export function signedHeaders(
  key: KeyObject,
  webhookId: number,
  message: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const signature = createHmac('sha256', secretBytes(key, webhookId))
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

const WAITS_S = [10, 60, 300, 1800, 7200, 21_600];

/** Seconds until a message is tried again after its `attempts`th failure; undefined: a person has to look at it. */
export function retryAfter(attempts: number, luck: number): number | undefined {
  const wait = WAITS_S[attempts - 1];
  // A fifth more or less, so that a receiver that comes back is not met by all at once.
  return wait === undefined ? undefined : Math.round(wait * (0.8 + 0.4 * luck));
}
