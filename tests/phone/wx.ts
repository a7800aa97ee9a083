// Its index would make WeChat’s globals those of this whole program; the functions alone are wanted.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- the package exports no module
/// <reference path="../../node_modules/miniprogram-api-typings/types/wx/lib.wx.api.d.ts" />
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { cameraPicture, developed, ORIENTATIONS, PhoneDisk, UPRIGHT, postForm, type Drawn } from './phone-files';
import { MiniProgram } from './runtime';

type Wx = WechatMiniprogram.Wx;
type Name = Extract<keyof Wx, string>;
/** Options and answer of a function of WeChat, by its own typings. */
type OptionOf<K extends keyof Wx> = Wx[K] extends (option?: infer O) => unknown ? NonNullable<O> : never;
type ResultOf<K extends keyof Wx> =
  OptionOf<K> extends { success?: ((result: infer R) => void) | undefined } ? Omit<R, 'errMsg'> : never;

interface Callbacks {
  success?: (result: unknown) => void;
  fail?: (error: unknown) => void;
  complete?: (result: unknown) => void;
}

/** Options of the file functions together. */
interface FileOption extends Callbacks {
  path: string;
  dirPath: string;
  srcPath: string;
  destPath: string;
  filePath: string;
  recursive: boolean;
  encoding?: BufferEncoding;
  data: string | ArrayBuffer;
}

/** What WeChat answers to a call that fails: the words behind 'name:fail '. */
class Refused extends Error {
  constructor(
    readonly words: string,
    readonly errCode?: number,
  ) {
    super(words);
  }
}

const TYPINGS = path.resolve(__dirname, '../../node_modules/miniprogram-api-typings/types/wx/lib.wx.api.d.ts');
const USER = 'wxfile://usr';
const KB = 1024;
const KEY_LIMIT = 1024 * KB;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT'];

