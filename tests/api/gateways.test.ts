import { MovableClock } from '../../bff/src/core/clock';
import { GatewayError } from '../../bff/src/gateways/gateway-error';
import type { WechatClient } from '../../bff/src/gateways/wechat';
import { createWechatClient } from '../../bff/src/gateways/wechat-client';
import { createWorkChatClient } from '../../bff/src/gateways/work-chat-client';
import { startDingtalkStandin, type DingtalkStandin } from '../standins/dingtalk';
import { startWechatStandin, type WechatStandin } from '../standins/wechat';
import { startZwddStandin } from '../standins/zwdd';

const clock = new MovableClock();
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function codeOf(work: Promise<unknown>): Promise<number | string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error('the call was not refused', { cause: error });
  return error.retryable ? `${error.code} retryable` : error.code;
}

describe('the WeChat client', () => {
  let wechat: WechatStandin;
  let client: WechatClient;
  const message = { openid: 'o1', templateId: 't1', page: 'pages/today', data: { thing1: '废水排放口', number2: '3' } };
  const tokensAsked = () => wechat.received().filter((each) => each.path === '/cgi-bin/stable_token').length;

  function clientWith(secret: string): WechatClient {
    const templates = { dailyList: 't1', reminder: 't2' };
    return createWechatClient({ api: wechat.url, appId: 'wx1', secret, templates, state: 'formal' }, clock);
  }

  beforeEach(async () => {
    wechat = await startWechatStandin({ clock, appId: 'wx1', secret: 's', templates: { t1: ['thing1', 'number2'] } });
    stops.push(() => wechat.stop());
    wechat.addUser({ openid: 'o1', mobile: '13900000001', unionid: 'u1' });
    client = clientWith('s');
  });

  it('is refused a wrong secret, a code that is unknown, too old, or used', async () => {
    expect(await codeOf(clientWith('wrong').session(wechat.issueLoginCode('o1')))).toBe(40125);
    expect(await codeOf(clientWith('wrong').sendSubscribeMessage(message))).toBe('40001 retryable');
    expect(await codeOf(client.session('nobody'))).toBe(40029);
    const old = wechat.issueLoginCode('o1');
    const used = wechat.issueLoginCode('13900000001');
    expect(await client.session(used)).toEqual({ openid: 'o1', unionid: 'u1' });
    expect(await codeOf(client.session(used))).toBe(40163);
    clock.moveBy(5 * 60_000);
    expect(await codeOf(client.session(old))).toBe(40029);
  });

  it('does not take a login code for a phone code', async () => {
    expect(await codeOf(client.phoneNumber(wechat.issueLoginCode('o1')))).toBe(40029);
    expect(await client.phoneNumber(wechat.issuePhoneCode('o1'))).toBe('13900000001');
  });

  it('is refused a message without consent, with an unknown template, or with a value against the field rules', async () => {
    expect(await codeOf(client.sendSubscribeMessage(message))).toBe(43101);
    wechat.grantConsent('o1', 't1', 2);
    expect(await codeOf(client.sendSubscribeMessage({ ...message, templateId: 'nope' }))).toBe(40037);
    expect(await codeOf(client.sendSubscribeMessage({ ...message, openid: 'o2' }))).toBe(40003);
    for (const data of [
      { thing1: '字'.repeat(21), number2: '3' },
      { thing1: '', number2: '3' },
      { thing1: '好', number2: '三' },
      { thing1: '好' },
      { thing1: '换\n行', number2: '3' },
    ]) {
      expect(await codeOf(client.sendSubscribeMessage({ ...message, data: data as Record<string, string> }))).toBe(
        47003,
      );
    }
    await client.sendSubscribeMessage(message);
    expect(wechat.consentOf('o1', 't1')).toBe(1);
    expect(wechat.messages()).toMatchObject([{ openid: 'o1', data: message.data, answerLost: false }]);
  });

  it('asks for the token once however many calls wait, keeps it, and renews it in time', async () => {
    wechat.grantConsent('o1', 't1', 30);
    await Promise.all(Array.from({ length: 10 }, () => client.sendSubscribeMessage(message)));
    clock.moveBy(7_000_000);
    await client.sendSubscribeMessage(message);
    expect(tokensAsked()).toBe(1);
    clock.moveBy(90_000);
    await client.sendSubscribeMessage(message);
    expect(tokensAsked()).toBe(2);
  });

  it('fetches a new token once when the platform refuses the old one', async () => {
    wechat.grantConsent('o1', 't1', 2);
    await client.sendSubscribeMessage(message);
    wechat.revokeToken();
    await client.sendSubscribeMessage(message);
    expect(tokensAsked()).toBe(2);
    wechat.fail('/cgi-bin/message', { errcode: 42001 }, 2);
    expect(await codeOf(client.sendSubscribeMessage(message))).toBe('42001 retryable');
  });

  it('says which failures are worth another try, and never repeats a secret', async () => {
    wechat.grantConsent('o1', 't1', 5);
    wechat.fail('/cgi-bin/message', { errcode: -1 });
    expect(await codeOf(client.sendSubscribeMessage(message))).toBe('-1 retryable');
    wechat.fail('/cgi-bin/message', { status: 502 });
    expect(await codeOf(client.sendSubscribeMessage(message))).toBe('http_502 retryable');
    wechat.fail('/cgi-bin/message', 'lost');
    expect(await codeOf(client.sendSubscribeMessage(message))).toBe('network retryable');
    wechat.fail('/cgi-bin/message', 'cut');
    expect(await codeOf(client.sendSubscribeMessage(message))).toBe('network retryable');
    expect(wechat.messages()).toMatchObject([{ answerLost: true }]);
    expect(await (await fetch(`${wechat.url}/received`)).text()).not.toMatch(/"secret":"s"/);
  });

  it('is told the quota of the day', async () => {
    const small = await startWechatStandin({
      clock,
      appId: 'wx1',
      secret: 's',
      templates: { t1: [] },
      messagesPerDay: 1,
    });
    stops.push(() => small.stop());
    small.addUser({ openid: 'o1', mobile: '13900000001' });
    small.grantConsent('o1', 't1', 3);
    const templates = { dailyList: 't1', reminder: 't2' };
    const own = createWechatClient({ api: small.url, appId: 'wx1', secret: 's', templates, state: 'formal' }, clock);
    await own.sendSubscribeMessage({ ...message, data: {} });
    expect(await codeOf(own.sendSubscribeMessage({ ...message, data: {} }))).toBe('45009 retryable');
    expect(small.consentOf('o1', 't1')).toBe(2);
  });
});

