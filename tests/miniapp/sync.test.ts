import { beginSession, sessionStore } from '../../miniapp/src/api/session';
import type { Me, Receipt } from '../../miniapp/src/api/types';
import { NetworkError, type HttpAnswer } from '../../miniapp/src/device/device';
import { device } from '../../miniapp/src/device/platform';
import { drafts, type Draft } from '../../miniapp/src/offline/drafts';
import { discard, mend, outbox, queue, sent, submit, tidyDrafts } from '../../miniapp/src/offline/outbox';
import { keepPhoto, photos } from '../../miniapp/src/offline/photos';
import { sync, syncStore } from '../../miniapp/src/offline/sync';
import { emptyDraft, submitVisit, visitDrafts, visitOutbox } from '../../miniapp/src/offline/visits';
import { uuid } from '../../miniapp/src/offline/uuid';
import type { FakePhone } from './builders/fake-phone';

const phone = device as FakePhone;
const me = { id: '7', name: '陆建明', enterprise: { id: '1', name: '锦澜', uscc: '' } } as Me;

/** A server that stores each client uuid once, as the bff does. */
class Server {
  readonly reports = new Map<string, Receipt>();
  readonly stored = new Set<string>();
  /** What it says of photos that are on their way. */
  photoState = 'verified';
  /** It cannot see the photo store either. */
  takesRecordsWithoutPhotos = false;
  ticketTrouble: HttpAnswer | undefined;
  /** Answers instead of storing; the next one only. */
  readonly instead: ((uuid: string) => HttpAnswer | 'lose the answer')[] = [];

  readonly answer = (_method: string, path: string, body: unknown): HttpAnswer => {
    if (path === '/api/photos/tickets') {
      if (this.ticketTrouble !== undefined) return this.ticketTrouble;
      const { photos: asked } = body as { photos: { sha256: string }[] };
      const tickets = asked.map(({ sha256 }) =>
        this.stored.has(sha256)
          ? { sha256, alreadyStored: true, url: null, fields: null, expiresAt: null }
          : { sha256, alreadyStored: false, url: 'https://store', fields: {}, expiresAt: null },
      );
      return { status: 200, body: { tickets } };
    }
    if (path === '/api/reports') {
      const { clientUuid, taskId, photos: given } = body as { clientUuid: string; taskId: string; photos: [] };
      const instead = this.instead.shift()?.(clientUuid);
      if (instead !== undefined && instead !== 'lose the answer') return instead;
      const receipt =
        this.reports.get(clientUuid) ??
        ({
          outcome: 'stored',
          reportId: String(this.reports.size + 1),
          clientUuid,
          taskId,
          photos: given.map((photo: object) => ({ ...photo, state: this.photoState })),
        } as unknown as Receipt);
      this.reports.set(clientUuid, receipt);
      if (instead === 'lose the answer') throw new NetworkError('cut', true);
      return { status: 200, body: receipt };
    }
    if (path.endsWith('/receipt')) {
      const receipt = [...this.reports.values()].find(({ reportId }) => path === `/api/reports/${reportId}/receipt`);
      const seen = receipt?.photos.map((photo) => ({ ...photo, state: this.photoState }));
      return { status: 200, body: { ...receipt, photos: seen } };
    }
    if (path === '/api/photos/again') return { status: 200, body: { requeued: 1 } };
    if (path === '/api/visit-records') {
      const { photos: given } = body as { photos: string[] };
      const missing = !this.takesRecordsWithoutPhotos && given.some((hash) => !phone.uploads.includes(hash));
      return missing
        ? { status: 409, body: { code: 'ASSIST.PHOTO_NOT_STORED', message: '', requestId: 'r' } }
        : { status: 200, body: {} };
    }
    return { status: 404, body: { code: 'WIRE.NOT_FOUND', message: '没有', requestId: 'r' } };
  };
}

async function filled(taskId: string, photoCount: number): Promise<Draft> {
  const hashes = [];
  for (let index = 0; index < photoCount; index += 1) {
    const picture = { path: `${taskId}-${index}`, width: 4, height: 3 };
    hashes.push((await keepPhoto(picture, [], [], '1')).sha256);
  }
  const draft = {
    clientUuid: uuid(),
    taskId,
    items: [{ code: 'EV01', type: 'ok' }],
    answers: { EV01: { value: 'ok' } },
    photos: { EV01: hashes },
    point: { id: taskId, enterpriseId: '1' },
    checklistId: '1',
    scan: { token: 't', scannedAt: '2026-11-23T01:00:00.000Z' },
    startedAt: '2026-11-23T01:00:00.000Z',
    savedAt: '2026-11-23T01:00:00.000Z',
  } as unknown as Draft;
  await drafts.set(taskId, draft);
  return draft;
}

const restart = () => Promise.all([drafts.load(), outbox.load(), sent.load(), photos.load()]);

