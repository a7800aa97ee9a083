import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Whoever changes what the health code is made of must say so in the same transaction, by an event that the code listens
 * to or by a mark of its own: otherwise a bank reads yesterday's score until the night. Which tables and columns these are
 * is read off the queries that gather the facts; which events, off the code's handlers. Nothing is listed by hand.
 */

const ROOT = path.resolve(__dirname, '..');
/** Queries that gather what the code is made of. */
const FACTS = readdirSync(path.join(ROOT, 'sql/queries'))
  .filter((name) => name.startsWith('health-'))
  .map((name) => readFileSync(path.join(ROOT, 'sql/queries', name), 'utf8').replace(/--.*$/gm, ''));
const SCHEMA = readdirSync(path.join(ROOT, 'sql/migrations'))
  .map((name) => readFileSync(path.join(ROOT, 'sql/migrations', name), 'utf8'))
  .join('\n');

interface Read {
  columns: ReadonlySet<string>;
  /** States in which a row is a fact; undefined where its state is not asked for. */
  states: ReadonlySet<string> | undefined;
  /** The state of a row that is stored without one. */
  first: string | undefined;
}

/** What the queries read of a table, and in which of its states. */
function readOf(table: string): Read {
  const queries = FACTS.filter((sql) => sql.includes(` ${table} `));
  const alias = new RegExp(`\\b(?:FROM|JOIN) ${table} (\\w+)`).exec(queries.join('\n'))?.[1] ?? '';
  const asked = queries.flatMap((sql) => [
    ...sql.matchAll(new RegExp(`\\b${alias}\\.state (?:= ('\\w+')|IN \\(([^)]*)\\))`, 'g')),
  ]);
  const states = asked.flatMap(([, one, several]) => (one ?? several ?? '').match(/\w+/g) ?? []);
  const created = new RegExp(`CREATE TABLE IF NOT EXISTS ${table} \\(([^]*?)\\n\\)`).exec(SCHEMA)?.[1] ?? '';
  return {
    columns: new Set(queries.flatMap((sql) => sql.match(/\w+/g) ?? [])),
    states: states.length === 0 ? undefined : new Set(states),
    first: /^\s+state .*DEFAULT '(\w+)'/m.exec(created)?.[1],
  };
}

const TABLES = new Map(
  [
    ...new Set(FACTS.flatMap((sql) => [...sql.matchAll(/\b(?:FROM|JOIN) (\w+) \w+/g)].map(([, table = '']) => table))),
  ].map((table) => [table, readOf(table)]),
);
const WRITE = /^\s*(INSERT(?: IGNORE)? INTO|UPDATE|DELETE FROM|REPLACE INTO) (\w+)([^]*)$/i;
/** The code's own marks, and what every statement of its own evaluation writes. */
const MARKS = /\bhealth_(mark|code|state)\b/;

interface Begun {
  moved: string | undefined;
  told: boolean;
}

const begun = new WeakMap<object, Begun>();
let types: ReadonlySet<string> | undefined;
let silent = false;

/** A test file that writes a history calls this: nobody reads codes of a county that is only being made. */
export function factsMayMoveSilently(): void {
  silent = true;
}

/** Events that mark a code for evaluation. */
function listened(): ReadonlySet<string> {
  types ??= new Set(
    jest
      .requireActual<typeof import('../bff/src/features/healthcode/code.handlers')>(
        '../bff/src/features/healthcode/code.handlers',
      )
      .codeHandlers()
      .map(({ type }) => type),
  );
  return types;
}

/** Follows the statements of a connection; throws at the COMMIT of a transaction that moved a fact and told nobody. */
export function refuseSilentFacts(connection: object, sql: string, values: readonly unknown[]): void {
  if (silent) return;
  for (const one of sql.split(';\n')) {
    if (one === 'START TRANSACTION') begun.set(connection, { moved: undefined, told: false });
    const transaction = begun.get(connection);
    if (transaction === undefined) continue;
    if (one === 'ROLLBACK') begun.delete(connection);
    if (one === 'COMMIT') {
      begun.delete(connection);
      if (transaction.moved !== undefined && !transaction.told)
        throw new Error(`a fact moved, and no health code hears of it: ${transaction.moved}`);
      continue;
    }
    const written = WRITE.exec(one);
    if (written === null) continue;
    const [, , table = '', rest = ''] = written;
    if (MARKS.test(one) || (table === 'event' && flat(values).some((value) => listened().has(String(value)))))
      transaction.told = true;
    if (moves(one, table, rest, flat(values))) transaction.moved ??= one.slice(0, 300);
  }
}

function flat(values: readonly unknown[]): unknown[] {
  return values.flat(3) as unknown[];
}

/** Whether a statement changes what the facts are read from. */
function moves(sql: string, table: string, rest: string, values: readonly unknown[]): boolean {
  const read = TABLES.get(table);
  if (read === undefined) return false;
  const said = new Set([...(sql.match(/(?<=')\w+(?=')/g) ?? []), ...values.map(String)]);
  const named = read.states === undefined || [...read.states].some((state) => said.has(state));
  if (/^\s*UPDATE/i.test(sql)) {
    const set = /\bSET\b([^]*?)(?:\bWHERE\b|$)/i.exec(rest)?.[1] ?? '';
    const columns = [...set.matchAll(/(?:^|,)\s*(?:\w+\.)?(\w+)\s*=/g)].map(([, column = '']) => column);
    // From one state that is no fact to another: no fact has moved.
    return columns.some((column) => read.columns.has(column)) && (named || !columns.includes('state'));
  }
  if (table === 'finding_step') return said.has('rejected');
  return named || (read.states?.has(read.first ?? '') === true && !/\bstate\b/.test(rest));
}
