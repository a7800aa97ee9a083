import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { cameraPicture, developed, PhoneDisk, postForm, type Drawn } from './phone-files';
import { MiniProgram } from './runtime';

/**
 * What DingTalk takes and answers. The first group repeats dingtalk-jsapi 3.2.9 (api/union/*.d.ts); that package has
 * nothing on requests, files, canvas and the list of stored keys, so the second group repeats DingTalk's own pages on
 * mini programs (open.dingtalk.com, 小程序JSAPI, as of 2025-09). What neither names is not in this stub.
 */
interface UnionTypings {
  getAuthCode: { params: { corpId: string }; result: { authCode: string } };
  uploadFile: {
    params: { url: string; header?: object; fileName: string; filePath: string; fileType: string; formData?: object };
    result: { data?: string; header?: object; statusCode?: string };
  };
  getStorage: { params: { key: string }; result: { data?: string | null } };
  setStorage: { params: { key: string; data: string }; result: object };
  removeStorage: { params: { key: string }; result: object };
  scan: { params: { type: string }; result: { code: string } };
  chooseImage: {
    params: { count?: number; secret?: boolean; position?: string[]; sourceType?: string[] };
    result: { files: { path: string; size: number; fileType: string }[]; filePaths?: string[] };
  };
  getImageInfo: { params: { src: string }; result: { path: string; width: number; height: number } };
  compressImage: { params: { filePaths: string[]; compressLevel: number }; result: { filePaths: string[] } };
  getLocation: {
    params: {
      type: number;
      useCache: boolean;
      coordinate: string;
      cacheTimeout: number;
      withReGeocode: boolean;
      targetAccuracy: string;
    };
    result: Record<'city' | 'address' | 'accuracy' | 'latitude' | 'province' | 'longitude', string>;
  };
  getNetworkType: { params: object; result: { networkType: string; networkAvailable: boolean } };
  setClipboard: { params: { text: string }; result: object };
  showCallMenu: { params: { code: string; phoneNumber: string; showDingCall?: boolean }; result: object };
}
interface MiniProgramPages {
  httpRequest: {
    params: {
      url: string;
      method?: string;
      headers?: Record<string, string>;
      data?: string | object;
      dataType?: string;
      timeout?: number;
    };
    result: { data: unknown; status: number; headers: object };
  };
  getStorageInfo: { params: object; result: { keys: string[]; currentSize: number; limitSize: number } };
  navigateTo: { params: { url: string }; result: object };
  redirectTo: { params: { url: string }; result: object };
  reLaunch: { params: { url: string }; result: object };
  navigateBack: { params: { delta?: number }; result: object };
  setNavigationBar: { params: { title?: string }; result: object };
  showToast: { params: { type?: string; content?: string; duration?: number }; result: object };
  pageScrollTo: { params: object; result: object };
  stopPullDownRefresh: { params: object; result: object };
  getSystemInfo: { params: object; result: object };
}
type Known = UnionTypings & MiniProgramPages;

/** Which members a function's input must have, and of which type: the typings above, for the check at run time. */
const REQUIRED: Readonly<Record<string, Record<string, 'string' | 'number' | 'boolean' | 'object'>>> = {
  getAuthCode: { corpId: 'string' },
  uploadFile: { url: 'string', fileName: 'string', filePath: 'string', fileType: 'string' },
  getStorage: { key: 'string' },
  setStorage: { key: 'string', data: 'string' },
  removeStorage: { key: 'string' },
  scan: { type: 'string' },
  getImageInfo: { src: 'string' },
  compressImage: { filePaths: 'object', compressLevel: 'number' },
  getLocation: {
    type: 'number',
    useCache: 'boolean',
    coordinate: 'string',
    cacheTimeout: 'number',
    withReGeocode: 'boolean',
    targetAccuracy: 'string',
  },
  setClipboard: { text: 'string' },
  showCallMenu: { code: 'string', phoneNumber: 'string' },
  httpRequest: { url: 'string' },
};

interface Callbacks {
  success?: (result: unknown) => void;
  fail?: (error: unknown) => void;
  complete?: (result: unknown) => void;
}

/** A call that fails, in DingTalk's way: a number, a sentence, and whatever comes with it. */
class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly rest: object = {},
  ) {
    super(message);
  }
}

const CORP_ID = 'ding-corp';
const USER = 'https://usr';
const CANCELLED = 11;
const UNREACHABLE = 12;
const HTTP_REFUSED = 19;
const NO_FILE = 10022;
const KB = 1024;
const VALUE_LIMIT_KB = 10 * KB;
const METHODS = ['GET', 'POST'];

