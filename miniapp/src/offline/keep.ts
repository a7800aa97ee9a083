import { device } from '../device/platform';
import { currentPerson } from '../api/session';
import { createStore, type Store } from '../components/store';
import { StorageFull } from '../device/device';

/** Values on the phone belong to a person: who signs in later does not see them. */
const owned = (key: string) => `p${currentPerson()?.id ?? '0'}/${key}`;

export const keep = {
  get: <T>(key: string) => device.store.get<T>(owned(key)),
  set: (key: string, value: unknown) => device.store.set(owned(key), value),
  remove: (key: string) => device.store.remove(owned(key)),
};

/** A note of how far the sending is. A full phone must get rid of what it holds: there the note is in memory alone. */
export async function noted(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error;
  }
}

/** Records by id, each under a key of its own, in memory after `load`. Screens follow `store`. */
export interface KeptMap<T> {
  readonly store: Store<ReadonlyMap<string, T>>;
  load(): Promise<void>;
  get(id: string): T | undefined;
  /** All records in the order of their ids. */
  all(): T[];
  /** Shown at once, on the phone when the promise resolves. Throws StorageFull; the record is then shown all the same. */
  set(id: string, value: T): Promise<void>;
  remove(id: string): Promise<void>;
}

export function keptMap<T>(prefix: string): KeptMap<T> {
  const store = createStore<ReadonlyMap<string, T>>(new Map());
  // Writes of one record follow each other, so that the last one wins on the phone too.
  const writing = new Map<string, Promise<void>>();
  const change = (edit: (map: Map<string, T>) => void) => {
    const next = new Map(store.get());
    edit(next);
    store.set(next);
  };
  const inOrder = (id: string, work: () => Promise<void>): Promise<void> => {
    const after = (writing.get(id) ?? Promise.resolve()).catch(() => undefined).then(work);
    writing.set(id, after);
    return after;
  };
  return {
    store,
    load: async () => {
      const start = owned(`${prefix}/`);
      const keys = (await device.store.keys()).filter((key) => key.startsWith(start)).sort();
      const values = await Promise.all(keys.map((key) => device.store.get<T>(key)));
      store.set(
        new Map(
          keys.flatMap((key, index) => {
            const value = values[index];
            return value === undefined ? [] : [[key.slice(start.length), value] as const];
          }),
        ),
      );
    },
    get: (id) => store.get().get(id),
    all: () => [...store.get().values()],
    set: (id, value) => {
      change((map) => map.set(id, value));
      return inOrder(id, () => keep.set(`${prefix}/${id}`, value));
    },
    remove: (id) => {
      change((map) => map.delete(id));
      return inOrder(id, () => keep.remove(`${prefix}/${id}`));
    },
  };
}
