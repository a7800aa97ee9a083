import { inTime } from './in-time';
import { liesOnSide, takeOrientation } from './orientation';
import { AIM_BYTES, mark, QUALITIES, sentSize, type Context2d } from './picture';
import {
  NetworkError,
  NotAllowed,
  StorageFull,
  TooOld,
  type Device,
  type FileStore,
  type KeyValueStore,
} from './device';

/**
 * DingTalk. Calls `dd` itself: Taro's mapping loses the paths of pictures, the type of uploads and the shape of
 * request bodies (platform facts, section 4). Shapes are those of dingtalk-jsapi 3.2.9 and, where it has none
 * (requests, files, canvas), those of DingTalk's pages on mini programs.
 */
type Way<T> = { success: (result: T) => void; fail: (error: DdError) => void };
interface DdError {
  error?: number;
  errorMessage?: string;
}
interface Dd {
  /** Of the organisation in which the app was opened. */
  corpId?: string;
  env?: { USER_DATA_PATH: string };
  getAuthCode(o: { corpId: string } & Way<{ authCode: string }>): void;
  httpRequest(
    o: {
      url: string;
      method: string;
      headers: Record<string, string>;
      data?: string;
      dataType: string;
      timeout: number;
    } & Way<{ data: unknown; status: number }>,
  ): void;
  uploadFile(
    o: { url: string; filePath: string; fileName: string; fileType: 'image'; formData: Record<string, string> } & Way<{
      statusCode?: string | number;
    }>,
  ): void;
  getStorage(o: { key: string } & Way<{ data?: unknown }>): void;
  setStorage(o: { key: string; data: string } & Way<unknown>): void;
  removeStorage(o: { key: string } & Way<unknown>): void;
  getStorageInfo(o: Way<{ keys: string[]; currentSize: number; limitSize: number }>): void;
  scan(o: { type: 'qr' } & Way<{ code: string }>): void;
  chooseImage(
    o: { sourceType: string[]; count: number } & Way<{ files?: { path: string }[]; filePaths?: string[] }>,
  ): void;
  getImageInfo(o: { src: string } & Way<{ width: number; height: number; path: string }>): void;
  compressImage(o: { filePaths: string[]; compressLevel: number } & Way<{ filePaths: string[] }>): void;
  /** On phones from 6.5.26 (Android) and 6.5.25 (iOS). */
  getFileSystemManager?(): DdFiles;
  createCanvasContext(id: string): DdContext;
  getLocation(
    o: {
      type: number;
      useCache: boolean;
      cacheTimeout: number;
      targetAccuracy: string;
      coordinate: string;
      withReGeocode: boolean;
    } & Way<{ longitude: string; latitude: string; accuracy: string }>,
  ): void;
  getNetworkType(o: Way<{ networkAvailable: boolean }>): void;
  onNetworkStatusChange?(callback: (state: { isConnected: boolean }) => void): void;
  offNetworkStatusChange?(callback: (state: { isConnected: boolean }) => void): void;
  setClipboard(o: { text: string } & Way<unknown>): void;
  showCallMenu(o: { phoneNumber: string; code: string; showDingCall: boolean } & Way<unknown>): void;
}
interface DdFiles {
  /** Only files of the app's own folder can be read. */
  readFile(o: { filePath: string } & Way<{ data: ArrayBuffer }>): void;
  copyFile(o: { srcPath: string; destPath: string } & Way<unknown>): void;
  mkdir(o: { dirPath: string; recursive: boolean } & Way<unknown>): void;
  stat(o: { path: string; recursive: boolean } & Way<unknown>): void;
  unlink(o: { filePath: string } & Way<unknown>): void;
}
/** The older kind of canvas: setters instead of properties, no ellipse, an explicit draw. */
interface DdContext {
  setFillStyle(style: string): void;
  setStrokeStyle(style: string): void;
  setLineWidth(px: number): void;
  setLineCap(cap: string): void;
  setLineJoin(join: string): void;
  setFontSize(px: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void;
  stroke(): void;
  drawImage(path: string, x: number, y: number, width: number, height: number): void;
  draw(reserve: boolean, callback: () => void): void;
  toTempFilePath(
    o: {
      x: number;
      y: number;
      width: number;
      height: number;
      destWidth: number;
      destHeight: number;
      fileType: 'jpg';
      quality: number;
    } & Way<{ url?: string; apFilePath?: string; filePath?: string }>,
  ): void;
}

declare const dd: Dd;

/** The app's own canvas, on every page that takes photos. */
const CANVAS_ID = 'photo-canvas';
const TIMEOUT_MS = 20_000;
/** DingTalk takes no limit for these two: one that never answers would hold up every call behind it. */
const LOGIN_MS = 10_000;
const UPLOAD_TIMEOUT_MS = 60_000;
const VALUES_LIMIT = 10 * 1024 * 1024;
const CANCELLED = 11;
/** The callback of `draw` is not in DingTalk's description; a canvas is ready by then. */
const DRAW_MS = 600;
/** compressImage: high, medium, low. */
const LEVELS = [2, 1, 0] as const;

function asked<T>(call: (way: Way<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call({ success: resolve, fail: reject });
  });
}

