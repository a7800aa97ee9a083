import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AnswerKeys } from '../../bff/src/core/answer-keys';
import { isSecondPerson, type Actor } from '../../bff/src/core/actor';
import { hashPassword } from '../../bff/src/features/identity';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';

/** Where two must decide, one person cannot become both; and no stranger keeps anybody out. */

let test: TestApp;
let first: number;
let second: number;
let colleague: number;
beforeAll(async () => {
  test = await createTestApp({ env: { TRUSTED_PROXIES: '1' } });
  await buildEnterprise(read());
  first = await buildActor(read(), 'regulator');
  second = await buildActor(read(), 'regulator');
  colleague = await buildActor(read(), 'regulator');
});
afterAll(() => test?.close());

const read = () => test.app.core.db.read;
const send = async (who: number, at: string, body: object = { clientUuid: randomUUID() }) =>
  test.http
    .post(at)
    .set('authorization', `Bearer ${await test.tokenOf(who)}`)
    .send(body);
const mobileOf = async (id: number) =>
  (await read().query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [id]))[0]!.mobile;
const codePath = (id: number) => `/api/people/${id}/binding-code`;
const from = (address: string) => ({ 'x-forwarded-for': address });
const enter = async (id: number, code: string, address = '10.0.0.1') =>
  test.http
    .post('/api/session/web/code')
    .set(from(address))
    .send({ mobile: await mobileOf(id), oneTimeCode: code });
const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  String((answer.headers['set-cookie'] as string[])[0]).split(';')[0]!;

describe('a code for an official', () => {
  it('is not to be had from one person, however often he asks', async () => {
    for (let times = 0; times < 2; times += 1) {
      const { body } = await send(first, codePath(colleague));
      expect(body).toEqual({ code: null, expiresAt: null, waitsForSecond: true });
    }
    expect(await read().query('SELECT id FROM binding_code WHERE person_id = ?', [colleague])).toEqual([]);
  });

  it('is issued by a second one, told to the person, and asked for anew each time', async () => {
    const { body } = await send(second, codePath(colleague));
    expect(body).toMatchObject({ code: expect.stringMatching(/^\d{8}$/), waitsForSecond: false });
    await test.app.jobs.tickLoops();
    const told = await read().query<{ kind: string }>('SELECT kind FROM notification WHERE person_id = ?', [colleague]);
    expect(told).toEqual([{ kind: 'binding_code.official' }]);
    expect((await send(second, codePath(colleague))).body.waitsForSecond).toBe(true);
    // Asked for yesterday: who issues it today would not know what for.
    test.clock.moveBy(24 * 3_600_000);
    expect((await send(first, codePath(colleague))).body.waitsForSecond).toBe(true);
    expect((await send(second, codePath(colleague))).body.waitsForSecond).toBe(false);
  });

  it('lets nobody in as the second person of those who gave it', async () => {
    await send(first, codePath(colleague));
    const { code } = (await send(second, codePath(colleague))).body as { code: string };
    const cookie = cookieOf(await enter(colleague, code));
    const enterprise = await buildEnterprise(read());
    const propose = (who: number) =>
      send(who, '/api/supervisions', {
        clientUuid: randomUUID(),
        enterpriseId: String(enterprise),
        reason: '重大问题超期没有整改',
      });
    const proposed = await propose(first);
    expect(proposed.status).toBe(200);
    const confirm = () =>
      test.http
        .post(`/api/supervisions/${proposed.body.id}/confirm`)
        .set('cookie', cookie)
        .set('origin', 'http://localhost:8080')
        .send({ clientUuid: randomUUID(), note: '同意' });
    expect((await confirm()).body.code).toMatch(/SECOND_PERSON$/);
    // Also after the session has been prolonged.
    test.clock.moveBy(75 * 60_000);
    const me = await test.http.get('/api/me').set('cookie', cookie);
    expect(me.status).toBe(200);
    const renewed = await test.http
      .post(`/api/supervisions/${proposed.body.id}/confirm`)
      .set('cookie', cookieOf(me))
      .set('origin', 'http://localhost:8080')
      .send({ clientUuid: randomUUID(), note: '同意' });
    expect(renewed.body.code).toMatch(/SECOND_PERSON$/);
    expect(
      (await send(second, `/api/supervisions/${proposed.body.id}/confirm`, { clientUuid: randomUUID(), note: '同意' }))
        .status,
    ).toBe(200);
  });
});

