import { ApiProblem, SignedOut } from '../api/http';
import { NetworkError } from '../device/device';
import { troubleOf } from '../offline/day';
import { words } from '../words';

/** What to tell a person about what went wrong: the server's own sentence where it has one, otherwise the cause. */
export function saidBy(error: unknown): string {
  if (error instanceof ApiProblem && error.message !== '') return error.message;
  const known = error instanceof ApiProblem || error instanceof NetworkError || error instanceof SignedOut;
  return known ? `${words.errors.causes[troubleOf(error)]}。` : words.errors.unknown;
}
