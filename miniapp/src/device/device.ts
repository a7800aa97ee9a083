import type { Orientation } from './orientation';

/** The only door to the phone. One implementation per build: platform.weapp.ts, platform.dd.ts, platform.h5.ts. */

/** The request did not reach the server, or no answer came back. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  constructor(
    message: string,
    /** The phone itself has no network; with one, it is the server or the chat app that says nothing. */
    readonly offline: boolean,
  ) {
    super(message);
  }
}

/** The phone has no room left for what should be kept. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';
}

/** The officer has not allowed what is needed: the camera, for one. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

/** This version of the chat app cannot do what is needed. */
export class TooOld extends Error {
  override readonly name = 'TooOld';
}

interface HttpRequest {
  method: 'GET' | 'POST';
  /** Path on the bff, '/api/…'. */
  path: string;
  body?: object | undefined;
  token?: string | undefined;
}

export interface HttpAnswer {
  status: number;
  /** Parsed JSON; undefined when the answer was not JSON. */
  body: unknown;
}

/** GCJ-02, as China's maps and chat apps have it. */
export interface Position {
  lng: number;
  lat: number;
  accuracyM: number;
}

/** A picture on this phone: `path` is what the platform's Image shows and its file functions take. */
export interface Picture {
  path: string;
  width: number;
  height: number;
  /** How its pixels lie, where they do not lie upright; width and height are those of the upright picture. */
  orientation?: Orientation;
}

/** A finger's mark on a photo, corners as shares of width and height (0 to 1). */
export interface Shape {
  kind: 'circle' | 'arrow';
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** What the chat app says to the request for consent, by template id. */
export type Consent = 'accept' | 'reject' | 'ban' | 'filter';

interface UploadForm {
  url: string;
  fields: Record<string, string>;
  contentType: string;
}

/** Small values by key, kept over restarts. Throws StorageFull. */
export interface KeyValueStore {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

/** Pictures by name, kept over restarts. Throws StorageFull. */
export interface FileStore {
  /** Takes over a picture, under `name`: where it lies now, and its content. */
  keep(name: string, path: string, bytes: ArrayBuffer): Promise<void>;
  /** A path that Image shows; undefined when there is no such file. */
  show(name: string): Promise<string | undefined>;
  remove(name: string): Promise<void>;
}

/** Room for what the app keeps on the phone, bytes. */
export interface Space {
  used: number;
  left: number;
}

export interface Device {
  readonly kind: 'weapp' | 'dd' | 'h5';
  /** A fresh login code of the chat app; undefined in a browser, where the session is a cookie. Throws NetworkError. */
  loginCode(): Promise<string | undefined>;
  /** Sends a request; any HTTP status is an answer, NetworkError only when there is none. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Posts a kept file as a form; resolves with the HTTP status. Throws NetworkError. */
  upload(name: string, form: UploadForm): Promise<number>;
  readonly store: KeyValueStore;
  readonly files: FileStore;
  /** Undefined where the phone does not tell: that is not a full phone. */
  space(): Promise<Space | undefined>;
  /** The text of a scanned code; undefined when the person gave up. Throws NotAllowed. */
  scan(): Promise<string | undefined>;
  /** A picture from the camera, never from the album; undefined when the person gave up. Throws NotAllowed. */
  takePhoto(): Promise<Picture | undefined>;
  /**
   * The picture at most 1,600 px long with `lines` on its lower edge and `shapes` on it, as a JPEG of about 250 KB.
   * Throws TooOld.
   */
  draw(picture: Picture, lines: readonly string[], shapes: readonly Shape[]): Promise<Picture & { bytes: ArrayBuffer }>;
  /** Where the phone is now; undefined when it does not know or may not tell. At most `waitMs`. */
  position(waitMs: number): Promise<Position | undefined>;
  /** Asks for consent to the next messages; undefined where the platform has no such thing. Only within a tap. */
  askConsent(templateIds: readonly string[]): Promise<Record<string, Consent> | undefined>;
  online(): Promise<boolean>;
  /** Calls back when the network comes back. Returns what ends it. */
  onOnline(callback: () => void): () => void;
  /** Hands a text file to the person: to a colleague in the chat app, or as a download. */
  exportFile(name: string, text: string): Promise<void>;
  call(mobile: string): void;
  /** Looks after the app's own version, and whether this phone can carry it; says what the person has to do. */
  watchVersion(): void;
}
