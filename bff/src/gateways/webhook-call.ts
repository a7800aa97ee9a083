import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent, request } from 'undici';

/** One POST to a receiver that somebody else named: 'ok' for a 2xx, else in a word what came instead. */
export type WebhookCall = (url: string, headers: Record<string, string>, body: string) => Promise<string>;

/** Each of connecting, waiting for headers and reading the body, ms. */
const TIMEOUT_MS = 5_000;
/** Of an answer that nobody reads. */
const MOST_BYTES = 64 * 1024;

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Calls that cannot be led astray: redirects are not followed, and the name is resolved once, with every address looked
 * at by `refuses` before the connection is made to one of them.
 */
export function createWebhookCall(refuses: (address: string) => boolean): WebhookCall {
  const guarded = (hostname: string, options: LookupOptions, found: Found): void => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return found(error, []);
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => refuses(address))) {
        return found(Object.assign(new Error('address not allowed'), { code: 'ADDRESS_NOT_ALLOWED' }), []);
      }
      if (options.all === true) found(null, addresses);
      else found(null, first.address, first.family);
    });
  };
  const agent = new Agent({
    connect: { lookup: guarded, timeout: TIMEOUT_MS },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: MOST_BYTES,
  });
  return async (url, headers, body) => {
    try {
      const signal = AbortSignal.timeout(2 * TIMEOUT_MS);
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent, signal });
      await answer.body.dump();
      return answer.statusCode >= 200 && answer.statusCode < 300 ? 'ok' : `http ${answer.statusCode}`;
    } catch (error) {
      const { code, name } = error as { code?: unknown; name?: string };
      return typeof code === 'string' ? code : (name ?? 'no answer');
    }
  };
}
