import { fromJson } from '../../core/database';
import type { ObjectStore } from '../../gateways/object-store';
import { urlOf, type PhotoStates } from '../inspection';
import type { BeforePhoto, FindingRow, StepRow } from './finding.store';

export function presentFinding(row: FindingRow, now: Date) {
  return {
    id: String(row.id),
    severity: row.severity,
    state: row.state,
    item: { code: row.item_code, zh: row.item_zh },
    point: {
      id: String(row.point_id),
      code: row.point_code,
      name: row.point_name,
      place: row.place,
      type: row.point_type,
    },
    enterprise: { id: String(row.enterprise_id), name: row.enterprise_name },
    officer: { id: String(row.officer_id), name: row.officer_name },
    openedAt: row.opened_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    // A correction that waits to be verified is not the officer's delay.
    overdue: row.state === 'open' && row.due_at < now,
    containDueAt: row.contain_due_at?.toISOString() ?? null,
    containedAt: row.contained_at?.toISOString() ?? null,
    submittedAt: row.submitted_at?.toISOString() ?? null,
    verifyBy: row.verify_by?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    occurrences: row.occurrences,
    previousId: row.previous_id === null ? null : String(row.previous_id),
    extension: { state: row.extension, to: row.extension_to },
  };
}

interface Evidence {
  photos?: { sha256: string; when: string }[];
  cost?: number;
  responsible?: string;
  photosUnchecked?: number;
}

/** A finding with its story; photos come with what their check says. */
export async function presentStory(
  store: ObjectStore,
  states: PhotoStates,
  row: FindingRow,
  steps: readonly StepRow[],
  before: readonly BeforePhoto[],
  now: Date,
) {
  const told = [];
  for (const step of steps) {
    const { photos = [], cost, responsible, photosUnchecked } = fromJson<Evidence>(step.evidence);
    const of = { id: row.id, enterpriseId: row.enterprise_id };
    const shown = await states.shown(
      store,
      of,
      photos.map(({ sha256 }) => sha256),
    );
    told.push({
      kind: step.kind,
      by: step.actor_name,
      at: step.at.toISOString(),
      note: step.note,
      photos: shown.map((photo, index) => ({ ...photo, when: photos[index]?.when ?? '' })),
      cost: cost ?? null,
      responsible: responsible ?? null,
      photosUnchecked: photosUnchecked ?? 0,
    });
  }
  return {
    ...presentFinding(row, now),
    reportId: String(row.report_id),
    lastReportId: String(row.last_report_id),
    before: await Promise.all(
      before.map(async (photo) => ({
        sha256: photo.sha256,
        takenAt: photo.taken_at.toISOString(),
        state: photo.state,
        reason: photo.reason,
        url: await urlOf(store, photo.object_key, photo.state),
      })),
    ),
    steps: told,
  };
}