/** Names of every function of `wx`, from WeChat's typings. */
function namesOfWx(): string[] {
  const text = readFileSync(TYPINGS, 'utf8');
  const body = text.slice(text.indexOf('    interface Wx {'));
  return [...body.matchAll(/^ {8}(\w+)(?:<[^\n]*)?\(/gm)].map((match) => match[1] ?? '');
}

export interface WechatPhoneOptions {
  folder: string;
  /** Where requests go whose address is the server's. */
  server: string;
  /** What wx.login gives. */
  loginCode: () => string;
}

/** A phone with WeChat on it: what the person does, what the network does, and what WeChat asks of the app. */
export class WechatPhone {
  readonly disk = new PhoneDisk('wxfile://tmp_', USER);
  readonly values = new Map<string, string>();
  /** Bytes of values that fit; WeChat's own limit is 10 MB. */
  valueLimit = 10 * 1024 * KB;
  online = true;
  /** Text of the code in front of the camera; undefined when the person gives up. */
  code: string | undefined;
  /** What the person answers to the question for messages. */
  consent: 'accept' | 'reject' = 'accept';
  /** Exif's orientation of the pictures that the camera takes. */
  orientation = 1;
  /** Whether this phone's canvas turns pictures by their Exif, as some do. */
  canvasTurns = false;
  /** The base library of this WeChat. */
  library = '3.8.0';
  /** A new version of the app has been fetched. */
  newVersion = false;
  readonly modals: string[] = [];
  restarts = 0;
  place = { longitude: 119.97, latitude: 30.54, accuracy: 12 };
  /** Called before each upload. */
  beforeUpload: (count: number) => void = () => undefined;
  /** Uploads arrive, but nobody is told. */
  loseAnswers = false;
  readonly calls: string[] = [];
  readonly asked: string[][] = [];
  readonly uploads: { key: string; status: number }[] = [];
  /** The files that were uploaded. */
  readonly sentFiles: Buffer[] = [];
  readonly drawnTexts: string[] = [];
  readonly phoned: string[] = [];
  readonly shared: string[] = [];
  program!: MiniProgram;
  private pictures = 0;
  private listeners: ((state: { isConnected: boolean; networkType: string }) => void)[] = [];

  constructor(private readonly options: WechatPhoneOptions) {}

  /** Opens the app; whatever ran before is dead, and its temporary files are gone. */
  async start(at?: string): Promise<MiniProgram> {
    if ((this.program as MiniProgram | undefined) !== undefined) {
      this.program.kill();
      this.disk.loseTemporary();
    }
    this.listeners = [];
    this.program = new MiniProgram(
      this.options.folder,
      { template: 'base.wxml', tapAttribute: 'bindtap' },
      (program) => ({ wx: this.wx(program) }),
    );
    await this.program.launch(at);
    return this.program;
  }

  setOnline(online: boolean): void {
    this.online = online;
    for (const listener of this.listeners) {
      this.program.answer(() => listener({ isConnected: online, networkType: online ? '4g' : 'none' }));
    }
  }

  remove(): void {
    this.program.kill();
    this.disk.remove();
  }

  private valuesUsed(): number {
    return [...this.values].reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  }

  private wx(program: MiniProgram): Record<string, unknown> {
    const all: Record<string, unknown> = {};
    for (const name of namesOfWx()) {
      all[name] = () => {
        program.problems.push(`wx.${name} was called: this stub does not know it`);
        throw new Error(`wx.${name} is not part of the stub`);
      };
    }
    /** A function with callbacks or a promise, as WeChat's are. */
    const asks = <K extends Name>(name: K, work: (option: OptionOf<K>) => ResultOf<K> | Promise<ResultOf<K>>) => {
      all[name] = (option: OptionOf<K> & Callbacks = {} as OptionOf<K> & Callbacks) => {
        this.calls.push(name);
        return called(program, name, option, () => work(option));
      };
    };
    const plain = <K extends Name>(name: K, work: Wx[K]) => {
      all[name] = work;
    };
    /** The app did what WeChat does not allow. */
    const wrong = (words: string): never => {
      program.problems.push(words);
      throw new Refused(words);
    };

    all['env'] = { USER_DATA_PATH: USER };
    const system = () => program.own({ ...SYSTEM, SDKVersion: this.library });
    plain('getSystemInfoSync', () => system() as never);
    plain('getWindowInfo', () => system() as never);
    plain('getAppBaseInfo', () => system() as never);
    plain('getDeviceInfo', () => system() as never);
    // Offscreen canvases came with 2.7.0, their 2d kind with 2.16.1.
    plain(
      'canIUse',
      (name) => name !== 'createOffscreenCanvas' || Number(this.library.split('.')[1]) >= 16 || this.library > '3',
    );
    plain('getUpdateManager', () => ({
      applyUpdate: () => void (this.restarts += 1),
      onCheckForUpdate: () => undefined,
      onUpdateFailed: () => undefined,
      onUpdateReady: (listener: never) => {
        if (this.newVersion) program.answer(listener);
      },
    }));
    asks('showModal', ({ title, content }: { title?: string; content?: string }) => {
      this.modals.push(`${title ?? ''} ${content ?? ''}`);
      return { confirm: true, cancel: false, content: '' };
    });
    plain('getMenuButtonBoundingClientRect', () =>
      program.own({ width: 87, height: 32, left: 281, top: 26, right: 368, bottom: 58 }),
    );
    plain('nextTick', ((work: () => void) => program.answer(work)) as never);
    plain('getLaunchOptionsSync', () => program.own({ path: '', query: {}, scene: 1001 }) as never);

    asks('login', () => {
      if (!this.online) throw new Refused('request:fail');
      return { code: this.options.loginCode() };
    });
    all['request'] = (option: WechatMiniprogram.RequestOption & Callbacks) => {
      this.calls.push(`request ${new URL(option.url).pathname}`);
      return called(program, 'request', option, () => this.request(option, wrong));
    };
    all['uploadFile'] = (option: WechatMiniprogram.UploadFileOption & Callbacks) => {
      this.calls.push('uploadFile');
      return called(program, 'uploadFile', option, () => this.upload(option));
    };

    asks('getStorage', ({ key }: { key: string }) => {
      const value = this.values.get(key);
      if (value === undefined) throw new Refused('data not found');
      return { data: JSON.parse(value) as unknown };
    });
    asks('setStorage', ({ key, data }: { key: string; data: unknown }) => this.keep(key, data));
    asks('removeStorage', ({ key }: { key: string }) => {
      this.values.delete(key);
      return {};
    });
    const info = () => ({
      keys: [...this.values.keys()],
      currentSize: Math.ceil(this.valuesUsed() / KB),
      limitSize: Math.floor(this.valueLimit / KB),
    });
    asks('getStorageInfo', () => info());
    plain('getStorageInfoSync', () => program.own(info()));
    const manager = this.fileManager(program);
    plain('getFileSystemManager', () => manager as never);

    asks('scanCode', ({ onlyFromCamera }: { onlyFromCamera?: boolean }) => {
      if (onlyFromCamera !== true) wrong('scanCode takes codes from the album too');
      if (this.code === undefined) throw new Refused('cancel');
      return { result: this.code, scanType: 'QR_CODE', charSet: 'UTF-8', rawData: '', path: '' };
    });
    asks('chooseMedia', async (option: WechatMiniprogram.ChooseMediaOption) => {
      if (option.sourceType?.join() !== 'camera') wrong('chooseMedia takes pictures from the album');
      if ((option.count ?? 9) > 20) wrong('chooseMedia: at most 20');
      const bytes = await cameraPicture((this.pictures += 1), this.orientation);
      const tempFilePath = this.disk.temp(bytes, '.jpg');
      return {
        type: 'image',
        tempFiles: [
          {
            tempFilePath,
            size: bytes.length,
            fileType: 'image',
            duration: 0,
            height: 0,
            width: 0,
            thumbTempFilePath: '',
          },
        ],
      };
    });
    asks('getImageInfo', async ({ src }: { src: string }) => {
      const bytes = this.disk.read(src);
      if (bytes === undefined) throw new Refused(`file not found ${src}`);
      const { width, height, orientation = 1 } = await sharp(bytes).metadata();
      return { width, height, path: src, orientation: ORIENTATIONS[orientation - 1] ?? 'up', type: 'jpeg' };
    });
    plain('createOffscreenCanvas', ((option: { type?: string; width: number; height: number }) => {
      if (option.type !== '2d') wrong('createOffscreenCanvas: only 2d has fillText');
      return new OffscreenCanvas2d(program, this, option.width, option.height);
    }) as never);
    asks('canvasToTempFilePath', async (option: WechatMiniprogram.CanvasToTempFilePathOption) => {
      const canvas = option.canvas as unknown as OffscreenCanvas2d | undefined;
      if (!(canvas instanceof OffscreenCanvas2d)) throw new Refused('canvas is empty');
      this.drawnTexts.push(...canvas.drawn.flatMap(({ call, args }) => (call === 'fillText' ? [String(args[0])] : [])));
      const picture = await developed(
        canvas.width,
        canvas.height,
        canvas.drawn,
        (image) => (image as { bytes: Buffer }).bytes,
      );
      const quality = Math.round((option.quality ?? 1) * 100);
      const jpeg = option.fileType === 'jpg';
      // Without a size of its own the picture is as many times larger as the screen is dense.
      const { destWidth = canvas.width * SYSTEM.pixelRatio, destHeight = canvas.height * SYSTEM.pixelRatio } = option;
      const sized = sharp(await picture.png().toBuffer()).resize(destWidth, destHeight, { fit: 'fill' });
      const bytes = await (jpeg ? sized.jpeg({ quality }) : sized.png()).toBuffer();
      return { tempFilePath: this.disk.temp(bytes, jpeg ? '.jpg' : '.png') };
    });

    asks('getLocation', ({ type, isHighAccuracy, highAccuracyExpireTime = 0 }: WechatMiniprogram.GetLocationOption) => {
      if (isHighAccuracy === true && highAccuracyExpireTime < 3000)
        wrong('getLocation: below 3000 ms nothing is exact');
      if (type !== undefined && !['wgs84', 'gcj02'].includes(type)) wrong(`getLocation: type ${type}`);
      return { ...this.place, speed: -1, altitude: 0, verticalAccuracy: 0, horizontalAccuracy: this.place.accuracy };
    });
    asks('requestSubscribeMessage', ({ tmplIds }: { tmplIds: string[] }) => {
      if (!this.tapping(program)) throw new Refused('can only be invoked by user TAP gesture.', 20000);
      if (tmplIds.length === 0 || tmplIds.length > 5) throw new Refused('tmplIds length', 20003);
      this.asked.push([...tmplIds]);
      return Object.fromEntries(tmplIds.map((id) => [id, this.consent]));
    });
    asks('getNetworkType', (() => ({ networkType: this.online ? '4g' : 'none', hasSystemProxy: false })) as never);
    plain('onNetworkStatusChange', (listener: never) => void this.listeners.push(listener));
    plain('offNetworkStatusChange', (listener: never) => {
      this.listeners = this.listeners.filter((each) => each !== listener);
    });
    asks('shareFileMessage', ({ filePath }: { filePath: string }) => {
      this.shared.push(String(this.disk.read(filePath)));
      return {};
    });
    asks('makePhoneCall', ({ phoneNumber }: { phoneNumber: string }) => {
      this.phoned.push(phoneNumber);
      return {};
    });
    for (const name of [
      'showToast',
      'hideToast',
      'showLoading',
      'hideLoading',
      'previewImage',
      'pageScrollTo',
    ] as const) {
      asks(name, () => ({}));
    }
    asks('stopPullDownRefresh', () => ({}));
    asks('navigateTo', ({ url }: { url: string }) => moved(() => program.push(url)));
    asks('redirectTo', ({ url }: { url: string }) => moved(() => program.replace(url)));
    asks('reLaunch', ({ url }: { url: string }) => moved(() => program.relaunch(url)));
    asks('navigateBack', ({ delta }: { delta?: number }) => moved(() => program.back(delta)));
    return all;
  }

  /** The gesture is looked at when the function is called, not when it answers. */
  private tapping(program: MiniProgram): boolean {
    return program.inTap;
  }

  private keep(key: string, data: unknown): object {
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) throw new Refused('parameter.data should not be undefined');
    if (Buffer.byteLength(text) > KEY_LIMIT) throw new Refused('entry size limit reached, exceed max size 1Mb');
    const before = this.values.get(key);
    this.values.set(key, text);
    if (this.valuesUsed() <= this.valueLimit) return {};
    if (before === undefined) this.values.delete(key);
    else this.values.set(key, before);
    throw new Refused('exceed storage max size 10Mb');
  }

  private async request(option: WechatMiniprogram.RequestOption, wrong: (words: string) => never) {
    const method = option.method ?? 'GET';
    if (!METHODS.includes(method)) wrong(`request: method ${method}`);
    if (!this.online) throw new Refused('', 600001);
    const { pathname, search } = new URL(option.url);
    const answer = await fetch(`${this.options.server}${pathname}${search}`, {
      method,
      headers: { 'content-type': 'application/json', ...(option.header as Record<string, string> | undefined) },
      ...(option.data === undefined || method === 'GET'
        ? {}
        : { body: typeof option.data === 'string' ? option.data : JSON.stringify(option.data) }),
    }).catch((error: unknown) => {
      throw new Refused(String(error), 600001);
    });
    const text = await answer.text();
    // The signal may have gone while the answer was on its way.
    if (!this.online) throw new Refused('', 600003);
    let data: unknown = text;
    try {
      data = JSON.parse(text);
    } catch {
      // WeChat hands over what is not JSON as it is.
    }
    return { data, statusCode: answer.status, header: Object.fromEntries(answer.headers), cookies: [] };
  }

  private async upload(option: WechatMiniprogram.UploadFileOption) {
    if (!this.online) throw new Refused('', 600001);
    const file = this.disk.read(option.filePath);
    if (file === undefined) throw new Refused("file doesn't exist");
    this.beforeUpload(this.uploads.length);
    const fields = (option.formData ?? {}) as Record<string, string>;
    const { status, body } = await postForm(option.url, fields, option.name, file, option.filePath).catch(
      (error: unknown) => {
        throw new Refused(String(error));
      },
    );
    this.uploads.push({ key: String(fields['key']), status });
    this.sentFiles.push(file);
    if (this.loseAnswers) throw new Refused('interrupted', 600003);
    return { statusCode: status, data: body };
  }

  private fileManager(program: MiniProgram): Record<string, unknown> {
    const missing = (given: string) => new Refused(`no such file or directory ${given}`);
    const real = (given: string): string => {
      const found = this.disk.real(given);
      if (found === undefined) throw missing(given);
      return found;
    };
    const stated = (place: string) => {
      const stats = statSync(place);
      return {
        size: stats.size,
        mode: stats.mode,
        lastAccessedTime: Math.round(stats.atimeMs / 1000),
        lastModifiedTime: Math.round(stats.mtimeMs / 1000),
        isFile: () => stats.isFile(),
        isDirectory: () => stats.isDirectory(),
      };
    };
    const functions: Record<string, (option: FileOption) => object> = {
      access: ({ path: given }) => {
        if (!existsSync(real(given))) throw missing(given);
        return {};
      },
      mkdir: ({ dirPath, recursive }) => {
        if (existsSync(real(dirPath))) throw new Refused(`file already exists ${dirPath}`);
        mkdirSync(real(dirPath), { recursive });
        return {};
      },
      copyFile: ({ srcPath, destPath }) => {
        if (!this.disk.isUserPath(destPath)) throw new Refused(`permission denied, open "${destPath}"`);
        if (!existsSync(real(srcPath)) || !existsSync(path.dirname(real(destPath)))) throw missing(srcPath);
        if (!this.disk.copy(real(srcPath), real(destPath)))
          throw new Refused('the maximum size of the file storage limit is exceeded');
        return {};
      },
      readFile: ({ filePath, encoding }) => {
        const bytes = this.disk.read(filePath);
        if (bytes === undefined) throw missing(filePath);
        return { data: encoding === undefined ? new Uint8Array(bytes).buffer : bytes.toString(encoding) };
      },
      writeFile: ({ filePath, data }) => {
        if (!this.disk.isUserPath(filePath)) throw new Refused(`permission denied, open "${filePath}"`);
        writeFileSync(real(filePath), typeof data === 'string' ? data : Buffer.from(new Uint8Array(data)));
        return {};
      },
      unlink: ({ filePath }) => {
        if (!existsSync(real(filePath))) throw missing(filePath);
        rmSync(real(filePath));
        return {};
      },
      stat: ({ path: given, recursive }) => {
        const place = real(given);
        if (!existsSync(place)) throw missing(given);
        if (!statSync(place).isDirectory() || !recursive) return { stats: stated(place) };
        const list = ['', ...readdirSync(place)];
        return { stats: list.map((name) => ({ path: `/${name}`, stats: stated(path.join(place, name)) })) };
      },
    };
    return Object.fromEntries(
      Object.entries(functions).map(([name, work]) => [
        name,
        (option: Callbacks) => void called(program, name, option, () => work(option as FileOption), false),
      ]),
    );
  }
}

