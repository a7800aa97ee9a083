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
      item.absent?.longest !== undefined ||
      item.escalate?.some((rule) => rule.consecutive !== undefined) === true,
  );
}

/** What earlier reports say, by point and item code; points without reports are absent. */
export async function itemHistory(
  tx: Tx,
  pointIds: readonly number[],
  now: Date,
): Promise<Map<number, Map<string, ItemHistory>>> {
  if (pointIds.length === 0) return new Map();
  const rows = await earlierAnswers(tx, pointIds, new Date(now.getTime() - HISTORY_DAYS * DAY_MS));
  const today = businessDate(now);
  const histories = new Map<number, Map<string, ItemHistory>>();
  for (const row of rows) {
    const history = histories.get(row.point_id) ?? new Map<string, ItemHistory>();
    histories.set(row.point_id, history);
    const age = daysBetween(businessDate(row.believed_at), today);
    const answers = fromJson<JudgedAnswer[]>(row.answers);
    const numbers = new Map(
      answers.flatMap(({ code, value }) => (typeof value === 'number' ? [[code, value] as const] : [])),
    );
    for (const answer of answers) {
      const known = history.get(answer.code);
      const number = typeof answer.value === 'number' ? [answer.value] : [];
      history.set(answer.code, {
        values: [...(known?.values ?? []), ...number],
        beside: [...(known?.beside ?? []), ...number.map(() => numbers)],
        absentInRow: answer.value === 'na' ? (known?.absentInRow ?? 0) + 1 : 0,
        abnormalInRow: answer.state === 'abnormal' ? (known?.abnormalInRow ?? 0) + 1 : 0,
        daysSince: age,
      });
    }
  }
  return histories;
}