const dingtalkConfig = (api: string) =>
  ({
    kind: 'dingtalk',
    api,
    openApi: api,
    appKey: 'k',
    appSecret: 's',
    agentId: '1',
    monthlyCalls: 10_000,
    corpId: 'corp',
    miniAppId: '2',
    callback: { token: 't', aesKey: 'a'.repeat(43) },
  }) as const;

describe('the DingTalk client', () => {
  it('refuses used and unknown codes, renews a refused token, and tells id, name and mobile', async () => {
    const standin = await startDingtalkStandin({ clock, appKey: 'k', appSecret: 's' });
    stops.push(() => standin.stop());
    standin.addUser({ userid: 'd1', name: '专管员', mobile: '13800000001', unionid: 'du1' });
    standin.addUser({ userid: 'd2', name: '无号码' });
    const config = dingtalkConfig(standin.url);
    const client = createWorkChatClient({ workChat: config, publicUrl: 'http://localhost' }, clock);
    const code = standin.issueLoginCode('13800000001');
    expect(await client.identify(code)).toEqual({
      subject: 'd1',
      name: '专管员',
      mobile: '13800000001',
      unionId: 'du1',
    });
    expect(await codeOf(client.identify(code))).toBe(40078);
    standin.revokeToken();
    expect(await client.identify(standin.issueLoginCode('d2'))).toEqual({ subject: 'd2', name: '无号码' });
    const wrong = createWorkChatClient(
      { workChat: { ...config, appSecret: 'other' }, publicUrl: 'http://localhost' },
      clock,
    );
    expect(await codeOf(wrong.identify(standin.issueLoginCode('d1')))).toBe(40089);
  });
});

