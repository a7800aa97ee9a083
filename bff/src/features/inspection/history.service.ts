import { businessDate, daysBetween } from '../../core/clock';
import { fromJson, type Tx } from '../../core/database';
import type { Item, ItemHistory } from '../checklists';
import { earlierAnswers, type JudgedAnswer } from './report.store';

const DAY_MS = 86_400_000;
/** Medians look back 30 days (domain.md §A); weekly items need no more. */
const HISTORY_DAYS = 30;

/** Whether judging these items needs what was answered before; most lists do not, and are spared the query. */
export function needsHistory(items: readonly Item[]): boolean {
  return items.some(
    (item) =>
      item.range?.from === 'history' ||
      item.when?.everyDays !== undefined ||
      item.escalate?.some((rule) => rule.consecutive !== undefined) === true,
  );
}

/** What earlier reports of a point say, by item code. */
export async function itemHistory(tx: Tx, pointId: number, now: Date): Promise<Map<string, ItemHistory>> {
  const rows = await earlierAnswers(tx, pointId, new Date(now.getTime() - HISTORY_DAYS * DAY_MS));
  const history = new Map<string, { values: number[]; abnormalInRow: number; daysSince: number | null }>();
  const today = businessDate(now);
  for (const row of rows) {
    const age = daysBetween(businessDate(row.believed_at), today);
    for (const answer of fromJson<JudgedAnswer[]>(row.answers)) {
      const known = history.get(answer.code) ?? { values: [], abnormalInRow: 0, daysSince: null };
      if (typeof answer.value === 'number') known.values.push(answer.value);
      known.abnormalInRow = answer.state === 'abnormal' ? known.abnormalInRow + 1 : 0;
      known.daysSince = age;
      history.set(answer.code, known);
    }
  }
  return history;
}
