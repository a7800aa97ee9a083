import { businessDate } from '../../core/clock';
import { fromJson } from '../../core/database';
import { nextDueDate } from '../dispatch';
import type { LeaveRow, SuspensionRow } from './absence.store';
import type { EnterpriseRow } from './enterprise.store';
import type { GrantRow, PersonRow } from './people.store';
import type { PointRow } from './point.store';

type Category = 'key_risk' | 'inspector_round1' | 'key_air' | 'petition' | 'other';

export function presentEnterprise(row: EnterpriseRow) {
  return {
    id: String(row.id),
    uscc: row.uscc,
    name: row.name,
    region: { code: row.region_code, name: row.region_name },
    industry: row.industry,
    categories: (row.categories === null ? [] : row.categories.split(',')) as Category[],
    points: row.points,
  };
}

export function presentWholeEnterprise(
  row: EnterpriseRow,
  points: readonly PointRow[],
  officers: readonly { id: number; name: string }[],
  now: Date,
) {
  return {
    ...presentEnterprise(row),
    address: row.address,
    lng: row.lng,
    lat: row.lat,
    riskFactor: row.risk_factor,
    pointList: points.map((point) => presentPoint(point, now)),
    officers: officers.map(({ id, name }) => ({ id: String(id), name })),
  };
}

export function presentPoint(row: PointRow, now: Date) {
  return {
    id: String(row.id),
    enterpriseId: String(row.enterprise_id),
    type: row.point_type,
    typeName: row.type_name,
    code: row.code,
    name: row.name,
    place: row.place,
    lng: row.lng,
    lat: row.lat,
    fenceM: row.fence_m,
    officer: { id: String(row.officer_id), name: row.officer_name },
    deputy: row.deputy_id === null ? null : { id: String(row.deputy_id), name: row.deputy_name ?? '' },
    limitProfile: row.limit_profile,
    settings: fromJson<Record<string, unknown>>(row.settings),
    intervalDays: row.interval_days,
    intervalBasis: row.interval_basis,
    permitIntervalDays: row.permit_interval_days,
    nextDue: nextDueDate(row.anchor_date, row.interval_days, businessDate(now)),
    keyVersion: row.key_version,
    active: Boolean(row.active),
  };
}

export function presentPerson(row: PersonRow, grants: readonly GrantRow[]) {
  return {
    id: String(row.id),
    name: row.name,
    mobile: `${row.mobile.slice(0, 3)}****${row.mobile.slice(-4)}`,
    active: Boolean(row.active),
    grants: grants
      .filter((grant) => grant.person_id === row.id)
      .map((grant) => ({
        role: grant.role,
        enterpriseId: grant.enterprise_id === null ? null : String(grant.enterprise_id),
        region: grant.region_prefix,
      })),
  };
}

export function presentLeave(row: LeaveRow) {
  return {
    id: String(row.id),
    officer: { id: String(row.person_id), name: row.officer_name },
    deputy: { id: String(row.deputy_id), name: row.deputy_name },
    from: row.from_date,
    to: row.to_date,
    cancelled: row.cancelled_at !== null,
  };
}

export function presentSuspension(row: SuspensionRow) {
  return {
    id: String(row.id),
    enterprise: { id: String(row.enterprise_id), name: row.enterprise_name },
    from: row.from_date,
    to: row.to_date,
    reason: row.reason,
    state: row.state,
    filedBy: row.filed_name,
    filedAt: row.filed_at.toISOString(),
    decidedBy: row.decided_name,
    note: row.note,
  };
}
