import { randomUUID } from 'node:crypto';
import { isForPartners } from '../../bff/src/core/endpoint';
import { hashPassword } from '../../bff/src/features/identity';
import { passwordFault } from '../../bff/src/features/identity/password.rules';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';

/** Passwords of officials: changed by their holders, given by two, good for one sign-in when given. */

const OLD = 'correct horse battery';
const OWN = '湖面上的风很大-2026';

let test: TestApp;
let first: number;
let second: number;
let stored: string;
beforeAll(async () => {
  test = await createTestApp({ env: { TRUSTED_PROXIES: '1' } });
  await buildEnterprise(read());
  first = await buildActor(read(), 'regulator');
  second = await buildActor(read(), 'regulator');
  stored = await hashPassword(OLD);
});
afterAll(() => test?.close());

const read = () => test.app.core.db.read;
const ORIGIN = 'http://localhost:8080';

interface Answer {
  headers: Record<string, unknown>;
}
const cookieOf = (answer: Answer) => String((answer.headers['set-cookie'] as string[])[0]).split(';')[0]!;
const me = (cookie: string) => test.http.get('/api/me').set('cookie', cookie);
const bySession = (cookie: string, at: string, body: object) =>
  test.http.post(at).set('cookie', cookie).set('origin', ORIGIN).send(body);
const change = (cookie: string, oldPassword: string, newPassword: string) =>
  bySession(cookie, '/api/session/password', { oldPassword, newPassword });
const logIn = (username: string, password: string, address = '10.0.0.1') =>
  test.http.post('/api/session/web').set('x-forwarded-for', address).send({ username, password });
const send = async (who: number, at: string, body: object = { clientUuid: randomUUID() }) =>
  test.http
    .post(at)
    .set('authorization', `Bearer ${await test.tokenOf(who)}`)
    .send(body);
const passwordPath = (id: number) => `/api/people/${id}/password`;

let names = 0;
async function withLogin(): Promise<{ id: number; username: string }> {
  names += 1;
  const id = await buildActor(read(), 'regulator');
  const username = `zhang.${names}`;
  await read().execute('INSERT INTO web_login (person_id, username, password) VALUES (?, ?, ?)', [
    id,
    username,
    stored,
  ]);
  return { id, username };
}
async function given(id: number): Promise<{ username: string; password: string }> {
  await send(first, passwordPath(id));
  return (await send(second, passwordPath(id))).body as { username: string; password: string };
}

describe('a new password', () => {
  const holder = { username: 'zhangsan', mobile: '13900007701', name: '张三丰' };
  const fault = (password: string) => passwordFault(password, OLD, holder);

  it.each([
    ['elevenchars', 'PASSWORD_LENGTH'],
    ['x1y2z3'.repeat(22), 'PASSWORD_LENGTH'],
    ['my ZhangSan 2026', 'PASSWORD_IS_YOURS'],
    ['call 13900007701!', 'PASSWORD_IS_YOURS'],
    ['我是张三丰我是张三丰我是', 'PASSWORD_IS_YOURS'],
    ['123456789012', 'PASSWORD_COMMON'],
    ['１２３４５６７８９０１２', 'PASSWORD_COMMON'],
    ['Password12345!', 'PASSWORD_COMMON'],
    ['2026-huanbao-2026', 'PASSWORD_COMMON'],
    ['qwertyuiopasd', 'PASSWORD_COMMON'],
    ['aaaaaaaaaaaaaaa', 'PASSWORD_COMMON'],
    [OLD, 'PASSWORD_SAME'],
  ])('is refused: %s', (password, why) => {
    expect(fault(password)).toBe(why);
  });

  it.each(['abcdefghijk9', OWN, 'x1y2z3'.repeat(21)])('is taken: %s', (password) => {
    expect(fault(password)).toBeUndefined();
  });
});

