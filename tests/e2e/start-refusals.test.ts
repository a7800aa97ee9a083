import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Whatever keeps the demo or the server from starting is one clear line and exit code 1. */

const ROOT = path.resolve(__dirname, '../..');
let folder: string;
let busy: Server;
let busyPort: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'refusals-'));
  busy = createServer();
  await new Promise<void>((resolve) => busy.listen(0, resolve));
  busyPort = String((busy.address() as AddressInfo).port);
});
afterAll(async () => {
  await new Promise((resolve) => busy.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function run(script: string, env: Record<string, string>, args: string[] = []) {
  const { status, stderr } = spawnSync(path.join(ROOT, 'node_modules/.bin/tsx'), [path.join(ROOT, script), ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      PORT: '0',
      DATA_DIR: path.join(folder, 'data'),
      ...env,
    },
    encoding: 'utf8',
    timeout: 50_000,
  });
  return { status, lines: stderr.trim().split('\n') };
}

describe('npm start', () => {
  const refusals: [string, Record<string, string>, RegExp][] = [
    ['a port that is taken', { PORT: 'BUSY' }, /^Port \d+ is in use; choose another: PORT=8090 npm start$/],
    [
      'a folder that cannot be made',
      { DATA_DIR: '/dev/null/data' },
      /^\/dev\/null\/data cannot be used \(ENOTDIR\)\.$/,
    ],
    [
      'a database that does not answer',
      { DATABASE_URL: 'mysql://a:b@127.0.0.1:9/c' },
      /^The database of DATABASE_URL at 127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)\.$/,
    ],
    [
      'production',
      { NODE_ENV: 'production' },
      /^npm start runs the demo with its stand-ins; in production use npm run serve\.$/,
    ],
  ];
  it.each(refusals)('says one line and exits with 1: %s', (_what, env, line) => {
    const given = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value === 'BUSY' ? busyPort : value]),
    );
    const { status, lines } = run('scripts/start.ts', given);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
    expect(status).toBe(1);
  });

  it('refuses a size that is no number', () => {
    expect(run('scripts/start.ts', {}, ['--enterprises', 'many']).lines).toEqual([
      '--enterprises takes a whole number from 1 to 100000.',
    ]);
  });
});

describe('npm run serve', () => {
  it('names every value that is missing, and every stand-in, in production', () => {
    const { status, lines } = run('bff/src/main.ts', { NODE_ENV: 'production' });
    expect(status).toBe(1);
    for (const name of [
      'PUBLIC_URL',
      'DATABASE_URL',
      'JWT_KEYS',
      'QR_KEYS',
      'ANSWER_KEYS',
      'WECHAT_APPID',
      'WECHAT_SECRET',
      'OSS_BUCKET',
    ]) {
      expect(lines).toContain(`${name} is missing`);
    }
  });
});
