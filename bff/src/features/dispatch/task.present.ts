import type { BusinessDate } from '../../core/clock';
import { whyDue } from './due.rules';
import type { FoundTask, ListedTask, MonthTask, PlannedPoint } from './task.store';

/** By enterprise: why it is inspected at other intervals than the usual ones. */
type Reasons = ReadonlyMap<number, readonly string[]>;

function presentTask(row: ListedTask, reasons: Reasons) {
  return {
    id: String(row.id),
    date: row.task_date,
    round: row.round,
    state: row.state,
    origin: row.origin,
    why: whyDue({
      origin: row.origin,
      intervalDays: row.interval_days,
      intervalBasis: row.interval_basis,
      extraReason: row.extra_reason,
      reasons: reasons.get(row.enterprise_id) ?? [],
    }),
    dueAt: row.due_at.toISOString(),
    graceUntil: row.grace_until.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    reportId: row.report_id === null ? null : String(row.report_id),
    point: {
      id: String(row.point_id),
      code: row.code,
      name: row.name,
      place: row.place,
      type: row.point_type,
      typeName: row.type_name,
      lng: row.lng,
      lat: row.lat,
      fenceM: row.fence_m,
    },
    enterprise: { id: String(row.enterprise_id), name: row.enterprise_name },
    last:
      row.last_date === null || row.last_state === null
        ? null
        : { date: row.last_date, state: row.last_state, abnormal: row.last_abnormal },
  };
}

/** The list of a date as of now; what is still open of the days before it stands apart. */
export function presentDay(rows: readonly ListedTask[], date: BusinessDate, now: Date, reasons: Reasons) {
  const ofDay = rows.filter((row) => row.task_date === date);
  const counts = { total: ofDay.length, open: 0, done: 0, late: 0, missed: 0, excused: 0 };
  for (const row of ofDay) counts[row.state] += 1;
  return {
    at: now.toISOString(),
    date,
    counts,
    tasks: ofDay.map((row) => presentTask(row, reasons)),
    overdue: rows.filter((row) => row.task_date !== date).map((row) => presentTask(row, reasons)),
  };
}

export function presentOfMonth(row: MonthTask) {
  return {
    id: String(row.id),
    date: row.task_date,
    state: row.state,
    round: row.round,
    origin: row.origin,
    closedAt: row.closed_at?.toISOString() ?? null,
    reportId: row.report_id === null ? null : String(row.report_id),
    abnormal: row.abnormal_count,
    officer: row.reported_by,
    point: { id: String(row.point_id), code: row.code, name: row.name, type: row.point_type },
    enterprise: { id: String(row.enterprise_id), name: row.enterprise_name },
  };
}

export function presentPlanned(row: PlannedPoint) {
  return {
    id: String(row.id),
    code: row.code,
    name: row.name,
    place: row.place,
    type: row.point_type,
    typeName: row.type_name,
  };
}

export function presentFound(row: FoundTask) {
  return {
    id: String(row.id),
    date: row.task_date,
    state: row.state,
    origin: row.origin,
    closedAt: row.closed_at?.toISOString() ?? null,
    reportId: row.report_id === null ? null : String(row.report_id),
    officer: { id: String(row.officer_id), name: row.officer_name },
    point: { id: String(row.point_id), code: row.code, name: row.point_name, type: row.point_type },
    enterprise: { id: String(row.enterprise_id), name: row.enterprise_name, region: row.region_code },
  };
}
