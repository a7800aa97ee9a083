import { randomUUID } from 'node:crypto';
import { MovableClock } from '../../bff/src/core/clock';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPerson } from '../builders/directory';
import { startDingtalkStandin, type DingtalkUser, type WorkChatStandin } from '../standins/dingtalk';
import { startWechatStandin, type WechatStandin } from '../standins/wechat';

let test: TestApp;
let wechat: WechatStandin;
let dingtalk: WorkChatStandin<DingtalkUser>;

beforeAll(async () => {
  const clock = new MovableClock();
  wechat = await startWechatStandin({ clock, appId: 'wx0000000000000000', secret: 'test-secret' });
  dingtalk = await startDingtalkStandin({ clock, appKey: 'ding-test', appSecret: 'ding-secret' });
  test = await createTestApp({ clock, env: { WECHAT_API: wechat.url, DINGTALK_API: dingtalk.url } });
});
afterAll(async () => {
  await Promise.all([wechat.stop(), dingtalk.stop()]);
  await test?.close();
});

const tx = () => test.app.core.db.read;
const post = (path: string, body: object, token?: string) => {
  const request = test.http.post(path);
  return (token === undefined ? request : request.set('authorization', `Bearer ${token}`)).send(body);
};
const me = (token: string) => test.http.get('/api/me').set('authorization', `Bearer ${token}`);
const mobileOf = async (personId: number) =>
  (await tx().query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [personId]))[0]!.mobile;

let phones = 0;
/** A phone with WeChat whose owner has this number. */
function phoneWith(mobile: string): string {
  phones += 1;
  wechat.addUser({ openid: `openid-${phones}`, mobile });
  return `openid-${phones}`;
}
async function bindingTokenOf(openid: string): Promise<string> {
  const answer = await post('/api/session/wechat', { code: wechat.issueLoginCode(openid) });
  expect(answer.body).toEqual({ outcome: 'binding_needed', bindingToken: expect.any(String) });
  return answer.body.bindingToken as string;
}
async function bindByPhone(openid: string) {
  return post('/api/session/wechat/bind', {
    bindingToken: await bindingTokenOf(openid),
    phoneCode: wechat.issuePhoneCode(openid),
  });
}
async function oneTimeCodeFor(personId: number): Promise<string> {
  const regulator = await test.tokenOf(await buildActor(tx(), 'regulator'));
  const path = `/api/people/${personId}/binding-code`;
  const answer = await post(path, { clientUuid: randomUUID() }, regulator);
  expect(answer.status).toBe(200);
  if (answer.body.waitsForSecond === false) return answer.body.code as string;
  const second = await test.tokenOf(await buildActor(tx(), 'regulator'));
  return (await post(path, { clientUuid: randomUUID() }, second)).body.code as string;
}

