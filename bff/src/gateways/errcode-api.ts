import { addDays, businessDate, shanghaiInstant, type Clock } from '../core/clock';
import type { CallPace } from './call-pace';
import { GatewayError, type Quota } from './gateway-error';
import { callJson } from './json-call';
import { PlatformToken } from './platform-token';

type Fields = Record<string, unknown>;

export interface ErrcodeApi {
  /** One call; throws GatewayError with the platform's errcode. */
  call: (method: 'GET' | 'POST', path: string, query: Record<string, string>, body?: Fields) => Promise<Fields>;
  /** A POST with the access token; a token that the platform refuses is fetched anew and tried once more. */
  authorised: (path: string, body: Fields) => Promise<Fields>;
}

/** The form that WeChat and DingTalk share: JSON with errcode and errmsg, a token in the query. */
export function errcodeApi(options: {
  system: 'wechat' | 'dingtalk';
  base: string;
  clock: Clock;
  pace: CallPace;
  /** Whether calls to this path are paced and counted. */
  paced(path: string): boolean;
  /** The code that counts where the platform wraps one into another; the answer's errcode otherwise. */
  codeOf?(answer: Fields): number | string;
  /** What a code says of too many calls to this path. */
  quotaOf(code: number | string, path: string): Quota | undefined;
  /** Errcodes of a token that is wrong or has run out. */
  tokenCodes: ReadonlySet<number>;
  retryable: ReadonlySet<number>;
  fetchToken(call: ErrcodeApi['call']): Promise<{ token: string; expiresInS: number }>;
}): ErrcodeApi {
  const { system, tokenCodes, pace, clock } = options;

  const call: ErrcodeApi['call'] = async (method, path, query, body) => {
    const url = new URL(path, options.base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (options.paced(path)) await pace.turn(system, path);
    const answer = await callJson({ system, method, url, ...(body === undefined ? {} : { body }) });
    // Successful answers of WeChat's login and token carry no errcode at all.
    if (Number(answer['errcode'] ?? 0) === 0) return answer;
    const code = options.codeOf?.(answer) ?? Number(answer['errcode']);
    const quota = options.quotaOf(code, path);
    const retryable = quota !== undefined || options.retryable.has(Number(code));
    const closed = quota === undefined ? undefined : closedUntil(quota, clock.now());
    if (closed !== undefined) await pace.close(system, path, closed);
    throw new GatewayError(system, code, String(answer['errmsg']), retryable, quota);
  };
  const token = new PlatformToken(() => options.fetchToken(call), options.clock);

  return {
    call,
    async authorised(path, body) {
      const first = await token.get();
      try {
        return await call('POST', path, { access_token: first }, body);
      } catch (error) {
        if (!(error instanceof GatewayError) || !tokenCodes.has(Number(error.code))) throw error;
        token.drop(first);
        return call('POST', path, { access_token: await token.get() }, body);
      }
    },
  };
}

/** A month's calls may be bought anew: it is looked after that so often, ms. */
const ASK_AGAIN_MS = 6 * 3_600_000;

/** Until when calls are of no use after a quota was found used up; undefined for the short ones, which pass at once. */
export function closedUntil(quota: Quota, now: Date): Date | undefined {
  if (quota === 'day') return shanghaiInstant(addDays(businessDate(now), 1), '00:00');
  return quota === 'month' ? new Date(now.getTime() + ASK_AGAIN_MS) : undefined;
}
