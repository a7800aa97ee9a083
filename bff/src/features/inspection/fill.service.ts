import { fromJson } from '../../core/database';
import { itemsFor, limitOf, type Checklist, type ItemHistory, type PointFacts } from '../checklists';
import type { LastReport } from './pack.store';
import type { JudgedAnswer } from './report.store';

/** The items that apply at a point today, each with its limit and its last value. */
export function fillOf(
  checklist: Checklist,
  facts: PointFacts,
  history: ReadonlyMap<string, ItemHistory> = new Map(),
  last: LastReport | undefined,
) {
  const values = new Map(
    fromJson<JudgedAnswer[]>(last?.answers ?? []).map((answer) => [answer.code, answer.value] as const),
  );
  return {
    items: itemsFor(checklist.items, facts, history).map((item) => ({
      ...item,
      limit: limitOf(item, facts, history.get(item.code)),
      last: values.get(item.code) ?? null,
    })),
    lastAt: last?.believed_at.toISOString() ?? null,
  };
}
