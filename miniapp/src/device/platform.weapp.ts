import Taro from '@tarojs/taro';
import { inTime } from './in-time';
import { liesOnSide, takeOrientation, uprightMatrix } from './orientation';
import { AIM_BYTES, mark, QUALITIES, sentSize } from './picture';
import { words } from '../words';
import {
  NetworkError,
  NotAllowed,
  StorageFull,
  TooOld,
  type Consent,
  type Device,
  type FileStore,
  type KeyValueStore,
  type Picture,
} from './device';

const TIMEOUT_MS = 20_000;
/** WeChat names no limit for its login: one that never answers would hold up every call behind it. */
const LOGIN_MS = 10_000;
/** WeChat looks for an exact position from here up only. */
const HIGH_ACCURACY_MS = 3_000;
const UPLOAD_TIMEOUT_MS = 60_000;
/** WeChat's limits: 10 MB of values, 200 MB of files (platform-facts: storage). */
const FILE_LIMIT = 200 * 1024 * 1024;

/** Temporary paths do not survive a restart: what is to be kept lies here. */
const folder = () => `${Taro.env.USER_DATA_PATH ?? ''}/photos`;
/** WeChat tells the photo store a file's type by its ending. */
const pathOf = (name: string) => `${folder()}/${name}.jpg`;

function messageOf(error: unknown): string {
  return String((error as { errMsg?: string } | undefined)?.errMsg ?? error);
}

const store: KeyValueStore = {
  get: async <T>(key: string) => {
    try {
      return (await Taro.getStorage<T>({ key })).data;
    } catch {
      // WeChat rejects for a key that was never set.
      return undefined;
    }
  },
  set: async (key, data) => {
    try {
      await Taro.setStorage({ key, data });
    } catch (error) {
      throw /exceed|limit|quota/i.test(messageOf(error)) ? new StorageFull() : error;
    }
  },
  remove: async (key) => {
    await Taro.removeStorage({ key });
  },
  keys: () => Promise.resolve(Taro.getStorageInfoSync().keys),
};

type FileWork = (options: { success: () => void; fail: (error: unknown) => void }) => void;
const done = (work: FileWork) =>
  new Promise<void>((resolve, reject) => {
    work({ success: () => resolve(), fail: reject });
  });

const files: FileStore = {
  keep: async (name, path) => {
    const system = Taro.getFileSystemManager();
    try {
      await done((way) => system.access({ path: folder(), ...way })).catch(() =>
        done((way) => system.mkdir({ dirPath: folder(), recursive: true, ...way })),
      );
      await done((way) => system.copyFile({ srcPath: path, destPath: pathOf(name), ...way }));
    } catch (error) {
      throw /exceed|limit|maximum/i.test(messageOf(error)) ? new StorageFull() : error;
    }
  },
  show: async (name) => {
    try {
      await done((way) => Taro.getFileSystemManager().access({ path: pathOf(name), ...way }));
      return pathOf(name);
    } catch {
      return undefined;
    }
  },
  remove: (name) =>
    done((way) => Taro.getFileSystemManager().unlink({ filePath: pathOf(name), ...way })).catch(() => undefined),
};

interface FileStats {
  size: number;
  isFile(): boolean;
}

/** WeChat answers one entry for a file and a list for a folder; its own types say `any`. */
function bytesOf(stats: unknown): number {
  const all = (Array.isArray(stats) ? stats : [{ stats }]) as { stats: FileStats }[];
  return all.reduce((sum, each) => sum + (each.stats.isFile() ? each.stats.size : 0), 0);
}

function readBytes(path: string): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    Taro.getFileSystemManager().readFile({
      filePath: path,
      success: ({ data }) => resolve(data as ArrayBuffer),
      fail: reject,
    });
  });
}

/**
 * A picture that the camera took turned, as a file whose pixels every decoder sees as they lie: some phones' canvases
 * turn such a picture by themselves, others do not.
 */
