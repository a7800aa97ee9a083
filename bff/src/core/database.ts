import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection, QueryOptions, ResultSetHeader } from 'mysql2';
import { Sequelize } from 'sequelize';

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

export interface Database {
  readonly sequelize: Sequelize;
  /** Statements outside any transaction, each on a connection of the pool. */
  readonly read: Tx;
  /**
   * Runs `work` in one READ COMMITTED transaction. Deadlocks and lock time-outs start it again (3 times at most), so
   * `work` must have no effect outside the transaction.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * One transaction in two round trips, for the hot path where each trip costs more than what it brings: the statements
   * of `first`, then those that `second` makes of their results (rows of a SELECT, the driver's header otherwise), and
   * the commit with them. Started again like `transaction`.
   */
  inTwoSteps(first: readonly Statement[], second: (results: readonly unknown[]) => readonly Statement[]): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Connections at most; statements queue for a free one. */
  poolSize: number;
  /** Called with each statement that took longer than slowMs. */
  onSlow?: (sql: string, ms: number) => void;
  slowMs?: number;
}

/** mysql errno of a unique violation, a deadlock victim, a lock time-out. */
const DUPLICATE = 1062;
const RETRYABLE = new Set([1213, 1205]);
const MAX_ATTEMPTS = 4;

/** The driver's error number, also when Sequelize has wrapped it; undefined for other errors. */
function errnoOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { errno, parent } = error as { errno?: unknown; parent?: unknown };
  if (typeof errno === 'number') return errno;
  return parent === undefined ? undefined : errnoOf(parent);
}

export function isDuplicate(error: unknown): boolean {
  return errnoOf(error) === DUPLICATE;
}

/** A JSON column: MySQL hands over the parsed value, MariaDB the text. */
export function fromJson<T>(value: unknown): T {
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
}

const QUERIES = path.resolve(__dirname, '../../../sql/queries');

/** The text of sql/queries/<name>.sql, read once at load. */
export function namedQuery(name: string): string {
  return readFileSync(path.join(QUERIES, `${name}.sql`), 'utf8');
}

/**
 * Runs one statement by the driver's callback API: its promise API captures a stack for each call, which shows in
 * profiles. An error gets the statement (placeholders only, no values) in place of that stack.
 */
function run<T>(connection: Connection, query: QueryOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    connection.query(query, (error, result) => {
      if (error === null) resolve(result as T);
      else reject(Object.assign(error, { statement: query.sql.slice(0, 200) }));
    });
  });
}

/** Several statements in one text; what each brings, in order. What follows a failed one is not run. */
function runAll(connection: Connection, statements: readonly Statement[]): Promise<unknown[]> {
  return run(connection, {
    sql: statements.map(({ sql }) => sql).join(';\n'),
    values: statements.flatMap(({ values }) => values),
  });
}

/** A connection that cannot even roll back must not go back into the pool with its locks. */
async function orRollBack<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await run(connection, { sql: 'ROLLBACK' }).catch(() => connection.destroy());
    throw error;
  }
}

/** A deadlock's victim has been rolled back whole, a statement alone as well as a transaction: it may start again. */
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !RETRYABLE.has(errnoOf(error) ?? 0)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}

type OnConnection = <T>(use: (connection: Connection) => Promise<T>) => Promise<T>;

function unitOn(connection: OnConnection, options: DatabaseOptions): Tx {
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
    query: <T>(sql: string, values: SqlValue[] = []) => timed<T[]>({ sql, values }),
    execute: async (sql, values = []) => {
      const { affectedRows, insertId } = await timed<ResultSetHeader>({ sql, values });
      return { affectedRows, insertId };
    },
  };
}

/** Sequelize's pool is the only one: statements run on its connections, without its query layer, which costs four times as much. */
function openPool(
  options: DatabaseOptions,
  more: { size: number; multipleStatements: boolean },
): [Sequelize, OnConnection] {
  const sequelize = new Sequelize(options.url, {
    dialect: 'mysql',
    logging: false,
    timezone: '+00:00',
    pool: { max: more.size, min: 0, acquire: 15_000, idle: 30_000 },
    dialectOptions: {
      supportBigNumbers: true,
      // The driver's own reader, not Sequelize's, which is called for each value: see `Tx.query` for what comes of it.
      typeCast: true,
      dateStrings: ['DATE'],
      decimalNumbers: true,
      timezone: 'Z',
      charset: 'utf8mb4_unicode_ci',
      connectTimeout: 10_000,
      multipleStatements: more.multipleStatements,
    },
    hooks: {
      // Once per connection instead of once per transaction: saves a round trip on the hot paths.
      afterConnect: async (connection) => {
        await run(connection as Connection, { sql: 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED' });
      },
    },
  });
  const pool = sequelize.connectionManager as unknown as {
    getConnection(options: object): Promise<Connection>;
    releaseConnection(connection: Connection): void;
  };

  return [
    sequelize,
    async (use) => {
      const connection = await pool.getConnection({ type: 'write' });
      try {
        return await use(connection);
      } finally {
        pool.releaseConnection(connection);
      }
    },
  ];
}

/** Transactions in two steps at a time, beside `poolSize`. */
const TOGETHER_CONNECTIONS = 2;

export function openDatabase(options: DatabaseOptions): Database {
  const [sequelize, onAny] = openPool(options, { size: options.poolSize, multipleStatements: false });
  // Connections of their own: several statements in one text is what an injection needs, so no other text goes there.
  const [together, onTogether] = openPool(options, { size: TOGETHER_CONNECTIONS, multipleStatements: true });

  const alone: OnConnection = (use) => retrying(() => onAny(use));

  const once = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    onAny(async (connection) => {
      await run(connection, { sql: 'START TRANSACTION' });
      return orRollBack(connection, async () => {
        const result = await work(unitOn((use) => use(connection), options));
        await run(connection, { sql: 'COMMIT' });
        return result;
      });
    });

  const twoSteps: Database['inTwoSteps'] = (first, second) =>
    onTogether((connection) =>
      orRollBack(connection, async () => {
        const [, ...results] = await runAll(connection, [{ sql: 'START TRANSACTION', values: [] }, ...first]);
        await runAll(connection, [...second(results), { sql: 'COMMIT', values: [] }]);
      }),
    );

  return {
    sequelize,
    read: unitOn(alone, options),
    transaction: (work) => retrying(() => once(work)),
    inTwoSteps: (first, second) => retrying(() => twoSteps(first, second)),
    close: async () => {
      await sequelize.close();
      await together.close();
    },
  };
}
