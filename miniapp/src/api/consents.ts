import { device } from '../device/platform';
import type { Consents } from './types';

type Templates = Consents['templates'];

/**
 * Asks for one more message of each template that the account has. To be called within the tap itself: only there does
 * the chat app open its question. Undefined where nothing was asked.
 */
export async function askConsents(templates: Templates): Promise<Record<string, string> | undefined> {
  const asked = Object.entries(templates).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const answers = await device.askConsent(asked.map(([, id]) => id));
  if (answers === undefined) return undefined;
  return Object.fromEntries(
    asked.flatMap(([name, id]) => {
      const answer = answers[id];
      return answer === undefined ? [] : [[name, answer]];
    }),
  );
}
