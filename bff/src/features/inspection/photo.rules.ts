/** The 64-bit difference hash of a 9 × 8 grey picture: one bit for each pixel that is brighter than its right neighbour. */
export function differenceHash(grey: Uint8Array): bigint {
  let hash = 0n;
  for (let row = 0; row < 8; row += 1) {
    for (let column = 0; column < 8; column += 1) {
      const at = row * 9 + column;
      hash = (hash << 1n) | ((grey[at] ?? 0) > (grey[at + 1] ?? 0) ? 1n : 0n);
    }
  }
  return hash;
}

/** EXIF's 'YYYY:MM:DD HH:MM:SS' has no zone: the camera's clock is taken to show Asia/Shanghai. Null when unreadable. */
export function exifInstant(text: string | undefined): Date | null {
  const match = /^(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2}):(\d{2})/.exec(text ?? '');
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

/** Seconds until the next look for a photo that is not there yet; null when it is time to ask the phone again. */
export function nextLookS(attempts: number): number | null {
  const waits = [5, 15, 45, 120, 300];
  return waits[attempts - 1] ?? null;
}

const QUARTERS = 4;
const QUARTER_BITS = 16;
const BITS = 64;
/** Slots of one quarter. */
const SLOTS = 1 << QUARTER_BITS;

/** Where a fingerprint is filed: each of its quarters, with its 16 bits. */
export function slotsOf(hash: bigint): number[] {
  return Array.from({ length: QUARTERS }, (_, quarter) => {
    const shift = BigInt(BITS - QUARTER_BITS * (quarter + 1));
    return quarter * SLOTS + Number((hash >> shift) & BigInt(SLOTS - 1));
  });
}

/**
 * Where fingerprints that differ in at most 7 bits may be filed: of four quarters one then differs in at most one bit.
 * 68 slots.
 */
export function slotsNear(hash: bigint): number[] {
  return slotsOf(hash).flatMap((slot) => [
    slot,
    ...Array.from({ length: QUARTER_BITS }, (_, bit) => slot ^ (1 << bit)),
  ]);
}

/** Bits in which two fingerprints differ. */
export function bitsApart(one: bigint, other: bigint): number {
  let apart = 0;
  for (let rest = one ^ other; rest > 0n; rest &= rest - 1n) apart += 1;
  return apart;
}