const messageOf = (error: unknown) => String((error as DdError | undefined)?.errorMessage ?? error);

const isFull = (error: unknown) => /exceed|limit|full|space|超|不足/i.test(messageOf(error));

const store: KeyValueStore = {
  get: async <T>(key: string) => {
    const { data } = await asked<{ data?: unknown }>((way) => dd.getStorage({ key, ...way }));
    // DingTalk keeps texts, and answers null for a key that was never set.
    return typeof data === 'string' && data !== '' ? (JSON.parse(data) as T) : undefined;
  },
  set: async (key, data) => {
    try {
      await asked((way) => dd.setStorage({ key, data: JSON.stringify(data), ...way }));
    } catch (error) {
      throw isFull(error) ? new StorageFull() : error;
    }
  },
  remove: async (key) => {
    await asked((way) => dd.removeStorage({ key, ...way }));
  },
  keys: async () => (await asked<{ keys: string[] }>((way) => dd.getStorageInfo(way))).keys,
};

const folder = () => `${dd.env?.USER_DATA_PATH ?? ''}/photos`;
const pathOf = (name: string) => `${folder()}/${name}.jpg`;
/** A drawn photo before its name is known: the name is the hash of what can be read only here. */
const drawnPath = () => `${folder()}/drawn.jpg`;

function manager(): DdFiles {
  const found = dd.getFileSystemManager?.();
  if (found === undefined || dd.env === undefined) throw new TooOld();
  return found;
}

/** Copies a picture into the app's own folder. */
async function copyHere(from: string, to: string): Promise<void> {
  const system = manager();
  const isThere = (path: string) =>
    asked((way) => system.stat({ path, recursive: false, ...way })).then(
      () => true,
      () => false,
    );
  if (!(await isThere(folder()))) await asked((way) => system.mkdir({ dirPath: folder(), recursive: true, ...way }));
  if (await isThere(to)) await asked((way) => system.unlink({ filePath: to, ...way }));
  try {
    await asked((way) => system.copyFile({ srcPath: from, destPath: to, ...way }));
  } catch (error) {
    throw isFull(error) ? new StorageFull() : error;
  }
}

async function readHere(from: string): Promise<ArrayBuffer> {
  await copyHere(from, drawnPath());
  return (await asked<{ data: ArrayBuffer }>((way) => manager().readFile({ filePath: drawnPath(), ...way }))).data;
}

const isJpeg = (bytes: ArrayBuffer) => {
  const [first, second] = new Uint8Array(bytes);
  return first === 0xff && second === 0xd8;
};

const files: FileStore = {
  keep: (name, path) => copyHere(path, pathOf(name)),
  show: async (name) => {
    try {
      await asked((way) => manager().stat({ path: pathOf(name), recursive: false, ...way }));
      return pathOf(name);
    } catch {
      return undefined;
    }
  },
  remove: async (name) => {
    await asked((way) => manager().unlink({ filePath: pathOf(name), ...way })).catch(() => undefined);
  },
};

