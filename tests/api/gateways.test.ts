import { MovableClock } from '../../bff/src/core/clock';
import { GatewayError } from '../../bff/src/gateways/gateway-error';
import type { WechatClient } from '../../bff/src/gateways/wechat';
import { createWechatClient } from '../../bff/src/gateways/wechat-client';
import { createWorkChatClient } from '../../bff/src/gateways/work-chat-client';
import { startDingtalkStandin } from '../standins/dingtalk';
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

describe('the DingTalk client', () => {
  it('refuses used and unknown codes, renews a refused token, and tells id, name and mobile', async () => {
    const standin = await startDingtalkStandin({ clock, appKey: 'k', appSecret: 's' });
    stops.push(() => standin.stop());
    standin.addUser({ userid: 'd1', name: '专管员', mobile: '13800000001', unionid: 'du1' });
    standin.addUser({ userid: 'd2', name: '无号码' });
    const config = { kind: 'dingtalk', api: standin.url, appKey: 'k', appSecret: 's', agentId: '1' } as const;
    const client = createWorkChatClient(config, clock);
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
    const wrong = createWorkChatClient({ ...config, appSecret: 'other' }, clock);
    expect(await codeOf(wrong.identify(standin.issueLoginCode('d1')))).toBe(40089);
  });
});

describe('the 浙政钉 client', () => {
  it('signs as the platform checks it, refuses used codes, renews a refused token', async () => {
    const standin = await startZwddStandin({ clock, appKey: 'k', appSecret: 's' });
    stops.push(() => standin.stop());
    standin.addUser({ accountId: '77', name: '执法员' });
    const config = { kind: 'zwdd', api: standin.url, appKey: 'k', appSecret: 's', tenantId: '1' } as const;
    const client = createWorkChatClient(config, clock);
    const code = standin.issueLoginCode('77');
    expect(await client.identify(code)).toEqual({ subject: '77', name: '执法员' });
    expect(await codeOf(client.identify(code))).toBe('InvalidAuthCode');
    standin.revokeToken();
    expect(await client.identify(standin.issueLoginCode('77'))).toMatchObject({ subject: '77' });
    const wrong = createWorkChatClient({ ...config, appSecret: 'other' }, clock);
    expect(await codeOf(wrong.identify(standin.issueLoginCode('77')))).toBe('SignatureDoesNotMatch');
  });
});
