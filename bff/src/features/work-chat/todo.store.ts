import { claim } from '../../core/claims';
import type { Tx } from '../../core/database';

/** Officials of one todo at most; a tier of a region has a handful. */
const MOST_EXECUTORS = 100;

/** Whether it is the turn of the holder of a grant `g`, by the tier of a warning `w`. */
const TURN =
  "g.role = CASE w.tier WHEN 'township' THEN 'township' WHEN 'enforcement' THEN 'enforcement' ELSE 'regulator' END";

/** The todo of a warning has something new to say. */
export async function wantTodo(tx: Tx, warningId: number, now: Date): Promise<void> {
  await tx.execute(
    `INSERT INTO work_todo (warning_id, next_attempt_at) VALUES (?, ?)
     ON DUPLICATE KEY UPDATE wanted = wanted + 1, state = 'queued', attempts = 0, next_attempt_at = ?`,
    [warningId, now, now],
  );
}

/** Todos of the warnings whose turn is a person's may have come to him, or been taken from him. */
export async function wantTodosAround(tx: Tx, personId: number, now: Date): Promise<void> {
  await tx.execute(
    `INSERT INTO work_todo (warning_id, next_attempt_at)
     SELECT w.id, ? FROM person_grant g
     JOIN warning w ON w.region_code LIKE CONCAT(g.region_prefix, '%') AND w.state <> 'closed' AND ${TURN}
     WHERE g.person_id = ? AND g.region_prefix IS NOT NULL
     ON DUPLICATE KEY UPDATE wanted = wanted + 1, state = 'queued', attempts = 0, next_attempt_at = ?`,
    [now, personId, now],
  );
}

export interface TodoRow {
  warning_id: number;
  wanted: number;
  owner_union: string | null;
  task_id: string | null;
  attempts: number;
  level: string;
  rule_zh: string;
  about: string | null;
  reason: string;
  region_code: string;
  /** Closed, or over by itself: nobody has to do anything any more. */
  closed: number;
  due_at: Date;
}

/** Claims todos that are to be told, under a lease by the database's clock, with what their warnings say now. */
export async function claimTodos(
  tx: Tx,
  { owner, now, batch, leaseS }: { owner: string; now: Date; batch: number; leaseS: number },
): Promise<TodoRow[]> {
  const queue = {
    table: 'work_todo',
    key: 'warning_id',
    where: "state = 'queued' AND next_attempt_at <= ?",
    values: [now],
    order: 'next_attempt_at, warning_id',
  };
  if ((await claim(tx, queue, { owner, limit: batch, leaseS })) === 0) return [];
  return tx.query<TodoRow>(
    `SELECT t.warning_id, t.wanted, t.owner_union, t.task_id, t.attempts, w.level, u.zh AS rule_zh, COALESCE(e.name, r.name) AS about,
       w.reason, w.region_code, (w.state = 'closed' OR w.eased_at IS NOT NULL) AS closed, IF(w.state = 'snoozed', w.snoozed_until, w.ack_by) AS due_at
     FROM work_todo t JOIN warning w ON w.id = t.warning_id
     JOIN warning_rule u ON u.code = w.rule_code AND u.version = w.rule_version
     LEFT JOIN enterprise e ON e.id = w.enterprise_id
     LEFT JOIN region r ON r.code = w.region_code
     WHERE t.lease_owner = ? AND t.state = 'queued' ORDER BY t.warning_id`,
    [owner],
  );
}

/** The officials whose turn it is, by warning, as the platform names them. */
export async function executorsOf(
  tx: Tx,
  provider: string,
  warnings: readonly TodoRow[],
): Promise<Map<number, string[]>> {
  const executors = new Map<number, string[]>(warnings.map((row) => [row.warning_id, []]));
  if (warnings.length === 0) return executors;
  // Bound, so that the index finds the few officials among all the officers.
  const prefixes = new Set(
    warnings.flatMap(({ region_code: code }) => [...code].map((_, at) => code.slice(0, at + 1))),
  );
  const rows = await tx.query<{ warning_id: number; union_id: string }>(
    `SELECT DISTINCT w.id AS warning_id, i.person_id, i.union_id
     FROM warning w
     JOIN person_grant g ON g.region_prefix IN (?) AND w.region_code LIKE CONCAT(g.region_prefix, '%') AND ${TURN}
     JOIN person p ON p.id = g.person_id AND p.active
     JOIN person_identity i ON i.person_id = p.id AND i.provider = ? AND i.union_id IS NOT NULL
     WHERE w.id IN (?) ORDER BY w.id, i.person_id`,
    [[...prefixes], provider, [...executors.keys()]],
  );
  for (const row of rows) {
    const list = executors.get(row.warning_id);
    if (list !== undefined && list.length < MOST_EXECUTORS) list.push(row.union_id);
  }
  return executors;
}

/** Keeps in whose name the todo will stand, once; false when another instance has taken it over. */
export async function keepOwner(tx: Tx, warningId: number, owner: string, unionId: string): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    'UPDATE work_todo SET owner_union = ? WHERE warning_id = ? AND lease_owner = ? AND owner_union IS NULL',
    [unionId, warningId, owner],
  );
  return affectedRows === 1;
}

export interface Told {
  state: 'queued' | 'told' | 'dead';
  taskId: string | null;
  message: string | null;
  nextAttemptAt: Date;
  /** Refused for the number of calls: it does not count as an attempt. */
  uncounted?: boolean;
}

/** Records what came of an attempt; a step that the warning took meanwhile leaves the todo in the queue. */
export async function recordTodo(tx: Tx, row: TodoRow, owner: string, told: Told): Promise<void> {
  await tx.execute(
    `UPDATE work_todo SET state = IF(wanted = ?, ?, 'queued'), task_id = ?, platform_message = ?,
       next_attempt_at = IF(wanted = ?, ?, next_attempt_at), attempts = GREATEST(attempts - ?, 0), lease_owner = NULL, lease_until = NULL
     WHERE warning_id = ? AND lease_owner = ?`,
    [
      row.wanted,
      told.state,
      told.taskId,
      told.message?.slice(0, 300) ?? null,
      row.wanted,
      told.nextAttemptAt,
      told.uncounted === true ? 1 : 0,
      row.warning_id,
      owner,
    ],
  );
}
