import { device } from '../device/platform';
import { createStore } from './store';

/** The classes of tokens.css, from standard to largest. */
export const TEXT_SIZES = ['', 'text-l', 'text-xl', 'text-xxl'] as const;

export const textSizeStore = createStore(0);
const KEY = 'text-size';

export async function loadTextSize(): Promise<void> {
  textSizeStore.set((await device.store.get<number>(KEY)) ?? 0);
}

export function setTextSize(size: number): void {
  textSizeStore.set(size);
  void device.store.set(KEY, size).catch(() => undefined);
}
