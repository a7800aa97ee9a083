import { addDays, businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';

/** More points than one person can walk to. */
const MOST_POINTS = 200;

export interface PackPoint {
  id: number;
  code: string;
  name: string;
  place: string;
  point_type: string;
  type_name: string;
  key_version: number;
  lng: number | null;
  lat: number | null;
  fence_m: number;
  limit_profile: string | null;
  settings: unknown;
  interval_days: number;
  enterprise_id: number;
  enterprise_name: string;
  industry: string;
}

/** Points of these enterprises that the officer looks after, stands in for, or has an open task at. */
export function officerPoints(
  tx: Tx,
  enterpriseIds: readonly number[],
  officerId: number,
  now: Date,
): Promise<PackPoint[]> {
  if (enterpriseIds.length === 0) return Promise.resolve([]);
  return tx.query<PackPoint>(
    `SELECT p.id, p.code, p.name, p.place, p.point_type, y.zh AS type_name, p.key_version, p.lng, p.lat, p.fence_m, p.limit_profile,
       p.settings, p.interval_days, e.id AS enterprise_id, e.name AS enterprise_name, e.industry
     FROM point p JOIN point_type y ON y.code = p.point_type JOIN enterprise e ON e.id = p.enterprise_id
     WHERE p.enterprise_id IN (?) AND p.active AND (p.officer_id = ? OR p.deputy_id = ? OR EXISTS (
       SELECT 1 FROM task t WHERE t.point_id = p.id AND t.task_date >= ?
         AND t.officer_id = ? AND t.state = 'open' AND t.grace_until > ?))
     ORDER BY p.code, p.id LIMIT ?`,
    [[...enterpriseIds], officerId, officerId, addDays(businessDate(now), -1), officerId, now, MOST_POINTS],
  );
}

/** The latest report of a point, as far as filling in the next one needs it. */
export interface LastReport {
  answers: unknown;
  believed_at: Date;
}

/** The latest report of each point: one index look-up per point, however long its history. */
export async function lastReports(tx: Tx, pointIds: readonly number[]): Promise<Map<number, LastReport>> {
  if (pointIds.length === 0) return new Map();
  const rows = await tx.query<LastReport & { point_id: number }>(
    `SELECT r.point_id, r.answers, r.believed_at FROM point p JOIN report r ON r.id = (
       SELECT l.id FROM report l WHERE l.point_id = p.id ORDER BY l.believed_at DESC LIMIT 1)
     WHERE p.id IN (?)`,
    [[...pointIds]],
  );
  return new Map(rows.map((row) => [row.point_id, row]));
}
