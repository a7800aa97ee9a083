import type { BusinessDate } from '../../core/clock';
import { whyDue } from './due.rules';
import type { FoundTask, ListedTask, PlannedPoint } from './task.store';

function presentTask(row: ListedTask, date: BusinessDate) {
  return {
    id: String(row.id),
    date,
    round: row.round,
    state: row.state,
    origin: row.origin,
    why: whyDue({
      origin: row.origin,
      intervalDays: row.interval_days,
      intervalBasis: row.interval_basis,
      extraReason: row.extra_reason,
    }),
    dueAt: row.due_at.toISOString(),
    graceUntil: row.grace_until.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    point: {
      id: String(row.point_id),
      code: row.code,
      name: row.name,
      place: row.place,
      type: row.point_type,
      typeName: row.type_name,
    },
    enterprise: { id: String(row.enterprise_id), name: row.enterprise_name },
    last:
      row.last_date === null || row.last_state === null
        ? null
        : { date: row.last_date, state: row.last_state, abnormal: row.last_abnormal },
  };
}

export function presentDay(rows: readonly ListedTask[], date: BusinessDate) {
  const counts = { total: rows.length, open: 0, done: 0, late: 0, missed: 0, excused: 0 };
  for (const row of rows) counts[row.state] += 1;
  return { date, counts, tasks: rows.map((row) => presentTask(row, date)) };
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
