import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { openDatabase, type Database } from '../../bff/src/core/database';
import { migrate } from '../../bff/src/core/migrations';

export interface TestDatabase {
  url: string;
  db: Database;
  /** Drops the database and closes the pool. */
  drop(): Promise<void>;
}

/** A database of its own with all migrations, on the run's throwaway server. */
export async function createTestDatabase(poolSize = 5): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_SERVER'] ?? '';
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = await createConnection(server);
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = `${server}/${name}`;
  await migrate(url);
  const db = openDatabase({ url, poolSize });
  return {
    url,
    db,
    drop: async () => {
      await db.close();
      const connection = await createConnection(server);
      await connection.query(`DROP DATABASE ${name}`);
      await connection.end();
    },
  };
}