describe("changing one's password", () => {
  it('says in words what is wrong with a new one, and counts no guess for it', async () => {
    const { username } = await withLogin();
    const cookie = cookieOf(await logIn(username, OLD));
    const words = new Set<string>();
    for (const bad of ['short', `${username} and more`, '123456789012', OLD, 'short', 'short', 'short']) {
      const { status, body } = await change(cookie, OLD, bad);
      expect([bad, status]).toEqual([bad, 400]);
      words.add(body.message);
    }
    expect(words.size).toBe(4);
    expect((await change(cookie, OLD, OWN)).status).toBe(200);
  });

  it('takes the old one, of which nobody may guess more than five', async () => {
    const { username } = await withLogin();
    const cookie = cookieOf(await logIn(username, OLD));
    for (let guess = 0; guess < 5; guess += 1) {
      expect((await change(cookie, 'a wrong old one', OWN)).body.code).toBe('SESSION.WRONG_OLD_PASSWORD');
    }
    expect((await change(cookie, OLD, OWN)).body.code).toBe('SESSION.WRONG_OLD_PASSWORD');
    test.clock.moveBy(16 * 60_000);
    expect((await change(cookie, OLD, OWN)).status).toBe(200);
  });

  it('ends all other sessions and keeps this one', async () => {
    const { id, username } = await withLogin();
    const here = cookieOf(await logIn(username, OLD));
    const elsewhere = cookieOf(await logIn(username, OLD));
    const phone = await test.tokenOf(id);
    const kept = cookieOf(await change(here, OLD, OWN));
    expect((await me(kept)).status).toBe(200);
    for (const cookie of [here, elsewhere]) expect((await me(cookie)).body.code).toBe('AUTH.TOKEN_REVOKED');
    expect((await test.http.get('/api/me').set('authorization', `Bearer ${phone}`)).status).toBe(401);
    expect((await logIn(username, OLD)).status).toBe(401);
    expect((await logIn(username, OWN)).body.passwordChangeNeeded).toBe(false);
  });

  it('keeps this session for no longer than it would have lasted: twelve hours', async () => {
    const { username } = await withLogin();
    let cookie = cookieOf(await logIn(username, OLD));
    for (let prolonged = 0; prolonged < 8; prolonged += 1) {
      test.clock.moveBy(75 * 60_000);
      cookie = cookieOf(await me(cookie));
    }
    test.clock.moveBy(75 * 60_000);
    const { headers } = await change(cookie, OLD, OWN);
    // The test's clock goes on while it works.
    const left = Number(/Max-Age=(\d+);/.exec(headers['set-cookie']?.[0] ?? '')?.[1]);
    expect(left).toBeLessThanOrEqual(45 * 60);
    expect(left).toBeGreaterThan(44 * 60);
  });

  it('takes effect once of two at the same time', async () => {
    const { username } = await withLogin();
    const cookie = cookieOf(await logIn(username, OLD));
    const answers = await Promise.all([change(cookie, OLD, OWN), change(cookie, OLD, `${OWN} too`)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is nothing for who has no web account', async () => {
    const none = await buildActor(read(), 'regulator');
    const { body } = await send(none, '/api/session/password', { oldPassword: OLD, newPassword: OWN });
    expect(body.code).toBe('SESSION.NO_PASSWORD');
  });
});

describe('a password for another official', () => {
  it('is not to be had from one person, nor for who is no official, disabled, or outside', async () => {
    const { id } = await withLogin();
    for (let times = 0; times < 2; times += 1) {
      expect((await send(first, passwordPath(id))).body).toEqual({
        username: null,
        password: null,
        expiresAt: null,
        waitsForSecond: true,
      });
    }
    const [login] = await read().query<{ password: string }>('SELECT password FROM web_login WHERE person_id = ?', [
      id,
    ]);
    expect(login?.password).toBe(stored);
    const officer = await buildActor(read(), 'officer');
    expect((await send(first, passwordPath(officer))).body.code).toBe('PEOPLE.NO_WEB_LOGIN');
    const outside = await buildActor(read(), 'regulator', { region: '330522' });
    expect((await send(first, passwordPath(outside))).status).toBe(404);
    expect((await send(outside, passwordPath(id))).status).toBe(404);
    await send(first, `/api/people/${id}/disable`, {});
    expect((await send(second, passwordPath(id))).body.code).toBe('PEOPLE.DISABLED');
  });

  it('is given by a second one, ends the old one and its sessions, and is told to its holder', async () => {
    const { id, username } = await withLogin();
    const before = cookieOf(await logIn(username, OLD));
    await send(first, passwordPath(id));
    const order = { clientUuid: randomUUID() };
    const { body } = await send(second, passwordPath(id), order);
    expect(body).toMatchObject({ username, password: expect.stringMatching(/^(\w{4}-){3}\w{4}$/) });
    // The answer that got lost is given again, and no other password with it.
    expect((await send(second, passwordPath(id), order)).body).toEqual(body);
    expect((await me(before)).status).toBe(401);
    expect((await logIn(username, OLD)).status).toBe(401);
    expect((await logIn(username, body.password)).body.passwordChangeNeeded).toBe(true);
    await test.app.jobs.tickLoops();
    const told = await read().query<{ kind: string }>('SELECT kind FROM notification WHERE person_id = ?', [id]);
    expect(told).toEqual([{ kind: 'password.issued' }]);
    const [events] = await read().query<{ n: number }>('SELECT COUNT(*) AS n FROM event WHERE payload LIKE ?', [
      `%${body.password}%`,
    ]);
    expect(events?.n).toBe(0);
  });

  it('opens a web account named by the mobile number for who has none', async () => {
    const id = await buildActor(read(), 'enforcement');
    const [person] = await read().query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [id]);
    const { username, password } = await given(id);
    expect(username).toBe(person?.mobile);
    const cookie = cookieOf(await logIn(username, password));
    expect((await change(cookie, password, OWN)).status).toBe(200);
    expect((await logIn(username, OWN)).status).toBe(200);
  });

  it('is over after a day, which is told to nobody who does not know it', async () => {
    const { id } = await withLogin();
    const { username, password } = await given(id);
    test.clock.moveBy(24 * 3_600_000 + 1000);
    expect((await logIn(username, password)).body.code).toBe('SESSION.ONE_TIME_PASSWORD_OVER');
    expect((await logIn(username, 'wrong')).body.code).toBe('SESSION.WRONG_CREDENTIALS');
  });

  it('makes no second person of its holder for those who gave it, also after it was changed, until a week has passed', async () => {
    const { id } = await withLogin();
    const { username, password } = await given(id);
    await change(cookieOf(await logIn(username, password)), password, OWN);
    const enterprise = await buildEnterprise(read());
    const proposed = await send(first, '/api/supervisions', {
      clientUuid: randomUUID(),
      enterpriseId: String(enterprise),
      reason: '重大问题超期没有整改',
    });
    const confirm = async () =>
      bySession(cookieOf(await logIn(username, OWN)), `/api/supervisions/${proposed.body.id}/confirm`, {
        clientUuid: randomUUID(),
        note: '同意',
      });
    expect((await confirm()).body.code).toMatch(/SECOND_PERSON$/);
    test.clock.moveBy(7 * 24 * 3_600_000);
    expect((await confirm()).status).toBe(200);
  });
});

describe('a session by a one-time password', () => {
  const OPEN = new Set(['/api/me', '/api/session/password']);

  it('is let in nowhere but where the password is changed, also when it has been prolonged', async () => {
    const { id } = await withLogin();
    const { username, password } = await given(id);
    const begun = cookieOf(await logIn(username, password));
    test.clock.moveBy(75 * 60_000);
    const prolonged = cookieOf(await me(begun));
    expect(prolonged).not.toBe(begun);
    const guarded = test.app.endpoints.filter(({ access }) => access !== 'public' && !isForPartners(access));
    expect(guarded.length).toBeGreaterThan(100);
    for (const cookie of [begun, prolonged]) {
      for (const { method, path } of guarded) {
        const at = path.replace(/:\w+/g, '999999999999');
        const answer =
          method === 'GET' ? await test.http.get(at).set('cookie', cookie) : await bySession(cookie, at, {});
        expect([path, answer.body?.code === 'AUTH.PASSWORD_CHANGE_NEEDED']).toEqual([path, !OPEN.has(path)]);
        if (!OPEN.has(path)) expect([path, answer.status]).toEqual([path, 403]);
      }
    }
    const free = cookieOf(await change(prolonged, password, OWN));
    expect((await test.http.get('/api/warnings').set('cookie', free)).status).toBe(200);
  });

  it('can be ended', async () => {
    const { id } = await withLogin();
    const { username, password } = await given(id);
    const cookie = cookieOf(await logIn(username, password));
    expect((await bySession(cookie, '/api/session/end', {})).status).toBe(200);
    expect((await me(cookie)).status).toBe(401);
  });
});
