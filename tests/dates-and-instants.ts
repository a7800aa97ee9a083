import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Refuses a statement that compares a day with an instant, or sets one by the other: the database takes a day for its
 * midnight in UTC, which is eight in the morning of that day in Huzhou, and the last day of a span is lost.
 */

const MIGRATIONS = path.resolve(__dirname, '../sql/migrations');
const COLUMN = /^\s+(?:ADD COLUMN (?:\/\*M! IF NOT EXISTS \*\/ )?)?(\w+) (DATETIME\(3\)|DATE)(?=[\s,])/gm;
const COMPARED = /(\w+)\s*(?:>=|<=|<>|<|>|=|\bBETWEEN\b|\bBETWEEN\s+\?\s+AND\b)\s*$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

type Kind = 'day' | 'instant';

/** What each column is, by its name; names that are a day in one table and an instant in another are left out. */
function columns(): Map<string, Kind> {
  const found = new Map<string, Set<Kind>>();
  for (const file of readdirSync(MIGRATIONS)) {
    for (const [, name = '', type] of readFileSync(path.join(MIGRATIONS, file), 'utf8').matchAll(COLUMN)) {
      found.set(name, (found.get(name) ?? new Set()).add(type === 'DATE' ? 'day' : 'instant'));
    }
  }
  const clear = [...found].filter(([, of]) => of.size === 1);
  return new Map(clear.map(([name, of]) => [name, [...of][0] as Kind]));
}

const kinds = columns();
const known = new Map<string, readonly { at: number; name: string; kind: Kind }[]>();

/** The placeholders of a statement that stand against a day or an instant. */
function placed(sql: string): readonly { at: number; name: string; kind: Kind }[] {
  const found = known.get(sql);
  if (found !== undefined) return found;
  const places: { at: number; name: string; kind: Kind }[] = [];
  sql.split('?').forEach((_, at, parts) => {
    if (at === parts.length - 1) return;
    const before = parts.slice(0, at + 1).join('?');
    const name = COMPARED.exec(before)?.[1] ?? '';
    const kind = kinds.get(name);
    if (kind !== undefined) places.push({ at, name, kind });
  });
  known.set(sql, places);
  return places;
}

/** Throws when a value of the other kind is bound. */
export function refuseMixedDays(sql: string, values: readonly unknown[]): void {
  for (const { at, name, kind } of placed(sql)) {
    const value = values[at];
    const is: Kind | undefined =
      value instanceof Date ? 'instant' : typeof value === 'string' && DAY.test(value) ? 'day' : undefined;
    if (is !== undefined && is !== kind)
      throw new Error(`${name} is ${kind}, compared with ${is}: ${sql.slice(0, 300)}`);
  }
}
