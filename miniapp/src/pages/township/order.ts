import type { PriorityRow, WarningRow } from '../../api/types';

/** Warnings as somebody sets out: what is major first, then where a visit helps most, then by their clock. */
export function byBenefit(rows: readonly WarningRow[], known: ReadonlyMap<string, PriorityRow>): WarningRow[] {
  const rank = (row: WarningRow) => (row.level === 'major' ? 1 : 0);
  const score = (row: WarningRow) => known.get(row.enterprise?.id ?? '')?.benefit.score ?? 0;
  return [...rows].sort(
    (a, b) => rank(b) - rank(a) || score(b) - score(a) || Date.parse(a.ackBy) - Date.parse(b.ackBy),
  );
}

/** Rows by a distance in metres, the nearest first; what has none comes last, in the order in which it was. */
export function byDistance<T>(rows: readonly T[], metres: (row: T) => number | undefined): T[] {
  return [...rows].sort((a, b) => (metres(a) ?? Infinity) - (metres(b) ?? Infinity) || 0);
}
