import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { QueryTypes, Sequelize } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';

const FOLDER = path.resolve(__dirname, '../../../sql/migrations');
const LOCK_SECONDS = 60;

/**
 * Runs sql/migrations/*.sql that have not run yet, in order, on a connection of its own that may hold several
 * statements. Each file is immutable once landed: its SHA-256 is kept and compared. Returns the names that ran now.
 * The lock keeps two starting instances apart; statements are idempotent, so losing it harms nothing.
 */
export async function migrate(url: string): Promise<string[]> {
  const sequelize = new Sequelize(url, {
    dialect: 'mysql',
    logging: false,
    timezone: '+00:00',
    pool: { max: 1, min: 0, idle: 60_000 },
    dialectOptions: { multipleStatements: true, charset: 'utf8mb4_unicode_ci' },
  });
  try {
    await sequelize.query(`SELECT GET_LOCK('migrations', ${LOCK_SECONDS})`, { type: QueryTypes.SELECT });
    await sequelize.query(
      'CREATE TABLE IF NOT EXISTS migration_hash (name VARCHAR(120) PRIMARY KEY, sha256 CHAR(64) NOT NULL)',
    );
    const umzug = migrator(sequelize);
    await refuseEdited(sequelize, await umzug.executed());
    return (await umzug.up()).map((migration) => migration.name);
  } finally {
    await sequelize.close();
  }
}

/** Names of migrations that the database still lacks; throws when it cannot be reached. */
export async function pendingMigrations(sequelize: Sequelize): Promise<string[]> {
  return (await migrator(sequelize).pending()).map((migration) => migration.name);
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

async function refuseEdited(sequelize: Sequelize, executed: { name: string; path?: string }[]): Promise<void> {
  const kept = await sequelize.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM migration_hash', {
    type: QueryTypes.SELECT,
  });
  const hashes = new Map(kept.map((row) => [row.name, row.sha256]));
  for (const { name, path: file } of executed) {
    const known = hashes.get(name);
    if (known !== undefined && file !== undefined && sha256(await readFile(file, 'utf8')) !== known) {
      throw new Error(`migration ${name} was edited after it had run; add a new file instead`);
    }
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
