import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { actingOfficer } from '../dispatch';
import type { PointFields } from './directory.schema';

export interface PointRow {
  id: number;
  enterprise_id: number;
  point_type: string;
  type_name: string;
  default_days: number;
  code: string;
  name: string;
  place: string;
  lng: number | null;
  lat: number | null;
  fence_m: number;
  officer_id: number;
  officer_name: string;
  deputy_id: number | null;
  deputy_name: string | null;
  limit_profile: string | null;
  settings: unknown;
  interval_days: number;
  interval_basis: 'default' | 'risk' | 'permit';
  permit_interval_days: number | null;
  anchor_date: BusinessDate;
  key_version: number;
  active: number;
  risk_factor: number;
}

const POINT = `SELECT p.id, p.enterprise_id, p.point_type, y.zh AS type_name, y.default_interval_days AS default_days, p.code, p.name, p.place,
    p.lng, p.lat, p.fence_m, p.officer_id, o.name AS officer_name, p.deputy_id, d.name AS deputy_name, p.limit_profile, p.settings,
    p.interval_days, p.interval_basis, p.permit_interval_days, p.anchor_date, p.key_version, p.active, e.risk_factor
  FROM point p JOIN enterprise e ON e.id = p.enterprise_id JOIN point_type y ON y.code = p.point_type
  JOIN person o ON o.id = p.officer_id LEFT JOIN person d ON d.id = p.deputy_id`;

export function pointsOf(tx: Tx, enterpriseId: number): Promise<PointRow[]> {
  return tx.query<PointRow>(`${POINT} WHERE p.enterprise_id = ? ORDER BY p.code`, [enterpriseId]);
}

export async function findPoint(tx: Tx, scope: Scope, pointId: number): Promise<PointRow | undefined> {
  const within = scopeCondition(scope);
  const [row] = await tx.query<PointRow>(`${POINT} WHERE p.id = ? AND ${within.sql}`, [pointId, ...within.values]);
  return row;
}

export async function typeDefaults(tx: Tx, type: string): Promise<number | undefined> {
  const [row] = await tx.query<{ days: number }>(
    'SELECT default_interval_days AS days FROM point_type WHERE code = ?',
    [type],
  );
  return row?.days;
}

export async function profileExists(tx: Tx, code: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM limit_profile WHERE code = ?', [code])).length > 0;
}

/** Whether all these people are active officers of the enterprise. */
export async function areOfficers(tx: Tx, enterpriseId: number, personIds: readonly number[]): Promise<boolean> {
  const wanted = [...new Set(personIds)];
  const rows = await tx.query(
    `SELECT DISTINCT g.person_id FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
     WHERE g.role = 'officer' AND g.enterprise_id = ? AND g.person_id IN (?)`,
    [enterpriseId, wanted],
  );
  return rows.length === wanted.length;
}

export async function codeTaken(tx: Tx, enterpriseId: number, code: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM point WHERE enterprise_id = ? AND code = ?', [enterpriseId, code])).length > 0;
}

export interface Schedule {
  days: number;
  basis: 'default' | 'risk' | 'permit';
  anchor: BusinessDate;
}

export async function insertPoint(
  tx: Tx,
  point: {
    clientUuid: string;
    enterpriseId: number;
    type: string;
    code: string;
    fields: PointFields;
    schedule: Schedule;
  },
  now: Date,
): Promise<number> {
  const { fields, schedule } = point;
  const { insertId } = await tx.execute(
    `INSERT INTO point (client_uuid, enterprise_id, point_type, code, name, place, lng, lat, fence_m, officer_id, deputy_id, limit_profile,
       settings, permit_interval_days, interval_days, interval_basis, anchor_date, active, created_at) VALUES (?)`,
    [
      [
        point.clientUuid,
        point.enterpriseId,
        point.type,
        point.code,
        fields.name,
        fields.place,
        fields.lng,
        fields.lat,
        fields.fenceM,
        Number(fields.officerId),
        fields.deputyId === null ? null : Number(fields.deputyId),
        fields.limitProfile,
        JSON.stringify(fields.settings),
        fields.permitIntervalDays,
        schedule.days,
        schedule.basis,
        schedule.anchor,
        fields.active,
        now,
      ],
    ],
  );
  return insertId;
}

export async function updatePoint(tx: Tx, pointId: number, fields: PointFields, schedule: Schedule): Promise<void> {
  await tx.execute(
    `UPDATE point SET name = ?, place = ?, lng = ?, lat = ?, fence_m = ?, officer_id = ?, deputy_id = ?, limit_profile = ?, settings = ?,
       permit_interval_days = ?, interval_days = ?, interval_basis = ?, anchor_date = ?, active = ? WHERE id = ?`,
    [
      fields.name,
      fields.place,
      fields.lng,
      fields.lat,
      fields.fenceM,
      Number(fields.officerId),
      fields.deputyId === null ? null : Number(fields.deputyId),
      fields.limitProfile,
      JSON.stringify(fields.settings),
      fields.permitIntervalDays,
      schedule.days,
      schedule.basis,
      schedule.anchor,
      fields.active,
      pointId,
    ],
  );
}

/** What an officer's other points put on his days. */
export function scheduleOf(
  tx: Tx,
  officerId: number,
): Promise<{ id: number; interval_days: number; anchor_date: BusinessDate }[]> {
  return tx.query('SELECT id, interval_days, anchor_date FROM point WHERE officer_id = ? AND active', [officerId]);
}

export async function lastTaskDate(tx: Tx, pointId: number): Promise<BusinessDate | null> {
  const [row] = await tx.query<{ d: BusinessDate | null }>('SELECT MAX(task_date) AS d FROM task WHERE point_id = ?', [
    pointId,
  ]);
  return row?.d ?? null;
}

/** Hands the open tasks of a point from today on to its new officer, or to his deputy where he is on leave. */
export async function reassignOpenTasks(
  tx: Tx,
  pointId: number,
  officerId: number,
  today: BusinessDate,
): Promise<void> {
  await tx.execute(
    `UPDATE task SET officer_id = ${actingOfficer('?', 'task.task_date')}
     WHERE point_id = ? AND state = 'open' AND task_date >= ?`,
    [officerId, officerId, pointId, today],
  );
}

/** A point that is retired has nothing left to do: what is open there is excused, not missed. */
export async function excuseOpenTasks(tx: Tx, pointId: number, now: Date): Promise<void> {
  await tx.execute("UPDATE task SET state = 'excused', closed_at = ? WHERE point_id = ? AND state = 'open'", [
    now,
    pointId,
  ]);
}