describe('who is a second person', () => {
  const actor = (personId: number, letInBy: number[] = []): Actor => ({
    personId,
    name: '',
    grants: [],
    scope: { enterpriseIds: [], regionPrefixes: [] },
    letInBy,
  });
  it('is neither the first nor whom the first has let in', () => {
    expect(isSecondPerson(actor(2), 1)).toBe(true);
    expect(isSecondPerson(actor(1), 1)).toBe(false);
    expect(isSecondPerson(actor(2, [3, 1]), 1)).toBe(false);
    expect(isSecondPerson(actor(2, [3]), 1)).toBe(true);
    expect(isSecondPerson(actor(2), null)).toBe(true);
  });
});

describe('an official who is entered', () => {
  it('comes in once a second person has confirmed him, an officer at once', async () => {
    const enterprise = await buildEnterprise(read());
    const make = (mobile: string, grant: object) =>
      send(first, '/api/people', { clientUuid: randomUUID(), name: '新来的', mobile, grants: [grant] });
    const { body } = await make('13900007701', { role: 'regulator', region: '330521' });
    expect(body.active).toBe(false);
    expect((await send(first, `/api/people/${body.id}/enable`, {})).body.code).toBe('PEOPLE.SECOND_PERSON');
    expect((await send(first, codePath(Number(body.id)))).body.code).toBe('PEOPLE.DISABLED');
    expect((await send(second, `/api/people/${body.id}/enable`, {})).body).toEqual({ id: body.id, active: true });
    const officer = await make('13900007702', { role: 'officer', enterpriseId: String(enterprise) });
    expect(officer.body.active).toBe(true);
  });
});

describe('a stranger', () => {
  it('who knows a name locks himself out, and not its holder', async () => {
    const password = await hashPassword('correct horse');
    await read().execute("INSERT INTO web_login (person_id, username, password) VALUES (?, 'zhang', ?)", [
      first,
      password,
    ]);
    const login = (address: string, given: string, username = 'zhang') =>
      test.http.post('/api/session/web').set(from(address)).send({ username, password: given });
    for (let guess = 0; guess < 6; guess += 1) await login('10.0.0.66', 'wrong');
    expect((await login('10.0.0.66', 'correct horse')).body.code).toBe('SESSION.WRONG_CREDENTIALS');
    expect((await login('10.0.0.1', 'correct horse')).status).toBe(200);
    // Names are what is written: neither another case nor an accent is the same.
    for (const name of ['ZHANG', 'zhàng']) expect((await login('10.0.0.2', 'correct horse', name)).status).toBe(401);
    test.clock.moveBy(16 * 60_000);
    expect((await login('10.0.0.66', 'correct horse')).status).toBe(200);
  });

  it('who knows a mobile number does not use up the code of its holder', async () => {
    const officer = await buildActor(read(), 'officer');
    const { code } = (await send(first, codePath(officer))).body as { code: string };
    const wrong = code === '00000000' ? '00000001' : '00000000';
    for (let guess = 0; guess < 8; guess += 1) expect((await enter(officer, wrong, '10.0.0.66')).status).toBe(403);
    expect((await enter(officer, code, '10.0.0.66')).status).toBe(403);
    expect((await enter(officer, code, '10.0.0.1')).status).toBe(200);
  });

  it('with many addresses guesses no further than fifty times', async () => {
    const officer = await buildActor(read(), 'officer');
    const { code } = (await send(first, codePath(officer))).body as { code: string };
    const wrong = code === '00000000' ? '00000001' : '00000000';
    for (let guess = 0; guess < 50; guess += 1) await enter(officer, wrong, `10.1.0.${guess % 10}`);
    expect((await enter(officer, code, '10.2.0.1')).status).toBe(403);
  });
});

it('the example of the settings tells how to make a key that is taken', () => {
  const example = readFileSync(path.resolve(__dirname, '../../.env.example'), 'utf8');
  const recipe = /^# (openssl genpkey .*)$/m.exec(example)?.[1] ?? '';
  const key = execFileSync('sh', ['-c', recipe], { stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .trim();
  expect(new AnswerKeys(`a1:${key}`).jwks().keys).toHaveLength(1);
});
