import type { Tx } from '../../core/database';
import type { ObjectStore } from '../../gateways/object-store';
import { objectKey, type PhotoState } from './photo.store';

/** Links to photos are good for so long, seconds. */
const URL_S = 600;
export type EvidenceSubject = 'finding' | 'visit' | 'dispute' | 'repair';

/** A photo as those see it who decide: a link once it has been checked, what the check says until then. */
export interface ShownPhoto {
  sha256: string;
  state: PhotoState;
  /** not_uploaded, hash_differs, too_large, not_a_picture; store_unavailable while it waits for the store. */
  reason: string | null;
  url: string | null;
}

/** Has the photos of a step checked. The same one again is checked again, unless it was in order. */
export async function notePhotos(
  tx: Tx,
  of: { type: EvidenceSubject; id: number; enterpriseId: number; personId: number },
  hashes: readonly string[],
  now: Date,
): Promise<void> {
  if (hashes.length === 0) return;
  await tx.execute(
    `INSERT INTO evidence_photo (enterprise_id, subject_type, subject_id, person_id, sha256, check_at) VALUES ?
     ON DUPLICATE KEY UPDATE attempts = IF(state = 'verified', attempts, 0), reason = IF(state = 'verified', reason, NULL),
       check_at = VALUES(check_at), state = IF(state = 'verified', state, 'waiting')`,
    [[...new Set(hashes)].map((hash) => [of.enterpriseId, of.type, of.id, of.personId, hash, now])],
  );
}

/** What has become of the photos of some subjects of one kind. */
export class PhotoStates {
  private constructor(private readonly known: ReadonlyMap<string, { state: PhotoState; reason: string | null }>) {}

  static async of(tx: Tx, type: EvidenceSubject, ids: readonly number[]): Promise<PhotoStates> {
    const rows =
      ids.length === 0
        ? []
        : await tx.query<{ id: number; sha256: string; state: PhotoState; reason: string | null }>(
            'SELECT subject_id AS id, sha256, state, reason FROM evidence_photo WHERE subject_type = ? AND subject_id IN (?)',
            [type, [...ids]],
          );
    return new PhotoStates(
      new Map(rows.map(({ id, sha256, state, reason }) => [`${id} ${sha256}`, { state, reason }])),
    );
  }

  state(subjectId: number, sha256: string): { state: PhotoState; reason: string | null } {
    return this.known.get(`${subjectId} ${sha256}`) ?? { state: 'waiting', reason: null };
  }

  /** Photos of one subject, in their order. */
  shown(
    store: ObjectStore,
    of: { id: number; enterpriseId: number },
    hashes: readonly string[],
  ): Promise<ShownPhoto[]> {
    return Promise.all(
      hashes.map(async (sha256) => {
        const found = this.state(of.id, sha256);
        return { sha256, ...found, url: await urlOf(store, objectKey(of.enterpriseId, sha256), found.state) };
      }),
    );
  }

  /** How many of these are being checked still, and how many are not what they should be. */
  counts(subjectId: number, hashes: readonly string[]): { waiting: number; bad: number } {
    const states = hashes.map((hash) => this.state(subjectId, hash).state);
    return {
      waiting: states.filter((state) => state === 'waiting').length,
      bad: states.filter((state) => state === 'missing' || state === 'broken').length,
    };
  }
}

/** A link to a photo that has been checked; nothing else is shown. */
export async function urlOf(store: ObjectStore, key: string, state: PhotoState): Promise<string | null> {
  return state === 'verified' ? store.signedUrl(key, URL_S) : null;
}
