import { fromJson } from '../../core/database';
import type { EvidenceRow } from './evidence.store';
import type { Rule } from './rule.store';
import type { StepRow, WarningRow } from './warning.store';

/** What the evaluation keeps of the rows behind a warning. */
export interface Evidence {
  type: string;
  ids: number[];
  count: number;
}

export const evidenceOf = (row: WarningRow): Evidence => fromJson<Evidence>(row.evidence);

export function presentWarning(row: WarningRow, now: Date) {
  return {
    id: String(row.id),
    rule: { code: row.rule_code, version: row.rule_version, name: row.rule_zh },
    level: row.level,
    state: row.state,
    subject: { type: row.subject_type, id: row.subject_id, name: row.subject_name ?? '' },
    enterprise: row.enterprise_id === null ? null : { id: String(row.enterprise_id), name: row.enterprise_name ?? '' },
    region: { code: row.region_code, name: row.region_name ?? '' },
    reason: row.reason,
    count: evidenceOf(row).count,
    tier: row.tier,
    ackBy: row.ack_by.toISOString(),
    overdue: row.state === 'open' && row.ack_by <= now,
    handleBy: row.handle_by?.toISOString() ?? null,
    openedAt: row.opened_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    repeats: row.repeats,
    easedAt: row.eased_at?.toISOString() ?? null,
    acknowledged:
      row.acknowledged_at === null ? null : { at: row.acknowledged_at.toISOString(), by: row.acknowledged_by ?? '' },
    snoozed:
      row.snoozed_until === null ? null : { until: row.snoozed_until.toISOString(), reason: row.snooze_reason ?? '' },
    closed:
      row.closed_at === null || row.outcome === null
        ? null
        : {
            at: row.closed_at.toISOString(),
            by: row.closed_by ?? '',
            outcome: row.outcome,
            note: row.outcome_note ?? '',
          },
  };
}

export function presentStory(row: WarningRow, lines: readonly EvidenceRow[], steps: readonly StepRow[], now: Date) {
  const { type } = evidenceOf(row);
  return {
    ...presentWarning(row, now),
    evidence: lines.map(({ id, text }) => ({ type, id: String(id), text })),
    steps: steps.map((step) => ({
      kind: step.kind,
      by: step.actor_name,
      at: step.at.toISOString(),
      note: step.note,
      detail: step.detail,
    })),
  };
}

export function presentRule(rule: Rule) {
  return {
    code: rule.code,
    version: rule.version,
    name: rule.zh,
    level: rule.level,
    ackHours: rule.ackHours,
    message: rule.message,
    params: rule.params,
    since: rule.createdAt.toISOString(),
  };
}
