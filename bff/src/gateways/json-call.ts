import { request } from 'undici';
import { GatewayError } from './gateway-error';

export interface JsonCall {
  system: GatewayError['system'];
  method: 'GET' | 'POST' | 'PUT';
  url: URL;
  headers?: Record<string, string>;
  /** JSON body, or form fields when they come as URLSearchParams. */
  body?: Record<string, unknown> | URLSearchParams;
  /** For platforms that say more than a status when they refuse; undefined where the answer says no more. */
  refusal?: (status: number, answer: Record<string, unknown>) => GatewayError | undefined;
}

/** From connecting to the last byte, ms: a login must fail while the person still looks. */
const TIMEOUT_MS = 5_000;

/**
 * One call to a platform that answers JSON. The content type of the answer is not looked at (WeChat says text/plain).
 * Throws GatewayError 'network' when no answer came, 'http_<status>' for other statuses than 2xx, 'no_json' for what is
 * not a JSON object. URLs carry tokens and secrets, so no message repeats them.
 */
export async function callJson({
  system,
  method,
  url,
  headers,
  body,
  refusal,
}: JsonCall): Promise<Record<string, unknown>> {
  const form = body instanceof URLSearchParams;
  const { status, text } = await answerOf(system, url, {
    method,
    headers: {
      ...(body === undefined
        ? {}
        : { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: form ? body.toString() : JSON.stringify(body) }),
  });
  if (status < 200 || status >= 300) {
    const said = refusal?.(status, parsed(text) ?? {});
    if (said !== undefined) throw said;
    throw new GatewayError(system, `http_${status}`, 'unexpected status', status >= 500 || status === 429);
  }
  const answer = parsed(text);
  if (answer === undefined) throw new GatewayError(system, 'no_json', 'the answer is not a JSON object', true);
  return answer;
}

async function answerOf(
  system: GatewayError['system'],
  url: URL,
  options: { method: JsonCall['method']; headers: Record<string, string>; body?: string },
): Promise<{ status: number; text: string }> {
  try {
    // One bound for the whole: those of undici are for each part, and a body that trickles never meets them.
    const response = await request(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.statusCode, text: await response.body.text() };
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new GatewayError(system, 'network', typeof code === 'string' ? code : 'no answer', true);
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
