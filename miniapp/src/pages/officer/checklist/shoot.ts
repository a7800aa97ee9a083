import { now } from '../../../api/clock';
import { currentPerson } from '../../../api/session';
import type { Position } from '../../../device/device';
import { device } from '../../../device/platform';
import type { Draft } from '../../../offline/drafts';
import { keepPhoto, type KeptPhoto } from '../../../offline/photos';
import { watermark } from './watermark';

/** The place on the watermark is waited for at most so long. */
const PLACE_WAIT_MS = 1500;

/** Whose door it is, as the watermark says. */
interface Door {
  enterprise: string;
  enterpriseId: string;
  name: string;
  code: string;
}

/** A photo for a form, marked and kept; undefined when the officer gave up. Throws NotAllowed, StorageFull, TooOld. */
export function shoot(draft: Draft): Promise<KeptPhoto | undefined> {
  return shootAt(draft.point, draft.position);
}

/** The same at a door; `known` is where the phone was when it last knew. */
export async function shootAt(door: Door, known: Position | undefined): Promise<KeptPhoto | undefined> {
  const picture = await device.takePhoto();
  if (picture === undefined) return undefined;
  const place = (await device.position(PLACE_WAIT_MS)) ?? known;
  const lines = watermark(door, currentPerson()?.name ?? '', now(), place);
  return keepPhoto(picture, lines, [], door.enterpriseId);
}
