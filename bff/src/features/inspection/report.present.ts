import { fromJson } from '../../core/database';
import type { Checklist, Severity } from '../checklists';
import type { PhotoRow } from './photo.store';
import type { Accepted } from './report.service';
import type { JudgedAnswer, ListedReport, StoredReport } from './report.store';
import type { TrustReason } from './trust.rules';

const answersOf = (report: StoredReport) => fromJson<JudgedAnswer[]>(report.answers);

export function presentReceipt(
  { outcome, report }: Accepted,
  checklist: Checklist,
  photos: readonly Pick<PhotoRow, 'item_code' | 'sha256' | 'state'>[],
) {
  const names = new Map(checklist.items.map((item) => [item.code, item.zh]));
  return {
    outcome,
    reportId: String(report.id),
    clientUuid: report.client_uuid,
    taskId: String(report.task_id),
    taskState: report.task_state,
    reportedBy: report.officer_name,
    receivedAt: report.received_at.toISOString(),
    filledAt: report.filled_at.toISOString(),
    believedAt: report.believed_at.toISOString(),
    abnormal: answersOf(report)
      .filter((answer) => answer.state === 'abnormal')
      .map((answer) => ({
        code: answer.code,
        item: names.get(answer.code) ?? answer.code,
        severity: answer.severity as Severity,
        reason: answer.reason ?? '',
      })),
    photos: photos.map((photo) => ({ itemCode: photo.item_code, sha256: photo.sha256, state: photo.state })),
  };
}

const pointOf = (report: ListedReport) => ({
  id: String(report.point_id),
  code: report.code,
  name: report.point_name,
  type: report.point_type,
});
const enterpriseOf = (report: ListedReport) => ({ id: String(report.enterprise_id), name: report.enterprise_name });

export function presentRow(report: ListedReport) {
  return {
    id: String(report.id),
    taskId: String(report.task_id),
    date: report.task_date,
    point: pointOf(report),
    enterprise: enterpriseOf(report),
    officer: report.officer_name,
    believedAt: report.believed_at.toISOString(),
    abnormalCount: report.abnormal_count,
    worstSeverity: report.worst_severity,
    trustScore: report.trust_score,
  };
}

/** The whole report beside the checklist version it was filled in with. `urls` show the photos that were verified. */
export function presentReport(
  report: StoredReport,
  checklist: Checklist,
  photos: readonly PhotoRow[],
  urls: ReadonlyMap<number, string | null>,
) {
  const items = new Map(checklist.items.map((item) => [item.code, item]));
  return {
    id: String(report.id),
    taskId: String(report.task_id),
    date: report.task_date,
    point: pointOf(report),
    enterprise: enterpriseOf(report),
    officer: report.officer_name,
    startedAt: report.started_at.toISOString(),
    filledAt: report.filled_at.toISOString(),
    believedAt: report.believed_at.toISOString(),
    receivedAt: report.received_at.toISOString(),
    trust: { score: report.trust_score, reasons: fromJson<TrustReason[]>(report.trust_reasons) },
    checklist: { id: String(checklist.id), version: checklist.version },
    answers: answersOf(report).flatMap((answer) => {
      const item = items.get(answer.code);
      return item === undefined ? [] : [{ item, answer }];
    }),
    photos: photos.map((photo) => ({
      itemCode: photo.item_code,
      sha256: photo.sha256,
      state: photo.state,
      reason: photo.reason,
      takenAt: photo.taken_at.toISOString(),
      url: urls.get(photo.id) ?? null,
    })),
  };
}
