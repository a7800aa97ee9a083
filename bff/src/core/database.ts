import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection, RowDataPacket, ResultSetHeader } from 'mysql2/promise';
import { Sequelize, type Transaction } from 'sequelize';

/** Values that may be bound into a statement. Arrays expand in `IN (?)` and in `VALUES ?`. */
export type SqlValue = string | number | boolean | Date | Buffer | null | SqlValue[];

/**
 * A unit of work. Store functions take it first. Inside a write it is one transaction; inside a read every statement
 * stands alone. `model` goes into Sequelize calls: `Person.findByPk(id, tx.model)`.
 */
export interface Tx {
  /** Rows of a SELECT. DATETIME comes as Date (UTC), DATE as 'YYYY-MM-DD', BIGINT as number, DECIMAL as number. */
  query<T>(sql: string, values?: SqlValue[]): Promise<T[]>;
  /** Runs INSERT, UPDATE or DELETE. */
  execute(sql: string, values?: SqlValue[]): Promise<{ affectedRows: number; insertId: number }>;
  readonly model: { transaction?: Transaction };
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

interface CallbackConnection {
  promise(): Connection;
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

/** Reads what Sequelize's own reader would turn into other types; see `Tx.query` for the result. */
function typeCast(field: { type: string; string(): string | null }, next: () => unknown): unknown {
  switch (field.type) {
    case 'DATETIME':
    case 'TIMESTAMP': {
      const text = field.string();
      return text === null ? null : new Date(`${text.replace(' ', 'T')}Z`);
    }
    case 'DATE':
      return field.string();
    case 'NEWDECIMAL': {
      const text = field.string();
      return text === null ? null : Number(text);
    }
    default:
      return next();
  }
}

function unitOn(
  connection: <T>(use: (connection: Connection) => Promise<T>) => Promise<T>,
  model: Tx['model'],
  options: DatabaseOptions,
): Tx {
  const timed = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    if (options.onSlow === undefined) return run();
    const began = performance.now();
    try {
      return await run();
    } finally {
      const ms = performance.now() - began;
      if (ms >= (options.slowMs ?? 1000)) options.onSlow(sql, ms);
    }
  };
  return {
    model,
    query: <T>(sql: string, values: SqlValue[] = []) =>
      timed(sql, () =>
        connection(async (c) => (await c.query<RowDataPacket[]>({ sql, values, typeCast }))[0] as unknown as T[]),
      ),
    execute: (sql, values = []) =>
      timed(sql, () =>
        connection(async (c) => {
          const [{ affectedRows, insertId }] = await c.query<ResultSetHeader>({ sql, values });
          return { affectedRows, insertId };
        }),
      ),
  };
}

export function openDatabase(options: DatabaseOptions): Database {
  const sequelize = new Sequelize(options.url, {
    dialect: 'mysql',
    logging: false,
    timezone: '+00:00',
    define: { underscored: true, timestamps: false, freezeTableName: true },
    pool: { max: options.poolSize, min: 0, acquire: 15_000, idle: 30_000 },
    dialectOptions: {
      supportBigNumbers: true,
      charset: 'utf8mb4_unicode_ci',
      connectTimeout: 10_000,
      multipleStatements: false,
    },
    hooks: {
      // Once per connection instead of once per transaction: saves a round trip on the hot paths.
      afterConnect: async (connection) => {
        await (connection as CallbackConnection)
          .promise()
          .query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
      },
    },
  });
  // Sequelize's pool is the only one: hot statements run on its connections, without its query layer.
  const manager = sequelize.connectionManager as unknown as {
    getConnection(options: object): Promise<CallbackConnection>;
    releaseConnection(connection: CallbackConnection): void;
  };

  const read = unitOn(
    async (use) => {
      const raw = await manager.getConnection({ type: 'read' });
      try {
        return await use(raw.promise());
      } finally {
        manager.releaseConnection(raw);
      }
    },
    {},
    options,
  );

  const once = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    sequelize.transaction(async (transaction) => {
      const raw = (transaction as unknown as { connection: CallbackConnection }).connection.promise();
      return work(unitOn((use) => use(raw), { transaction }, options));
    });

  return {
    sequelize,
    read,
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(work);
        } catch (error) {
          if (attempt >= MAX_ATTEMPTS || !RETRYABLE.has(errnoOf(error) ?? 0)) throw error;
          await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * (0.5 + Math.random())));
        }
      }
    },
    close: () => sequelize.close(),
  };
}
