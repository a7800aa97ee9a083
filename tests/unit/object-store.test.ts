import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MovableClock } from '../../bff/src/core/clock';
import type { ObjectStore, PostTicket } from '../../bff/src/gateways/object-store';
import { createObjectStore } from '../../bff/src/gateways/object-store-client';
import { startOssStandin, type OssStandin } from '../standins/oss';

const clock = new MovableClock();
const account = { bucket: 'photos', region: 'oss-cn-hangzhou', accessKeyId: 'id', accessKeySecret: 'secret' };
let folder: string;
let standin: OssStandin;
let store: ObjectStore;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'oss-'));
  standin = await startOssStandin({ ...account, folder, clock });
  store = createObjectStore({ ...account, endpoint: standin.url }, clock);
});
afterAll(async () => {
  await standin.stop();
  rmSync(folder, { recursive: true });
});

const ticket = (key: string) =>
  store.postTicket({
    key,
    contentType: 'image/jpeg',
    minBytes: 3,
    maxBytes: 10,
    expiresAt: new Date(clock.now().getTime() + 900_000),
  });

async function send({ url, fields }: PostTicket, file: string, changed: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value);
  form.append('file', new Blob([file]), 'a.jpg');
  const answer = await fetch(url, { method: 'POST', body: form });
  return { status: answer.status, code: /<Code>(\w+)</.exec(await answer.text())?.[1] };
}

describe('a post ticket', () => {
  it('is refused for another key, type, size, a changed policy, and after its time', async () => {
    expect(await send(ticket('a/1.jpg'), 'abc', { key: 'a/2.jpg' })).toEqual({ status: 403, code: 'AccessDenied' });
    expect(await send(ticket('a/1.jpg'), 'abc', { 'content-type': 'text/html' })).toEqual({
      status: 403,
      code: 'AccessDenied',
    });
    expect(await send(ticket('a/1.jpg'), 'ab')).toEqual({ status: 400, code: 'EntityTooSmall' });
    expect(await send(ticket('a/1.jpg'), 'a'.repeat(11))).toEqual({ status: 400, code: 'EntityTooLarge' });
    const other = ticket('a/9.jpg').fields['policy'] ?? '';
    expect(await send(ticket('a/1.jpg'), 'abc', { policy: other })).toEqual({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    const old = ticket('a/1.jpg');
    clock.moveBy(901_000);
    expect(await send(old, 'abc')).toEqual({ status: 403, code: 'AccessDenied' });
    clock.moveBy(-901_000);
    expect(await store.head('a/1.jpg')).toBeUndefined();
  });

  it('stores exactly its object, which can then be read and shown', async () => {
    expect(await store.read('b/照片.jpg', 10)).toBeUndefined();
    expect(await send(ticket('b/照片.jpg'), 'hello')).toEqual({ status: 200, code: undefined });
    expect(await store.head('b/照片.jpg')).toEqual({ bytes: 5, contentType: 'image/jpeg' });
    expect((await store.read('b/照片.jpg', 10))?.toString()).toBe('hello');
    await expect(store.read('b/照片.jpg', 4)).rejects.toThrow('EntityTooLarge');
    const url = await store.signedUrl('b/照片.jpg', 60);
    expect(await (await fetch(url)).text()).toBe('hello');
    expect((await fetch(url.replace(/signature=\w{4}/, 'signature=0000'))).status).toBe(403);
  });
});

describe('a busy store', () => {
  it('is told apart from a missing object', async () => {
    standin.fail(1);
    await expect(store.head('b/none.jpg')).rejects.toMatchObject({ system: 'oss', retryable: true });
    expect(await store.head('b/none.jpg')).toBeUndefined();
  });
});
