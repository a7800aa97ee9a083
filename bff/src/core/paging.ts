import { wire } from './problem';

/** Rows of a page when the caller does not say. */
const PAGE = 50;

export function pageSize(query: { limit?: number | undefined }): number {
  return query.limit ?? PAGE;
}

/** The parts of a keyset cursor such as '2026-11-23_17', by the groups of `pattern`; undefined without a cursor. */
export function cursorParts(cursor: string | undefined, pattern: RegExp): string[] | undefined {
  if (cursor === undefined) return undefined;
  const match = pattern.exec(cursor);
  if (match === null) throw wire.INVALID({ faults: [{ field: 'query.cursor', problem: '格式不对' }] });
  return match.slice(1);
}

/** A cursor that is nothing but an id. */
export function cursorId(cursor: string | undefined): number | undefined {
  const [id] = cursorParts(cursor, /^(\d{1,15})$/) ?? [];
  return id === undefined ? undefined : Number(id);
}

/** One page of a query that asked for `size + 1` rows: the extra row only says that there is a next page. */
export function onePage<T>(
  rows: readonly T[],
  size: number,
  keyOf: (row: T) => string,
): { shown: T[]; next: string | null } {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return { shown, next: rows.length > size && last !== undefined ? keyOf(last) : null };
}
