import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { startServer, type RunningServer } from '../../bff/src/run';
import { ensurePhoneApp } from '../../scripts/setup/phone-app';
import { testEnvironment } from '../builders/app';
import { createTestDatabase, type TestDatabase } from '../builders/database';
import { startOssStandin } from '../standins/oss';

/** What production serves to browsers: the phone app, and no desk. */

let test: TestDatabase;
let folder: string;
let server: RunningServer;
beforeAll(async () => {
  test = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
  const config = { ...readConfig(testEnvironment(test.url)), production: true };
  server = await startServer({ config, clock: systemClock, phoneApp: folder });
});
afterAll(async () => {
  await server.stop();
  await test.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A plain request: fetch tidies paths and unpacks bodies by itself. */
function raw(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    get({ host: 'localhost', port, path: url, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    }).on('error', reject);
  });
}

describe('pages in production', () => {
  it('has no desk', async () => {
    expect((await raw('/')).status).toBe(404);
    expect((await raw('/desk/state')).status).toBe(404);
  });

  it('says in a sentence that the phone app was not built', async () => {
    const answer = await raw('/app/');
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toContain('手机网页版还没有生成');
  });

  it('serves the build: names with a hash for ever, the rest asked for each time, packed where the browser can', async () => {
    const script = 'x'.repeat(2000);
    mkdirSync(path.join(folder, 'js'));
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html><head></head>');
    writeFileSync(path.join(folder, 'sw.js'), '1');
    writeFileSync(path.join(folder, 'js/app.1a2b3c4d.js'), script);
    writeFileSync(path.join(folder, 'js/app.1a2b3c4d.js.gz'), gzipSync(script));
    writeFileSync(path.join(folder, 'js/app.1a2b3c4d.js.br'), brotliCompressSync(script));

    const bare = await raw('/app');
    expect([bare.status, bare.headers.location]).toEqual([302, '/app/']);
    const page = await raw('/app/');
    expect(page.status).toBe(200);
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['permissions-policy']).toContain('camera=(self)');
    const policy = page.headers['content-security-policy'] as string;
    expect(policy).toContain("connect-src 'self' http://localhost:9");
    expect(policy).toContain("worker-src 'self' blob:");
    expect(policy).toContain("frame-ancestors 'self'");
    expect((await raw('/app/sw.js')).headers['cache-control']).toBe('no-cache');

    const plain = await raw('/app/js/app.1a2b3c4d.js');
    expect(plain.headers['cache-control']).toBe('max-age=31536000,immutable');
    expect(plain.body.toString()).toBe(script);
    for (const [accepted, encoding] of [
      ['gzip', 'gzip'],
      ['br, gzip', 'br'],
    ] as const) {
      const packed = await raw('/app/js/app.1a2b3c4d.js', { 'accept-encoding': accepted });
      expect(packed.headers['content-encoding']).toBe(encoding);
      expect(packed.headers['content-type']).toContain('javascript');
      expect(packed.headers['vary']).toMatch(/accept-encoding/i);
      expect(packed.body.length).toBeLessThan(200);
    }
    const again = await raw('/app/', { 'if-modified-since': page.headers['last-modified'] as string });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('lets data do nothing in a browser', async () => {
    const { status, headers } = await raw('/api/me');
    expect(status).toBe(401);
    expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('serves nothing else', async () => {
    writeFileSync(path.join(folder, '../outside.txt'), 'secret');
    for (const url of [
      '/app/none.js',
      '/app/../outside.txt',
      '/app/..%2foutside.txt',
      '/app/%00',
      '/app/js',
      '/app/%E0%A4%A',
    ]) {
      const answer = await raw(url);
      expect([url, answer.status]).toEqual([url, 404]);
      expect(answer.headers['content-type']).toContain('application/json');
    }
    rmSync(path.join(folder, '../outside.txt'));
  });
});

describe('the build of the phone app', () => {
  const fake = (script: string) => {
    const miniapp = mkdtempSync(path.join(tmpdir(), 'miniapp-'));
    mkdirSync(path.join(miniapp, 'src'));
    mkdirSync(path.join(miniapp, 'node_modules/.bin'), { recursive: true });
    writeFileSync(path.join(miniapp, 'package.json'), '{"name":"fake","version":"1.0.0"}');
    writeFileSync(path.join(miniapp, 'src/app.tsx'), '1');
    writeFileSync(path.join(miniapp, 'node_modules/.bin/taro'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return miniapp;
  };

  it('runs once per change of the sources', async () => {
    const miniapp = fake('mkdir -p dist/h5 && head -c 5000 /dev/zero > dist/h5/index.html');
    const said: string[] = [];
    const build = () => ensurePhoneApp('h5', (line) => said.push(line), miniapp);
    await Promise.all([build(), build()]);
    expect(said).toHaveLength(1);
    writeFileSync(path.join(miniapp, 'src/app.tsx'), '2');
    await build();
    expect(said).toHaveLength(2);
    rmSync(miniapp, { recursive: true });
  });

  it('says how it failed', async () => {
    const miniapp = fake('echo "module not found: ./nowhere"; exit 1');
    await expect(ensurePhoneApp('h5', () => undefined, miniapp)).rejects.toThrow(
      /could not be built[^]*module not found/,
    );
    rmSync(miniapp, { recursive: true });
  });
});

describe('the bucket', () => {
  it('lets pages of our origin post photos, and of no other', async () => {
    const store = await startOssStandin({
      region: 'oss-cn-hangzhou',
      bucket: 'photos',
      accessKeyId: 'id',
      accessKeySecret: 'secret',
      folder: path.join(folder, 'oss'),
      clock: systemClock,
      origins: ['http://localhost:8080'],
    });
    const preflight = (origin: string) =>
      fetch(`${store.url}/photos/`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const ours = await preflight('http://localhost:8080');
    expect([ours.status, ours.headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:8080']);
    const other = await preflight('http://elsewhere:8080');
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    store.cutBrowsers(true);
    await expect(preflight('http://localhost:8080')).rejects.toThrow('fetch failed');
    expect((await fetch(`${store.url}/photos/none`)).status).toBe(403);
    await store.stop();
  });
});
