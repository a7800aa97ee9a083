import type { Connection, QueryOptions } from 'mysql2';
import { Sequelize } from 'sequelize';
import { DatabaseBusy } from './database-errors';

/** How long things may take on the connections of a pool. Bounds of the database itself, so that it stops working, too. */
export interface Patience {
  /** For a free connection, ms, and how many may wait for one. */
  connectionMs: number;
  queue: number;
  /** One statement, s. */
  statementS: number;
  /** For a row that somebody else holds, s; MySQL makes at least 1 of it. */
  lockS: number;
  /** Between two statements of a transaction, s: one that is cut off holds its rows no longer. */
  silenceS: number;
}

export interface Pool {
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Connections of before lead to a server that has lost its rank: none of them is handed out again. */
  renew(): void;
  close(): Promise<void>;
}

/** Given back unused for so long, a connection is closed, ms. */
const IDLE_MS = 30_000;
/** The database hangs up on a connection that says nothing for so long, s: on MySQL this is what frees the rows of one that is cut off. */
const SILENT_S = 60;
const CONNECT_MS = 3000;
/** The database ends a statement; where it does not answer at all, the driver gives up so much later, ms. */
const MARGIN_MS = 1000;
const CLOSE_MS = 1500;
const CLOSE_STEP_MS = 20;
/** Bytes of a list of ids in one value: MySQL would cut it after 1024, or refuse the statement that stores it. */
const LONGEST_LIST = 1_048_576;

/**
 * Runs one statement by the driver's callback API: its promise API captures a stack for each call, which shows in
 * profiles. An error gets the statement (placeholders only, no values) in place of that stack.
 */
export function run<T>(connection: Connection, query: QueryOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    connection.query(query, (error, result) => {
      if (error === null) resolve(result as T);
      else reject(Object.assign(error, { statement: query.sql.slice(0, 200) }));
    });
  });
}

/** How long a statement may be without an answer on a pool with this patience, ms. */
export const answerWithinMs = ({ statementS }: Patience): number => statementS * 1000 + MARGIN_MS;

/**
 * One statement per connection; each database reads the part that it understands. The bound for silence is MariaDB's for
 * every transaction: the one for writing ones leaves out those that have only locked rows.
 */
function sessionSettings({ statementS, lockS, silenceS }: Patience): string {
  return (
    `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = ${lockS}, wait_timeout = ${SILENT_S}, net_read_timeout = ${silenceS}, group_concat_max_len = ${LONGEST_LIST}` +
    ` /*M!100600 , max_statement_time = ${statementS}, idle_transaction_timeout = ${silenceS} */` +
    ` /*!80000 , max_execution_time = ${statementS * 1000} */`
  );
}

type Marked = Connection & {
  generation?: number;
  _closing?: boolean;
  stream?: { destroyed: boolean; destroy(): void };
};

/** Sequelize's pool is the only one: statements run on its connections, without its query layer, which costs four times as much. */
export function openPool(
  url: string,
  { size, multipleStatements, patience }: { size: number; multipleStatements: boolean; patience: Patience },
): Pool {
  let generation = 0;
  let closed = false;
  const inUse = new Set<Connection>();
  const timeout = answerWithinMs(patience);
  const sequelize = new Sequelize(url, {
    dialect: 'mysql',
    logging: false,
    timezone: '+00:00',
    // Not among the library's types. The time zone is set below with everything else, and bounded; the version is named
    // because the library would connect once more only to ask.
    ...({ keepDefaultTimezone: true, databaseVersion: '8.0.16' } as object),
    pool: {
      max: size,
      min: 0,
      acquire: patience.connectionMs,
      idle: IDLE_MS,
      validate: (connection: unknown) => isGood(connection as Marked, generation),
    },
    dialectOptions: {
      supportBigNumbers: true,
      // The driver's own reader, not Sequelize's, which is called for each value: see `Tx.query` for what comes of it.
      typeCast: true,
      dateStrings: ['DATE'],
      decimalNumbers: true,
      timezone: 'Z',
      charset: 'utf8mb4_unicode_ci',
      connectTimeout: CONNECT_MS,
      multipleStatements,
    },
    hooks: {
      // Once per connection instead of once per transaction: saves a round trip on the hot paths.
      afterConnect: async (given) => {
        const connection = given as Marked;
        connection.generation = generation;
        try {
          await run(connection, { sql: 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', timeout });
          await run(connection, { sql: sessionSettings(patience), timeout });
        } catch (error) {
          connection.destroy();
          throw error;
        }
      },
    },
  });
  const manager = sequelize.connectionManager as unknown as {
    pool: { waiting: number; destroyAllNow(): Promise<void> };
    getConnection(options: object): Promise<Connection>;
    releaseConnection(connection: Connection): void;
  };
  return {
    async use(work) {
      if (manager.pool.waiting >= patience.queue) throw new DatabaseBusy('too many wait for a connection');
      if (closed) throw new DatabaseBusy('the pool is closed');
      const connection = await manager.getConnection({ type: 'write' });
      inUse.add(connection);
      try {
        return await work(connection);
      } finally {
        inUse.delete(connection);
        manager.releaseConnection(connection);
      }
    },
    renew() {
      generation += 1;
    },
    // Not the library's own way, which waits for ever for a connection that nobody gives back.
    async close() {
      closed = true;
      for (let waited = 0; inUse.size > 0 && waited < CLOSE_MS; waited += CLOSE_STEP_MS) {
        await new Promise((resolve) => setTimeout(resolve, CLOSE_STEP_MS));
      }
      // As if the cable had been pulled: what waits for an answer is told, which `destroy` does not do.
      for (const connection of inUse) (connection as Marked).stream?.destroy();
      const ended = manager.pool.destroyAllNow().catch(() => undefined);
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    },
  };
}

function isGood({ generation, _closing, stream }: Marked, current: number): boolean {
  return generation === current && _closing !== true && stream?.destroyed !== true;
}