/** What `mark` draws with, on DingTalk's older canvas. */
function pen(context: DdContext): Context2d {
  let size = 10;
  return {
    set fillStyle(style: unknown) {
      context.setFillStyle(String(style));
    },
    set strokeStyle(style: unknown) {
      context.setStrokeStyle(String(style));
    },
    set lineWidth(px: number) {
      context.setLineWidth(px);
    },
    set lineCap(cap: unknown) {
      context.setLineCap(String(cap));
    },
    set lineJoin(join: unknown) {
      context.setLineJoin(String(join));
    },
    set font(font: string) {
      size = Number(/(\d+)px/.exec(font)?.[1] ?? size);
      context.setFontSize(size);
    },
    fillRect: (x, y, width, height) => context.fillRect(x, y, width, height),
    fillText: (text, x, y, most) => {
      // No measuring here: a Chinese character is as wide as high, any other a little over half of it.
      const wide = [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 1 : 0.6), 0) * size;
      if (most !== undefined && wide > most) context.setFontSize(Math.floor((size * most) / wide));
      context.fillText(text, x, y);
      context.setFontSize(size);
    },
    beginPath: () => context.beginPath(),
    moveTo: (x, y) => context.moveTo(x, y),
    lineTo: (x, y) => context.lineTo(x, y),
    ellipse: (x, y, radiusX, radiusY) => {
      // Four curves; the number makes them a circle to a third of a thousandth.
      const [bendX, bendY] = [radiusX * 0.5523, radiusY * 0.5523];
      context.moveTo(x + radiusX, y);
      context.bezierCurveTo(x + radiusX, y + bendY, x + bendX, y + radiusY, x, y + radiusY);
      context.bezierCurveTo(x - bendX, y + radiusY, x - radiusX, y + bendY, x - radiusX, y);
      context.bezierCurveTo(x - radiusX, y - bendY, x - bendX, y - radiusY, x, y - radiusY);
      context.bezierCurveTo(x + bendX, y - radiusY, x + radiusX, y - bendY, x + radiusX, y);
    },
    stroke: () => context.stroke(),
  };
}

const isOnline = async () =>
  (await asked<{ networkAvailable: boolean }>((way) => dd.getNetworkType(way))).networkAvailable;

/** Why no answer came: the line, or what is behind it. */
async function noAnswer(error: unknown): Promise<NetworkError> {
  return new NetworkError(messageOf(error), !(await isOnline().catch(() => true)));
}

