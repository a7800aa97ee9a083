import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { now } from '../api/clock';
import { device } from '../device/platform';
import type { Picture, Shape } from '../device/device';
import { keptMap } from './keep';

/** A photo on this phone. Its name is the hash of its content, so the same picture is sent once. */
export interface KeptPhoto {
  sha256: string;
  bytes: number;
  contentType: 'image/jpeg';
  width: number;
  height: number;
  /** ISO, the server's time. */
  takenAt: string;
  enterpriseId: string;
  /** The object store has it. */
  uploaded: boolean;
  /** What it was taken for has been handed in: it leaves the phone as soon as the store has it. */
  leaving?: true;
  /** How often the server has asked for it again. */
  resent?: number;
}

export const photos = keptMap<KeptPhoto>('photo');

/** Draws marks on a picture and keeps the result on the phone. Throws StorageFull. */
export async function keepPhoto(
  picture: Picture,
  lines: readonly string[],
  shapes: readonly Shape[],
  enterpriseId: string,
  takenAt = now().toISOString(),
): Promise<KeptPhoto> {
  const drawn = await device.draw(picture, lines, shapes);
  const hash = bytesToHex(sha256(new Uint8Array(drawn.bytes)));
  const known = photos.get(hash);
  if (known !== undefined) return known;
  const photo: KeptPhoto = {
    sha256: hash,
    bytes: drawn.bytes.byteLength,
    contentType: 'image/jpeg',
    width: drawn.width,
    height: drawn.height,
    takenAt,
    enterpriseId,
    uploaded: false,
  };
  await device.files.keep(hash, drawn.path, drawn.bytes);
  await photos.set(hash, photo);
  return photo;
}

/** Removes a photo from the phone. */
export async function dropPhoto(hash: string): Promise<void> {
  await photos.remove(hash);
  await device.files.remove(hash);
}

/** Lets a photo go whose record the server has: at once, or when the store has it too. */
export async function releasePhoto(hash: string): Promise<void> {
  const photo = photos.get(hash);
  if (photo === undefined || photo.uploaded) return dropPhoto(hash);
  await photos.set(hash, { ...photo, leaving: true });
}
