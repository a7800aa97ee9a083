import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { refuseMixedDays } from './dates-and-instants';
import { refuseSilentFacts } from './facts-are-told';

/**
 * Looks at each statement that a test file sends to the database, and keeps it once for the check of their grammar: as it
 * is written, with its placeholders, never the values.
 */
type Given = string | { sql: string; values?: unknown[] };
type Query = (this: unknown, given: Given, ...rest: unknown[]) => unknown;
const { Connection } = jest.requireActual<{ Connection: { prototype: object } }>('mysql2');
// Also what goes by the driver's promises: they ask the same connection.
const prototype = Object.getPrototypeOf(Connection.prototype) as { query: Query };
const folder = process.env['TEST_STATEMENTS'];
const seen = new Set<string>();
const plain = prototype.query;
prototype.query = function query(given, ...rest) {
  const { sql, values } = typeof given === 'string' ? { sql: given, values: rest[0] } : given;
  if (folder !== undefined) seen.add(sql);
  if (Array.isArray(values)) refuseMixedDays(sql, values);
  refuseSilentFacts(this as object, sql, Array.isArray(values) ? values : []);
  return plain.call(this, given, ...rest);
};
afterAll(() => {
  if (folder === undefined) return;
  appendFileSync(
    path.join(folder, `${process.pid}.jsonl`),
    [...seen].map((sql) => `${JSON.stringify(sql)}\n`).join(''),
  );
});