/** Answers through callbacks, or by a promise when none was given, in the words of WeChat. */
function called(
  program: MiniProgram,
  name: string,
  option: Callbacks,
  work: () => unknown,
  copied = true,
): Promise<unknown> | undefined {
  const outcome = (async () => work())();
  const result = outcome.then(
    (good) => {
      const whole = copied ? program.own(good as object) : (good as object);
      return { good: Object.assign(whole, { errMsg: `${name}:ok` }) };
    },
    (error: unknown) => {
      if (!(error instanceof Refused) && program.isAlive) program.problems.push(String((error as Error).stack));
      const { words, errCode } = error as Partial<Refused>;
      const text = words === undefined || words === '' ? '' : ` ${words}`;
      return { bad: program.own({ errMsg: `${name}:fail${text}`, ...(errCode === undefined ? {} : { errCode }) }) };
    },
  );
  const hand = (end: { good: object } | { bad: object }) => {
    if ('good' in end) option.success?.(end.good);
    else option.fail?.(end.bad);
    option.complete?.('good' in end ? end.good : end.bad);
  };
  if (option.success !== undefined || option.fail !== undefined || option.complete !== undefined) {
    void result.then((end) => program.answer(() => hand(end)));
    return undefined;
  }
  return new Promise((resolve, reject) => {
    void result.then((end) => {
      if (!program.isAlive) return;
      if ('good' in end) resolve(end.good);
      else reject(Object.assign(new Error(name), end.bad));
    });
  });
}

