import type { SqlValue, Tx } from '../../core/database';
import { bitsApart, slotsNear, slotsOf } from './photo.rules';

/** Pictures of the same enterprise are compared over a year, at a Hamming distance up to 6 (domain.md §E3). */
const SAME_PICTURE_DAYS = 365;
const SAME_PICTURE_BITS = 6;
const DAY_MS = 86_400_000;

/** The fingerprint of a report's photo. */
export interface Print {
  enterpriseId: number;
  photoId: number;
  reportId: number;
  phash: bigint;
  believedAt: Date;
}

/** Files fingerprints where those of similar pictures are looked for; filing one again changes nothing. */
export async function filePrints(tx: Tx, prints: readonly Print[]): Promise<void> {
  if (prints.length === 0) return;
  await tx.execute(
    'INSERT IGNORE INTO photo_print (enterprise_id, slot, photo_id, report_id, phash, believed_at) VALUES ?',
    [
      prints.flatMap(({ enterpriseId, photoId, reportId, phash, believedAt }) =>
        slotsOf(phash).map((slot): SqlValue[] => [enterpriseId, slot, photoId, reportId, String(phash), believedAt]),
      ),
    ],
  );
}

interface PrintRow {
  enterprise_id: number;
  photo_id: number;
  report_id: number;
  phash: string | number;
  believed_at: Date;
}

export interface Seen {
  /** By report: how many of its photos were seen before, in another report. */
  repeated: Map<number, number>;
  /** Reports with a photo that was seen in one of the given, which came before. */
  later: Set<number>;
}

/** What the photos of reports have in common with those of others, by the index of their enterprises' fingerprints. */
export async function seenBefore(tx: Tx, reportIds: readonly number[]): Promise<Seen> {
  const seen: Seen = { repeated: new Map(), later: new Set() };
  const own = await tx.query<PrintRow>(
    `SELECT h.enterprise_id, h.id AS photo_id, h.report_id, h.phash, r.believed_at
     FROM report_photo h JOIN report r ON r.id = h.report_id
     WHERE h.report_id IN (?) AND h.state = 'verified' AND h.phash IS NOT NULL`,
    [[...reportIds]],
  );
  const byEnterprise = new Map<number, PrintRow[]>();
  for (const row of own) byEnterprise.set(row.enterprise_id, [...(byEnterprise.get(row.enterprise_id) ?? []), row]);
  // A batch holds photos of few enterprises, most often of one.
  for (const [enterpriseId, mine] of byEnterprise) {
    const others = await printsNear(tx, enterpriseId, mine);
    for (const { photo_id, report_id, phash, believed_at } of mine) {
      const alike = others.filter(
        (other) =>
          other.report_id !== report_id &&
          bitsApart(BigInt(phash), BigInt(other.phash)) <= SAME_PICTURE_BITS &&
          Math.abs(believed_at.getTime() - other.believed_at.getTime()) <= SAME_PICTURE_DAYS * DAY_MS,
      );
      if (alike.some((other) => other.photo_id < photo_id)) {
        seen.repeated.set(report_id, (seen.repeated.get(report_id) ?? 0) + 1);
      }
      for (const other of alike) if (other.photo_id > photo_id) seen.later.add(other.report_id);
    }
  }
  return seen;
}

/** Candidates: everything filed in a slot where a similar picture may be. */
async function printsNear(tx: Tx, enterpriseId: number, prints: readonly PrintRow[]): Promise<PrintRow[]> {
  const slots = new Set(prints.flatMap(({ phash }) => slotsNear(BigInt(phash))));
  const rows = await tx.query<PrintRow>(
    `SELECT enterprise_id, photo_id, report_id, phash, believed_at FROM photo_print WHERE enterprise_id = ? AND slot IN (?)`,
    [enterpriseId, [...slots]],
  );
  return [...new Map(rows.map((row) => [row.photo_id, row])).values()];
}
