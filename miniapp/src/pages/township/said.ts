import { ApiProblem } from '../../api/http';
import { words } from './words';

/** What to tell a person about what went wrong: the server's own sentence, or that it was not reached. */
export const saidBy = (error: unknown): string =>
  error instanceof ApiProblem && error.message !== '' ? error.message : words.errors.unreachable;
