import { createStore } from '../../components/store';
import type { Position } from '../../device/device';
import { device } from '../../device/platform';
import { distanceM } from '../../offline/geo';

const WAIT_MS = 8000;

interface Here {
  place?: Position;
  /** asking: on its way; none: the phone did not say. */
  state: 'unknown' | 'asking' | 'known' | 'none';
}

/** Where this phone is. Asked only when a person wants to see distances, and told to nobody. */
export const here = createStore<Here>({ state: 'unknown' });

export async function askHere(): Promise<void> {
  here.update((known) => ({ ...known, state: 'asking' }));
  const place = await device.position(WAIT_MS).catch(() => undefined);
  here.set(place === undefined ? { state: 'none' } : { place, state: 'known' });
}

/** Metres from here; undefined when either end is not known. */
export function metresTo(place: { lng: number | null; lat: number | null }, from: Here): number | undefined {
  if (from.place === undefined || place.lng === null || place.lat === null) return undefined;
  return distanceM(from.place, { lng: place.lng, lat: place.lat });
}