export interface DingtalkPhoneOptions {
  folder: string;
  server: string;
  /** What dd.getAuthCode gives. */
  authCode: () => string;
  /** A client from before files could be read (6.5.25), or one on a desk. */
  old?: boolean;
  /** What the client's canvas writes; DingTalk describes no choice. */
  canvasWrites?: 'jpg' | 'png';
}

/** A phone with DingTalk on it. */
export class DingtalkPhone {
  readonly disk = new PhoneDisk('https://resource/', USER);
  readonly values = new Map<string, string>();
  online = true;
  code: string | undefined;
  place = { longitude: '119.970000', latitude: '30.540000', accuracy: '12.0' };
  readonly calls: string[] = [];
  readonly uploads: { key: string; status: number }[] = [];
  readonly drawnTexts: string[] = [];
  /** Numbers that DingTalk was asked to call. */
  readonly called: string[] = [];
  program!: MiniProgram;
  private pictures = 0;

  constructor(private readonly options: DingtalkPhoneOptions) {}

  async start(at?: string): Promise<MiniProgram> {
    if ((this.program as MiniProgram | undefined) !== undefined) {
      this.program.kill();
      this.disk.loseTemporary();
    }
    this.program = new MiniProgram(this.options.folder, { template: 'base.axml', tapAttribute: 'onTap' }, (program) => {
      const dd = this.dd(program);
      // The container's own name for the same object: the build keeps its chunks there.
      return { dd, my: dd, navigator: { userAgent: '', swuserAgent: 'DingTalk/7.6.0' } };
    });
    await this.program.launch(at);
    return this.program;
  }

  remove(): void {
    this.program.kill();
    this.disk.remove();
  }

  private dd(program: MiniProgram): Record<string, unknown> {
    const all: Record<string, unknown> = {
      SDKVersion: '2.9.0',
      corpId: CORP_ID,
      canIUse: () => true,
      getSystemInfoSync: () => program.own(SYSTEM),
      createCanvasContext: (id: string) => this.canvas(program, id),
    };
    const knows = <K extends keyof Known>(
      name: K,
      work: (params: Known[K]['params']) => Known[K]['result'] | Promise<Known[K]['result']>,
    ) => {
      all[name] = (given: Known[K]['params'] & Callbacks = {}) => {
        this.calls.push(name);
        for (const [member, type] of Object.entries(REQUIRED[name] ?? {})) {
          const found = typeof (given as Record<string, unknown>)[member];
          if (found !== type) program.problems.push(`dd.${name}: ${member} must be a ${type}, it is ${found}`);
        }
        return called(program, given, () => work(given));
      };
    };
    knows('getAuthCode', ({ corpId }) => {
      if (corpId !== CORP_ID) throw new Refused(2, '无效的corpId');
      if (!this.online) throw new Refused(UNREACHABLE, '网络异常');
      return { authCode: this.options.authCode() };
    });
    knows('httpRequest', (params) => this.request(program, params));
    knows('uploadFile', (params) => this.upload(program, params));
    knows('getStorage', ({ key }) => ({ data: this.values.get(key) ?? null }));
    knows('setStorage', ({ key, data }) => {
      this.values.set(key, data);
      return {};
    });
    knows('removeStorage', ({ key }) => {
      this.values.delete(key);
      return {};
    });
    knows('getStorageInfo', () => ({
      keys: [...this.values.keys()],
      currentSize: Math.ceil([...this.values.values()].join('').length / KB),
      limitSize: VALUE_LIMIT_KB,
    }));
    knows('scan', ({ type }) => {
      if (!['qr', 'bar', 'all'].includes(type)) program.problems.push(`dd.scan: type ${type}`);
      if (this.code === undefined) throw new Refused(CANCELLED, '用户取消操作');
      return { code: this.code };
    });
    knows('chooseImage', async ({ sourceType }) => {
      if (sourceType?.join() !== 'camera') program.problems.push('dd.chooseImage takes pictures from the album');
      const bytes = await cameraPicture((this.pictures += 1));
      const taken = this.disk.temp(bytes, '.image');
      return { files: [{ path: taken, size: bytes.length, fileType: 'image' }], filePaths: [taken] };
    });
    knows('getImageInfo', async ({ src }) => {
      const { width, height } = await sharp(this.picture(src)).metadata();
      return { path: src, width, height };
    });
    knows('compressImage', async ({ filePaths, compressLevel }) => {
      const quality = [40, 60, 80][compressLevel] ?? 100;
      const written = filePaths.map(async (each) =>
        this.disk.temp(await sharp(this.picture(each)).jpeg({ quality }).toBuffer(), '.image'),
      );
      return { filePaths: await Promise.all(written) };
    });
    knows('getLocation', () => ({ ...this.place, city: '湖州市', address: '', province: '浙江省' }));
    knows('getNetworkType', () => ({ networkType: this.online ? '4g' : 'none', networkAvailable: this.online }));
    knows('setClipboard', () => ({}));
    knows('showCallMenu', ({ phoneNumber }) => {
      this.called.push(phoneNumber);
      return {};
    });
    for (const name of ['setNavigationBar', 'showToast', 'pageScrollTo', 'stopPullDownRefresh'] as const) {
      knows(name, () => ({}));
    }
    knows('getSystemInfo', () => SYSTEM);
    const moved = (work: () => void) => {
      work();
      return {};
    };
    knows('navigateTo', ({ url }) => moved(() => program.push(url)));
    knows('redirectTo', ({ url }) => moved(() => program.replace(url)));
    knows('reLaunch', ({ url }) => moved(() => program.relaunch(url)));
    knows('navigateBack', ({ delta }) => moved(() => program.back(delta)));
    if (this.options.old !== true) {
      all['env'] = { USER_DATA_PATH: USER };
      const files = this.fileManager(program);
      all['getFileSystemManager'] = () => files;
    }
    return all;
  }

