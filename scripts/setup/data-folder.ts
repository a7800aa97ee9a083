import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './setup-error';

/** A fresh demo county needs about 400 MB with its database logs. */
const NEEDED_BYTES = 600 * 1024 * 1024;

export interface DataFolder {
  path: string;
  /** Lets another start use the folder. */
  release(): void;
}

/**
 * Makes the folder of the private database and the demo's files ours for as long as this process lives. A server that
 * an earlier start left behind when it was killed is ended first. Throws SetupError: read-only or full disk, or
 * another start is using the folder.
 */
export async function claimDataFolder(folder: string, fresh: boolean): Promise<DataFolder> {
  const lock = path.join(folder, 'start.pid');
  const other = pidIn(lock);
  if (other !== undefined && other !== process.pid && commandOf(other)?.includes('start')) {
    throw new SetupError(`Another start (process ${other}) is using ${folder}; stop it first.`);
  }
  await endLeftover(folder);
  try {
    if (fresh) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const probe = path.join(folder, 'probe');
    writeFileSync(probe, Buffer.alloc(1024 * 1024));
    rmSync(probe);
    writeFileSync(lock, String(process.pid));
  } catch (error) {
    throw new SetupError(reasonOf(error, folder));
  }
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < NEEDED_BYTES && !existsSync(path.join(folder, 'db'))) {
    rmSync(lock, { force: true });
    const free = Math.floor((bavail * bsize) / 1024 / 1024);
    throw new SetupError(`The disk of ${folder} has ${free} MB left; the demo needs ${NEEDED_BYTES / 1024 / 1024} MB.`);
  }
  return { path: folder, release: () => rmSync(lock, { force: true }) };
}

function reasonOf(error: unknown, folder: string): string {
  const { code } = error as { code?: string };
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return `${folder} cannot be written to (${code}).`;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `The disk of ${folder} is full (${code}).`;
  return `${folder} cannot be used (${code ?? 'unknown reason'}).`;
}

/** Ends the database server whose data lie in this folder, if one still runs. */
async function endLeftover(folder: string): Promise<void> {
  const pid = pidIn(path.join(folder, 'db', 'server.pid'));
  const ours = () => pid !== undefined && commandOf(pid)?.includes(path.join(folder, 'db', 'data')) === true;
  if (pid === undefined || !ours()) return;
  process.kill(pid, 'SIGTERM');
  for (let waited = 0; waited < 30_000 && ours(); waited += 100)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

function pidIn(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').trim());
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** The command line of a process; undefined when it is gone or this system does not tell. */
function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return undefined;
  }
}
