import { randomUUID } from 'node:crypto';
import type { Core } from '../../core/feature';
import { GatewayError } from '../../gateways/gateway-error';
import type { WorkChatClient, WorkTodo, WorkTodos } from '../../gateways/work-chat';
import { retryAt } from '../notifications';
import { todoStep, todoSubject } from './todo.rules';
import { claimTodos, executorsOf, keepOwner, recordTodo, type TodoRow } from './todo.store';

const BATCH = 20;
/** A platform that is down for a day is down for longer: the warning's next step tells it again. */
const MOST_ATTEMPTS = 15;
/** Longer than a batch can take with every call timing out: all at once, each up to 6 calls of 8 s. */
const LEASE_S = 300;

/**
 * Tells the platform how the todos of warnings stand: claim, call outside any transaction, record. A crash in between
 * repeats the call, which finds the todo by its source. One that was given up is told again with the warning's next
 * step. Returns how many were worked on; 0 also when the platform is away or busy, so that it is left alone for a moment.
 */
export async function tellTodos(core: Core, { kind }: WorkChatClient, todos: WorkTodos): Promise<number> {
  const { read } = core.db;
  const owner = `${core.instanceId}:${randomUUID().slice(0, 8)}`;
  const rows = await claimTodos(read, { owner, now: core.clock.now(), batch: BATCH, leaseS: LEASE_S });
  const executors = await executorsOf(read, kind, rows);
  const reached = await Promise.all(
    rows.map((row) =>
      tellOne(core, todos, row, executors.get(row.warning_id) ?? [], owner).catch((error: unknown) => {
        // Its lease runs out and it is tried again.
        core.logger.error({ err: error, warningId: row.warning_id }, 'todo not told');
        return true;
      }),
    ),
  );
  return reached.includes(false) ? 0 : rows.length;
}

/** False when the platform is away or busy. */
async function tellOne(
  core: Core,
  todos: WorkTodos,
  row: TodoRow,
  executors: readonly string[],
  owner: string,
): Promise<boolean> {
  const now = core.clock.now();
  const told = { state: 'told', taskId: row.task_id, message: null, nextAttemptAt: now } as const;
  try {
    const taskId = await bringUp(core, todos, row, executors, owner);
    await recordTodo(core.db.read, row, owner, { ...told, taskId });
    core.metrics.count('work_todos_total', { result: 'told' });
    return true;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const at = row.attempts > MOST_ATTEMPTS ? undefined : retryAt(error, row.attempts, now);
    core.metrics.count('work_todos_total', { result: at === undefined ? 'dead' : 'retry' });
    if (at === undefined) core.logger.error({ warningId: row.warning_id, code: error.code }, 'todo given up');
    await recordTodo(core.db.read, row, owner, {
      ...told,
      state: at === undefined ? 'dead' : 'queued',
      message: error.message,
      nextAttemptAt: at ?? now,
      uncounted: error.quota !== undefined,
    });
    return !error.retryable;
  }
}

/** Makes the platform's todo say what the warning says; returns its id, if there is one. */
async function bringUp(
  core: Core,
  todos: WorkTodos,
  row: TodoRow,
  executors: readonly string[],
  owner: string,
): Promise<string | null> {
  const [first] = executors;
  const step = todoStep(row.task_id !== null, row.closed === 1, executors.length);
  // A todo that may have been made stands in its first owner's name.
  const ownerUnionId = row.owner_union ?? first ?? '';
  const taskId = row.task_id ?? '';
  switch (step) {
    case 'nothing':
      return null;
    case 'finish':
      await todos.finish(taskId, ownerUnionId);
      return taskId;
    case 'update':
      await todos.update(taskId, todoOf(row, ownerUnionId, executors));
      return taskId;
    case 'create':
      if (row.owner_union === null && !(await keepOwner(core.db.read, row.warning_id, owner, ownerUnionId)))
        return null;
      return todos.create(todoOf(row, ownerUnionId, executors));
  }
}

function todoOf(row: TodoRow, ownerUnionId: string, executorUnionIds: readonly string[]): WorkTodo {
  return {
    source: `warning-${row.warning_id}`,
    ownerUnionId,
    executorUnionIds,
    subject: todoSubject(row.level, row.rule_zh, row.about ?? ''),
    description: row.reason,
    dueAt: row.due_at,
    page: `pages/township/warning/index?id=${row.warning_id}`,
    urgent: row.level === 'major',
  };
}
