import { createHash, randomUUID } from 'node:crypto';
import exifReader from 'exif-reader';
import sharp from 'sharp';
import type { Core } from '../../core/feature';
import { GatewayError } from '../../gateways/gateway-error';
import type { ObjectStore } from '../../gateways/object-store';
import { differenceHash, exifInstant, nextLookS } from './photo.rules';
import { claimPhotos, objectKey, photoEvidence, recordVerdict, type PhotoRow, type Verdict } from './photo.store';
import { MAX_PHOTO_BYTES } from './report.schema';
import { reweigh } from './evidence.service';

const TICKET_MS = 15 * 60_000;
const MIN_BYTES = 100;
const BATCH = 20;
const LEASE_S = 120;
const DAY_MS = 86_400_000;
/** Pictures of the same enterprise are compared over a year, at a Hamming distance up to 6 (domain.md §E3). */
const SAME_PICTURE_DAYS = 365;
const SAME_PICTURE_BITS = 6;
const FORMATS = ['jpeg', 'png', 'webp'];

export interface Ticket {
  sha256: string;
  alreadyStored: boolean;
  url: string | null;
  fields: Record<string, string> | null;
  expiresAt: string | null;
}

/** Forms with which the phone may post its photos, one object each; none for a photo that is stored already. */
export async function uploadTickets(
  store: ObjectStore,
  enterpriseId: number,
  photos: readonly { sha256: string; bytes: number; contentType: string }[],
  now: Date,
): Promise<Ticket[]> {
  return Promise.all(
    photos.map(async ({ sha256, bytes, contentType }) => {
      const key = objectKey(enterpriseId, sha256);
      const stored = await store.head(key);
      if (stored?.bytes === bytes) return { sha256, alreadyStored: true, url: null, fields: null, expiresAt: null };
      const expiresAt = new Date(now.getTime() + TICKET_MS);
      const ticket = store.postTicket({ key, contentType, minBytes: MIN_BYTES, maxBytes: MAX_PHOTO_BYTES, expiresAt });
      return { sha256, alreadyStored: false, ...ticket, expiresAt: expiresAt.toISOString() };
    }),
  );
}

/**
 * Looks at a batch of photos that reports refer to: is the object there, is it what was announced, when was it taken,
 * was it seen before. Reads outside any transaction; the verdict and the report's new trust score commit together.
 */
export async function verifyPhotos(core: Core, store: ObjectStore): Promise<number> {
  const owner = `${core.instanceId}:${randomUUID()}`.slice(0, 60);
  const photos = await claimPhotos(core.db.read, owner, core.clock.now(), BATCH, LEASE_S);
  for (const photo of photos) {
    const verdict = await verdictOf(store, photo, core.clock.now());
    await core.db.transaction(async (tx) => {
      if (!(await recordVerdict(tx, photo.id, owner, verdict))) return;
      if (verdict.state === 'waiting') return;
      if (verdict.state === 'verified') return reweighWithPhotos(core, tx, photo);
      await core.events.append(tx, [
        {
          type: 'photo.wanted',
          enterpriseId: photo.enterprise_id,
          subject: { type: 'report', id: photo.report_id },
          actorId: null,
          payload: {
            personIds: [photo.officer_id],
            itemCode: photo.item_code,
            sha256: photo.sha256,
            reason: verdict.reason,
          },
        },
      ]);
    });
    core.metrics.count('photos_checked_total', { state: verdict.state });
  }
  return photos.length;
}

async function reweighWithPhotos(core: Core, tx: Parameters<typeof reweigh>[0], photo: PhotoRow): Promise<void> {
  const [report] = await tx.query<{ filled_at: Date }>('SELECT filled_at FROM report WHERE id = ?', [photo.report_id]);
  if (report === undefined) return;
  const since = new Date(core.clock.now().getTime() - SAME_PICTURE_DAYS * DAY_MS);
  await reweigh(
    tx,
    photo.report_id,
    await photoEvidence(tx, photo.report_id, report.filled_at, since, SAME_PICTURE_BITS),
  );
}

async function verdictOf(store: ObjectStore, photo: PhotoRow, now: Date): Promise<Verdict> {
  const blank = { exifAt: null, phash: null, width: null, height: null };
  const later = (seconds: number, reason: string): Verdict => ({
    ...blank,
    state: 'waiting',
    reason,
    checkAt: new Date(now.getTime() + seconds * 1000),
  });
  const final = (state: 'missing' | 'broken', reason: string): Verdict => ({ ...blank, state, reason, checkAt: now });
  let bytes: Buffer | undefined;
  try {
    bytes = await store.read(photo.object_key, MAX_PHOTO_BYTES);
  } catch (error) {
    // The store is busy or away: that is not the photo's fault, so it is never given up for this.
    if (error instanceof GatewayError && !error.retryable) return final('broken', 'unreadable');
    return later(60, 'store_unavailable');
  }
  if (bytes === undefined) {
    const wait = nextLookS(photo.attempts);
    return wait === null ? final('missing', 'not_uploaded') : later(wait, 'not_uploaded');
  }
  if (createHash('sha256').update(bytes).digest('hex') !== photo.sha256) return final('broken', 'hash_differs');
  try {
    return { state: 'verified', reason: null, checkAt: now, ...(await lookAt(bytes)) };
  } catch {
    return final('broken', 'not_a_picture');
  }
}

/** Size, camera time and difference hash of a picture; throws when it is none, is cut off, or is a bomb. */
async function lookAt(bytes: Buffer): Promise<Pick<Verdict, 'exifAt' | 'phash' | 'width' | 'height'>> {
  const picture = sharp(bytes, { limitInputPixels: 50_000_000, failOn: 'truncated' });
  const { format, width, height, exif } = await picture.metadata();
  if (!FORMATS.includes(format)) throw new Error(`format ${format}`);
  const grey = await picture.rotate().greyscale().resize(9, 8, { fit: 'fill' }).raw().toBuffer();
  return { width, height, exifAt: cameraTime(exif), phash: differenceHash(grey).toString() };
}

function cameraTime(exif: Buffer | undefined): Date | null {
  if (exif === undefined) return null;
  try {
    // exif-reader reads a zoneless time as if it were UTC; its text form is the camera's wall clock again.
    const at = exifReader(exif).Photo?.DateTimeOriginal;
    return at === undefined ? null : exifInstant(at.toISOString().replace(/-/g, ':').replace('T', ' '));
  } catch {
    return null;
  }
}