describe("DingTalk's messages and todos", () => {
  const message = {
    subject: 'd1',
    key: 'k',
    title: '重大预警',
    body: '漏'.repeat(2000),
    stamp: '编号 1',
    page: 'p/i?id=7',
  };
  const todo = {
    source: 'warning-7',
    ownerUnionId: 'u1',
    executorUnionIds: ['u1', 'u2'],
    subject: '题'.repeat(2000),
    description: '述'.repeat(5000),
    dueAt: new Date('2026-11-24T00:00:00Z'),
    page: 'p/i?id=7',
    urgent: false,
  };
  let standin: DingtalkStandin;
  let client: ReturnType<typeof createWorkChatClient>;
  beforeEach(async () => {
    const limits = { perSecond: 1_000_000, perMonth: 1_000_000 };
    standin = await startDingtalkStandin({ clock, appKey: 'k', appSecret: 's', limits });
    stops.push(() => standin.stop());
    for (const name of ['1', '2']) standin.addUser({ userid: `d${name}`, name, unionid: `u${name}` });
    client = createWorkChatClient({ workChat: dingtalkConfig(standin.url), publicUrl: 'http://localhost' }, clock);
  });

  it('hands a long message over whole enough, and reads each result', async () => {
    const task = (await client.sendMessage(message)) ?? '';
    expect(await client.messageResult(task, 'd1')).toEqual({ state: 'unknown' });
    clock.moveBy(6_000);
    expect(await client.messageResult(task, 'd1')).toEqual({ state: 'delivered' });
    const again = (await client.sendMessage(message)) ?? '';
    const unknown = (await client.sendMessage({ ...message, subject: 'nobody' })) ?? '';
    clock.moveBy(6_000);
    expect(await client.messageResult(again, 'd1')).toEqual({ state: 'dropped', code: 143106 });
    expect(await client.messageResult(unknown, 'nobody')).toEqual({ state: 'unreachable' });
    clock.moveBy(86_400_000);
    expect(await client.messageResult(task, 'd1')).toEqual({ state: 'unknown' });
    expect(standin.messages()).toMatchObject([{ user: 'd1', title: '重大预警' }]);
    const link = new URL(standin.messages()[0]!.url);
    expect(Object.fromEntries(link.searchParams)).toMatchObject({ corpId: 'corp', agentId: '1', page: 'p/i?id=7' });
  });

  it('drops what is beyond 500 a day for one, and takes it again the next day', async () => {
    const states: string[] = [];
    const send = async (number: number) =>
      (await client.sendMessage({ ...message, body: '', stamp: `${number}` })) ?? '';
    for (let number = 1; number < 500; number += 1) await send(number);
    const tasks = [await send(500), await send(501)];
    clock.moveBy(6_000);
    for (const task of tasks) states.push((await client.messageResult(task, 'd1')).state);
    expect(states).toEqual(['delivered', 'dropped']);
    clock.moveBy(86_400_000);
    const task = await send(501);
    clock.moveBy(6_000);
    expect(await client.messageResult(task, 'd1')).toEqual({ state: 'delivered' });
  });

  it('is refused a message of another agent', async () => {
    const other = { ...dingtalkConfig(standin.url), agentId: '2' };
    const wrong = createWorkChatClient({ workChat: other, publicUrl: 'http://localhost' }, clock);
    expect(await codeOf(wrong.sendMessage(message))).toBe(40056);
    expect(standin.messages()).toEqual([]);
  });

  it('makes one todo for a source however often, changes and finishes it, and minds no deleted one', async () => {
    const todos = client.todos!;
    const id = await todos.create(todo);
    expect(await todos.create({ ...todo, executorUnionIds: ['u2'] })).toBe(id);
    expect(standin.todos()).toMatchObject([{ executorIds: ['u2'], dueTime: todo.dueAt.getTime(), dinged: false }]);
    standin.revokeToken();
    await todos.finish(id, 'u1');
    expect(standin.todos()[0]!.done).toBe(true);
    await todos.update(id, todo);
    expect(standin.todos()[0]).toMatchObject({ done: false, executorIds: ['u1', 'u2'] });
    await todos.finish('deleted', 'u1');
    expect(standin.todos()).toHaveLength(1);
  });

  it('is refused user ids in place of union ids and a wrong secret; says what passes', async () => {
    const todos = client.todos!;
    const refused = 'todo.taskCreate.paramError';
    expect(await codeOf(todos.create({ ...todo, executorUnionIds: ['d1'] }))).toBe(refused);
    expect(await codeOf(todos.create({ ...todo, ownerUnionId: 'd1' }))).toBe(refused);
    const other = { ...dingtalkConfig(standin.url), appSecret: 'other' };
    const wrong = createWorkChatClient({ workChat: other, publicUrl: 'http://localhost' }, clock);
    expect(await codeOf(wrong.todos!.create(todo))).toBe('invalidClientIdOrSecret');
    const locked = { code: 'todo.taskCreate.lockError', message: 'locked' };
    standin.fail('/v1.0/todo', { status: 400, body: locked });
    expect(await codeOf(todos.create(todo))).toBe('todo.taskCreate.lockError retryable');
    standin.fail('/v1.0/todo', { status: 503 });
    expect(await codeOf(todos.create(todo))).toBe('http_503 retryable');
  });
});

