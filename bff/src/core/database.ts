import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection, QueryOptions, ResultSetHeader } from 'mysql2';
import { isBroken, isCollision, isLockWait, isReadOnly } from './database-errors';
import { Turns } from './turns';
import { answerWithinMs, openPool, run, type Patience, type Pool } from './pool';

export { isDuplicate, isLockWait, isUnavailable } from './database-errors';

/** Values that may be bound into a statement. Arrays expand in `IN (?)` and in `VALUES ?`. */
export type SqlValue = string | number | boolean | Date | Buffer | null | SqlValue[];

/**
 * A unit of work. Store functions take it first. Inside a write it is one transaction; inside a read every statement
 * stands alone.
 */
export interface Tx {
  /** Rows of a SELECT. DATETIME comes as Date (UTC), DATE as 'YYYY-MM-DD', BIGINT as number, DECIMAL as number. */
  query<T>(sql: string, values?: SqlValue[]): Promise<T[]>;
  /** Runs INSERT, UPDATE or DELETE. */
  execute(sql: string, values?: SqlValue[]): Promise<{ affectedRows: number; insertId: number }>;
}

/** A statement with the values that are bound into it. */
export interface Statement {
  sql: string;
  values: SqlValue[];
}

/**
 * Who asks. Each kind has its share of the connections, so that none can take them all: enterprise officers, officials,
 * partner agencies, whoever has not signed in, and what the house does by itself.
 */
type Caller = 'phones' | 'officials' | 'partners' | 'strangers' | 'jobs';

/** Statements and transactions on the connections of one kind of caller. */
export interface Share {
  /** Statements outside any transaction, each on a connection of the pool. */
  readonly read: Tx;
  /**
   * Runs `work` in one READ COMMITTED transaction. Deadlocks and lock time-outs start it again for as long as the caller
   * has patience (lock time-outs not, when `again` is false), a connection that takes no writes is replaced once: `work`
   * must have no effect outside the transaction.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: { again: boolean }): Promise<T>;
}

/** Of itself, the share of the jobs. */
export interface Database extends Share {
  /** `who`: the one of this kind that asks; he gets half of its connections at most, the rest of his calls wait. */
  of(caller: Caller, who?: string): Share;
  /**
   * One transaction in two round trips, for the hot path where each trip costs more than what it brings: the statements
   * of `first`, then those that `second` makes of their results (rows of a SELECT, the driver's header otherwise), and
   * the commit with them. Waits for rows that somebody else holds only when `patient`, on connections set aside for it:
   * otherwise it fails with a lock wait at once, and nobody behind it waits. Deadlocks start it again.
   */
  inTwoSteps(
    first: readonly Statement[],
    second: (results: readonly unknown[]) => readonly Statement[],
    options?: { patient: boolean },
  ): Promise<void>;
  /** Statements on a connection of its own, answered within about two seconds, however busy the others are. */
  readonly probe: Tx;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Connections that the callers share; each gets two at least. A few more serve groups of reports and the probe. */
  poolSize: number;
  /** Called with each statement that took longer than slowMs. */
  onSlow?: (sql: string, ms: number) => void;
  slowMs?: number;
}

/** Part of the connections, and how long each may wait: a phone gives up after 10 s, so the answer must come before. */
const SHARES: Readonly<Record<Caller, { part: number; patience: Patience }>> = {
  phones: { part: 0.3, patience: { connectionMs: 3000, queue: 400, statementS: 4, lockS: 1, silenceS: 10 } },
  officials: { part: 0.2, patience: { connectionMs: 4000, queue: 100, statementS: 5, lockS: 1, silenceS: 10 } },
  partners: { part: 0.1, patience: { connectionMs: 3000, queue: 400, statementS: 4, lockS: 1, silenceS: 10 } },
  strangers: { part: 0.1, patience: { connectionMs: 3000, queue: 100, statementS: 4, lockS: 1, silenceS: 10 } },
  // The work of a chunk or a sheet: nobody looks at a clock meanwhile, but what it waits for must not be for ever.
  jobs: { part: 0.3, patience: { connectionMs: 15_000, queue: Infinity, statementS: 30, lockS: 1, silenceS: 15 } },
};
const LEAST_CONNECTIONS = 2;
/** Statements of one caller that may wait for their turn. */
const QUEUE_OF_ONE = 50;
const GROUP_CONNECTIONS = 4;
const GROUP_PATIENCE: Patience = { connectionMs: 3000, queue: 100, statementS: 4, lockS: 0, silenceS: 10 };
const PATIENT_CONNECTIONS = 2;
const PATIENT: Patience = { connectionMs: 2000, queue: 50, statementS: 4, lockS: 1, silenceS: 10 };
const PROBE: Patience = { connectionMs: 2000, queue: 20, statementS: 1, lockS: 1, silenceS: 10 };

/** Starting again is over after so long, ms, and so many times. */
const START_AGAIN_MS = 2500;
const MAX_ATTEMPTS = 4;

/** A JSON column: MySQL hands over the parsed value, MariaDB the text. */
export function fromJson<T>(value: unknown): T {
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
}

const QUERIES = path.resolve(__dirname, '../../../sql/queries');

/** The text of sql/queries/<name>.sql, read once at load. */
export function namedQuery(name: string): string {
  return readFileSync(path.join(QUERIES, `${name}.sql`), 'utf8');
}

/** Several statements in one text; what each brings, in order. What follows a failed one is not run. */
function runAll(connection: Connection, statements: readonly Statement[], timeout: number): Promise<unknown[]> {
  return run(connection, {
    sql: statements.map(({ sql }) => sql).join(';\n'),
    values: statements.flatMap(({ values }) => values),
    timeout,
  });
}

/** A connection that gives no answer, takes no writes or cannot roll back must not go back into the pool with its locks. */
async function orRollBack<T>(connection: Connection, timeout: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isBroken(error) || isReadOnly(error)) connection.destroy();
    else await run(connection, { sql: 'ROLLBACK', timeout }).catch(() => connection.destroy());
    throw error;
  }
}

