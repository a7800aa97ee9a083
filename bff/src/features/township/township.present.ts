import type { Standing } from '../healthcode';
import type { AgreedRow, CardFindingRow, CardVisitRow, CardWarningRow, TaskRow } from './card.store';
import type { Priority } from './priority.service';
import type { CandidateRow } from './priority.store';

export function presentStanding(standing: Standing | undefined) {
  const since = standing?.positiveSince ?? null;
  return {
    code:
      standing === undefined
        ? null
        : {
            score: standing.score,
            colour: standing.colour,
            since: standing.colourSince.toISOString(),
            validUntil: standing.validUntil.toISOString(),
          },
    undisturbed: since !== null,
    undisturbedSince: since?.toISOString() ?? null,
  };
}

export function presentPlace(row: CandidateRow) {
  return {
    id: String(row.id),
    name: row.name,
    region: { code: row.region_code, name: row.region_name },
    industry: row.industry,
    address: row.address,
    lng: row.lng,
    lat: row.lat,
  };
}

export function presentPriority({ enterprise, standing, benefit }: Priority) {
  return { enterprise: presentPlace(enterprise), ...presentStanding(standing), benefit };
}

export function presentTask(row: TaskRow) {
  return {
    id: String(row.id),
    point: { code: row.point_code, name: row.point_name, type: row.point_type },
    officer: row.officer_name,
    state: row.state,
    dueAt: row.due_at.toISOString(),
    reportId: row.report_id === null ? null : String(row.report_id),
    abnormal: row.abnormal ?? 0,
  };
}

export function presentCardFinding(row: CardFindingRow, now: Date) {
  return {
    id: String(row.id),
    severity: row.severity,
    state: row.state,
    item: row.item_zh,
    point: { code: row.point_code, name: row.point_name, type: row.point_type },
    dueAt: row.due_at.toISOString(),
    overdue: row.state === 'open' && row.due_at < now,
    submittedAt: row.submitted_at?.toISOString() ?? null,
  };
}

export function presentCardWarning(row: CardWarningRow) {
  return {
    id: String(row.id),
    rule: { code: row.rule_code, name: row.rule_zh },
    level: row.level,
    state: row.state,
    reason: row.reason,
    ackBy: row.ack_by.toISOString(),
    easedAt: row.eased_at?.toISOString() ?? null,
  };
}

export function presentVisit(row: CardVisitRow, agreed: readonly AgreedRow[]) {
  return {
    id: String(row.id),
    state: row.state,
    plannedOn: row.planned_on,
    leftAt: row.left_at?.toISOString() ?? null,
    by: row.owner_name,
    agreed: agreed
      .filter((each) => each.visit_id === row.id)
      .map((each) => ({ text: each.text, by: each.by_date, done: each.done === null ? null : each.done === 1 })),
  };
}

/** A share of decided tasks; nothing was to be done: null. */
export function presentRate({ due, done }: { due: number; done: number }) {
  return { due, done, percent: due === 0 ? null : Math.floor((100 * done) / due) };
}
