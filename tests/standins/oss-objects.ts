import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface StoredObject {
  bytes: Buffer;
  type: string;
  /** The MD5 of the content in quotes, as OSS makes it for objects that came in one piece. */
  etag: string;
}

/** The objects of a bucket, in a folder. */
export class Objects {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  has(key: string): boolean {
    return existsSync(this.fileOf(key));
  }

  get(key: string): StoredObject | undefined {
    if (!this.has(key)) return undefined;
    const bytes = readFileSync(this.fileOf(key));
    return { bytes, type: readFileSync(`${this.fileOf(key)}.type`, 'utf8'), etag: etagOf(bytes) };
  }

  /** Answers the ETag. */
  put(key: string, bytes: Buffer, type = 'application/octet-stream'): string {
    writeFileSync(this.fileOf(key), bytes);
    writeFileSync(`${this.fileOf(key)}.type`, type);
    return etagOf(bytes);
  }

  remove(key: string): void {
    rmSync(this.fileOf(key), { force: true });
    rmSync(`${this.fileOf(key)}.type`, { force: true });
  }

  /** Keys are hashed into file names, so that no key can leave the folder. */
  private fileOf(key: string): string {
    return path.join(this.folder, createHash('sha256').update(key).digest('hex'));
  }
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex').toUpperCase()}"`;
}