export const device: Device = {
  kind: 'dd',
  loginCode: async () => {
    const corpId = CORP_ID === '' ? (dd.corpId ?? '') : CORP_ID;
    try {
      const login = asked<{ authCode: string }>((way) => dd.getAuthCode({ corpId, ...way }));
      return (await inTime(LOGIN_MS, login)).authCode;
    } catch (error) {
      throw await noAnswer(error);
    }
  },
  request: async ({ method, path, body, token }) => {
    try {
      const { status, data } = await asked<{ status: number; data: unknown }>((way) =>
        dd.httpRequest({
          url: `${API_ORIGIN}${path}`,
          method,
          headers: {
            'Content-Type': 'application/json',
            ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          },
          ...(body === undefined ? {} : { data: JSON.stringify(body) }),
          dataType: 'json',
          timeout: TIMEOUT_MS,
          ...way,
        }),
      );
      return { status, body: data };
    } catch (failure) {
      // Every status from 400 on arrives as a failure with error 19 and the answer beside it.
      const { error, status, data } = failure as { error?: number; status?: number; data?: unknown };
      if (error === 19 && status !== undefined) return { status, body: parsed(data) };
      throw await noAnswer(failure);
    }
  },
  upload: async (name, { url, fields }) => {
    try {
      const upload = asked<{ statusCode?: string | number }>((way) =>
        dd.uploadFile({ url, filePath: pathOf(name), fileName: 'file', fileType: 'image', formData: fields, ...way }),
      );
      const { statusCode } = await inTime(UPLOAD_TIMEOUT_MS, upload);
      return Number(statusCode);
    } catch (error) {
      throw await noAnswer(error);
    }
  },
  store,
  files,
  space: async () => {
    const { currentSize, limitSize } = await asked<{ currentSize: number; limitSize: number }>((way) =>
      dd.getStorageInfo(way),
    );
    const limit = limitSize > 0 ? limitSize * 1024 : VALUES_LIMIT;
    return { used: currentSize * 1024, left: Math.max(0, limit - currentSize * 1024) };
  },
  scan: async () => {
    try {
      return (await asked<{ code: string }>((way) => dd.scan({ type: 'qr', ...way }))).code;
    } catch (error) {
      if ((error as DdError).error === CANCELLED) return undefined;
      throw new NotAllowed();
    }
  },
  takePhoto: async () => {
    try {
      const { files: chosen, filePaths } = await asked<{ files?: { path: string }[]; filePaths?: string[] }>((way) =>
        dd.chooseImage({ sourceType: ['camera'], count: 1, ...way }),
      );
      const path = filePaths?.[0] ?? chosen?.[0]?.path;
      if (path === undefined) return undefined;
      const { width, height } = await asked<{ width: number; height: number }>((way) =>
        dd.getImageInfo({ src: path, ...way }),
      );
      // The size is that of the pixels; its web view draws them upright.
      const turned = liesOnSide(takeOrientation(await readHere(path)));
      return turned ? { path, width: height, height: width } : { path, width, height };
    } catch (error) {
      if ((error as DdError).error === CANCELLED) return undefined;
      if (error instanceof TooOld || error instanceof StorageFull) throw error;
      throw new NotAllowed();
    }
  },
  draw: async (picture, lines, shapes) => {
    manager();
    const size = sentSize(picture.width, picture.height);
    const context = dd.createCanvasContext(CANVAS_ID);
    context.drawImage(picture.path, 0, 0, size.width, size.height);
    mark(pen(context), size, lines, shapes);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, DRAW_MS);
      context.draw(false, resolve);
    });
    const whole = { x: 0, y: 0, ...size, destWidth: size.width, destHeight: size.height };
    let path = '';
    let bytes = new ArrayBuffer(0);
    for (const quality of QUALITIES) {
      const drawn = await asked<{ url?: string; apFilePath?: string; filePath?: string }>((way) =>
        context.toTempFilePath({ ...whole, fileType: 'jpg', quality, ...way }),
      );
      path = drawn.filePath ?? drawn.apFilePath ?? drawn.url ?? '';
      bytes = await readHere(path);
      // A client that does not know the wish for a JPEG gives a PNG at every quality.
      if (!isJpeg(bytes) || bytes.byteLength <= AIM_BYTES) break;
    }
    if (!isJpeg(bytes)) {
      for (const compressLevel of LEVELS) {
        const { filePaths } = await asked<{ filePaths: string[] }>((way) =>
          dd.compressImage({ filePaths: [path], compressLevel, ...way }),
        );
        bytes = await readHere(filePaths[0] ?? path);
        if (bytes.byteLength <= AIM_BYTES) break;
      }
    }
    if (!isJpeg(bytes)) throw new TooOld();
    return { path: drawnPath(), ...size, bytes };
  },
  position: (waitMs) =>
    Promise.race([
      asked<{ longitude: string; latitude: string; accuracy: string }>((way) =>
        dd.getLocation({
          type: 0,
          useCache: false,
          cacheTimeout: 0,
          targetAccuracy: '50',
          // GCJ-02.
          coordinate: '1',
          withReGeocode: false,
          ...way,
        }),
      ).then(
        ({ longitude, latitude, accuracy }) => ({
          lng: Number(longitude),
          lat: Number(latitude),
          accuracyM: Math.round(Number(accuracy)),
        }),
        () => undefined,
      ),
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), waitMs)),
    ]),
  askConsent: () => Promise.resolve(undefined),
  online: isOnline,
  onOnline: (callback) => {
    const changed = ({ isConnected }: { isConnected: boolean }) => {
      if (isConnected) callback();
    };
    dd.onNetworkStatusChange?.(changed);
    return () => dd.offNetworkStatusChange?.(changed);
  },
  // DingTalk cannot hand over a file made on the phone; the text goes to the clipboard instead.
  exportFile: async (_name, text) => {
    await asked((way) => dd.setClipboard({ text, ...way }));
  },
  call: (mobile) => {
    dd.showCallMenu({
      phoneNumber: mobile,
      code: '+86',
      showDingCall: false,
      success: () => undefined,
      fail: () => undefined,
    });
  },
  // DingTalk updates mini programs by itself; what its older versions cannot do, TooOld says where it is needed.
  watchVersion: () => undefined,
};

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
