/**
 * What a phone can read of a point's code without the key: which point, which print. Only the server can tell a forged
 * one; until it does, the report says what was scanned.
 */
const TOKEN = /^[A-Za-z0-9]{1,12}\.([0-9a-z]{1,11})\.([0-9a-z]{1,4})\.[\w-]{22}$/;

/** The token in a scanned text (the URL of the door, or the token alone). */
export function tokenOf(scanned: string): string {
  return scanned
    .trim()
    .replace(/^https?:\/\/[^/]+\/q\//, '')
    .replace(/[?#].*$/, '');
}

/** Point id and print version of a token; undefined when it is none of ours. */
export function readToken(token: string): { pointId: string; keyVersion: number } | undefined {
  const [, point, version] = TOKEN.exec(token) ?? [];
  if (point === undefined || version === undefined) return undefined;
  return { pointId: String(parseInt(point, 36)), keyVersion: parseInt(version, 36) };
}
