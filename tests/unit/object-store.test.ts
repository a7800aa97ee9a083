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

const ticket = (key: string, bytes = 5) =>
  store.postTicket({ key, contentType: 'image/jpeg', bytes, expiresAt: new Date(clock.now().getTime() + 900_000) });

async function send(
  { url, fields }: PostTicket,
  file: string,
  changed: Record<string, string | undefined> = {},
  type = 'image/jpeg',
) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed }))
    if (value !== undefined) form.append(name, value);
  form.append('file', new Blob([file], { type }), 'a.jpg');
  const answer = await fetch(url, { method: 'POST', body: form });
  return { status: answer.status, code: /<Code>(\w+)</.exec(await answer.text())?.[1] };
}
const text = async (key: string) => (await store.read(key, 100))?.bytes.toString();
const typeOf = async (key: string) => (await fetch(await store.signedUrl(key, 60))).headers.get('content-type');

describe('a post ticket', () => {
  it('is refused for another key, type or length, a changed policy, without its conditions, and after its time', async () => {
    const denied = { status: 403, code: 'AccessDenied' };
    expect(await send(ticket('a/1'), 'hello', { key: 'a/2' })).toEqual(denied);
    expect(await send(ticket('a/1'), 'hello', { 'x-oss-content-type': 'text/html' })).toEqual(denied);
    expect(await send(ticket('a/1'), 'hello', { 'x-oss-content-type': undefined })).toEqual(denied);
    expect(await send(ticket('a/1'), 'hello', { 'x-oss-forbid-overwrite': 'false' })).toEqual(denied);
    expect(await send(ticket('a/1'), 'hello', { 'x-oss-forbid-overwrite': undefined })).toEqual(denied);
    expect(await send(ticket('a/1'), 'hell')).toEqual({ status: 400, code: 'EntityTooSmall' });
    expect(await send(ticket('a/1'), 'hello!')).toEqual({ status: 400, code: 'EntityTooLarge' });
    const other = ticket('a/9').fields['policy'] ?? '';
    expect(await send(ticket('a/1'), 'hello', { policy: other })).toEqual({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    const old = ticket('a/1');
    clock.moveBy(901_000);
    expect(await send(old, 'hello')).toEqual(denied);
    clock.moveBy(-901_000);
    expect(await store.has('a/1')).toBe(false);
  });

  it('stores exactly its object, which can then be read and shown', async () => {
    expect(await store.read('b/照片', 10)).toBeUndefined();
    expect(await send(ticket('b/照片'), 'hello')).toEqual({ status: 200, code: undefined });
    expect(await store.has('b/照片')).toBe(true);
    expect(await text('b/照片')).toBe('hello');
    await expect(store.read('b/照片', 4)).rejects.toThrow('EntityTooLarge');
    const url = await store.signedUrl('b/照片', 60);
    expect(await (await fetch(url)).text()).toBe('hello');
    expect((await fetch(url.replace(/signature=\w{4}/, 'signature=0000'))).status).toBe(403);
  });

  it('replaces nothing that is there, whoever holds it and whatever its length', async () => {
    await send(ticket('c/1'), 'hello');
    const there = { status: 409, code: 'FileAlreadyExists' };
    expect(await send(ticket('c/1'), 'other')).toEqual(there);
    expect(await send(ticket('c/1', 6), 'longer')).toEqual(there);
    expect(await text('c/1')).toBe('hello');
  });

  it('gives the object its own type, whatever the phone says of the file', async () => {
    await send(ticket('d/1'), 'hello', {}, 'application/octet-stream');
    expect(await typeOf('d/1')).toBe('image/jpeg');
    await send(ticket('d/2'), 'hello', { 'content-type': 'text/html' }, 'text/html');
    expect(await typeOf('d/2')).toBe('image/jpeg');
  });
});

describe('what has been checked', () => {
  it('is copied as it was read, not what has taken its place, and with the type that it has', async () => {
    await send(ticket('e/1'), 'hello');
    const read = await store.read('e/1', 10);
    const seen = { etag: read?.etag ?? '', contentType: 'image/png' };
    await store.remove(['e/1']);
    await send(ticket('e/1'), 'other');
    await expect(store.copy('e/1', 'f/1', seen)).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await store.remove(['e/1']);
    await expect(store.copy('e/1', 'f/1', seen)).rejects.toMatchObject({ code: 'NoSuchKey' });
    await send(ticket('e/1'), 'hello');
    await store.copy('e/1', 'f/1', seen);
    expect([await text('f/1'), await typeOf('f/1')]).toEqual(['hello', 'image/png']);
  });

  it('leaves no trace where it was posted; what is not there is no error', async () => {
    await send(ticket('g/1'), 'hello');
    await store.remove(['g/1', 'g/2']);
    await store.remove([]);
    expect(await store.has('g/1')).toBe(false);
  });
});

describe('a store in trouble', () => {
  it.each([
    ['ServiceUnavailable', true],
    ['InvalidAccessKeyId', false],
    ['SignatureDoesNotMatch', false],
    ['RequestTimeTooSkewed', false],
    ['UserDisable', false],
    ['AccessDenied', false],
    ['NoSuchBucket', false],
  ] as const)('says nothing of an object: %s', async (code, retryable) => {
    for (const ask of [() => store.has('h/1'), () => store.read('h/1', 10)]) {
      standin.fail(1, code);
      await expect(ask()).rejects.toMatchObject({ system: 'oss', code, retryable });
      expect(await ask()).toBeFalsy();
    }
  });

  it('that takes connections and says nothing is given up within the patience', async () => {
    const impatient = createObjectStore({ ...account, endpoint: standin.url }, clock, 200);
    standin.silence(true);
    await expect(impatient.read('h/1', 10)).rejects.toMatchObject({ system: 'oss', retryable: true });
    standin.silence(false);
    expect(await impatient.read('h/1', 10)).toBeUndefined();
  });
});
