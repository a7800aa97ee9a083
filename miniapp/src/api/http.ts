import { NetworkError } from '../device/device';
import { device } from '../device/platform';
import { accessToken, endSession, renewSession } from './session';

/** What the server says when it refuses: a stable code, a sentence for the person, a request number. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
    readonly details: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

/** Signing in again is needed; nothing that was filled in is touched by it. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';
}

/** Whether trying again later can help: no signal, or a server in trouble. */
export function isTemporary(error: unknown): boolean {
  return (
    error instanceof NetworkError || (error instanceof ApiProblem && (error.status >= 500 || error.status === 429))
  );
}

function problemOf(status: number, body: unknown): ApiProblem {
  const { code, message, requestId, details } = (body ?? {}) as Partial<ApiProblem>;
  return new ApiProblem(status, code ?? 'UNKNOWN', message ?? '', requestId ?? '', details ?? {});
}

const EXPIRED = 401;

/**
 * Calls the bff. Throws NetworkError, ApiProblem, or SignedOut when the session is over and the chat app could not
 * begin a new one by itself.
 */
export async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const answer = await device.request({ method, path, body, token: await accessToken() });
  if (answer.status === EXPIRED) {
    if (!(await renewSession())) {
      endSession();
      throw new SignedOut();
    }
    const again = await device.request({ method, path, body, token: await accessToken() });
    return read<T>(again.status, again.body);
  }
  return read<T>(answer.status, answer.body);
}

function read<T>(status: number, body: unknown): T {
  if (status >= 200 && status < 300 && body !== undefined) return body as T;
  throw problemOf(status, body);
}

/** A call without a session: signing in. */
export async function callPublic<T>(path: string, body: object): Promise<T> {
  const answer = await device.request({ method: 'POST', path, body });
  return read<T>(answer.status, answer.body);
}
