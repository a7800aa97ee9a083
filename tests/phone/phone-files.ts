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

/** A picture of a site, another one each time. */
export async function cameraPicture(count: number): Promise<Buffer> {
  const background = { r: (count * 37) % 256, g: (count * 91) % 256, b: (count * 53) % 256 };
  return sharp({ create: { width: 2000, height: 1500, channels: 3, background } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** What was drawn on a canvas, in the order of the calls. */
export interface Drawn {
  call: string;
  args: unknown[];
  fillStyle: string;
  font: string;
}

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
  return sharp(photo(image.args[0]))
    .resize(width, height, { fit: 'fill' })
    .composite([{ input: Buffer.from(overlay) }]);
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
