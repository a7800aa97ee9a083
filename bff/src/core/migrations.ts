import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { QueryTypes, Sequelize } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
import type { Tx } from './database';
import { isCollision, isDuplicate } from './database-errors';

const FOLDER = path.resolve(__dirname, '../../../sql/migrations');
/** A migrating instance says so often that it still lives, s; one that has not for so long is dead. */
const BEAT_S = 5;
const LEASE_S = 30;
const LOOK_AGAIN_MS = 200;
/** Somebody else's migrations are waited for so long at most, ms. */
const PATIENCE_MS = 10 * 60_000;

/** This program is older than the schema; the message names the migration that it does not know. */
export class NewerSchema extends Error {}

/**
 * Runs sql/migrations/*.sql that have not run yet, in order, on connections of its own that may hold several
 * statements. Each file is immutable once landed: its SHA-256 is kept and compared. Returns the names that ran now.
 * A row keeps two starting instances apart, on two nodes of a cluster too, where GET_LOCK would be granted twice.
 * Throws NewerSchema when the database has migrations that are not among the files.
 */
export async function migrate(url: string): Promise<string[]> {
  const sequelize = new Sequelize(url, {
    dialect: 'mysql',
    logging: false,
    timezone: '+00:00',
    // One works, one says that it lives.
    pool: { max: 2, min: 0, idle: 60_000 },
    dialectOptions: { multipleStatements: true, charset: 'utf8mb4_unicode_ci', connectTimeout: 10_000 },
  });
  try {
    return await alone(sequelize, () => migrateAlone(sequelize));
  } finally {
    await sequelize.close();
  }
}

async function migrateAlone(sequelize: Sequelize): Promise<string[]> {
  await sequelize.query(
    'CREATE TABLE IF NOT EXISTS migration_hash (name VARCHAR(120) PRIMARY KEY, sha256 CHAR(64) NOT NULL)',
  );
  const umzug = migrator(sequelize);
  const executed = await umzug.executed();
  const files = new Set(await migrationFiles());
  const known = await sequelize.query<{ name: string }>('SELECT name FROM migration ORDER BY name', {
    type: QueryTypes.SELECT,
  });
  const newer = known.find(({ name }) => !files.has(name));
  if (newer !== undefined) throw new NewerSchema(newer.name);
  await refuseEdited(sequelize, executed);
  return (await umzug.up()).map((migration) => migration.name);
}

/** Names of migrations that the database still lacks; throws when it cannot be reached. */
export async function pendingMigrations(tx: Tx): Promise<string[]> {
  const executed = new Set((await tx.query<{ name: string }>('SELECT name FROM migration')).map(({ name }) => name));
  return (await migrationFiles()).filter((name) => !executed.has(name));
}

async function migrationFiles(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => name.endsWith('.sql'));
}

/** Holds the one row of `migration_lock` while `work` runs: whoever writes it first has it, until he takes it away or dies. */
async function alone<T>(sequelize: Sequelize, work: () => Promise<T>): Promise<T> {
  const owner = randomUUID();
  await sequelize.query(
    'CREATE TABLE IF NOT EXISTS migration_lock (id TINYINT PRIMARY KEY, owner CHAR(36) NOT NULL, until DATETIME(3) NOT NULL)',
  );
  const until = Date.now() + PATIENCE_MS;
  while (!(await take(sequelize, owner))) {
    if (Date.now() > until) throw new Error('another instance has been migrating for ten minutes');
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  const beat = setInterval(() => {
    const lives = `UPDATE migration_lock SET until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_S} SECOND WHERE owner = ?`;
    // A beat that is missed is made up for by the next.
    void sequelize.query(lives, { replacements: [owner] }).catch(() => undefined);
  }, BEAT_S * 1000);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await sequelize
      .query('DELETE FROM migration_lock WHERE owner = ?', { replacements: [owner] })
      .catch(() => undefined);
  }
}

async function take(sequelize: Sequelize, owner: string): Promise<boolean> {
  try {
    await sequelize.query('DELETE FROM migration_lock WHERE until < UTC_TIMESTAMP(3)');
    await sequelize.query(
      `INSERT INTO migration_lock (id, owner, until) VALUES (1, ?, UTC_TIMESTAMP(3) + INTERVAL ${LEASE_S} SECOND)`,
      { replacements: [owner] },
    );
    return true;
  } catch (error) {
    // On two nodes at once, one of them learns only when it commits that it was second: a deadlock.
    if (isDuplicate(error) || isCollision(error)) return false;
    throw error;
  }
}

function migrator(sequelize: Sequelize): Umzug<Sequelize> {
  return new Umzug({
    migrations: {
      glob: ['*.sql', { cwd: FOLDER }],
      resolve: ({ name, path: file, context }) => ({
        name,
        up: async () => {
          const text = await readFile(file ?? '', 'utf8');
          await context.query(text, { raw: true });
          await context.query('REPLACE INTO migration_hash (name, sha256) VALUES (?, ?)', {
            replacements: [name, sha256(text)],
          });
        },
      }),
    },
    context: sequelize,
    storage: new SequelizeStorage({ sequelize, tableName: 'migration' }),
    logger: undefined,
  });
}

/**
 * Files that were corrected after they had run somewhere, with the hash of what ran there: it did the same, in words that
 * MySQL does not understand.
 */
const CORRECTED: Readonly<Record<string, string>> = {
  '0006_warnings.sql': 'd7520533fa2a7e89c1ca8cf52aa8199a76e0ecc77e99db4ccac67e4e4ec6a562',
};

async function refuseEdited(sequelize: Sequelize, executed: { name: string; path?: string }[]): Promise<void> {
  const kept = await sequelize.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM migration_hash', {
    type: QueryTypes.SELECT,
  });
  const hashes = new Map(kept.map((row) => [row.name, row.sha256]));
  for (const { name, path: file } of executed) {
    const known = hashes.get(name);
    if (known === undefined || known === CORRECTED[name] || file === undefined) continue;
    if (sha256(await readFile(file, 'utf8')) !== known) {
      throw new Error(`migration ${name} was edited after it had run; add a new file instead`);
    }
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
