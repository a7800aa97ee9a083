import { addDays, daysBetween, shanghaiInstant, type BusinessDate } from '../../core/clock';

/** A task is due at 20:00 of its date and may be reported until 10:00 of the next (design/product.md, "The day"). */
const DUE_TIME = '20:00';
const GRACE_TIME = '10:00';

/** Until when a task of `date` is on time, and until when it counts as late instead of missed. Asia/Shanghai. */
export function dueWindow(date: BusinessDate): { dueAt: Date; graceUntil: Date } {
  return { dueAt: shanghaiInstant(date, DUE_TIME), graceUntil: shanghaiInstant(addDays(date, 1), GRACE_TIME) };
}

/** The first due date of a point strictly after `after`: anchor plus a multiple of the interval (days). */
export function nextDueDate(anchor: BusinessDate, intervalDays: number, after: BusinessDate): BusinessDate {
  const passed = daysBetween(anchor, after);
  if (passed < 0) return anchor;
  return addDays(anchor, (Math.floor(passed / intervalDays) + 1) * intervalDays);
}

/** Due dates of a point from `from` to `to`, both included. */
export function dueDates(
  anchor: BusinessDate,
  intervalDays: number,
  from: BusinessDate,
  to: BusinessDate,
): BusinessDate[] {
  const dates: BusinessDate[] = [];
  for (
    let date = nextDueDate(anchor, intervalDays, addDays(from, -1));
    date <= to;
    date = addDays(date, intervalDays)
  ) {
    dates.push(date);
  }
  return dates;
}

const SENTENCES = {
  default: (days: number) => `每 ${days} 天检查一次，今天轮到。`,
  risk: (days: number, because: string) => `${because}，每 ${days} 天检查一次，今天轮到。`,
  permit: (days: number) => `排污许可证要求每 ${days} 天检查一次，今天轮到。`,
};

/** Why a task is on today's list, as one sentence for the officer. */
export function whyDue(task: {
  origin: string;
  intervalDays: number;
  intervalBasis: string;
  extraReason: string | null;
  /** Why the enterprise is inspected at other intervals than the usual ones, as far as that still holds. */
  reasons: readonly string[];
}): string {
  if (task.origin === 'ordered') return `监管人员要求加查：${task.extraReason ?? '未写明原因'}`;
  if (task.origin === 'own') return '您自己发起的加查。';
  return SENTENCES[task.intervalBasis as keyof typeof SENTENCES](
    task.intervalDays,
    task.reasons.length === 0 ? '按企业当前风险' : task.reasons.join('，'),
  );
}
