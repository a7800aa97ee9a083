/** What an error of the database means for whoever waits: the same numbers on MariaDB and MySQL. */

const DUPLICATE = 1062;
const DEADLOCK = 1213;
const LOCK_WAIT = 1205;
/** Reads only (a server that lost its rank, a full one): true of this connection, perhaps not of the next. 1047: a Galera node that left. */
const READ_ONLY = new Set([1290, 1792, 1836, 1047]);
/**
 * Too many connections, shutting down, full table or disk, failing commit, connection killed, statement ended by its
 * time limit, thrown out for silence: nothing is wrong with the statement.
 */
const PASSING = new Set([3, 1021, 1026, 1040, 1053, 1114, 1129, 1180, 1203, 1226, 1317, 1927, 1969, 3024, 3169, 4031]);
/** What Sequelize calls a connection that cannot be had. */
const NO_CONNECTION = /^Sequelize(Connection|AccessDenied|Host|InvalidConnection)/;
/** The driver's own bound on an answer. */
const SILENT = 'PROTOCOL_SEQUENCE_TIMEOUT';

/** No connection was free in time, or too many wait for one. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';
}

/** The driver's error number, also when Sequelize has wrapped it; undefined for other errors. */
function errnoOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { errno, parent } = error as { errno?: unknown; parent?: unknown };
  if (typeof errno === 'number') return errno;
  return parent === undefined ? undefined : errnoOf(parent);
}

const isOneOf = (error: unknown, numbers: ReadonlySet<number>) => numbers.has(errnoOf(error) ?? 0);

export function isDuplicate(error: unknown): boolean {
  return errnoOf(error) === DUPLICATE;
}

/** Somebody else holds what the statement needs, for longer than it may wait. */
export function isLockWait(error: unknown): boolean {
  return errnoOf(error) === LOCK_WAIT;
}

/** The transaction stood in another one's way and has been rolled back: it may start again. */
export function isCollision(error: unknown): boolean {
  return isLockWait(error) || errnoOf(error) === DEADLOCK;
}

/** The connection leads to a server that takes no writes (any more). */
export function isReadOnly(error: unknown): boolean {
  return isOneOf(error, READ_ONLY);
}

/** The connection is gone, or gives no answer: what is on it can neither be finished nor taken back. */
export function isBroken(error: unknown): boolean {
  const { fatal, code } = (error ?? {}) as { fatal?: unknown; code?: unknown };
  return fatal === true || code === SILENT;
}

/** The database is away, frozen, full, read-only or too busy: it is nobody's fault, and later it may go well. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseBusy || isBroken(error) || isCollision(error) || isReadOnly(error)) return true;
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  if (typeof name === 'string' && NO_CONNECTION.test(name)) return true;
  // 1030 passes on what the operating system said: 28 is a full disk.
  return isOneOf(error, PASSING) || (errnoOf(error) === 1030 && /\b28\b/.test(String(message)));
}
