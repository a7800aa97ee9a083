import type { DayList, TaskRow } from '../api/types';
import { isStuck, type Outgoing, type Sent } from './outbox';
import type { KeptPhoto } from './photos';

/** What this phone holds that the server does not have yet. Every screen that counts it counts it here. */
export interface Held {
  /** Reports that are sent by themselves. */
  waiting: number;
  /** Reports that need the officer: refused, or somebody else was faster. */
  stuck: number;
  /** Photos whose report went ahead of them. */
  photos: number;
}

export function heldOf(
  outgoing: Iterable<Outgoing>,
  receipts: Iterable<Sent>,
  kept: ReadonlyMap<string, KeptPhoto>,
): Held {
  const all = [...outgoing];
  const ahead = new Set([...receipts].flatMap(({ receipt }) => receipt.photos.map(({ sha256 }) => sha256)));
  const stuck = all.filter(isStuck).length;
  return {
    waiting: all.length - stuck,
    stuck,
    photos: [...kept.values()].filter((photo) => !photo.uploaded && (photo.leaving === true || ahead.has(photo.sha256)))
      .length,
  };
}

/**
 * A list as the receipts on this phone know it: what the server has taken is done, however old the list is. A list that
 * is younger than the receipt is right by itself.
 */
export function withReceipts(day: DayList, receipts: Iterable<Sent>): DayList {
  const byTask = new Map([...receipts].map(({ receipt }) => [receipt.taskId, receipt]));
  const seen = (task: TaskRow): TaskRow => {
    const receipt = byTask.get(task.id);
    if (receipt === undefined || task.state !== 'open' || receipt.receivedAt < day.at) return task;
    return { ...task, state: receipt.taskState, closedAt: receipt.receivedAt, reportId: receipt.reportId };
  };
  return { ...day, tasks: day.tasks.map(seen), overdue: day.overdue.map(seen) };
}
