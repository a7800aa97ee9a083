import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { round, type Figure } from './frame';

const ROOT = path.resolve(__dirname, '../..');
const PORT = '18099';

/** Seconds from `npm start` to ready, the second time: packages, server and county are there. */
export async function start(say: (line: string) => void): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-start-'));
  try {
    say('first start (seeds the county)');
    await untilReady(folder);
    say('second start');
    return [{ bench: 'start', figure: 'start', value: round(await untilReady(folder)), unit: 's' }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilReady(folder: string): Promise<number> {
  const began = performance.now();
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: folder, PORT },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: npm and what it runs get the signal together, as Ctrl-C would send it.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => npm.once('exit', () => resolve()));
  const seconds = await new Promise<number>((resolve, reject) => {
    npm.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready http')) resolve((performance.now() - began) / 1000);
    });
    npm.once('exit', () => reject(new Error('npm start ended before it was ready')));
  });
  process.kill(-(npm.pid ?? 0), 'SIGINT');
  await ended;
  return seconds;
}
