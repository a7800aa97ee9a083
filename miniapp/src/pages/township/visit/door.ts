import { now } from '../../../api/clock';
import { NotAllowed } from '../../../device/device';
import { device } from '../../../device/platform';
import { readToken, tokenOf } from '../../../offline/point-code';
import { visitDrafts, type VisitDraft } from '../../../offline/visits';
import { words } from '../words';

/** Scans a door and begins the record there. Returns what to say when it did not come to that. */
export async function beginAtDoor(id: string, draft: VisitDraft): Promise<string | undefined> {
  try {
    const token = await device.scan();
    if (token === undefined) return undefined;
    if (readToken(tokenOf(token)) === undefined) return words.visits.wrongCode;
    await visitDrafts.set(id, { ...draft, token, arrivedAt: now().toISOString() });
    return undefined;
  } catch (error) {
    return error instanceof NotAllowed ? words.visits.noCamera : words.visits.full;
  }
}