describe('the 浙政钉 client', () => {
  it('sends each message once by its name, opens the browser app, and offers no todos', async () => {
    const standin = await startZwddStandin({ clock, appKey: 'k', appSecret: 's' });
    stops.push(() => standin.stop());
    standin.addUser({ accountId: '77', name: '执法员' });
    const config = { kind: 'zwdd', api: standin.url, appKey: 'k', appSecret: 's', tenantId: '1' } as const;
    const client = createWorkChatClient({ workChat: config, publicUrl: 'https://zxc.test' }, clock);
    const message = {
      subject: '77',
      key: 'n-1',
      title: '重大预警',
      body: '漏'.repeat(2000),
      stamp: '编号 1',
      page: 'p/i?id=7',
    };
    expect(await client.sendMessage(message)).toBeNull();
    expect(await client.sendMessage(message)).toBeNull();
    expect(standin.messages()).toMatchObject([{ user: '77', url: 'https://zxc.test/app/#/p/i?id=7' }]);
    expect(await codeOf(client.sendMessage({ ...message, subject: '78', key: 'n-2' }))).toBe('InvalidParameter');
    expect(client.todos).toBeUndefined();
  });

  it('signs as the platform checks it, refuses used codes, renews a refused token', async () => {
    const standin = await startZwddStandin({ clock, appKey: 'k', appSecret: 's' });
    stops.push(() => standin.stop());
    standin.addUser({ accountId: '77', name: '执法员' });
    const config = { kind: 'zwdd', api: standin.url, appKey: 'k', appSecret: 's', tenantId: '1' } as const;
    const client = createWorkChatClient({ workChat: config, publicUrl: 'http://localhost' }, clock);
    const code = standin.issueLoginCode('77');
    expect(await client.identify(code)).toEqual({ subject: '77', name: '执法员' });
    expect(await codeOf(client.identify(code))).toBe('InvalidAuthCode');
    standin.revokeToken();
    expect(await client.identify(standin.issueLoginCode('77'))).toMatchObject({ subject: '77' });
    const wrong = createWorkChatClient(
      { workChat: { ...config, appSecret: 'other' }, publicUrl: 'http://localhost' },
      clock,
    );
    expect(await codeOf(wrong.identify(standin.issueLoginCode('77')))).toBe('SignatureDoesNotMatch');
  });
});