async function laidOpen(path: string, { width, height }: { width: number; height: number }): Promise<Picture> {
  const bytes = await readBytes(path);
  const orientation = takeOrientation(bytes);
  const plain = `${Taro.env.USER_DATA_PATH ?? ''}/turned.jpg`;
  await done((way) => Taro.getFileSystemManager().writeFile({ filePath: plain, data: bytes, ...way }));
  const side = liesOnSide(orientation);
  return { path: plain, width: side ? height : width, height: side ? width : height, orientation };
}

/** Below this base library (2023) photos, privacy or the phone number fail; README, "Going live", names it too. */
const OLDEST_LIBRARY = [2, 32, 3] as const;

function isOldLibrary(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of OLDEST_LIBRARY.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

const cancelled = (error: unknown) => /cancel/i.test(messageOf(error));

const isOnline = async () => (await Taro.getNetworkType()).networkType !== 'none';

/** Why no answer came: the line, or what is behind it. */
async function noAnswer(error: unknown): Promise<NetworkError> {
  return new NetworkError(messageOf(error), !(await isOnline().catch(() => true)));
}

export const device: Device = {
  kind: 'weapp',
  loginCode: async () => {
    try {
      return (await inTime(LOGIN_MS, Taro.login())).code;
    } catch (error) {
      throw await noAnswer(error);
    }
  },
  request: async ({ method, path, body, token }) => {
    try {
      const answer = await Taro.request<unknown>({
        url: `${API_ORIGIN}${path}`,
        method,
        timeout: TIMEOUT_MS,
        header: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { data: JSON.stringify(body) }),
      });
      return { status: answer.statusCode, body: answer.data };
    } catch (error) {
      throw await noAnswer(error);
    }
  },
  upload: async (name, { url, fields }) => {
    try {
      const { statusCode } = await Taro.uploadFile({
        url,
        filePath: pathOf(name),
        name: 'file',
        formData: fields,
        timeout: UPLOAD_TIMEOUT_MS,
      });
      return statusCode;
    } catch (error) {
      throw await noAnswer(error);
    }
  },
  store,
  files,
  space: async () => {
    const { currentSize, limitSize } = Taro.getStorageInfoSync();
    const kept = await new Promise<number>((resolve) => {
      Taro.getFileSystemManager().stat({
        path: folder(),
        recursive: true,
        success: ({ stats }) => resolve(bytesOf(stats)),
        fail: () => resolve(0),
      });
    });
    return {
      used: currentSize * 1024 + kept,
      // Whichever runs out first: values hold the reports, files the photos.
      left: currentSize > 0.9 * limitSize ? 0 : Math.max(0, FILE_LIMIT - kept),
    };
  },
  scan: async () => {
    try {
      return (await Taro.scanCode({ onlyFromCamera: true, scanType: ['qrCode'] })).result;
    } catch (error) {
      if (cancelled(error)) return undefined;
      throw new NotAllowed();
    }
  },
  takePhoto: async () => {
    try {
      const { tempFiles } = await Taro.chooseMedia({
        count: 1,
        mediaType: ['image'],
        sourceType: ['camera'],
        camera: 'back',
      });
      const path = tempFiles[0]?.tempFilePath;
      if (path === undefined) return undefined;
      const { width, height, orientation } = await Taro.getImageInfo({ src: path });
      // Its width and height are those of the pixels, however the phone was held.
      return (orientation ?? 'up') === 'up' ? { path, width, height } : await laidOpen(path, { width, height });
    } catch (error) {
      if (cancelled(error)) return undefined;
      throw new NotAllowed();
    }
  },
  draw: async (picture, lines, shapes) => {
    const size = sentSize(picture.width, picture.height);
    if (!Taro.canIUse('createOffscreenCanvas')) throw new TooOld();
    const canvas = Taro.createOffscreenCanvas({ type: '2d', ...size });
    const context = canvas.getContext('2d') as unknown as CanvasRenderingContext2D;
    const image = (canvas as unknown as { createImage(): HTMLImageElement }).createImage();
    await new Promise<void>((resolve, reject) => {
      image.onload = () => resolve();
      image.onerror = () => reject(new Error('the picture could not be read'));
      image.src = picture.path;
    });
    const { orientation = 1 } = picture;
    context.save();
    context.transform(...uprightMatrix(orientation, size.width, size.height));
    if (liesOnSide(orientation)) context.drawImage(image, 0, 0, size.height, size.width);
    else context.drawImage(image, 0, 0, size.width, size.height);
    context.restore();
    mark(context, size, lines, shapes);
    // Without them WeChat multiplies both by the screen's density.
    const whole = { destWidth: size.width, destHeight: size.height };
    let path = '';
    let bytes = new ArrayBuffer(0);
    for (const quality of QUALITIES) {
      const drawn = await Taro.canvasToTempFilePath({ canvas: canvas as never, ...whole, fileType: 'jpg', quality });
      path = drawn.tempFilePath;
      bytes = await readBytes(path);
      if (bytes.byteLength <= AIM_BYTES) break;
    }
    return { path, ...size, bytes };
  },
  position: (waitMs) => {
    const expire = Math.max(HIGH_ACCURACY_MS, waitMs);
    return Promise.race([
      Taro.getLocation({ type: 'gcj02', isHighAccuracy: true, highAccuracyExpireTime: expire }).then(
        ({ longitude, latitude, accuracy }) => ({ lng: longitude, lat: latitude, accuracyM: Math.round(accuracy) }),
        () => undefined,
      ),
      // A little more than WeChat's own patience, which ends with the best that it has.
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), expire + 300)),
    ]);
  },
  askConsent: async (templateIds) => {
    try {
      const answer = (await Taro.requestSubscribeMessage({ tmplIds: [...templateIds] } as never)) as unknown as Record<
        string,
        Consent
      >;
      return Object.fromEntries(templateIds.flatMap((id) => (answer[id] === undefined ? [] : [[id, answer[id]]])));
    } catch {
      // The main switch is off or the popup could not be shown: nothing was granted.
      return Object.fromEntries(templateIds.map((id) => [id, 'reject' as const]));
    }
  },
  online: isOnline,
  onOnline: (callback) => {
    const changed = ({ isConnected }: { isConnected: boolean }) => {
      if (isConnected) callback();
    };
    Taro.onNetworkStatusChange(changed);
    return () => Taro.offNetworkStatusChange(changed);
  },
  exportFile: async (name, text) => {
    const path = `${Taro.env.USER_DATA_PATH ?? ''}/${name}`;
    await done((way) =>
      Taro.getFileSystemManager().writeFile({ filePath: path, data: text, encoding: 'utf8', ...way }),
    );
    await (Taro as unknown as { shareFileMessage(o: { filePath: string; fileName: string }): Promise<void> })
      .shareFileMessage({ filePath: path, fileName: name })
      .catch((error: unknown) => {
        if (!cancelled(error)) throw error;
      });
  },
  call: (mobile) => {
    void Taro.makePhoneCall({ phoneNumber: mobile }).catch(() => undefined);
  },
  watchVersion: () => {
    if (isOldLibrary(Taro.getSystemInfoSync().SDKVersion ?? '')) {
      const { oldTitle: title, oldHow: content, oldOk: confirmText } = words.update;
      void Taro.showModal({ title, content, confirmText, showCancel: false });
    }
    const updates = Taro.getUpdateManager();
    updates.onUpdateReady(() => {
      const { title, how: content, now: confirmText, later: cancelText } = words.update;
      void Taro.showModal({ title, content, confirmText, cancelText }).then(({ confirm }) => {
        if (confirm) updates.applyUpdate();
      });
    });
  },
};