describe('signing in with WeChat', () => {
  it('refuses an unknown, a used and an expired code', async () => {
    expect((await post('/api/session/wechat', { code: 'made-up' })).body.code).toBe('SESSION.CODE_INVALID');
    const openid = phoneWith('13700000001');
    const code = wechat.issueLoginCode(openid);
    expect((await post('/api/session/wechat', { code })).status).toBe(200);
    expect((await post('/api/session/wechat', { code })).body.code).toBe('SESSION.CODE_INVALID');
    const old = wechat.issueLoginCode(openid);
    test.clock.moveBy(5 * 60_000);
    expect((await post('/api/session/wechat', { code: old })).body.code).toBe('SESSION.CODE_INVALID');
  });

  it('tells a busy platform from one that refuses us', async () => {
    const code = wechat.issueLoginCode(phoneWith('13700000002'));
    wechat.fail('/sns', { errcode: -1 });
    expect((await post('/api/session/wechat', { code })).body.code).toBe('SESSION.PLATFORM_BUSY');
    wechat.fail('/sns', { errcode: 40125 });
    expect((await post('/api/session/wechat', { code })).body.code).toBe('SESSION.PLATFORM_REFUSED');
    wechat.fail('/sns', { errcode: 40226 });
    expect((await post('/api/session/wechat', { code })).body.code).toBe('SESSION.ACCOUNT_BLOCKED');
  });

  it('binds nobody to a number that is not registered, nor a person without a role', async () => {
    expect((await bindByPhone(phoneWith('13700000003'))).body.code).toBe('SESSION.NOT_REGISTERED');
    const idle = await buildPerson(tx());
    expect((await bindByPhone(phoneWith(await mobileOf(idle)))).body.code).toBe('SESSION.NO_ROLE');
    expect(await tx().query('SELECT 1 FROM person_identity WHERE person_id = ?', [idle])).toEqual([]);
  });

  it('refuses a binding token that is forged, over, or an access token', async () => {
    const officer = await buildActor(tx(), 'officer');
    const openid = phoneWith(await mobileOf(officer));
    const bindingToken = await bindingTokenOf(openid);
    const bind = (token: string) =>
      post('/api/session/wechat/bind', { bindingToken: token, phoneCode: wechat.issuePhoneCode(openid) });
    for (const token of [`${bindingToken}x`, await test.tokenOf(officer)]) {
      expect((await bind(token)).body.code).toBe('SESSION.BINDING_EXPIRED');
    }
    test.clock.moveBy(601_000);
    expect((await bind(bindingToken)).body.code).toBe('SESSION.BINDING_EXPIRED');
  });

  it('binds by the phone number once; afterwards the code alone signs in', async () => {
    const enterpriseId = await buildEnterprise(tx());
    const officer = await buildActor(tx(), 'officer', { enterpriseId });
    const openid = phoneWith(await mobileOf(officer));
    const bound = await bindByPhone(openid);
    expect(bound.body).toMatchObject({
      outcome: 'signed_in',
      expiresInS: 7200,
      person: { id: String(officer), roles: ['officer'], enterprise: { id: String(enterpriseId) } },
    });
    const again = await post('/api/session/wechat', { code: wechat.issueLoginCode(openid) });
    expect(again.body.outcome).toBe('signed_in');
    const seen = await me(again.body.accessToken);
    expect(seen.body).toMatchObject(again.body.person);
    test.clock.moveBy(7_201_000);
    expect((await me(again.body.accessToken)).body.code).toBe('AUTH.TOKEN_EXPIRED');
  });

  it('replaces the old phone when a person binds a new one, and shuts the old one out', async () => {
    const officer = await buildActor(tx(), 'officer');
    const mobile = await mobileOf(officer);
    const first = phoneWith(mobile);
    const { accessToken: old } = (await bindByPhone(first)).body;
    expect((await me(old)).status).toBe(200);
    const fresh = (await bindByPhone(phoneWith(mobile))).body.accessToken;
    expect((await me(fresh)).status).toBe(200);
    expect((await me(old)).body.code).toBe('AUTH.TOKEN_REVOKED');
    await bindingTokenOf(first);
  });

  it('refuses to bind one account to two people', async () => {
    const [one, two] = [await buildActor(tx(), 'officer'), await buildActor(tx(), 'officer')];
    const openid = phoneWith(await mobileOf(one));
    const bindingToken = await bindingTokenOf(openid);
    expect((await bindByPhone(openid)).status).toBe(200);
    const code = { bindingToken, mobile: await mobileOf(two), oneTimeCode: await oneTimeCodeFor(two) };
    expect((await post('/api/session/wechat/bind', code)).body.code).toBe('SESSION.ALREADY_BOUND');
    expect((await me(await test.tokenOf(two))).status).toBe(200);
  });
});