describe('sending what waits on the phone', () => {
  let server: Server;

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
    server = new Server();
    phone.values.clear();
    phone.uploads.length = 0;
    phone.requests.length = 0;
    Object.assign(phone, { online_: true, full: false, answer: server.answer, beforeUpload: () => undefined });
    await beginSession(me);
    await restart();
  });
  afterEach(() => {
    jest.clearAllTimers();
    jest.useRealTimers();
  });

  test('photos first, then each report, in the order in which they were filled in', async () => {
    phone.online_ = false;
    for (const id of ['1', '2', '3']) {
      jest.advanceTimersByTime(1000);
      await submit(await filled(id, 2));
    }
    await sync();
    expect(syncStore.get().trouble).toBe('offline');
    expect(queue()).toHaveLength(3);
    await restart();
    phone.online_ = true;
    await sync();
    const sentTasks = phone.requests
      .filter(({ path }) => path === '/api/reports')
      .map(({ body }) => (body as { taskId: string }).taskId);
    expect(sentTasks).toEqual(['1', '2', '3']);
    expect(phone.uploads).toHaveLength(6);
    expect(outbox.all()).toEqual([]);
    expect(sent.all()).toHaveLength(3);
  });

  test('a report whose answer was lost is sent again under the same id: one report', async () => {
    const draft = await filled('1', 1);
    await submit(draft);
    server.instead.push(() => 'lose the answer');
    await sync();
    expect(outbox.all()).toHaveLength(1);
    await sync();
    expect([...server.reports.keys()]).toEqual([draft.clientUuid]);
    expect(outbox.all()).toEqual([]);
    expect(phone.uploads).toHaveLength(1);
  });

  test('ten photos, cut in the middle: no photo that had arrived is sent again', async () => {
    await submit(await filled('1', 10));
    phone.beforeUpload = () => {
      if (phone.uploads.length === 5) {
        phone.beforeUpload = () => undefined;
        throw new NetworkError('cut', true);
      }
    };
    await sync();
    expect(phone.uploads).toHaveLength(5);
    expect(server.reports.size).toBe(1);
    await restart();
    await sync();
    expect(phone.uploads).toHaveLength(10);
    expect(new Set(phone.uploads).size).toBe(10);
    expect(server.reports.size).toBe(1);
  });

  test('a photo store that is away keeps back no report: they go alone and in order, their photos follow', async () => {
    for (const id of ['1', '2', '3']) {
      jest.advanceTimersByTime(1000);
      await submit(await filled(id, 2));
    }
    server.photoState = 'waiting';
    const tries: string[] = [];
    phone.beforeUpload = (hash) => {
      tries.push(hash);
      throw new NetworkError('the store does not answer', true);
    };
    await sync();
    expect([...server.reports.values()].map(({ taskId }) => taskId)).toEqual(['1', '2', '3']);
    expect(outbox.all()).toEqual([]);
    // One try shows that the store is away; the reports behind do not wait for it again.
    expect(tries).toHaveLength(1);
    expect(photos.all()).toHaveLength(6);
    await restart();
    phone.beforeUpload = () => undefined;
    await jest.advanceTimersByTimeAsync(5_010);
    expect(new Set(phone.uploads).size).toBe(6);
    expect(phone.uploads).toHaveLength(6);
    server.photoState = 'verified';
    await jest.advanceTimersByTimeAsync(15_010);
    expect(photos.all()).toEqual([]);
    expect(server.reports.size).toBe(3);
  });

  test.each([500, 503, 429])('tickets that answer %i keep back no report', async (status) => {
    await submit(await filled('1', 2));
    server.ticketTrouble = { status, body: undefined };
    await sync();
    expect(server.reports.size).toBe(1);
    expect(outbox.all()).toEqual([]);
    server.ticketTrouble = undefined;
    await jest.advanceTimersByTimeAsync(5_010);
    expect(phone.uploads).toHaveLength(2);
  });

  test('a photo that is there already, because only the answer was lost, has arrived', async () => {
    await submit(await filled('1', 1));
    phone.beforeUpload = () => 409;
    await sync();
    expect(photos.all()).toMatchObject([{ uploaded: true }]);
    expect(syncStore.get().trouble).toBeUndefined();
  });

  test('a photo that arrives broken each time is sent again three times, not for ever', async () => {
    await submit(await filled('1', 1));
    server.photoState = 'waiting';
    await sync();
    server.photoState = 'broken';
    for (let times = 0; times < 8; times += 1) await jest.advanceTimersByTimeAsync(15_010);
    expect(phone.uploads).toHaveLength(1 + 3);
    expect(photos.all()).toHaveLength(1);
  });

  test('a visit goes ahead of its photos when the server takes it so; they leave the phone when they have arrived', async () => {
    const shot = async (path: string) => (await keepPhoto({ path, width: 4, height: 3 }, [], [], '1')).sha256;
    const visit = async (hash: string) =>
      submitVisit('new:1', { ...emptyDraft({ id: '1', name: '锦澜' }), token: 't', photos: [hash] }, uuid());
    await visitOutbox.load();
    await visit(await shot('door'));
    phone.beforeUpload = () => {
      throw new NetworkError('the store does not answer', true);
    };
    await sync();
    expect(visitOutbox.all()).toHaveLength(1);
    expect(visitDrafts.all()).toEqual([]);
    server.takesRecordsWithoutPhotos = true;
    await sync();
    expect(visitOutbox.all()).toEqual([]);
    expect(photos.all()).toMatchObject([{ uploaded: false, leaving: true }]);
    phone.beforeUpload = () => undefined;
    await sync();
    expect(phone.uploads).toHaveLength(1);
    expect(photos.all()).toEqual([]);
  });

  test('killed between outbox and draft: the draft is gone when the app starts again, the report is sent once', async () => {
    const draft = await filled('1', 0);
    const remove = phone.store.remove.bind(phone.store);
    phone.store.remove = () => Promise.reject(new Error('killed'));
    await submit(draft).catch(() => undefined);
    phone.store.remove = remove;
    await restart();
    expect(drafts.all()).toHaveLength(1);
    await tidyDrafts();
    expect(drafts.all()).toHaveLength(0);
    await sync();
    expect(server.reports.size).toBe(1);
  });

  test('a refusal stays with its reason, does not hold up the next one, and can be mended under a new id', async () => {
    const first = await filled('1', 1);
    await submit(first);
    jest.advanceTimersByTime(1000);
    await submit(await filled('2', 0));
    const body = { code: 'REPORT.INCOMPLETE', message: '还有项目没有填写', requestId: 'req-1' };
    server.instead.push(() => ({ status: 400, body }));
    await sync();
    expect(server.reports.size).toBe(1);
    const [left] = outbox.all();
    expect(left).toMatchObject({ refusal: body, report: { clientUuid: first.clientUuid } });
    const again = await mend(left as never, uuid());
    expect(again.clientUuid).not.toBe(first.clientUuid);
    expect(drafts.get('1')?.answers).toEqual(first.answers);
    await submit(again);
    await sync();
    expect([...server.reports.keys()]).toContain(again.clientUuid);
    expect(phone.uploads).toHaveLength(1);
  });

  test('a task that somebody else has closed is told, not hidden, and nothing is lost until the officer says so', async () => {
    await submit(await filled('1', 1));
    const other = {
      outcome: 'already_closed',
      reportedBy: '沈丽',
      filledAt: '2026-11-23T01:51:00.000Z',
      reportId: '99',
      photos: [],
    };
    server.instead.push(() => ({ status: 200, body: other }));
    await sync();
    const [kept] = outbox.all();
    expect(kept?.conflict).toEqual({ by: '沈丽', at: other.filledAt, reportId: '99' });
    expect(queue()).toEqual([]);
    expect(photos.all()).toHaveLength(1);
    await discard(kept as never);
    expect(photos.all()).toEqual([]);
  });

  test('a server in trouble is tried again by itself, later and later', async () => {
    await submit(await filled('1', 0));
    for (let index = 0; index < 3; index += 1) server.instead.push(() => ({ status: 500, body: undefined }));
    await sync();
    expect(syncStore.get()).toMatchObject({ busy: false, trouble: 'server' });
    for (const wait of [5_000, 15_000, 60_000]) await jest.advanceTimersByTimeAsync(wait + 10);
    expect(server.reports.size).toBe(1);
    expect(outbox.all()).toEqual([]);
  });

  test('when the session is over nothing is sent and nothing is lost', async () => {
    await submit(await filled('1', 0));
    phone.answer = () => ({ status: 401, body: { code: 'AUTH.TOKEN_EXPIRED', message: '', requestId: '' } });
    await sync();
    expect(sessionStore.get().phase).toBe('expired');
    expect(outbox.all()).toHaveLength(1);
    phone.answer = server.answer;
    await beginSession(me);
    await sync();
    expect(outbox.all()).toEqual([]);
  });

  test('photos of a form that is still open go out in the background', async () => {
    await filled('1', 2);
    await sync();
    expect(phone.uploads).toHaveLength(2);
    expect(photos.all().every((photo) => photo.uploaded)).toBe(true);
    expect(server.reports.size).toBe(0);
  });

  test('a full phone refuses the photo and leaves the draft as it was', async () => {
    const draft = await filled('1', 1);
    phone.full = true;
    await expect(keepPhoto({ path: 'new', width: 4, height: 3 }, [], [], '1')).rejects.toMatchObject({
      name: 'StorageFull',
    });
    await expect(submit(draft)).rejects.toMatchObject({ name: 'StorageFull' });
    phone.full = false;
    await restart();
    expect(drafts.get('1')?.clientUuid).toBe(draft.clientUuid);
    expect(photos.all()).toHaveLength(1);
  });
});
