import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type * as CodeHandlers from '../bff/src/features/healthcode/code.handlers';
import type * as EaseService from '../bff/src/features/warnings/ease.service';

/**
 * Whoever changes what others judge by must say so in the same transaction, by an event that they listen to: otherwise a
 * bank reads yesterday's score, and a card orders what is done, until the night. Which tables, columns and states these are
 * is read off the queries that judge; which events, off the handlers. No list of either is kept by hand.
 */

const ROOT = path.resolve(__dirname, '..');
const SCHEMA = readdirSync(path.join(ROOT, 'sql/migrations'))
  .map((name) => readFileSync(path.join(ROOT, 'sql/migrations', name), 'utf8'))
  .join('\n');
const WRITE = /^\s*(INSERT(?: IGNORE)? INTO|UPDATE|DELETE FROM|REPLACE INTO) (\w+)([^]*)$/i;

interface Watcher {
  who: string;
  tables: ReadonlyMap<string, Read>;
  /** Events that reach him. */
  hears: () => ReadonlySet<string>;
  /** What he writes himself when he knows already. */
  knows: RegExp;
}

interface Read {
  columns: ReadonlySet<string>;
  /** States in which a row counts; undefined where its state is not asked for. */
  states: ReadonlySet<string> | undefined;
  /** The state of a row that is stored without one. */
  first: string | undefined;
}

function queries(of: (name: string) => boolean): string[] {
  return readdirSync(path.join(ROOT, 'sql/queries'))
    .filter((name) => of(name.replace('.sql', '')))
    .map((name) => readFileSync(path.join(ROOT, 'sql/queries', name), 'utf8').replace(/--.*$/gm, ''));
}

/** What these queries read of each table, and in which of its states. */
function tablesOf(judging: readonly string[]): Map<string, Read> {
  const names = judging.flatMap((sql) =>
    [...sql.matchAll(/\b(?:FROM|JOIN) (\w+) \w+/g)].map(([, table = '']) => table),
  );
  return new Map([...new Set(names)].map((table) => [table, readOf(table, judging)]));
}

function readOf(table: string, judging: readonly string[]): Read {
  const own = judging.filter((sql) => sql.includes(` ${table} `));
  const asked = own.flatMap((sql) =>
    [...sql.matchAll(new RegExp(`\\b(?:FROM|JOIN) ${table} (\\w+)`, 'g'))].flatMap(([, alias = '']) => [
      ...sql.matchAll(new RegExp(`\\b${alias}\\.state (?:= ('\\w+')|IN \\(([^)]*)\\))`, 'g')),
    ]),
  );
  const states = asked.flatMap(([, one, several]) => (one ?? several ?? '').match(/\w+/g) ?? []);
  const created = new RegExp(`CREATE TABLE IF NOT EXISTS ${table} \\(([^]*?)\\n\\)`).exec(SCHEMA)?.[1] ?? '';
  return {
    columns: new Set(own.flatMap((sql) => sql.match(/\w+/g) ?? [])),
    states: states.length === 0 ? undefined : new Set(states),
    first: /^\s+state .*DEFAULT '(\w+)'/m.exec(created)?.[1],
  };
}

/** Loaded when the first row is written, not in every test file. */
function once<T>(load: () => T): () => T {
  let kept: T | undefined;
  return () => (kept ??= load());
}

/** What these tell ends no reason: it may be one, and that is found by night. */
const ENDS_NOTHING = [
  'enterprise.registered',
  'finding.opened',
  'tasks.missed',
  'supervision.proposed',
  'supervision.confirmed',
  'supervision.rejected',
  'supervisions.reviewed',
];

const WATCHERS: readonly Watcher[] = [
  {
    who: 'the health code',
    tables: tablesOf(queries((name) => name.startsWith('health-'))),
    hears: once(() => {
      const { codeHandlers } = jest.requireActual<typeof CodeHandlers>('../bff/src/features/healthcode/code.handlers');
      return new Set(codeHandlers().map(({ type }) => type));
    }),
    knows: /\bhealth_(mark|code|state)\b/,
  },
  {
    who: 'the warnings of an enterprise',
    tables: tablesOf(queries((name) => /^warning-(?!digest|merge|township-falling|unreachable)/.test(name))),
    hears: once(() => {
      const { MAY_END } = jest.requireActual<typeof EaseService>('../bff/src/features/warnings/ease.service');
      return new Set<string>([...MAY_END, ...ENDS_NOTHING]);
    }),
    // A code that is evaluated says so by an event only when its colour changes; the rules ask for nothing else of it.
    // What the photos of a report say can only lower the trust in it.
    knows: /\bwarning\b|\bhealth_code\b|^UPDATE report SET evidence/,
  },
];

interface Begun {
  moved: Map<Watcher, string>;
  told: Set<Watcher>;
}

const begun = new WeakMap<object, Begun>();
let silent = false;

/** A test file that writes a history calls this: nobody judges a county that is only being made. */
export function factsMayMoveSilently(): void {
  silent = true;
}

/** Follows the statements of a connection; throws at the COMMIT of a transaction that moved a fact and told nobody. */
export function refuseSilentFacts(connection: object, sql: string, values: readonly unknown[]): void {
  if (silent) return;
  for (const one of sql.split(';\n')) {
    if (one === 'START TRANSACTION') begun.set(connection, { moved: new Map(), told: new Set() });
    const transaction = begun.get(connection);
    if (transaction === undefined) continue;
    if (one === 'ROLLBACK' || one === 'COMMIT') begun.delete(connection);
    if (one === 'COMMIT') refuseUntold(transaction);
    else note(transaction, one, values.flat(3));
  }
}

function refuseUntold({ moved, told }: Begun): void {
  for (const [watcher, statement] of moved) {
    if (!told.has(watcher)) throw new Error(`a fact moved, and ${watcher.who} will not hear of it: ${statement}`);
  }
}

function note({ moved, told }: Begun, sql: string, values: readonly unknown[]): void {
  const [, , table = '', rest = ''] = WRITE.exec(sql) ?? [];
  if (table === '') return;
  for (const watcher of WATCHERS) {
    const read = watcher.tables.get(table);
    if (watcher.knows.test(sql)) told.add(watcher);
    if (table === 'event' && values.some((value) => watcher.hears().has(String(value)))) told.add(watcher);
    if (read !== undefined && !moved.has(watcher) && moves(sql, table, rest, values, read))
      moved.set(watcher, sql.slice(0, 300));
  }
}

/** Whether a statement changes what is read. */
function moves(sql: string, table: string, rest: string, values: readonly unknown[], read: Read): boolean {
  const said = new Set([...(sql.match(/(?<=')\w+(?=')/g) ?? []), ...values.map(String)]);
  const named = read.states === undefined || [...read.states].some((state) => said.has(state));
  if (/^\s*UPDATE/i.test(sql)) {
    const set = /\bSET\b([^]*?)(?:\bWHERE\b|$)/i.exec(rest)?.[1] ?? '';
    const columns = [...set.matchAll(/(?:^|,)\s*(?:\w+\.)?(\w+)\s*=/g)].map(([, column = '']) => column);
    // From one state that does not count to another: nothing has moved.
    return columns.some((column) => read.columns.has(column)) && (named || !columns.includes('state'));
  }
  // Steps of a finding count when somebody has judged it.
  if (table === 'finding_step') return said.has('rejected') || said.has('verified');
  return named || (read.states?.has(read.first ?? '') === true && !/\bstate\b/.test(rest));
}
