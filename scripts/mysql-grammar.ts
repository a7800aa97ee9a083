import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Parser from 'ts-mysql-parser';

/**
 * Whether MySQL 8 could read what this house says to its database: all migrations, and every statement that the tests sent
 * (tests/record-statements.ts), each named query among them. No MySQL server runs in the tests; this reads by its grammar.
 */

const SQL = path.resolve(__dirname, '../sql');
/** An empty run finds no fault. */
const LEAST = 300;
/** The oldest MySQL that the server starts on. */
const OLDEST = '8.0.16';
/** Of the server's own tongue, in tests that ask it about itself. */
const NOT_OURS =
  /^\s*(SET|SHOW|EXPLAIN|ANALYZE|FLUSH|KILL|CREATE DATABASE|CREATE TRIGGER|DROP DATABASE|CREATE USER|GRANT|ROLLBACK|COMMIT|START)\b/i;

function files(folder: string): { name: string; text: string }[] {
  return readdirSync(path.join(SQL, folder))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(path.join(SQL, folder, name), 'utf8') }));
}

function recorded(folder: string | undefined): { name: string; text: string }[] {
  if (folder === undefined) return [];
  const texts = new Set(
    readdirSync(folder).flatMap((file) =>
      readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as string),
    ),
  );
  return [...texts].filter((text) => !NOT_OURS.test(text)).map((text) => ({ name: 'a statement of a test', text }));
}

/** A list that the driver writes out. */
function written(sql: string): string {
  return sql.replace(/\bVALUES \?/gi, 'VALUES (?)');
}

/**
 * This edition of the grammar is older than 8.0.16 in two things: CHECK as part of a column (here left out), and DROP CHECK
 * (here told as the dropping of a key).
 */
function asKnown(sql: string): string {
  const known = sql.replace(/\bDROP CHECK\b/gi, 'DROP KEY');
  const column = /(?<!CONSTRAINT \w+ )(?<![,(]\s*)\bCHECK \(/i.exec(known);
  if (column === null) return known;
  let end = column.index + column[0].length;
  for (let depth = 1; depth > 0 && end < known.length; end += 1) {
    if (known[end] === '(') depth += 1;
    if (known[end] === ')') depth -= 1;
  }
  return asKnown(known.slice(0, column.index) + known.slice(end));
}

/** The beginning of a named query, by which it is known again where the code has completed it. */
const opening = (text: string) => text.replace(/^(--.*\n)+/, '').slice(0, 60);

const parser = new Parser({ version: OLDEST });
const sent = recorded(process.argv[2]);
const all = [...files('migrations'), ...sent];
const shapes = new Map<string, string>();
for (const { name, text } of all) {
  for (const { text: one } of parser.splitStatements(text)) {
    const sql = one.trim();
    if (sql !== '') shapes.set(asKnown(written(sql)), name);
  }
}
let faults = 0;
for (const { name, text } of files('queries')) {
  if (sent.some((statement) => statement.text.includes(opening(text)))) continue;
  faults += 1;
  process.stdout.write(`${name} was sent by no test\n`);
}
for (const [sql, name] of shapes) {
  const { lexerError, parserError } = parser.parse(sql);
  const error = lexerError ?? parserError;
  if (error === undefined) continue;
  faults += 1;
  process.stdout.write(`${name}: ${error.message}\n${sql.slice(0, 600)}\n\n`);
}
process.stdout.write(`${shapes.size} statements read by the grammar of MySQL ${OLDEST}, ${faults} refused\n`);
if (shapes.size < LEAST) process.stdout.write(`fewer than ${LEAST}: something was not recorded\n`);
process.exit(faults === 0 && shapes.size >= LEAST ? 0 : 1);
