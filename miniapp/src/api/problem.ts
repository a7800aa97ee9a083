import { NetworkError } from '../device/device';

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

/** The code of an answer that was not the bff's: a gateway's page, the sign-in page of a hotel's network. */
const FOREIGN = '';
/** About the call, not about what was sent: the session, a time-out, too many calls. */
const LATER = new Set([401, 408, 425, 429]);

/** Whether trying again later can help: no signal, a server in trouble, or an answer that was not the server's. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  if (!(error instanceof ApiProblem)) return false;
  return error.status >= 500 || LATER.has(error.status) || error.code === FOREIGN;
}

/** The body of a good answer; throws the ApiProblem of any other. */
export function read<T>(status: number, body: unknown): T {
  if (status >= 200 && status < 300 && typeof body === 'object' && body !== null) return body as T;
  const { code, message, requestId, details } = (body ?? {}) as Partial<ApiProblem>;
  throw new ApiProblem(status, code ?? FOREIGN, message ?? '', requestId ?? '', details ?? {});
}
