import { api } from '../../miniapp/src/api/client';
import { beginSession, sessionStore } from '../../miniapp/src/api/session';
import type { Me } from '../../miniapp/src/api/types';
import { NetworkError, type HttpAnswer } from '../../miniapp/src/device/device';
import { device } from '../../miniapp/src/device/platform';
import { troubleOf } from '../../miniapp/src/offline/day';
import { outbox, submit } from '../../miniapp/src/offline/outbox';
import type { Draft } from '../../miniapp/src/offline/drafts';
import { sync, syncNow, syncStore } from '../../miniapp/src/offline/sync';
import { uuid } from '../../miniapp/src/offline/uuid';
import type { FakePhone } from './builders/fake-phone';

const phone = device as FakePhone;
const me = { id: '7', name: '陆建明' } as Me;
const problem = (status: number, code: string): HttpAnswer => ({ status, body: { code, message: '', requestId: 'r' } });
const welcome: HttpAnswer = {
  status: 200,
  body: { outcome: 'signed_in', person: me, accessToken: 'new', expiresInS: 7200 },
};
const expired = problem(401, 'AUTH.TOKEN_EXPIRED');

const waiting = (taskId: string) =>
  submit({
    clientUuid: uuid(),
    taskId,
    items: [{ code: 'EV01', type: 'ok' }],
    answers: { EV01: { value: 'ok' } },
    photos: {},
    point: { id: taskId, enterpriseId: '1' },
    checklistId: '1',
    scan: { token: 't', scannedAt: '2026-11-23T01:00:00.000Z' },
    startedAt: '2026-11-23T01:00:00.000Z',
  } as unknown as Draft);

/** A phone in a chat app whose token the server does not take any more. */
describe('a session that has to be renewed', () => {
  /** What the renewal comes to; the last one stays. */
  let logins: (HttpAnswer | 'login fails' | 'cut')[];
  let renewals: number;

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
    phone.values.clear();
    phone.requests.length = 0;
    [logins, renewals] = [[welcome], 0];
    const next = () => (logins.length > 1 ? logins.shift() : logins[0]) ?? welcome;
    let token = 'old';
    Object.assign(phone, {
      online_: true,
      kind: 'weapp',
      loginCode: () => {
        renewals += 1;
        if (logins[0] !== 'login fails') return Promise.resolve('code');
        next();
        return Promise.reject(new NetworkError('login:fail', false));
      },
      answer: (_method: string, path: string): HttpAnswer => {
        if (path === '/api/session/wechat') {
          const answer = next();
          if (answer === 'cut') throw new NetworkError('cut', true);
          if (answer === welcome) token = 'new';
          return answer as HttpAnswer;
        }
        if (token === 'old') return expired;
        return { status: 200, body: { outcome: 'stored', reportId: '1', clientUuid: 'u', taskId: '1', photos: [] } };
      },
    });
    await beginSession(me, { accessToken: 'old', expiresInS: 7200 });
    await outbox.load();
  });
  afterEach(() => {
    jest.clearAllTimers();
    jest.useRealTimers();
    Object.assign(phone, { kind: 'h5', loginCode: () => Promise.resolve(undefined) });
  });

  test.each([
    ['the account is bound to nobody', { status: 200, body: { outcome: 'binding_needed', bindingToken: 'b' } }],
    ['the account is somebody else’s', { ...welcome, body: { ...(welcome.body as object), person: { id: '8' } } }],
    ['the person is disabled', problem(403, 'SESSION.PERSON_DISABLED')],
    ['the person has no role', problem(403, 'SESSION.NO_ROLE')],
  ])('is over when %s, and the outbox goes on after signing in', async (_why, answer) => {
    await waiting('1');
    logins = [answer];
    await sync();
    expect(sessionStore.get().phase).toBe('expired');
    expect(syncStore.get().trouble).toBe('expired');
    expect(outbox.all()).toHaveLength(1);
    logins = [welcome];
    await beginSession(me, { accessToken: 'new', expiresInS: 7200 });
    syncNow();
    await jest.advanceTimersByTimeAsync(10);
    expect(outbox.all()).toEqual([]);
  });

  test.each([
    ['the platform is busy (-1)', problem(503, 'SESSION.PLATFORM_BUSY'), 'server'],
    ['the platform refuses the system', problem(502, 'SESSION.PLATFORM_REFUSED'), 'server'],
    ['the server answers 500', { status: 500, body: undefined }, 'server'],
    ['there are too many calls', problem(429, 'REQUEST.TOO_MANY'), 'server'],
    ['the login code has gone stale', problem(400, 'SESSION.CODE_INVALID'), 'server'],
    ['a gateway answers with its own page', { status: 200, body: '<html>' }, 'server'],
    ['a gateway finds nothing', { status: 404, body: '<html>' }, 'server'],
    ['the chat app’s login fails', 'login fails', 'silent'],
    ['the line breaks', 'cut', 'offline'],
  ] as const)('is kept when %s: the outbox tries again by itself', async (_why, answer, trouble) => {
    await waiting('1');
    logins = [answer, answer, welcome];
    await sync();
    expect(sessionStore.get().phase).toBe('in');
    expect(syncStore.get()).toMatchObject({ trouble, nextTryAt: expect.any(String) as string });
    expect(outbox.all()[0]?.refusal).toBeUndefined();
    await jest.advanceTimersByTimeAsync(5_010);
    expect(outbox.all()).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(15_010);
    expect(outbox.all()).toEqual([]);
    expect(sessionStore.get().phase).toBe('in');
  });

  test('is kept over hours of trouble, and the next signal sends at once', async () => {
    await waiting('1');
    logins = ['cut'];
    await sync();
    await jest.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(renewals).toBeGreaterThan(30);
    expect(renewals).toBeLessThan(60);
    logins = [welcome];
    syncNow();
    await jest.advanceTimersByTimeAsync(10);
    expect(outbox.all()).toEqual([]);
  });

  test('a token that is about to end goes on while the platform is busy; one that has ended is not sent in vain', async () => {
    phone.answer = (_method, path) =>
      path === '/api/session/wechat' ? problem(503, 'SESSION.PLATFORM_BUSY') : { status: 200, body: { rows: [] } };
    await beginSession(me, { accessToken: 'old', expiresInS: 30 });
    expect(await api.visits()).toEqual({ rows: [] });
    jest.advanceTimersByTime(31_000);
    phone.requests.length = 0;
    expect(troubleOf(await api.visits().catch((error: unknown) => error))).toBe('server');
    expect(phone.requests.map(({ path }) => path)).toEqual(['/api/session/wechat']);
  });

  test('a gateway’s 401 ends no session of a browser either, where nothing can renew it', async () => {
    Object.assign(phone, { kind: 'h5', loginCode: () => Promise.resolve(undefined) });
    await waiting('1');
    phone.answer = () => ({ status: 401, body: '<html>' });
    await sync();
    expect(sessionStore.get().phase).toBe('in');
    phone.answer = () => expired;
    await sync();
    expect(sessionStore.get().phase).toBe('expired');
  });

  test('a 401 that is not the server’s own, or comes right after a renewal, ends nothing and refuses no report', async () => {
    await waiting('1');
    phone.answer = () => ({ status: 401, body: '<html>' });
    await sync();
    expect(sessionStore.get().phase).toBe('in');
    phone.answer = (_method, path) => (path === '/api/session/wechat' ? welcome : expired);
    await sync();
    expect(sessionStore.get().phase).toBe('in');
    expect(outbox.all()).toHaveLength(1);
    expect(outbox.all()[0]?.refusal).toBeUndefined();
  });
});
