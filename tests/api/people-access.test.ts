import { hashPassword } from '../../bff/src/features/identity';
import { createPeople } from '../../bff/src/features/identity/people.service';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';

let test: TestApp;
let stored: string;
beforeAll(async () => {
  test = await createTestApp();
  stored = await hashPassword('correct horse');
});
afterAll(() => test?.close());

const tx = () => test.app.core.db.read;
const post = (path: string, token: string, body: object = {}) =>
  test.http.post(path).set('authorization', `Bearer ${token}`).send(body);
const me = (token: string) => test.http.get('/api/me').set('authorization', `Bearer ${token}`);

describe('signing in on the web', () => {
  let names = 0;
  async function withLogin(): Promise<{ username: string; personId: number }> {
    names += 1;
    const personId = await buildActor(tx(), 'regulator');
    const username = `user${names}`;
    await tx().execute('INSERT INTO web_login (person_id, username, password) VALUES (?, ?, ?)', [
      personId,
      username,
      stored,
    ]);
    return { username, personId };
  }
  const logIn = (username: string, password = 'correct horse') =>
    test.http.post('/api/session/web').send({ username, password });
  const cookieOf = (answer: { headers: Record<string, unknown> }) =>
    (answer.headers['set-cookie'] as string[] | undefined)?.[0];
  const asBrowser = (cookie: string) => test.http.get('/api/me').set('cookie', cookie.split(';')[0]!);

  it('answers the same for an unknown name, a wrong password and a locked login', async () => {
    const { username } = await withLogin();
    const unknown = await logIn('nobody');
    expect([unknown.status, unknown.body.code]).toEqual([401, 'SESSION.WRONG_CREDENTIALS']);
    await Promise.all(Array.from({ length: 5 }, () => logIn(username, 'wrong')));
    const locked = await logIn(username);
    expect(locked.body).toEqual({ ...unknown.body, requestId: expect.any(String) });
    test.clock.moveBy(15 * 60_000);
    expect((await logIn(username)).status).toBe(200);
  });

  it('forgets failures after a success', async () => {
    const { username } = await withLogin();
    for (let round = 0; round < 2; round += 1) {
      for (let failure = 0; failure < 3; failure += 1) await logIn(username, 'wrong');
      expect((await logIn(username)).status).toBe(200);
    }
  });

  it('gives a cookie that no script and no other site can use, and takes it back', async () => {
    const { username, personId } = await withLogin();
    const answer = await logIn(username);
    expect(answer.body.person.id).toBe(String(personId));
    expect(JSON.stringify(answer.body)).not.toMatch(/eyJ/);
    const cookie = cookieOf(answer)!;
    expect(cookie).toMatch(/^session=[\w.-]+; Path=\/; Max-Age=7200; HttpOnly; SameSite=Strict$/);
    expect((await asBrowser(cookie)).body.id).toBe(String(personId));
    const origin = { origin: 'http://localhost:8080' };
    const ended = await test.http.post('/api/session/end').set('cookie', cookie.split(';')[0]!).set(origin).send({});
    // What somebody copied before is over, too.
    expect((await asBrowser(cookie)).body.code).toBe('AUTH.TOKEN_REVOKED');
    expect(cookieOf(ended)).toMatch(/^session=; Path=\/; Max-Age=0;/);
  });

  it('prolongs the session while it is used, until 12 h after the login', async () => {
    const { username } = await withLogin();
    let cookie = cookieOf(await logIn(username))!;
    expect(cookieOf(await asBrowser(cookie))).toBeUndefined();
    for (let hour = 0; hour < 11; hour += 1) {
      test.clock.moveBy(3_600_000);
      const answer = await asBrowser(cookie);
      expect([hour, answer.status]).toEqual([hour, 200]);
      cookie = cookieOf(answer) ?? cookie;
    }
    test.clock.moveBy(3_600_000);
    expect((await asBrowser(cookie)).body.code).toBe('AUTH.TOKEN_EXPIRED');
  });
});

describe('managing people', () => {
  it('hides people outside the scope, and officials from a township', async () => {
    const township = await test.tokenOf(await buildActor(tx(), 'township', { region: '330521100' }));
    const elsewhere = await buildActor(tx(), 'officer', {
      enterpriseId: await buildEnterprise(tx(), { region: '330521001' }),
    });
    const regulator = await buildActor(tx(), 'regulator');
    for (const personId of [elsewhere, regulator, 999_999]) {
      expect((await post(`/api/people/${personId}/disable`, township)).body.code).toBe('WIRE.NOT_FOUND');
    }
    const county = await test.tokenOf(await buildActor(tx(), 'regulator', { region: '330522' }));
    expect((await post(`/api/people/${regulator}/disable`, county)).body.code).toBe('WIRE.NOT_FOUND');
  });

  it('lets nobody lock himself out', async () => {
    const regulator = await buildActor(tx(), 'regulator');
    const answer = await post(`/api/people/${regulator}/disable`, await test.tokenOf(regulator));
    expect(answer.body.code).toBe('PEOPLE.NOT_YOURSELF');
  });

  it('shuts a disabled person out, once, and lets him in again after enabling', async () => {
    const enterpriseId = await buildEnterprise(tx(), { region: '330521100' });
    const officer = await buildActor(tx(), 'officer', { enterpriseId });
    const township = await test.tokenOf(await buildActor(tx(), 'township', { region: '330521100' }));
    const token = await test.tokenOf(officer);
    expect((await me(token)).status).toBe(200);
    for (let time = 0; time < 2; time += 1) {
      expect((await post(`/api/people/${officer}/disable`, township)).body).toEqual({
        id: String(officer),
        active: false,
      });
    }
    expect((await me(token)).body.code).toBe('AUTH.TOKEN_REVOKED');
    expect(
      await tx().query("SELECT 1 FROM event WHERE type = 'person.disabled' AND subject_id = ?", [officer]),
    ).toHaveLength(1);
    await post(`/api/people/${officer}/enable`, township);
    expect((await me(token)).body.code).toBe('AUTH.TOKEN_REVOKED');
    expect((await me(await test.tokenOf(officer))).status).toBe(200);
  });

  it('ends the tokens of who is unbound', async () => {
    const officer = await buildActor(tx(), 'officer');
    await tx().execute(
      "INSERT INTO person_identity (provider, subject, person_id, bound_at) VALUES ('wechat', 'o-unbind', ?, NOW(3))",
      [officer],
    );
    const token = await test.tokenOf(officer);
    const regulator = await test.tokenOf(await buildActor(tx(), 'regulator', { region: '3305' }));
    expect((await post(`/api/people/${officer}/unbind`, regulator, { provider: 'wechat' })).status).toBe(200);
    expect((await me(token)).body.code).toBe('AUTH.TOKEN_REVOKED');
  });
});

describe('the cache of people', () => {
  it('believes an answer for 30 s at most, and none from before a newer token', async () => {
    const officer = await buildActor(tx(), 'officer');
    let now = 1;
    const people = createPeople(test.app.core.db, { now: () => now });
    expect(await people.find(officer)).toMatchObject({ active: true, epoch: 1 });
    await tx().execute('UPDATE person SET active = FALSE, epoch = 2 WHERE id = ?', [officer]);
    expect(await people.find(officer, 1)).toMatchObject({ active: true });
    expect(await people.find(officer, 2)).toMatchObject({ active: false, epoch: 2 });
    await tx().execute('UPDATE person SET epoch = 3 WHERE id = ?', [officer]);
    now += 30_001;
    expect(await people.find(officer)).toMatchObject({ epoch: 3 });
  });
});
