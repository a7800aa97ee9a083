import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

export interface Demo {
  base: string;
  port: number;
  /** Of its own, removed with it. */
  folder: string;
  /** Ends the demo as Ctrl-C does; its data stays. */
  stop(): Promise<void>;
  /** Starts it again on its data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The instant at which it is next `hour` o'clock in China. */
function coming(hour: number): Date {
  const at = new Date();
  at.setUTCHours((hour + 16) % 24, 0, 0, 0);
  if (at.getTime() < Date.now()) at.setUTCDate(at.getUTCDate() + 1);
  return at;
}

/**
 * A small demo county as `npm start` makes it, in a folder of its own. `hour`: where its clock begins, since what a day
 * brings depends on the time of day; without it, now.
 */
export async function startDemo(given: { phoneApp?: boolean; hour?: number } = {}): Promise<Demo> {
  const folder = mkdtempSync(path.join(tmpdir(), 'demo-'));
  const data = path.join(folder, 'data');
  const port = await freePort();
  const base = `http://localhost:${port}`;
  if (given.hour !== undefined) {
    mkdirSync(data);
    const offsetMs = coming(given.hour).getTime() - Date.now();
    writeFileSync(path.join(data, 'clock.json'), JSON.stringify({ offsetMs }));
  }
  let running: ReturnType<typeof spawn> | undefined;
  const demo: Demo = {
    base,
    port,
    folder,
    start: async () => {
      const args = ['scripts/start.ts', '--enterprises', '20', ...(given.phoneApp === true ? [] : ['--no-phone-app'])];
      const child = spawn(path.join(ROOT, 'node_modules/.bin/tsx'), args, {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          PORT: String(port),
          DATA_DIR: data,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      running = child;
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (chunk: Buffer) => {
          if (chunk.toString().includes(`ready ${base}`)) resolve();
        });
        child.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
      });
    },
    stop: async () => {
      if (running === undefined || running.exitCode !== null) return;
      const ended = new Promise((resolve) => running?.once('exit', resolve));
      running.kill('SIGINT');
      await ended;
    },
    remove: async () => {
      await demo.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await demo.start();
  return demo;
}
