import { randomUUID } from 'node:crypto';
import type { Tx } from '../../bff/src/core/database';
import type { Level, Tier, WarningState } from '../../bff/src/features/warnings/warning.rules';
import { buildEnterprise, buildPoint, buildTask } from './directory';

/** Rows that warnings look at, without the way through the app. Each returns the id. */

let lastReport = 0;

export async function buildFinding(
  tx: Tx,
  given: {
    enterpriseId?: number;
    severity?: 'minor' | 'general' | 'major';
    state?: 'open' | 'submitted' | 'closed';
    dueAt: Date;
    openedAt?: Date;
    containDueAt?: Date;
    containedAt?: Date;
    previousId?: number;
    itemZh?: string;
  },
): Promise<number> {
  const pointId = await buildPoint(tx, given.enterpriseId === undefined ? {} : { enterpriseId: given.enterpriseId });
  lastReport += 1;
  const { insertId } = await tx.execute(
    `INSERT INTO finding (enterprise_id, point_id, item_code, item_zh, severity, state, officer_id, report_id, last_report_id, previous_id,
       opened_at, due_at, contain_due_at, contained_at)
     SELECT enterprise_id, id, 'HW01', ?, ?, ?, officer_id, ?, ?, ?, ?, ?, ?, ? FROM point WHERE id = ?`,
    [
      given.itemZh ?? '标志牌',
      given.severity ?? 'general',
      given.state ?? 'open',
      lastReport,
      lastReport,
      given.previousId ?? null,
      given.openedAt ?? given.dueAt,
      given.dueAt,
      given.containDueAt ?? null,
      given.containedAt ?? null,
      pointId,
    ],
  );
  return insertId;
}

export async function buildReport(
  tx: Tx,
  given: { enterpriseId: number; trust: number; receivedAt: Date },
): Promise<number> {
  const pointId = await buildPoint(tx, { enterpriseId: given.enterpriseId });
  const taskId = await buildTask(tx, { pointId, date: '2026-12-31' });
  const { insertId } = await tx.execute(
    `INSERT INTO report (client_uuid, task_id, point_id, enterprise_id, officer_id, checklist_id, answers, abnormal_count, started_at,
       filled_at, believed_at, received_at, evidence, trust_score, trust_reasons, body_sha256)
     SELECT ?, ?, id, enterprise_id, officer_id, 1, '[]', 0, ?, ?, ?, ?, '{}', ?, '[]', '' FROM point WHERE id = ?`,
    [
      randomUUID(),
      taskId,
      given.receivedAt,
      given.receivedAt,
      given.receivedAt,
      given.receivedAt,
      given.trust,
      pointId,
    ],
  );
  return insertId;
}

/** A warning of an enterprise in 武康街道, as the night opens it, or further on its way. */
export async function buildWarning(
  tx: Tx,
  given: {
    enterpriseId?: number;
    state?: WarningState;
    tier?: Tier;
    level?: Level;
    ackBy?: Date;
    evidence?: { type: string; ids: number[]; count: number };
  },
): Promise<number> {
  const enterpriseId = given.enterpriseId ?? (await buildEnterprise(tx));
  const at = new Date('2026-11-22T18:30:00Z');
  const closed = given.state === 'closed';
  const { insertId } = await tx.execute(
    `INSERT INTO warning (rule_code, rule_version, level, subject_type, subject_id, enterprise_id, region_code, state, open_key, reason,
       evidence, tier, ack_hours, ack_by, opened_at, last_seen_at, last_seen_on, outcome, outcome_note, closed_at)
     VALUES ('overdue_general', 1, ?, 'enterprise', ?, ?, '330521001', ?, ?, '测试预警。', ?, ?, 48, ?, ?, ?, '2026-11-23', ?, ?, ?)`,
    [
      given.level ?? 'normal',
      String(enterpriseId),
      enterpriseId,
      given.state ?? 'open',
      closed ? null : `overdue_general:${enterpriseId}`,
      JSON.stringify(given.evidence ?? { type: 'finding', ids: [], count: 0 }),
      given.tier ?? 'township',
      given.ackBy ?? new Date('2026-11-24T18:30:00Z'),
      at,
      at,
      closed ? 'helped' : null,
      closed ? '已帮扶' : null,
      closed ? at : null,
    ],
  );
  return insertId;
}
