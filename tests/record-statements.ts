import { appendFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Keeps each statement that a test file sends to the database, once, for the check of their grammar: as it is written,
 * with its placeholders, never the values.
 */
const folder = process.env['TEST_STATEMENTS'];
if (folder !== undefined) {
  type Query = (this: unknown, given: string | { sql: string }, ...rest: unknown[]) => unknown;
  const { Connection } = jest.requireActual<{ Connection: { prototype: object } }>('mysql2');
  // Also what goes by the driver's promises: they ask the same connection.
  const prototype = Object.getPrototypeOf(Connection.prototype) as { query: Query };
  const seen = new Set<string>();
  const plain = prototype.query;
  prototype.query = function query(given, ...rest) {
    seen.add(typeof given === 'string' ? given : given.sql);
    return plain.call(this, given, ...rest);
  };
  afterAll(() => {
    appendFileSync(
      path.join(folder, `${process.pid}.jsonl`),
      [...seen].map((sql) => `${JSON.stringify(sql)}\n`).join(''),
    );
  });
}
