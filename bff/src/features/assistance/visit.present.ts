import type { z } from 'zod';
import type { BusinessDate } from '../../core/clock';
import { daysMeasured, MEASURED_DAYS } from './visit.rules';
import type { visitAnswer, visitRows } from './visit.schema';
import type { AgreedRow, Measured, Visit } from './visit.store';

export function presentVisit(
  visit: Visit,
  agreed: readonly AgreedRow[],
  today: BusinessDate,
): z.input<typeof visitRows>['rows'][number] {
  return {
    id: String(visit.id),
    enterprise: { id: String(visit.enterpriseId), name: visit.enterpriseName },
    state: visit.state,
    owner: { id: String(visit.ownerId), name: visit.ownerName },
    plannedOn: visit.plannedOn,
    purpose: visit.purpose,
    warningId: visit.warningId === null ? null : String(visit.warningId),
    dueOn: visit.dueOn,
    overdue: visit.dueOn !== null && visit.dueOn < today,
    leftAt: visit.leftAt?.toISOString() ?? null,
    taught: visit.taught,
    lacks: visit.lacks,
    agreed: agreed.map(({ text, by, done, note }) => ({ text, by, done, note })),
  };
}

interface Told {
  agreed: readonly AgreedRow[];
  photos: z.input<typeof visitAnswer>['photos'];
  /** What has been measured until now, for a visit whose 30 days are not over. */
  preliminary: Measured | undefined;
  steps: readonly { kind: string; by: string; at: Date; note: string }[];
  /** Officials read more than the enterprise does. */
  official: boolean;
}

export function presentStory(visit: Visit, told: Told, today: BusinessDate, now: Date): z.input<typeof visitAnswer> {
  const { official } = told;
  return {
    ...presentVisit(visit, told.agreed, today),
    overrideReason: official ? visit.overrideReason : null,
    internalNote: official ? visit.internalNote : null,
    point:
      visit.pointId === null
        ? null
        : { id: String(visit.pointId), code: visit.pointCode ?? '', name: visit.pointName ?? '' },
    arrivedAt: visit.arrivedAt?.toISOString() ?? null,
    photos: told.photos,
    result: resultOf(visit, told.preliminary, now),
    steps: told.steps
      // A plan's note is its purpose; other notes are the officials' own.
      .map((step) => ({
        ...step,
        at: step.at.toISOString(),
        note: official || step.kind === 'cancel' ? step.note : '',
      })),
  };
}

function resultOf(visit: Visit, preliminary: Measured | undefined, now: Date): z.input<typeof visitAnswer>['result'] {
  if (visit.leftAt === null) return null;
  const counts = visit.measuredOn === null ? preliminary : visit;
  if (counts === undefined) return null;
  return {
    days: visit.measuredOn === null ? daysMeasured(visit.leftAt, now) : MEASURED_DAYS,
    before: {
      due: counts.beforeDue ?? 0,
      done: counts.beforeDone ?? 0,
      findings: counts.beforeFindings ?? 0,
    },
    after: { due: counts.afterDue ?? 0, done: counts.afterDone ?? 0, findings: counts.afterFindings ?? 0 },
  };
}
