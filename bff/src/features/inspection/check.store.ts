import type { Tx } from '../../core/database';
import type { PhotoState } from './photo.store';

/** Photos of reports, and those of everything else: both are checked alike. */
export type PhotoTable = 'report_photo' | 'evidence_photo';

/** A photo whose check is due, whatever it was taken for. */
export interface DuePhoto {
  table: PhotoTable;
  id: number;
  enterprise_id: number;
  sha256: string;
  /** Looks at it, this one included, that counted. */
  attempts: number;
  /** Who took it, and is asked when it is not there. */
  person_id: number;
  subject_type: string;
  subject_id: number;
  /** Of a report's. */
  item_code: string | null;
  believed_at: Date | null;
}

const SELECT: Readonly<Record<PhotoTable, string>> = {
  report_photo: `SELECT 'report_photo' AS \`table\`, h.id, h.enterprise_id, h.sha256, h.attempts, h.officer_id AS person_id,
      'report' AS subject_type, h.report_id AS subject_id, h.item_code, r.believed_at
    FROM report_photo h JOIN report r ON r.id = h.report_id`,
  evidence_photo: `SELECT 'evidence_photo' AS \`table\`, h.id, h.enterprise_id, h.sha256, h.attempts, h.person_id,
      h.subject_type, h.subject_id, NULL AS item_code, NULL AS believed_at
    FROM evidence_photo h`,
};

/** Claims photos whose check is due, the longest due first, under a lease by the database's clock. */
export async function claimPhotos(
  tx: Tx,
  table: PhotoTable,
  owner: string,
  now: Date,
  limit: number,
  leaseS: number,
): Promise<DuePhoto[]> {
  // A lease that ends later than any could is of before the clock was set back.
  const due = `state = 'waiting' AND check_at <= ? AND (lease_until IS NULL OR lease_until < UTC_TIMESTAMP(3)
    OR lease_until > UTC_TIMESTAMP(3) + INTERVAL ${leaseS} SECOND)`;
  // Looked for without a lock and marked by key: nobody waits for rows that somebody else has in hand.
  const rows = await tx.query<{ id: number }>(`SELECT id FROM ${table} WHERE ${due} ORDER BY check_at LIMIT ?`, [
    now,
    limit,
  ]);
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  await tx.execute(
    `UPDATE ${table} SET lease_owner = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ${leaseS} SECOND, attempts = attempts + 1
     WHERE id IN (?) AND ${due}`,
    [owner, ids, now],
  );
  return tx.query<DuePhoto>(`${SELECT[table]} WHERE h.id IN (?) AND h.lease_owner = ? ORDER BY h.id`, [ids, owner]);
}

/** By table: photos whose check is due, and for how long the oldest has been, seconds. */
export async function dueCounts(tx: Tx, now: Date): Promise<{ of: PhotoTable; waiting: number; oldestS: number }[]> {
  const rows = await tx.query<{ of: PhotoTable; waiting: number; oldest: Date | null }>(
    `SELECT 'report_photo' AS \`of\`, COUNT(*) AS waiting, MIN(check_at) AS oldest FROM report_photo WHERE state = 'waiting' AND check_at <= ?
     UNION ALL
     SELECT 'evidence_photo', COUNT(*), MIN(check_at) FROM evidence_photo WHERE state = 'waiting' AND check_at <= ?`,
    [now, now],
  );
  return rows.map(({ of, waiting, oldest }) => ({
    of,
    waiting,
    oldestS: oldest === null ? 0 : (now.getTime() - oldest.getTime()) / 1000,
  }));
}

export interface Verdict {
  state: PhotoState;
  reason: string | null;
  checkAt: Date;
  exifAt: Date | null;
  /** 64-bit difference hash. */
  phash: bigint | null;
  width: number | null;
  height: number | null;
}

/** Records what checks found, in two statements for each table. Returns the photos whose lease had not been lost meanwhile. */
export async function recordVerdicts(
  tx: Tx,
  verdicts: ReadonlyMap<DuePhoto, Verdict>,
  owner: string,
): Promise<Set<DuePhoto>> {
  const recorded = new Set<DuePhoto>();
  for (const table of ['report_photo', 'evidence_photo'] as const) {
    const of = [...verdicts].filter(([photo]) => photo.table === table);
    if (of.length === 0) continue;
    const ours = await tx.query<{ id: number }>(
      `SELECT id FROM ${table} WHERE id IN (?) AND lease_owner = ? AND state = 'waiting' FOR UPDATE`,
      [of.map(([{ id }]) => id), owner],
    );
    const ids = new Set(ours.map(({ id }) => id));
    const mine = of.filter(([{ id }]) => ids.has(id));
    if (mine.length === 0) continue;
    for (const [photo] of mine) recorded.add(photo);
    const row =
      'SELECT ? AS id, ? AS state, ? AS reason, ? AS check_at, ? AS exif_at, ? AS phash, ? AS width, ? AS height';
    await tx.execute(
      `UPDATE ${table} h JOIN (${mine.map(() => row).join(' UNION ALL ')}) v ON v.id = h.id
       SET h.state = v.state, h.reason = v.reason, h.check_at = v.check_at, h.exif_at = v.exif_at, h.phash = v.phash,
         h.width = v.width, h.height = v.height, h.lease_owner = NULL, h.lease_until = NULL`,
      mine.flatMap(([{ id }, { state, reason, checkAt, exifAt, phash, width, height }]) => [
        id,
        state,
        reason,
        checkAt,
        exifAt,
        phash === null ? null : String(phash),
        width,
        height,
      ]),
    );
  }
  return recorded;
}

/** Gives back what could not be looked at, as if nobody had tried: the store did not answer, or did not know us. */
export async function giveBack(tx: Tx, photos: readonly DuePhoto[], owner: string, checkAt: Date): Promise<void> {
  for (const table of ['report_photo', 'evidence_photo'] as const) {
    const ids = photos.filter((photo) => photo.table === table).map(({ id }) => id);
    if (ids.length === 0) continue;
    await tx.execute(
      `UPDATE ${table} SET attempts = attempts - 1, reason = 'store_unavailable', check_at = ?, lease_owner = NULL, lease_until = NULL
       WHERE id IN (?) AND lease_owner = ? AND state = 'waiting'`,
      [checkAt, ids, owner],
    );
  }
}
