import type { WorkMessage } from './work-chat';

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

/** The text in at most `most` bytes of UTF-8, cut between characters; what is cut ends in an ellipsis. */
export function cutToBytes(text: string, most: number): string {
  if (bytes(text) <= most) return text;
  let left = most - bytes('…');
  let cut = '';
  for (const character of text) {
    left -= bytes(character);
    if (left < 0) break;
    cut += character;
  }
  return `${cut}…`;
}

/**
 * A message in the platform's form with a body that is cut until its JSON has at most `most` bytes: characters that JSON
 * writes longer than they are count as it writes them.
 */
export function fitMessage(
  message: WorkMessage,
  most: number,
  form: (markdown: string) => Record<string, unknown>,
): Record<string, unknown> {
  const whole = (body: string) => form(`### ${message.title}\n\n${body}\n\n${message.stamp}`);
  const fits = (body: string) => bytes(JSON.stringify(whole(body))) <= most;
  if (fits(message.body)) return whole(message.body);
  const characters = [...message.body];
  const cut = (length: number) => `${characters.slice(0, length).join('')}…`;
  let [kept, tooMany] = [0, characters.length];
  while (tooMany - kept > 1) {
    const middle = Math.floor((kept + tooMany) / 2);
    if (fits(cut(middle))) kept = middle;
    else tooMany = middle;
  }
  return whole(cut(kept));
}
