import type { Tx } from '../../core/database';
import type { ChunkRange } from '../../core/jobs';
import type { RuleCode } from './rule.schema';
import { ackBy } from './warning.rules';

export interface StandingRow {
  id: number;
  rule_code: RuleCode;
  enterprise_id: number | null;
  region_code: string;
  reason: string;
  evidence: unknown;
  ack_hours: number;
}

/** Major warnings about overdue findings of a range of enterprises that are not closed: the night's only major rule. */
export function standingMajor(tx: Tx, { from, to }: ChunkRange): Promise<StandingRow[]> {
  return tx.query<StandingRow>(
    `SELECT id, rule_code, enterprise_id, region_code, reason, evidence, ack_hours FROM warning
     WHERE enterprise_id BETWEEN ? AND ? AND rule_code = 'overdue_major' AND level = 'major' AND state <> 'closed' ORDER BY id`,
    [from, to],
  );
}

export async function reopenGrown(tx: Tx, rows: readonly StandingRow[], now: Date): Promise<void> {
  const byHours = new Map<number, number[]>();
  for (const { id, ack_hours: hours } of rows) byHours.set(hours, [...(byHours.get(hours) ?? []), id]);
  for (const [hours, ids] of byHours) {
    await tx.execute(
      `UPDATE warning SET ack_by = IF(state = 'open', ack_by, ?), state = 'open', snoozed_until = NULL, acknowledged_at = NULL,
         acknowledged_by = NULL WHERE id IN (?)`,
      [ackBy(now, hours, 'major'), ids],
    );
  }
}
