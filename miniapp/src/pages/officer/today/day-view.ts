import { timeOf } from '../../../api/clock';
import type { DayList, TaskRow } from '../../../api/types';
import type { Draft } from '../../../offline/drafts';
import { isStuck, type Outgoing } from '../../../offline/outbox';

/** A task as the list shows it: the server's state, and what this phone still holds of it. */
export type ShownState = TaskRow['state'] | 'waiting' | 'refused';

export interface ShownTask {
  task: TaskRow;
  state: ShownState;
  /** When it was filled in on this phone, 'HH:mm'; for what waits. */
  filledAt?: string;
  draft?: Draft;
}

export interface DayView {
  /** Of earlier days, still in grace: they come first. */
  overdue: ShownTask[];
  open: ShownTask[];
  /** Done, waiting, excused: they ask for nothing any more. */
  closed: ShownTask[];
  /** One ring segment per task that is due; excused ones are not counted. */
  ring: ('filled' | 'waiting' | 'empty')[];
  done: number;
  due: number;
  left: number;
  /** The next door. */
  next?: ShownTask;
}

/** Orders the day: what is next first. Pure, so that it can be tested without a phone. */
export function dayView(day: DayList, drafts: readonly Draft[], waiting: readonly Outgoing[]): DayView {
  const byTask = new Map(waiting.map((each) => [each.report.taskId, each]));
  const draftOf = new Map(drafts.map((each) => [each.taskId, each]));
  const shown = (task: TaskRow): ShownTask => {
    const outgoing = byTask.get(task.id);
    const draft = draftOf.get(task.id);
    // What the server has closed is closed, whatever still lies in the outbox.
    const state =
      outgoing === undefined || task.state !== 'open' ? task.state : isStuck(outgoing) ? 'refused' : 'waiting';
    return {
      task,
      state,
      ...(outgoing === undefined ? {} : { filledAt: timeOf(outgoing.report.filledAt) }),
      ...(draft === undefined ? {} : { draft }),
    };
  };
  const tasks = day.tasks.map(shown);
  const asks = ({ state }: ShownTask) => state === 'open' || state === 'refused';
  const overdue = (day.overdue ?? []).map(shown).filter(asks);
  // A form that was begun is the nearest door.
  const open = tasks.filter(asks).sort((a, b) => Number(b.draft !== undefined) - Number(a.draft !== undefined));
  const counted = tasks.filter(({ state }) => state !== 'excused');
  const filled = counted.filter(({ state }) => state === 'done' || state === 'late').length;
  const held = counted.filter(({ state }) => state === 'waiting').length;
  const next = overdue[0] ?? open[0];
  return {
    overdue,
    open,
    closed: tasks.filter((each) => !asks(each)),
    ring: counted.map((_, index) => (index < filled ? 'filled' : index < filled + held ? 'waiting' : 'empty')),
    done: filled,
    due: counted.length,
    left: open.length,
    ...(next === undefined ? {} : { next }),
  };
}
