import exifReader from 'exif-reader';
import sharp from 'sharp';
import { differenceHash, exifInstant } from './photo.rules';

const FORMATS = ['jpeg', 'png', 'webp'] as const;
/** Decoded, a picture has at most so many pixels: one that claims more is a bomb. */
const MAX_PIXELS = 50_000_000;

// Photos are looked at side by side: threads within one of them would only get in each other's way.
sharp.concurrency(1);
sharp.cache(false);

/** What a picture shows of itself. */
export interface Looks {
  /** When the camera says that it was taken. */
  exifAt: Date | null;
  phash: bigint;
  width: number;
  height: number;
  contentType: string;
}

/** Size, camera time and difference hash of a picture, decoded once; throws when it is none, is cut off, or is a bomb. */
export async function lookAt(bytes: Buffer): Promise<Looks> {
  const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' });
  const { format, width, height, exif } = await picture.metadata();
  if (!FORMATS.some((known) => known === format)) throw new Error(`format ${format}`);
  const grey = await picture.rotate().greyscale().resize(9, 8, { fit: 'fill' }).raw().toBuffer();
  return { width, height, exifAt: cameraTime(exif), phash: differenceHash(grey), contentType: `image/${format}` };
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
