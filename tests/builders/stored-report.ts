import { randomUUID } from 'node:crypto';
import type { Tx } from '../../bff/src/core/database';

interface ReportGiven {
  taskId: number;
  /** Who reported; the task's officer unless told otherwise. */
  officerId?: number;
  abnormal?: number;
  /** Values by item code. */
  answers?: Record<string, number | string>;
}

/** A report of an open task, filled in at 10:00 of its date, with the task closed by it; returns its id. */
export async function buildReport(tx: Tx, given: ReportGiven): Promise<number> {
  const answers = Object.entries(given.answers ?? {}).map(([code, value]) => ({
    code,
    value,
    state: 'normal',
    severity: null,
    reason: null,
    limit: null,
  }));
  // 02:00 UTC is 10:00 in Huzhou.
  const at = 'TIMESTAMP(t.task_date, ?)';
  const { insertId, affectedRows } = await tx.execute(
    `INSERT INTO report (client_uuid, task_id, point_id, enterprise_id, officer_id, checklist_id, answers, abnormal_count,
       started_at, filled_at, believed_at, received_at, evidence, trust_score, trust_reasons, body_sha256)
     SELECT ?, t.id, t.point_id, t.enterprise_id, COALESCE(?, t.officer_id), c.id, ?, ?, ${at}, ${at}, ${at}, ${at}, '{}', 100, '[]', ?
     FROM task t JOIN point p ON p.id = t.point_id JOIN checklist c ON c.point_type = p.point_type AND c.version = 1 WHERE t.id = ?`,
    [
      randomUUID(),
      given.officerId ?? null,
      JSON.stringify(answers),
      given.abnormal ?? 0,
      ...Array<string>(4).fill('02:00:00'),
      'a'.repeat(64),
      given.taskId,
    ],
  );
  if (affectedRows !== 1) throw new Error('no report was stored: is the task there, and are the checklists seeded?');
  await tx.execute(
    `UPDATE task t JOIN report r ON r.task_id = t.id SET t.state = 'done', t.report_id = r.id, t.closed_at = r.received_at WHERE t.id = ?`,
    [given.taskId],
  );
  return insertId;
}
