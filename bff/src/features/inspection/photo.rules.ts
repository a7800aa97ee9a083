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
