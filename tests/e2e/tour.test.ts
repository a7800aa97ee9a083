import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Starts the demo as a newcomer would and runs the shell blocks of README.md as they are printed. */

const ROOT = path.resolve(__dirname, '../..');
let folder: string;
let demo: ChildProcess;
let base: string;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tour-'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const port = await freePort();
  base = `http://localhost:${port}`;
  demo = spawn(
    path.join(ROOT, 'node_modules/.bin/tsx'),
    ['scripts/start.ts', '--enterprises', '20', '--no-phone-app'],
    {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        PORT: String(port),
        DATA_DIR: path.join(folder, 'data'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    demo.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(`ready ${base}`)) resolve();
    });
    demo.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
  });
}, 120_000);

afterAll(async () => {
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe("the README's tour", () => {
  it('works as printed: log in, list, scan, upload, report, and the same receipt again', () => {
    const blocks = [...readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/```sh tour\n([\s\S]*?)```/g)];
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    const script = `set -eu\n${blocks.map((block) => block[1]).join('\n')}`;
    const run = spawnSync('sh', ['-c', script], { cwd: folder, env: { ...process.env, BASE: base }, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const lines = run.stdout.trim().split('\n');
    const [first, second] = lines.slice(-2);
    expect(first).toMatch(/^stored (done|late) \d+$/);
    expect(second).toBe(first?.replace('stored', 'repeated'));
  });

  it('leaves what WeChat received readable', async () => {
    const answer = await fetch(`${base}/standin/wechat`);
    const { received } = (await answer.json()) as { received: { path: string }[] };
    expect(received.map((exchange) => exchange.path)).toContain('/sns/jscode2session');
  });
});