  private picture(given: string): Buffer {
    const bytes = this.disk.read(given);
    if (bytes === undefined) throw new Refused(NO_FILE, `文件不存在 ${given}`);
    return bytes;
  }

  private async request(
    program: MiniProgram,
    params: Known['httpRequest']['params'],
  ): Promise<Known['httpRequest']['result']> {
    const method = params.method ?? 'GET';
    this.calls.push(`request ${new URL(params.url).pathname}`);
    if (!METHODS.includes(method)) program.problems.push(`dd.httpRequest: method ${method}`);
    const headers = params.headers ?? {};
    const json = /json/.test(headers['Content-Type'] ?? '');
    if (json && params.data !== undefined && typeof params.data !== 'string') {
      program.problems.push('dd.httpRequest: a JSON body has to be a string');
    }
    if (!this.online) throw new Refused(UNREACHABLE, '网络异常');
    const { pathname, search } = new URL(params.url);
    const answer = await fetch(`${this.options.server}${pathname}${search}`, {
      method,
      headers,
      ...(params.data === undefined ? {} : { body: typeof params.data === 'string' ? params.data : '' }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Refused(HTTP_REFUSED, 'http status error', { status: answer.status, data: text, headers: {} });
    }
    return { data: JSON.parse(text) as unknown, status: answer.status, headers: {} };
  }

  private async upload(
    program: MiniProgram,
    params: Known['uploadFile']['params'],
  ): Promise<Known['uploadFile']['result']> {
    if (!['image', 'video', 'audio'].includes(params.fileType)) {
      program.problems.push(`dd.uploadFile: fileType ${params.fileType}`);
    }
    if (!this.online) throw new Refused(UNREACHABLE, '网络异常');
    const fields = (params.formData ?? {}) as Record<string, string>;
    const { status, body } = await postForm(
      params.url,
      fields,
      params.fileName,
      this.picture(params.filePath),
      params.filePath,
    );
    this.uploads.push({ key: String(fields['key']), status });
    return { statusCode: String(status), data: body, header: {} };
  }

  /** FileSystemManager, as far as DingTalk describes it. */
  private fileManager(program: MiniProgram): Record<string, unknown> {
    const real = (given: string) => {
      const found = this.disk.real(given);
      if (found === undefined) throw new Refused(NO_FILE, `文件不存在 ${given}`);
      return found;
    };
    const here = (given: string) => {
      if (!existsSync(real(given))) throw new Refused(NO_FILE, `文件不存在 ${given}`);
      return real(given);
    };
    const own = (given: string) => {
      if (!this.disk.isUserPath(given)) throw new Refused(2, `不是本地用户文件 ${given}`);
      return real(given);
    };
    const functions: Record<string, (option: Record<string, string>) => object> = {
      mkdir: ({ dirPath = '' }) => {
        mkdirSync(own(dirPath), { recursive: true });
        return { success: true };
      },
      copyFile: ({ srcPath = '', destPath = '' }) => {
        if (!existsSync(path.dirname(own(destPath)))) throw new Refused(NO_FILE, `文件不存在 ${destPath}`);
        if (existsSync(real(destPath))) throw new Refused(3, `文件已存在 ${destPath}`);
        if (!this.disk.copy(here(srcPath), own(destPath))) throw new Refused(3, '存储空间不足');
        return { success: true };
      },
      readFile: ({ filePath = '', encoding }) => {
        own(filePath);
        const bytes = this.picture(filePath);
        return { data: encoding === undefined ? new Uint8Array(bytes).buffer : bytes.toString('base64') };
      },
      stat: ({ path: given = '' }) => {
        const { size, mode } = statSync(here(given));
        return { stats: { size, mode, lastAccessedTime: 0, lastModifiedTime: 0 } };
      },
      unlink: ({ filePath = '' }) => {
        if (statSync(here(filePath)).isDirectory()) throw new Refused(10023, `传入的路径是一个目录 ${filePath}`);
        rmSync(own(filePath));
        return { success: true };
      },
    };
    return Object.fromEntries(
      Object.entries(functions).map(([name, work]) => [
        name,
        (option: Callbacks) => called(program, option, () => work(option as Record<string, string>), false),
      ]),
    );
  }

  /** CanvasContext: what DingTalk's pages list, on a canvas of the page that is shown. */
  private canvas(program: MiniProgram, id: string): Record<string, unknown> {
    const node = program.nodes().find((each) => each.uid === id);
    if (node === undefined) program.problems.push(`dd.createCanvasContext: no canvas ${id} on ${program.route}`);
    const sizes = Object.values(node ?? {}).flatMap((value) => /^(\d{3,})px$/.exec(String(value))?.[1] ?? []);
    if (sizes.length < 2) program.problems.push(`the canvas ${id} has the size 300 x 225: ${JSON.stringify(node)}`);
    let waiting: Drawn[] = [];
    let drawn: Drawn[] = [];
    const style = { fillStyle: '#000', font: '10px' };
    const context: Record<string, unknown> = {};
    for (const call of CANVAS_CALLS) {
      context[call] = (...args: unknown[]) => {
        if (call === 'setFillStyle') style.fillStyle = String(args[0]);
        else if (call === 'setFontSize') style.font = `${String(args[0])}px`;
        else waiting.push({ call, args, ...style });
      };
    }
    context['draw'] = (reserve = false) => {
      drawn = [...(reserve ? drawn : []), ...waiting];
      waiting = [];
    };
    context['toTempFilePath'] = (params: { width: number; height: number } & Callbacks) =>
      called(program, params, async () => {
        const texts = drawn.flatMap(({ call, args }) => (call === 'fillText' ? [String(args[0])] : []));
        this.drawnTexts.push(...texts);
        const picture = await developed(params.width, params.height, drawn, (source) => this.picture(String(source)));
        const jpeg = this.options.canvasWrites === 'jpg';
        const bytes = await (jpeg ? picture.jpeg() : picture.png()).toBuffer();
        return { url: this.disk.temp(bytes, '.image') };
      });
    return context;
  }
}

const CANVAS_CALLS = [
  ...['arc', 'beginPath', 'bezierCurveTo', 'clip', 'clearRect', 'closePath', 'drawImage', 'fill', 'fillRect'],
  ...['fillText', 'lineTo', 'moveTo', 'quadraticCurveTo', 'rect', 'rotate', 'restore', 'save', 'scale', 'stroke'],
  ...['strokeRect', 'setFillStyle', 'setFontSize', 'setShadow', 'setLineCap', 'setLineJoin', 'setTextAlign'],
  ...['setMiterLimit', 'setLineWidth', 'setStrokeStyle', 'setGlobalAlpha', 'setTextBaseline', 'translate'],
];

/** Answers through callbacks and by a promise: DingTalk's newer clients do both. */
function called(program: MiniProgram, given: Callbacks, work: () => unknown, copied = true): Promise<unknown> {
  const outcome = (async () => work())();
  const hasCallbacks = given.success !== undefined || given.fail !== undefined;
  return new Promise((resolve, reject) => {
    outcome.then(
      (good) => {
        const result = copied ? program.own(good) : good;
        program.answer(() => {
          given.success?.(result);
          given.complete?.(result);
          resolve(result);
        });
      },
      (error: unknown) => {
        if (!(error instanceof Refused) && program.isAlive) program.problems.push(String((error as Error).stack));
        const { code = 3, message, rest = {} } = error as Partial<Refused>;
        const failure = program.own({ error: code, errorMessage: message, ...rest });
        program.answer(() => {
          given.fail?.(failure);
          given.complete?.(failure);
          if (!hasCallbacks) reject(Object.assign(new Error(message), failure));
        });
      },
    );
  });
}

const SYSTEM = {
  app: 'DingTalk',
  brand: 'HUAWEI',
  model: 'test',
  platform: 'Android',
  system: '14',
  version: '7.6.0',
  pixelRatio: 3,
  windowWidth: 390,
  windowHeight: 760,
  screenWidth: 390,
  screenHeight: 844,
  language: 'zh-Hans',
};