describe('binding by a one-time code', () => {
  const bind = async (officer: number, oneTimeCode: string, mobile?: string) => {
    const bindingToken = await bindingTokenOf(phoneWith('13700000009'));
    return post('/api/session/wechat/bind', { bindingToken, mobile: mobile ?? (await mobileOf(officer)), oneTimeCode });
  };
  const wrongOf = (code: string) => String((Number(code) + 1) % 100_000_000).padStart(8, '0');

  it('answers the same for an unknown number and a wrong code', async () => {
    const officer = await buildActor(tx(), 'officer');
    const code = await oneTimeCodeFor(officer);
    const unknown = await bind(officer, code, '13611112222');
    const wrong = await bind(officer, wrongOf(code));
    for (const { status, body } of [unknown, wrong]) {
      expect([status, body.code, body.message]).toEqual([403, 'SESSION.WRONG_ONE_TIME_CODE', unknown.body.message]);
    }
  });

  it('is closed to an address after five wrong entries, also when they come at once', async () => {
    const officer = await buildActor(tx(), 'officer');
    const code = await oneTimeCodeFor(officer);
    await Promise.all(Array.from({ length: 8 }, () => bind(officer, wrongOf(code))));
    expect((await bind(officer, code)).body.code).toBe('SESSION.WRONG_ONE_TIME_CODE');
  });

  it('is guessed at by a browser no more often than by a phone: the tries of both count together', async () => {
    const officer = await buildActor(tx(), 'officer');
    const code = await oneTimeCodeFor(officer);
    const mobile = await mobileOf(officer);
    const enter = (oneTimeCode: string, number = mobile) =>
      post('/api/session/web/code', { mobile: number, oneTimeCode });
    const unknown = await enter(code, '13611112222');
    expect([unknown.status, unknown.body.code]).toEqual([403, 'SESSION.WRONG_ONE_TIME_CODE']);
    await bind(officer, wrongOf(code));
    await bind(officer, wrongOf(code));
    for (let tries = 0; tries < 3; tries += 1) expect((await enter(wrongOf(code))).status).toBe(403);
    const right = await enter(code);
    expect([right.body.code, right.headers['set-cookie']]).toEqual(['SESSION.WRONG_ONE_TIME_CODE', undefined]);
  });

  it('lets nobody into a browser who is disabled', async () => {
    const officer = await buildActor(tx(), 'officer');
    const code = await oneTimeCodeFor(officer);
    await tx().execute('UPDATE person SET active = FALSE WHERE id = ?', [officer]);
    const answer = await post('/api/session/web/code', { mobile: await mobileOf(officer), oneTimeCode: code });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('works once, for a day, and only the newest one does', async () => {
    const officer = await buildActor(tx(), 'officer');
    const replaced = await oneTimeCodeFor(officer);
    const good = await oneTimeCodeFor(officer);
    expect((await bind(officer, replaced)).status).toBe(403);
    expect((await bind(officer, good)).body.person.id).toBe(String(officer));
    expect((await bind(officer, good)).status).toBe(403);
    const late = await oneTimeCodeFor(officer);
    test.clock.moveBy(24 * 3_600_000);
    expect((await bind(officer, late)).status).toBe(403);
  });

  it('gives the same code to the same request, and keeps no code in the clear', async () => {
    const officer = await buildActor(tx(), 'officer');
    const uuid = randomUUID();
    const regulator = await test.tokenOf(await buildActor(tx(), 'regulator'));
    const path = `/api/people/${officer}/binding-code`;
    const { code } = (await post(path, { clientUuid: uuid }, regulator)).body as { code: string };
    expect((await post(path, { clientUuid: uuid }, regulator)).body.code).toBe(code);
    const rows = await tx().query('SELECT * FROM binding_code WHERE person_id = ?', [officer]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(code);
    const other = await buildActor(tx(), 'officer');
    const reused = await post(`/api/people/${other}/binding-code`, { clientUuid: uuid }, regulator);
    expect(reused.body.code).toBe('WIRE.DIFFERENT_CONTENT');
  });
});

describe('signing in with DingTalk', () => {
  it('binds by the mobile number DingTalk tells, with or without country code', async () => {
    const township = await buildActor(tx(), 'township', { region: '330521100' });
    dingtalk.addUser({ userid: 'd1', name: '专管员', mobile: `+86-${await mobileOf(township)}` });
    const code = dingtalk.issueLoginCode('d1');
    const { body } = await post('/api/session/work-chat', { code });
    expect(body.person).toMatchObject({
      roles: ['township'],
      scopes: [{ role: 'township', enterprise: null, region: { code: '330521100', name: '乾元镇' } }],
    });
    expect((await post('/api/session/work-chat', { code })).body.code).toBe('SESSION.CODE_INVALID');
    expect((await post('/api/session/work-chat', { code: dingtalk.issueLoginCode('d1') })).body.person).toEqual(
      body.person,
    );
  });

  it('asks for a one-time code where there is no known number, and refuses a token of WeChat there', async () => {
    const officer = await buildActor(tx(), 'enforcement');
    dingtalk.addUser({ userid: 'd2', name: '无号码' });
    const { body } = await post('/api/session/work-chat', { code: dingtalk.issueLoginCode('d2') });
    expect(body.outcome).toBe('binding_needed');
    const given = { mobile: await mobileOf(officer), oneTimeCode: await oneTimeCodeFor(officer) };
    const foreign = { ...given, bindingToken: await bindingTokenOf(phoneWith('13700000010')) };
    expect((await post('/api/session/work-chat/bind', foreign)).body.code).toBe('SESSION.BINDING_EXPIRED');
    const bound = await post('/api/session/work-chat/bind', { ...given, bindingToken: body.bindingToken });
    expect(bound.body.person.roles).toEqual(['enforcement']);
  });
});
