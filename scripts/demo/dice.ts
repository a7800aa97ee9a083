/** Repeatable chance: the same seed and key give the same number in [0, 1). FNV-1a with a final mix. */
export function chance(seed: string, ...key: (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of [seed, ...key].join(':')) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  hash = Math.imul(hash, 0x297a2d39);
  hash ^= hash >>> 15;
  return (hash >>> 0) / 4_294_967_296;
}

export function pick<T>(list: readonly T[], ...key: (string | number)[]): T {
  const found = list[Math.floor(chance('pick', ...key) * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}
