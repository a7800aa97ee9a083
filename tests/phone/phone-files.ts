import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

/** The part of a phone that outlives the app: its files, its values, its network. */
export class PhoneDisk {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'phone-'));
  private made = 0;
  /** Bytes that fit into the app's own files. */
  fileLimit = 200 * 1024 * 1024;

  constructor(
    /** How the platform writes a temporary path and the app's own folder. */
    private readonly temporary: string,
    private readonly user: string,
  ) {
    mkdirSync(path.join(this.folder, 'usr'));
    mkdirSync(path.join(this.folder, 'tmp'));
  }

  /** Where a path of the platform really lies; undefined when it is none of its paths. */
  real(given: string): string | undefined {
    if (given === this.user || given.startsWith(`${this.user}/`)) {
      return path.join(this.folder, 'usr', given.slice(this.user.length));
    }
    if (given.startsWith(this.temporary)) return path.join(this.folder, 'tmp', given.slice(this.temporary.length));
    return undefined;
  }

  isUserPath(given: string): boolean {
    return given.startsWith(`${this.user}/`);
  }

  /** A new temporary file; answers the platform's path. */
  temp(bytes: Buffer, ending: string): string {
    const name = `${String((this.made += 1))}${ending}`;
    writeFileSync(path.join(this.folder, 'tmp', name), bytes);
    return `${this.temporary}${name}`;
  }

  read(given: string): Buffer | undefined {
    const real = this.real(given);
    return real !== undefined && existsSync(real) && statSync(real).isFile() ? readFileSync(real) : undefined;
  }

  /** False when there is no room left. */
  copy(from: string, to: string): boolean {
    if (this.used() + statSync(from).size > this.fileLimit) return false;
    copyFileSync(from, to);
    return true;
  }

  used(place = path.join(this.folder, 'usr')): number {
    return readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
  }

  /** What a restart of the app may cost: temporary files. */
  loseTemporary(): void {
    rmSync(path.join(this.folder, 'tmp'), { recursive: true, force: true });
    mkdirSync(path.join(this.folder, 'tmp'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Exif's orientation for each of the words that getImageInfo has for it. */
export const ORIENTATIONS = [
  ...['up', 'up-mirrored', 'down', 'down-mirrored'],
  ...['left-mirrored', 'right', 'right-mirrored', 'left'],
] as const;

/** The operations that put pixels of an Exif orientation upright. */
export const UPRIGHT: readonly ((picture: sharp.Sharp) => sharp.Sharp)[] = [
  (picture) => picture,
  (picture) => picture.flop(),
  (picture) => picture.rotate(180),
  (picture) => picture.flip(),
  (picture) => picture.rotate(90).flop(),
  (picture) => picture.rotate(90),
  (picture) => picture.rotate(270).flop(),
  (picture) => picture.rotate(270),
];

/**
 * A picture of a site, another one each time, with a white corner at the upper left of what the officer saw. With an
 * orientation its pixels lie as a camera held that way writes them, and Exif says so.
 */
export async function cameraPicture(count: number, orientation = 1): Promise<Buffer> {
  const background = { r: (count * 37) % 256, g: (count * 91) % 256, b: (count * 53) % 256 };
  const corner = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  const seen = await sharp({ create: { width: 2000, height: 1500, channels: 3, background } })
    .composite([{ input: corner, left: 0, top: 0 }])
    .png()
    .toBuffer();
  // What undoes the turn: 6 and 8 undo each other, every other one itself.
  const undo = ({ 6: 8, 8: 6 } as Record<number, number>)[orientation] ?? orientation;
  const lying = await UPRIGHT[undo - 1]!(sharp(seen)).png().toBuffer();
  const written = sharp(lying).jpeg({ quality: 90 });
  return (orientation === 1 ? written : written.withMetadata({ orientation })).toBuffer();
}

/** What was drawn on a canvas, in the order of the calls. */
export interface Drawn {
  call: string;
  args: unknown[];
  fillStyle: string;
  font: string;
  /** a, b, c, d, e, f, where the canvas was turned. */
  matrix?: readonly number[];
}

/** The orientation that a canvas' matrix undoes. */
const MATRICES = ['1,0,0,1', '-1,0,0,1', '-1,0,0,-1', '1,0,0,-1', '0,1,1,0', '0,1,-1,0', '0,-1,-1,0', '0,-1,1,0'];
/** Whether each shift of such a matrix is the canvas' width and height, or nothing. */
const SHIFTS = ['0,0', 'w,0', 'w,h', '0,h', '0,0', 'w,0', 'w,h', '0,h'];

/** The canvas' content as a real picture: the photo that was drawn, rectangles and words over it. */
export async function developed(
  width: number,
  height: number,
  drawn: readonly Drawn[],
  photo: (source: unknown) => Buffer,
): Promise<sharp.Sharp> {
  const image = drawn.find(({ call }) => call === 'drawImage');
  if (image === undefined) throw new Error('nothing was drawn on the canvas');
  const shapes = drawn.flatMap(({ call, args, fillStyle, font }) => {
    if (call === 'fillRect') {
      const [x, y, w, h] = args as number[];
      return [`<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fillStyle}"/>`];
    }
    if (call !== 'fillText') return [];
    const [text, x, y] = args as [string, number, number];
    const size = /(\d+)px/.exec(font)?.[1] ?? '10';
    const safe = text.replace(/[&<]/g, ' ');
    return [`<text x="${x}" y="${y}" font-size="${size}" fill="${fillStyle}">${safe}</text>`];
  });
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
  const matrix = image.matrix ?? [1, 0, 0, 1, 0, 0];
  const turn = MATRICES.indexOf(matrix.slice(0, 4).join(','));
  const shift = SHIFTS[turn]?.replace('w', String(width)).replace('h', String(height));
  if (shift !== matrix.slice(4).join(',')) throw new Error(`the photo is drawn beside the canvas: ${matrix.join(' ')}`);
  const [, x, y, wide, high] = image.args as [unknown, number, number, number, number];
  const drawnAs = await sharp(photo(image.args[0])).resize(wide, high, { fit: 'fill' }).png().toBuffer();
  const turned = await UPRIGHT[turn]!(sharp(drawnAs)).png().toBuffer();
  const placed = await sharp(turned).metadata();
  const fits = x === 0 && y === 0 && placed.width === width && placed.height === height;
  if (!fits) throw new Error(`the photo fills ${placed.width} x ${placed.height} of a canvas ${width} x ${height}`);
  return sharp(turned).composite([{ input: Buffer.from(overlay) }]);
}

/** A form with a file in it, as uploadFile of the chat apps posts it: fields first, the part's type from the path's ending. */
export async function postForm(
  url: string,
  fields: Readonly<Record<string, string>>,
  name: string,
  file: Buffer,
  filePath: string,
): Promise<{ status: number; body: string }> {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  const type = filePath.endsWith('.jpg') ? 'image/jpeg' : 'application/octet-stream';
  form.append(name, new Blob([new Uint8Array(file)], { type }), path.basename(filePath));
  const answer = await fetch(url, { method: 'POST', body: form });
  return { status: answer.status, body: await answer.text() };
}
