import { createHash } from 'node:crypto';
import { NetworkError, StorageFull, type Device, type HttpAnswer } from '../../../miniapp/src/device/device';

type Answering = (method: string, path: string, body: unknown) => HttpAnswer | Promise<HttpAnswer>;

/** A phone in memory: what it keeps survives `restart`-ing the app, its network can be cut, its storage can be full. */
export interface FakePhone extends Device {
  online_: boolean;
  full: boolean;
  /** Hashes of the photos that arrived at the store, in order, repetitions included. */
  readonly uploads: string[];
  /** Requests that arrived at the server, in order. */
  readonly requests: { method: string; path: string; body: unknown }[];
  /** Called before each upload; throws to cut it, or gives the status that the store answers instead of 200. */
  beforeUpload: (hash: string) => number | undefined;
  answer: Answering;
  readonly values: Map<string, string>;
}

export function fakePhone(): FakePhone {
  const values = new Map<string, string>();
  const files = new Map<string, ArrayBuffer>();
  const phone: FakePhone = {
    kind: 'h5',
    online_: true,
    full: false,
    uploads: [],
    requests: [],
    beforeUpload: () => undefined,
    answer: () => ({ status: 500, body: undefined }),
    values,
    loginCode: () => Promise.resolve(undefined),
    request: async ({ method, path, body }) => {
      if (!phone.online_) throw new NetworkError('no network', true);
      phone.requests.push({ method, path, body });
      return phone.answer(method, path, body);
    },
    upload: async (name) => {
      if (!phone.online_) throw new NetworkError('no network', true);
      const status = phone.beforeUpload(name) ?? 200;
      if (status === 200) phone.uploads.push(name);
      return status;
    },
    store: {
      get: async <T>(key: string) => {
        const text = values.get(key);
        return text === undefined ? undefined : (JSON.parse(text) as T);
      },
      set: async (key, value) => {
        if (phone.full) throw new StorageFull();
        values.set(key, JSON.stringify(value));
      },
      remove: async (key) => void values.delete(key),
      keys: async () => [...values.keys()],
    },
    files: {
      keep: async (name, _path, bytes) => {
        if (phone.full) throw new StorageFull();
        files.set(name, bytes);
      },
      show: async (name) => (files.has(name) ? `file:${name}` : undefined),
      remove: async (name) => void files.delete(name),
    },
    space: async () => ({ used: 0, left: 1e9 }),
    scan: async () => undefined,
    takePhoto: async () => undefined,
    draw: async (picture) => {
      const bytes = createHash('sha256').update(picture.path).digest();
      return {
        ...picture,
        bytes: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      };
    },
    position: async () => undefined,
    askConsent: async () => undefined,
    online: async () => phone.online_,
    onOnline: () => () => undefined,
    exportFile: async () => undefined,
    call: () => undefined,
    watchVersion: () => undefined,
  };
  return phone;
}
