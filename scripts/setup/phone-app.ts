import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { SetupError } from './setup-error';

/** Browser, WeChat, DingTalk. */
export type PhoneBuild = 'h5' | 'weapp' | 'dd';

const MINIAPP = path.resolve(__dirname, '../../miniapp');
/** The file without which a build is none. */
const ENTRY: Readonly<Record<PhoneBuild, string>> = { h5: 'index.html', weapp: 'app.json', dd: 'app.json' };
const BUILD_TIMEOUT_MS = 10 * 60_000;
const COMPRESSED = /\.(js|css|html|svg|json)$/;
const LEAST_BYTES = 1024;
/** What a build depends on, beside what package.json locks. */
const SOURCES = ['src', 'config', 'package.json', 'babel.config.js', 'project.config.json'];

/**
 * Builds the phone app into miniapp/dist/<type> unless the build there is of the same sources, and answers that folder.
 * Builds of one type wait for each other. Throws SetupError with the end of the output when the build fails.
 */
export async function ensurePhoneApp(
  type: PhoneBuild,
  say: (line: string) => void,
  folder: string = MINIAPP,
): Promise<string> {
  const output = path.join(folder, 'dist', type);
  if (!existsSync(path.join(folder, 'src', 'app.tsx'))) return output;
  mkdirSync(path.join(folder, 'dist'), { recursive: true });
  const stamp = `${output}.stamp`;
  const release = await takeLock(`${output}.lock`);
  try {
    const wanted = fingerprint(folder, type);
    if (existsSync(stamp) && existsSync(output) && readFileSync(stamp, 'utf8') === wanted) return output;
    say(`building the phone app (${type}, once per change) ...`);
    rmSync(stamp, { force: true });
    rmSync(output, { recursive: true, force: true });
    await build(folder, type);
    if (type === 'h5') compress(output);
    writeFileSync(stamp, wanted);
    return output;
  } finally {
    release();
  }
}

/** One hash over names and contents of everything that a build is made of. */
function fingerprint(folder: string, type: PhoneBuild): string {
  const hash = createHash('sha256');
  // Chat apps carry the server's address in the build; pages find it by where they came from.
  hash.update(type === 'h5' ? '' : `${process.env['PUBLIC_URL'] ?? ''} ${process.env['DINGTALK_CORP_ID'] ?? ''}`);
  for (const source of SOURCES) {
    for (const file of filesUnder(path.join(folder, source))) {
      hash.update(`\n${path.relative(folder, file)}\n`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** A file itself, or everything below a folder in a fixed order; nothing when there is no such path. */
function filesUnder(place: string): string[] {
  if (!existsSync(place)) return [];
  try {
    return readdirSync(place)
      .sort()
      .flatMap((name) => filesUnder(path.join(place, name)));
  } catch {
    return [place];
  }
}

async function build(folder: string, type: PhoneBuild): Promise<void> {
  const script = ['taro', 'build', '--type', type];
  try {
    await promisify(execFile)('npx', ['--no-install', ...script], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production' },
      timeout: BUILD_TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
    const tail = (lines.length > 0 ? lines : [message]).slice(-12).join('\n');
    throw new SetupError(`The phone app could not be built (${script.join(' ')}); the end of the output:\n${tail}`);
  }
  if (!existsSync(path.join(folder, 'dist', type, ENTRY[type]))) {
    throw new SetupError(`The build of the phone app (${script.join(' ')}) left no ${ENTRY[type]} in dist/${type}.`);
  }
}

/** Puts .br and .gz beside what browsers fetch often, so that no request pays for the compression. */
function compress(output: string): void {
  for (const file of filesUnder(output).filter((name) => COMPRESSED.test(name))) {
    const whole = readFileSync(file);
    if (whole.length < LEAST_BYTES) continue;
    writeFileSync(`${file}.br`, brotliCompressSync(whole));
    writeFileSync(`${file}.gz`, gzipSync(whole, { level: 9 }));
  }
}

/** Holds `file` for this process; one that a killed process left behind is taken over. */
async function takeLock(file: string): Promise<() => void> {
  for (;;) {
    try {
      const handle = openSync(file, 'wx');
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
    }
    const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