/** A deadlock's victim has been rolled back whole, a statement alone as well as a transaction: it may start again. */
async function retrying<T>(pool: Pick<Pool, 'renew'>, mayWait: boolean, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + START_AGAIN_MS;
  let replaced = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (isReadOnly(error)) {
        pool.renew();
        if (replaced) throw error;
        replaced = true;
        continue;
      }
      const again = isCollision(error) && (mayWait || !isLockWait(error));
      if (!again || attempt >= MAX_ATTEMPTS || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}

type OnConnection = <T>(use: (connection: Connection) => Promise<T>) => Promise<T>;

function unitOn(connection: OnConnection, timeout: number, options: DatabaseOptions): Tx {
  const { onSlow, slowMs = 1000 } = options;
  const timed = async <T>(query: QueryOptions): Promise<T> => {
    const began = performance.now();
    try {
      return await connection((c) => run<T>(c, query));
    } finally {
      const ms = performance.now() - began;
      if (ms >= slowMs) onSlow?.(query.sql, ms);
    }
  };
  return {
    query: <T>(sql: string, values: SqlValue[] = []) => timed<T[]>({ sql, values, timeout }),
    execute: async (sql, values = []) => {
      const { affectedRows, insertId } = await timed<ResultSetHeader>({ sql, values, timeout });
      return { affectedRows, insertId };
    },
  };
}

function shareOf(pool: Pick<Pool, 'use' | 'renew'>, patience: Patience, options: DatabaseOptions): Share {
  const timeout = answerWithinMs(patience);
  const alone: OnConnection = (use) =>
    retrying(pool, true, () =>
      pool.use(async (connection) => {
        try {
          return await use(connection);
        } catch (error) {
          if (isBroken(error) || isReadOnly(error)) connection.destroy();
          throw error;
        }
      }),
    );
  const once = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    pool.use((connection) =>
      orRollBack(connection, timeout, async () => {
        await run(connection, { sql: 'START TRANSACTION', timeout });
        const result = await work(unitOn((use) => use(connection), timeout, options));
        await run(connection, { sql: 'COMMIT', timeout });
        return result;
      }),
    );
  return {
    read: unitOn(alone, timeout, options),
    transaction: (work, { again } = { again: true }) => retrying(pool, again, () => once(work)),
  };
}

export function openDatabase(options: DatabaseOptions): Database {
  const pools: Pool[] = [];
  const open = (size: number, patience: Patience, multipleStatements = false) => {
    const pool = openPool(options.url, { size, multipleStatements, patience });
    pools.push(pool);
    return pool;
  };
  const share = (caller: Caller) => {
    const { part, patience } = SHARES[caller];
    const size = Math.max(LEAST_CONNECTIONS, Math.round(options.poolSize * part));
    const pool = open(size, patience);
    const turns = new Turns(Math.ceil(size / 2), { queue: QUEUE_OF_ONE, waitMs: patience.connectionMs });
    return {
      all: shareOf(pool, patience, options),
      of: (who: string) =>
        shareOf({ use: (work) => turns.take(who, () => pool.use(work)), renew: () => pool.renew() }, patience, options),
    };
  };
  const shares = {
    phones: share('phones'),
    officials: share('officials'),
    partners: share('partners'),
    strangers: share('strangers'),
    jobs: share('jobs'),
  };
  // Connections of their own: several statements in one text is what an injection needs, so no other text goes there.
  const groups = open(GROUP_CONNECTIONS, GROUP_PATIENCE, true);
  const patient = open(PATIENT_CONNECTIONS, PATIENT, true);

  const twoSteps = (
    pool: Pool,
    first: readonly Statement[],
    second: (results: readonly unknown[]) => readonly Statement[],
  ) => {
    const timeout = answerWithinMs(GROUP_PATIENCE);
    return pool.use((connection) =>
      orRollBack(connection, timeout, async () => {
        const [, ...results] = await runAll(connection, [{ sql: 'START TRANSACTION', values: [] }, ...first], timeout);
        await runAll(connection, [...second(results), { sql: 'COMMIT', values: [] }], timeout);
      }),
    );
  };

  return {
    ...shares.jobs.all,
    of: (caller, who) => (who === undefined ? shares[caller].all : shares[caller].of(who)),
    inTwoSteps: (first, second, { patient: waits } = { patient: false }) => {
      const pool = waits ? patient : groups;
      return retrying(pool, waits, () => twoSteps(pool, first, second));
    },
    probe: shareOf(open(1, PROBE), PROBE, options).read,
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}
