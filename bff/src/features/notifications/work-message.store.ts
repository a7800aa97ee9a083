import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { claimDue } from './notification.store';

export interface WorkRow {
  id: number;
  kind: string;
  business_date: BusinessDate;
  content: unknown;
  attempts: number;
  created_at: Date;
  /** The receiver's account; null when he has bound none. */
  subject: string | null;
  task_id: string | null;
  accepted_try: number | null;
  resends: number | null;
}

/** Claims officials' messages that are to be sent or asked about. */
export async function claimWork(
  tx: Tx,
  provider: string,
  lease: { owner: string; now: Date; batch: number; leaseS: number },
): Promise<WorkRow[]> {
  if ((await claimDue(tx, ['workchat'], lease)) === 0) return [];
  return tx.query<WorkRow>(
    `SELECT n.id, n.kind, n.business_date, n.content, n.attempts, n.created_at, i.subject, m.task_id, m.accepted_try, m.resends
     FROM notification n
     LEFT JOIN person_identity i ON i.person_id = n.person_id AND i.provider = ?
     LEFT JOIN work_message m ON m.notification_id = n.id
     WHERE n.lease_owner = ? AND n.state = 'queued' ORDER BY n.id`,
    [provider, lease.owner],
  );
}

/** Notes that the platform took a message, and under which number it tells the result. */
export async function noteAccepted(tx: Tx, row: WorkRow, taskId: string | null, now: Date): Promise<void> {
  await tx.execute(
    `INSERT INTO work_message (notification_id, task_id, accepted_at, accepted_try) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE task_id = ?, accepted_at = ?, accepted_try = ?`,
    [row.id, taskId, now, row.attempts, taskId, now, row.attempts],
  );
}
