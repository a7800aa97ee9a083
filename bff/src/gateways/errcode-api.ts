import type { Clock } from '../core/clock';
import { GatewayError } from './gateway-error';
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
  /** Errcodes of a token that is wrong or has run out. */
  tokenCodes: ReadonlySet<number>;
  retryable: ReadonlySet<number>;
  fetchToken(call: ErrcodeApi['call']): Promise<{ token: string; expiresInS: number }>;
}): ErrcodeApi {
  const { system, tokenCodes } = options;

  const call: ErrcodeApi['call'] = async (method, path, query, body) => {
    const url = new URL(path, options.base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const answer = await callJson({ system, method, url, ...(body === undefined ? {} : { body }) });
    // Successful answers of WeChat's login and token carry no errcode at all.
    const code = Number(answer['errcode'] ?? 0);
    if (code !== 0) throw new GatewayError(system, code, String(answer['errmsg']), options.retryable.has(code));
    return answer;
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
