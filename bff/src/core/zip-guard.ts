import { promisify } from 'node:util';
import { createInflateRaw, inflateRaw } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { Readable, Writable } from 'node:stream';

/** Marks of the central directory's end and of its entries (PKWARE's APPNOTE, 4.3.12 and 4.3.16). */
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const MAX_ENTRIES = 500;
/** What is unpacked at a time: each piece is counted by the thread that answers requests. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Whether a zip unpacks to at most `maxBytes`: by what its entries really hold, not by what it says of them. Nothing is
 * kept in memory.
 */
export async function unpacks(file: Buffer, maxBytes: number): Promise<'fits' | 'too_large' | 'not_a_zip'> {
  const entries = entriesOf(file);
  if (entries === undefined) return 'not_a_zip';
  let left = maxBytes;
  for (const { from, size, stored } of entries) {
    const data = file.subarray(from, from + size);
    if (stored) {
      left -= data.length;
      if (left < 0) return 'too_large';
      continue;
    }
    const count = new Writable({
      write(chunk: Buffer, _encoding, done) {
        left -= chunk.length;
        done(left < 0 ? new Error('too much') : null);
      },
    });
    try {
      await pipeline(Readable.from([data]), createInflateRaw({ chunkSize: CHUNK_BYTES }), count);
    } catch {
      return left < 0 ? 'too_large' : 'not_a_zip';
    }
  }
  return 'fits';
}

const inflate = promisify(inflateRaw);

/** The text of the first entry whose name fits; undefined when there is none of at most `maxBytes`. */
export async function entryText(file: Buffer, name: RegExp, maxBytes: number): Promise<string | undefined> {
  const entry = entriesOf(file)?.find((each) => name.test(each.name));
  if (entry === undefined) return undefined;
  const data = file.subarray(entry.from, entry.from + entry.size);
  if (entry.stored) return data.length > maxBytes ? undefined : data.toString();
  const text = await inflate(data, { maxOutputLength: maxBytes }).catch(() => undefined);
  return text?.toString();
}

interface Entry {
  name: string;
  from: number;
  size: number;
  stored: boolean;
}

function entriesOf(file: Buffer): Entry[] | undefined {
  let end = file.length - END_BYTES;
  const lowest = Math.max(0, end - MAX_COMMENT);
  while (end >= lowest && file.readUInt32LE(end) !== END) end -= 1;
  if (end < lowest || end < 0) return undefined;
  const count = file.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES) return undefined;
  const entries: Entry[] = [];
  let at = file.readUInt32LE(end + 16);
  try {
    for (let index = 0; index < count; index += 1) {
      if (file.readUInt32LE(at) !== ENTRY) return undefined;
      const local = file.readUInt32LE(at + 42);
      // Name and extra field of the local header may differ from those of the directory.
      const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
      entries.push({
        name: file.toString('utf8', at + 46, at + 46 + file.readUInt16LE(at + 28)),
        from,
        size: file.readUInt32LE(at + 20),
        stored: file.readUInt16LE(at + 10) === 0,
      });
      at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return entries;
}