function moved(work: () => void): object {
  work();
  return {};
}

const UNTURNED: readonly number[] = [1, 0, 0, 1, 0, 0];

/** WeChat's offscreen canvas of type 2d, as far as photos need it. */
class OffscreenCanvas2d {
  readonly drawn: Drawn[] = [];

  constructor(
    private readonly program: MiniProgram,
    private readonly phone: WechatPhone,
    readonly width: number,
    readonly height: number,
  ) {}

  getContext(kind: string): Record<string, unknown> {
    if (kind !== '2d') throw new Error(`the canvas is a 2d one, not ${kind}`);
    const saved: (readonly number[])[] = [];
    let matrix: readonly number[] = UNTURNED;
    const context: Record<string, unknown> = {
      fillStyle: '#000',
      strokeStyle: '#000',
      lineWidth: 1,
      font: '10px sans-serif',
    };
    for (const call of ['drawImage', 'fillRect', 'fillText', 'beginPath', 'moveTo', 'lineTo', 'ellipse', 'stroke']) {
      context[call] = (...args: unknown[]) =>
        void this.drawn.push({
          call,
          args,
          fillStyle: String(context['fillStyle']),
          font: String(context['font']),
          matrix,
        });
    }
    context['save'] = () => void saved.push(matrix);
    context['restore'] = () => void (matrix = saved.pop() ?? UNTURNED);
    context['transform'] = (...by: number[]) => {
      if (matrix !== UNTURNED) throw new Error('the stub turns once only');
      matrix = by;
    };
    return context;
  }

  createImage(): object {
    const { phone, program } = this;
    const image: { bytes?: Buffer; onload?: () => void; onerror?: () => void } = {};
    const read = async (given: string) => {
      const bytes = phone.disk.read(given);
      if (bytes === undefined) return program.answer(() => image.onerror?.());
      const { orientation = 1 } = await sharp(bytes).metadata();
      image.bytes = phone.canvasTurns ? await UPRIGHT[orientation - 1]!(sharp(bytes)).png().toBuffer() : bytes;
      program.answer(() => image.onload?.());
    };
    Object.defineProperty(image, 'src', { set: (given: string) => void read(given) });
    return image;
  }
}

const SYSTEM = {
  SDKVersion: '3.8.0',
  version: '8.0.50',
  platform: 'android',
  system: 'Android 14',
  brand: 'HUAWEI',
  model: 'test',
  pixelRatio: 3,
  screenWidth: 390,
  screenHeight: 844,
  windowWidth: 390,
  windowHeight: 844,
  statusBarHeight: 44,
  safeArea: { left: 0, right: 390, top: 44, bottom: 810, width: 390, height: 766 },
  language: 'zh_CN',
  theme: 'light',
  fontSizeSetting: 16,
};
