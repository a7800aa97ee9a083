import { scopeCondition, type Scope } from '../../core/actor';
import type { SqlValue, Statement, Tx } from '../../core/database';

export type PhotoState = 'waiting' | 'verified' | 'missing' | 'broken';

export interface PhotoRow {
  id: number;
  report_id: number;
  enterprise_id: number;
  point_id: number;
  officer_id: number;
  item_code: string;
  sha256: string;
  bytes: number;
  content_type: string;
  object_key: string;
  taken_at: Date;
  state: PhotoState;
  reason: string | null;
  attempts: number;
}

interface NewPhoto {
  itemCode: string;
  sha256: string;
  bytes: number;
  contentType: string;
  takenAt: Date;
}

/** Where a checked photo lies: by content and enterprise, so that the same picture is stored once. No ticket leads here. */
export function objectKey(enterpriseId: number, sha256: string): string {
  return `p/${enterpriseId}/${sha256.slice(0, 2)}/${sha256}`;
}

/** Where phones post a photo: it is checked there and then copied to where it is shown from. */
export function inboxKey(enterpriseId: number, sha256: string): string {
  return `in/${enterpriseId}/${sha256.slice(0, 2)}/${sha256}`;
}

const COLUMNS =
  'id, report_id, enterprise_id, point_id, officer_id, item_code, sha256, bytes, content_type, object_key, taken_at, state, reason, attempts';

export interface PhotosOfReport {
  report: { id: number; enterpriseId: number; pointId: number; officerId: number };
  photos: readonly NewPhoto[];
  checkAt: Date;
}

/** What stores what reports say of their photos; nothing where they have none. */
export function insertPhotos(given: readonly PhotosOfReport[]): Statement[] {
  const rows = given.flatMap(({ report, photos, checkAt }) => photos.map((photo) => ({ report, photo, checkAt })));
  if (rows.length === 0) return [];
  const statement = {
    sql: `INSERT INTO report_photo (report_id, enterprise_id, point_id, officer_id, item_code, sha256, bytes, content_type, object_key, taken_at, check_at)
     VALUES ?`,
    values: [
      rows.map(({ report, photo, checkAt }): SqlValue[] => [
        report.id,
        report.enterpriseId,
        report.pointId,
        report.officerId,
        photo.itemCode,
        photo.sha256,
        photo.bytes,
        photo.contentType,
        objectKey(report.enterpriseId, photo.sha256),
        photo.takenAt,
        checkAt,
      ]),
    ],
  };
  return [statement];
}

export function photosOf(tx: Tx, reportId: number): Promise<PhotoRow[]> {
  return tx.query<PhotoRow>(`SELECT ${COLUMNS} FROM report_photo WHERE report_id = ? ORDER BY id`, [reportId]);
}

/** What the officer is asked to send again. */
export function wantedPhotos(tx: Tx, officerId: number): Promise<(PhotoRow & { point_name: string })[]> {
  return tx.query(
    `SELECT h.id, h.report_id, h.item_code, h.sha256, h.state, h.reason, p.name AS point_name
     FROM report_photo h JOIN point p ON p.id = h.point_id
     WHERE h.officer_id = ? AND h.state IN ('missing', 'broken') ORDER BY h.id`,
    [officerId],
  );
}

/** Has the photos of a report that were not there, or not in order, looked at now. Returns how many. */
export async function requeuePhotos(tx: Tx, reportId: number, officerId: number, now: Date): Promise<number> {
  const { affectedRows } = await tx.execute(
    `UPDATE report_photo SET state = 'waiting', reason = NULL, attempts = 0, check_at = ?, lease_owner = NULL, lease_until = NULL
     WHERE report_id = ? AND officer_id = ? AND (state IN ('missing', 'broken') OR (state = 'waiting' AND check_at > ?))`,
    [now, reportId, officerId, now],
  );
  return affectedRows;
}

/** Whether an enterprise lies within the scope. */
export async function enterpriseWithin(tx: Tx, scope: Scope, enterpriseId: number): Promise<boolean> {
  const within = scopeCondition(scope);
  const rows = await tx.query(`SELECT 1 FROM enterprise e WHERE e.id = ? AND ${within.sql}`, [
    enterpriseId,
    ...within.values,
  ]);
  return rows.length > 0;
}

/** What is known of contents in an enterprise, whatever they were taken for. */
export async function statesOf(
  tx: Tx,
  enterpriseId: number,
  hashes: readonly string[],
): Promise<{ verified: Set<string>; refused: Set<string> }> {
  const rows = await tx.query<{ sha256: string; state: PhotoState }>(
    `SELECT sha256, state FROM report_photo WHERE enterprise_id = ? AND sha256 IN (?)
     UNION SELECT sha256, state FROM evidence_photo WHERE enterprise_id = ? AND sha256 IN (?)`,
    [enterpriseId, [...hashes], enterpriseId, [...hashes]],
  );
  const of = (...states: PhotoState[]) =>
    new Set(rows.filter(({ state }) => states.includes(state)).map(({ sha256 }) => sha256));
  const verified = of('verified');
  return { verified, refused: new Set([...of('missing', 'broken')].filter((hash) => !verified.has(hash))) };
}

/** Has contents that were missing or broken looked at again: the phone is about to send them. */
export async function recheckContents(
  tx: Tx,
  enterpriseId: number,
  hashes: readonly string[],
  checkAt: Date,
): Promise<void> {
  if (hashes.length === 0) return;
  for (const table of ['report_photo', 'evidence_photo']) {
    await tx.execute(
      `UPDATE ${table} SET state = 'waiting', reason = NULL, attempts = 0, check_at = ?, lease_owner = NULL, lease_until = NULL
       WHERE enterprise_id = ? AND sha256 IN (?) AND state IN ('missing', 'broken')`,
      [checkAt, enterpriseId, [...hashes]],
    );
  }
}

/** By report: the largest difference between a camera's time and the filling, minutes; none where no photo tells. */
export async function cameraMinutesOff(tx: Tx, reportIds: readonly number[]): Promise<Map<number, number>> {
  if (reportIds.length === 0) return new Map();
  const rows = await tx.query<{ id: number; minutes: number }>(
    `SELECT h.report_id AS id, MAX(ABS(TIMESTAMPDIFF(SECOND, h.exif_at, r.filled_at))) / 60 AS minutes
     FROM report_photo h JOIN report r ON r.id = h.report_id
     WHERE h.report_id IN (?) AND h.exif_at IS NOT NULL GROUP BY h.report_id`,
    [[...reportIds]],
  );
  return new Map(rows.map(({ id, minutes }) => [id, minutes]));
}
