import gcoord from 'gcoord';
import { createStore, del, get, keys, set, type UseStore } from 'idb-keyval';
import { takePicture, readCode } from './h5/camera';
import { sayNoStorage } from './h5/no-storage';
import { inTime } from './in-time';
import { AIM_BYTES, mark, QUALITIES, sentSize } from './picture';
import { NetworkError, StorageFull, type Device, type FileStore, type KeyValueStore } from './device';

/** A request that takes longer has failed: the officer can try again, the outbox does so by itself. */
const TIMEOUT_MS = 20_000;
const UPLOAD_TIMEOUT_MS = 60_000;

/** Opened when it is first needed: where a browser has no IndexedDB the app must live long enough to say so. */
const opened = (database: string, name: string): UseStore => {
  let found: UseStore | undefined;
  return (mode, work) => (found ??= createStore(database, name))(mode, work);
};
const values = opened('inspection-values', 'values');
const blobs = opened('inspection-files', 'files');
/** A database that does not open in this time does not open: iOS has been seen to hang here. */
const OPEN_MS = 8_000;

/** Whether anything can be kept here: private windows and old web views cannot, or lose it at once. */
async function keepsValues(): Promise<boolean> {
  const probe = 'probe';
  try {
    await inTime(
      OPEN_MS,
      set(probe, 1, values).then(() => del(probe, values)),
    );
    return true;
  } catch (error) {
    // A full phone keeps what it has: it can read, and sending makes room.
    return (error as { name?: string }).name === 'QuotaExceededError';
  }
}

async function kept<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if ((error as { name?: string }).name === 'QuotaExceededError') throw new StorageFull();
    throw error;
  }
}

const store: KeyValueStore = {
  get: (key) => get(key, values),
  set: (key, value) => kept(set(key, value, values)),
  remove: (key) => del(key, values),
  keys: async () => (await keys(values)).map(String),
};

/** One object URL per file: a new one each time would never be freed. */
const shown = new Map<string, string>();

const files: FileStore = {
  keep: (name, _path, bytes) => kept(set(name, new Blob([bytes], { type: 'image/jpeg' }), blobs)),
  show: async (name) => {
    const known = shown.get(name);
    if (known !== undefined) return known;
    const blob = await get<Blob>(name, blobs);
    if (blob === undefined) return undefined;
    const url = URL.createObjectURL(blob);
    shown.set(name, url);
    return url;
  },
  remove: async (name) => {
    const url = shown.get(name);
    if (url !== undefined) URL.revokeObjectURL(url);
    shown.delete(name);
    await del(name, blobs);
  },
};

const noAnswer = (error: unknown) => new NetworkError(String(error), !navigator.onLine);

/** An answer with its body, within `ms` together. AbortSignal.timeout would be shorter; iOS has it from 16 on. */
async function within<T>(
  ms: number,
  url: string,
  init: RequestInit,
  use: (answer: Response) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ms);
  try {
    return await use(await fetch(url, { ...init, signal: over.signal }));
  } catch (error) {
    throw noAnswer(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Parsed JSON; undefined for what is none. A line that breaks in the middle of the answer throws. */
async function jsonOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const device: Device = {
  kind: 'h5',
  loginCode: () => Promise.resolve(undefined),
  request: ({ method, path, body }) =>
    within(
      TIMEOUT_MS,
      path,
      {
        method,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      },
      async (answer) => ({ status: answer.status, body: await jsonOf(answer) }),
    ),
  upload: async (name, form) => {
    const blob = await get<Blob>(name, blobs);
    if (blob === undefined) throw new Error('the photo is not on this phone any more');
    const data = new FormData();
    for (const [key, value] of Object.entries(form.fields)) data.append(key, value);
    data.append('file', new Blob([blob], { type: form.contentType }), `${name}.jpg`);
    const post = { method: 'POST', body: data };
    return within(UPLOAD_TIMEOUT_MS, form.url, post, (answer) => Promise.resolve(answer.status));
  },
  store,
  files,
  space: async () => {
    // iOS tells from 17 on: without it nothing is known, which is not a full phone.
    const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
    return usage === undefined || quota === undefined ? undefined : { used: usage, left: Math.max(0, quota - usage) };
  },
  scan: readCode,
  takePhoto: takePicture,
  draw: async (picture, lines, shapes) => {
    const image = await loaded(picture.path);
    const size = sentSize(image.naturalWidth, image.naturalHeight);
    const canvas = Object.assign(document.createElement('canvas'), size);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser cannot draw');
    context.drawImage(image, 0, 0, size.width, size.height);
    mark(context, size, lines, shapes);
    let blob: Blob | null = null;
    for (const quality of QUALITIES) {
      blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
      if (blob === null || blob.size <= AIM_BYTES) break;
    }
    if (blob === null) throw new Error('the photo could not be drawn');
    return { path: URL.createObjectURL(blob), ...size, bytes: await blob.arrayBuffer() };
  },
  position: (waitMs) =>
    new Promise((resolve) => {
      if (!('geolocation' in navigator)) return resolve(undefined);
      // The browser's own time-out does not run while it asks for permission.
      const patience = setTimeout(() => resolve(undefined), waitMs);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          clearTimeout(patience);
          // Browsers speak WGS-84; points are kept as the chat apps and the maps have them.
          const [lng, lat] = gcoord.transform([coords.longitude, coords.latitude], gcoord.WGS84, gcoord.GCJ02);
          resolve({ lng, lat, accuracyM: Math.round(coords.accuracy) });
        },
        () => {
          clearTimeout(patience);
          resolve(undefined);
        },
        { enableHighAccuracy: true, timeout: waitMs, maximumAge: 30_000 },
      );
    }),
  askConsent: () => Promise.resolve(undefined),
  online: () => Promise.resolve(navigator.onLine),
  onOnline: (callback) => {
    window.addEventListener('online', callback);
    return () => window.removeEventListener('online', callback);
  },
  exportFile: (name, text) => {
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    return Promise.resolve();
  },
  call: (mobile) => {
    window.location.href = `tel:${mobile}`;
  },
  watchVersion: () => {
    // New versions come with the page; whether anything can be kept is this browser's question.
    void keepsValues().then((keeps) => {
      if (!keeps) sayNoStorage();
    });
  },
};

function loaded(path: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('the picture could not be read'));
    image.src = path;
  });
}
