import { scopeCondition, type Scope } from '../../core/actor';
import type { SqlValue, Statement, Tx } from '../../core/database';

type PhotoState = 'waiting' | 'verified' | 'missing' | 'broken';

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

/** Where a photo lies: by content and enterprise, so that the same picture is stored once. */
export function objectKey(enterpriseId: number, sha256: string): string {
  return `p/${enterpriseId}/${sha256.slice(0, 2)}/${sha256}`;
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

/** Claims photos whose check is due, under a lease by the database's clock. */
export async function claimPhotos(
  tx: Tx,
  owner: string,
  now: Date,
  limit: number,
  leaseS: number,
): Promise<PhotoRow[]> {
  const { affectedRows } = await tx.execute(
    `UPDATE report_photo SET lease_owner = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ? SECOND, attempts = attempts + 1
     WHERE state = 'waiting' AND check_at <= ? AND (lease_until IS NULL OR lease_until < UTC_TIMESTAMP(3))
     ORDER BY check_at LIMIT ?`,
    [owner, leaseS, now, limit],
  );
  if (affectedRows === 0) return [];
  return tx.query<PhotoRow>(
    `SELECT ${COLUMNS} FROM report_photo WHERE lease_owner = ? AND state = 'waiting' ORDER BY id`,
    [owner],
  );
}

export interface Verdict {
  state: PhotoState;
  reason: string | null;
  checkAt: Date;
  exifAt: Date | null;
  /** 64-bit difference hash as an unsigned decimal. */
  phash: string | null;
  width: number | null;
  height: number | null;
}

/** Records what a check found; false when the lease had been lost meanwhile. */
export async function recordVerdict(tx: Tx, photoId: number, owner: string, verdict: Verdict): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    `UPDATE report_photo SET state = ?, reason = ?, check_at = ?, exif_at = ?, phash = ?, width = ?, height = ?, lease_owner = NULL, lease_until = NULL
     WHERE id = ? AND lease_owner = ? AND state = 'waiting'`,
    [
      verdict.state,
      verdict.reason,
      verdict.checkAt,
      verdict.exifAt,
      verdict.phash,
      verdict.width,
      verdict.height,
      photoId,
      owner,
    ],
  );
  return affectedRows === 1;
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

/** Puts the missing and broken photos of a report back into the queue. Returns how many. */
export async function requeuePhotos(tx: Tx, reportId: number, officerId: number, now: Date): Promise<number> {
  const { affectedRows } = await tx.execute(
    `UPDATE report_photo SET state = 'waiting', reason = NULL, attempts = 0, check_at = ?, lease_owner = NULL, lease_until = NULL
     WHERE report_id = ? AND officer_id = ? AND state IN ('missing', 'broken')`,
    [now, reportId, officerId],
  );
  return affectedRows;
}

/** What presence evidence needs of a report's photos: the widest camera time and how many were seen before. */
export async function photoEvidence(
  tx: Tx,
  reportId: number,
  filledAt: Date,
  since: Date,
  maxDistance: number,
): Promise<{ minutesOff: number | null; repeated: number }> {
  const [row] = await tx.query<{ minutes_off: number | null; repeated: number }>(
    `SELECT MAX(ABS(TIMESTAMPDIFF(SECOND, h.exif_at, ?))) / 60 AS minutes_off,
       COUNT(DISTINCT CASE WHEN EXISTS (
         SELECT 1 FROM report_photo o JOIN report r ON r.id = o.report_id
         WHERE o.enterprise_id = h.enterprise_id AND o.report_id <> h.report_id AND o.id < h.id AND r.believed_at >= ?
           AND (o.sha256 = h.sha256 OR BIT_COUNT(o.phash ^ h.phash) <= ?)
       ) THEN h.id END) AS repeated
     FROM report_photo h WHERE h.report_id = ?`,
    [filledAt, since, maxDistance, reportId],
  );
  return { minutesOff: row?.minutes_off ?? null, repeated: Number(row?.repeated ?? 0) };
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
