import { device } from '../device/platform';
import { ApiProblem, read, SignedOut } from './problem';
import { accessToken, endSession, renewSession } from './session';

export { ApiProblem, isTemporary, SignedOut } from './problem';

const EXPIRED = 401;

/**
 * Calls the bff. Throws NetworkError, ApiProblem, or SignedOut when the session is over for good: the server ended it,
 * and the chat app's account does not hold it any more. A renewal that fails for now throws what it failed with.
 */
export async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const answer = await device.request({ method, path, body, token: await accessToken() });
  try {
    return read<T>(answer.status, answer.body);
  } catch (problem) {
    // A 401 without the bff's code is a gateway's: it says nothing about the session.
    if (!(problem instanceof ApiProblem) || problem.status !== EXPIRED || problem.code === '') throw problem;
    if (!(await renewSession())) {
      endSession();
      throw new SignedOut();
    }
  }
  const again = await device.request({ method, path, body, token: await accessToken() });
  return read<T>(again.status, again.body);
}

/** A call without a session: signing in. */
export async function callPublic<T>(path: string, body: object): Promise<T> {
  const answer = await device.request({ method: 'POST', path, body });
  return read<T>(answer.status, answer.body);
}
