import { buildApp, type App } from '../../bff/src/app';
import { businessDate, MovableClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { createTestApp, testEnvironment, type TestApp } from '../builders/app';
import { buildActor } from '../builders/directory';
import { startDingtalkStandin, type DingtalkStandin } from '../standins/dingtalk';
import { startWechatStandin, type WechatStandin } from '../standins/wechat';

/** The platforms' limits, kept by all instances together; what was refused because of us is never the receiver's fault. */

const ASYNC_SEND = '/topapi/message/corpconversation/asyncsend_v2';
const SEND_RESULT = '/topapi/message/corpconversation/getsendresult';
const SUBSCRIBE = '/cgi-bin/message/subscribe/send';
const NOW = '2026-11-23T09:00:00+08:00';

let clock: MovableClock;
let dingtalk: DingtalkStandin;
let wechat: WechatStandin;
let test: TestApp;
let others: App[];
let env: Record<string, string>;

const read = () => test.app.core.db.read;
const calls = (path: string) => dingtalk.received().filter((each) => each.path === path);
const sent = () => wechat.received().filter((each) => each.path === SUBSCRIBE);

async function start(given: { messagesPerDay?: number; limits?: { perSecond: number; perMonth: number } } = {}) {
  clock = new MovableClock();
  clock.moveTo(new Date(NOW));
  const { limits, messagesPerDay } = given;
  dingtalk = await startDingtalkStandin({
    clock,
    appKey: 'ding-test',
    appSecret: 'ding-secret',
    latencyMs: 100,
    ...(limits === undefined ? {} : { limits }),
  });
  wechat = await startWechatStandin({
    clock,
    appId: 'wx0000000000000000',
    secret: 'test-secret',
    templates: {
      'tpl-notice': ['thing1', 'thing2', 'time3'],
      'tpl-daily-list': ['thing1', 'number2', 'time3', 'thing4'],
    },
    ...(messagesPerDay === undefined ? {} : { messagesPerDay }),
  });
  env = {
    DINGTALK_API: dingtalk.url,
    DINGTALK_OPEN_API: dingtalk.url,
    WECHAT_API: wechat.url,
    WECHAT_TEMPLATE_NOTICE: 'tpl-notice',
  };
  test = await createTestApp({ clock, now: NOW, env });
  others = [];
}
afterEach(async () => {
  for (const app of others) await app.close();
  await test.close();
  await dingtalk.stop();
  await wechat.stop();
});

/** Another instance beside the first, on the same database. */
function another(): App {
  const app = buildApp({ config: readConfig(testEnvironment(test.databaseUrl, env)), clock });
  others.push(app);
  return app;
}

/** An official with so many messages to his chat waiting. */
async function official(messages: number, kind = 'warning.major'): Promise<number> {
  const personId = await buildActor(read(), 'township', { region: '330521001' });
  const name = `ding-${personId}`;
  dingtalk.addUser({ userid: name, name, unionid: `union-${name}` });
  await read().execute(
    "INSERT INTO person_identity (provider, subject, person_id, union_id, bound_at) VALUES ('dingtalk', ?, ?, ?, ?)",
    [name, personId, `union-${name}`, clock.now()],
  );
  const content = JSON.stringify({ title: '预警', body: '有预警', page: 'pages/township/home/index' });
  await queue(personId, 'workchat', kind, content, messages);
  return personId;
}

/** An officer with so many messages to his phone waiting, and as many consents. */
async function officer(messages: number, content: object, template: 'notice' | 'dailyList'): Promise<number> {
  const personId = await buildActor(read(), 'officer');
  const openid = `openid-${personId}`;
  wechat.addUser({ openid, mobile: `139${String(personId).padStart(8, '0')}` });
  wechat.grantConsent(openid, template === 'notice' ? 'tpl-notice' : 'tpl-daily-list', messages);
  await read().execute(
    "INSERT INTO person_identity (provider, subject, person_id, bound_at) VALUES ('wechat', ?, ?, ?)",
    [openid, personId, clock.now()],
  );
  await read().execute('INSERT INTO consent (person_id, template, remaining) VALUES (?, ?, ?)', [
    personId,
    template,
    messages,
  ]);
  await queue(
    personId,
    'wechat',
    template,
    JSON.stringify({ template, page: 'pages/officer/today/index', ...content }),
    messages,
  );
  return personId;
}

async function queue(personId: number, channel: string, kind: string, content: string, messages: number) {
  if (messages === 0) return;
  await read().execute(
    'INSERT INTO notification (person_id, kind, business_date, subject, channel, content, next_attempt_at, created_at) VALUES ?',
    [
      Array.from({ length: messages }, (_, index) => [
        personId,
        kind,
        businessDate(clock.now()),
        String(index),
        channel,
        content,
        clock.now(),
        clock.now(),
      ]),
    ],
  );
}

const states = async () =>
  (
    await read().query<{ state: string; channel: string; fault: string | null; n: number }>(
      "SELECT state, channel, fault, COUNT(*) AS n FROM notification WHERE channel <> 'inapp' OR state = 'sent' GROUP BY state, channel, fault",
    )
  ).map(({ state, channel, fault, n }) => `${n} ${state} ${channel}${fault === null ? '' : ` ${fault}`}`);
const later = async (seconds: number, apps: readonly App[] = [test.app]) => {
  clock.moveBy(seconds * 1000);
  await Promise.all(apps.map((app) => app.jobs.settle()));
};

describe('DingTalk', () => {
  it('takes all messages of two instances: together they keep to 20 calls a second, and count the month’s', async () => {
    await start();
    await official(25);
    await official(25);
    const apps = [test.app, another()];
    for (let round = 0; round < 4; round += 1) await later(0, apps);
    expect(calls(ASYNC_SEND)).toHaveLength(50);
    expect(dingtalk.received().filter((each) => each.answer?.['errcode'] === 88)).toEqual([]);
    const arrived = dingtalk.messages().map(({ text }) => text);
    expect(new Set(arrived).size).toBe(50);
    const metrics = await test.http.get('/metrics');
    expect(metrics.text).toContain(`platform_calls_month{api="dingtalk ${ASYNC_SEND}"} 50`);
    expect(metrics.text).toContain('platform_calls_month_limit{platform="dingtalk"} 10000');
  }, 30_000);

  it('is tried again however often its gateway says 90018, and the token is renewed when it says 40014', async () => {
    await start();
    await official(1);
    dingtalk.fail(ASYNC_SEND, { errcode: -1 });
    await later(0);
    clock.moveBy(10_000);
    const busy = { errcode: 88, errmsg: 'ding talk error[subcode=90018]', sub_code: '90018' };
    dingtalk.fail(ASYNC_SEND, { status: 200, body: busy }, 9);
    for (let times = 0; times < 9; times += 1) await later(3);
    expect(await states()).toEqual(['1 queued workchat']);
    dingtalk.revokeToken();
    await later(3);
    expect(dingtalk.messages()).toHaveLength(1);
    expect(calls('/gettoken')).toHaveLength(2);
    // The one that was called busy may have arrived; those that were too many had not, and do not count as attempts.
    expect(await read().query('SELECT accepted_try FROM work_message')).toEqual([{ accepted_try: 2 }]);
  });

  it('waits out the QPS refusal of the newer API, and gives no todo up for it', async () => {
    await start();
    await official(0);
    await read().execute(
      `INSERT INTO warning (rule_code, rule_version, level, subject_type, subject_id, region_code, open_key, reason, evidence, ack_hours, ack_by, opened_at, last_seen_at, last_seen_on)
       VALUES ('overdue_general', 1, 'normal', 'region', '330521001', '330521001', 'x', '测试', '{}', 16, ?, ?, ?, '2026-11-23')`,
      [clock.now(), clock.now(), clock.now()],
    );
    await read().execute('INSERT INTO work_todo (warning_id, next_attempt_at) SELECT id, ? FROM warning', [
      clock.now(),
    ]);
    await read().execute("UPDATE warning SET ack_by = '2026-12-01 00:00:00'");
    const code = 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi';
    dingtalk.fail('/v1.0/todo', { status: 403, body: { code, message: '调用次数超限' } }, 20);
    for (let times = 0; times < 20; times += 1) await later(3);
    expect(await read().query('SELECT state FROM work_todo')).toEqual([{ state: 'queued' }]);
    await later(3);
    expect(await read().query('SELECT state FROM work_todo')).toEqual([{ state: 'told' }]);
    expect(dingtalk.todos()).toHaveLength(1);
  });

  it('asks once what became of a message that arrived, and three times at most', async () => {
    await start();
    await official(1);
    await later(0);
    await later(1);
    expect(calls(SEND_RESULT)).toHaveLength(0);
    await later(20);
    await later(86_000);
    expect(calls(SEND_RESULT)).toHaveLength(1);
    dingtalk.fail(SEND_RESULT, { status: 200, body: { errcode: 0, errmsg: 'ok', send_result: {} } }, 20);
    await queue(await official(0), 'workchat', 'warning.major', '{"title":"a","body":"b","page":"c"}', 1);
    for (const wait of [0, 21, 3601, 43_201, 43_201, 86_000]) await later(wait);
    expect(calls(SEND_RESULT)).toHaveLength(4);
  });

  it('keeps the last of the month’s calls for what is urgent, and stops asking when they are used up', async () => {
    env = {};
    await start({ limits: { perSecond: 20, perMonth: 100 } });
    const small = buildApp({
      config: readConfig(testEnvironment(test.databaseUrl, { ...env, DINGTALK_MONTHLY_CALLS: '100' })),
      clock,
    });
    others.push(small);
    await read().execute("INSERT INTO platform_call (api, month, calls) VALUES ('dingtalk x', '2026-11', 96)");
    await official(1, 'visit.planned');
    await official(1, 'warning.major');
    await later(0, [small]);
    expect(dingtalk.messages()).toHaveLength(1);
    expect(await states()).toEqual(['1 queued workchat', '1 sent inapp']);
    dingtalk.fail(ASYNC_SEND, { status: 200, body: { errcode: 88, errmsg: 'x', sub_code: '90020' } });
    await official(3, 'warning.major');
    await later(1, [small]);
    const asked = calls(ASYNC_SEND).length;
    for (let times = 0; times < 10; times += 1) await later(30, [small]);
    expect(calls(ASYNC_SEND)).toHaveLength(asked);
    // Calls may have been bought anew: six hours later one of them asks.
    await later(6 * 3600, [small]);
    await later(3600, [small]);
    expect(dingtalk.messages().length).toBeGreaterThan(1);
  });

  it('is given up after a day away because of us, and nobody is called unreachable for it', async () => {
    await start();
    const personId = await official(3);
    dingtalk.fail(ASYNC_SEND, 'cut', 500);
    for (const wait of [0, 11, 61, 301, 901, 1801, 3601, 7201, 7201, 7201, 80_000]) await later(wait);
    expect(await states()).toEqual(['3 dead workchat ours']);
    await later(86_400);
    expect(await read().query("SELECT 1 FROM warning WHERE rule_code = 'unreachable'")).toEqual([]);
    await read().execute("UPDATE notification SET fault = 'receiver' WHERE person_id = ? AND state = 'dead'", [
      personId,
    ]);
    await later(86_400);
    expect(await read().query("SELECT 1 FROM warning WHERE rule_code = 'unreachable'")).toHaveLength(1);
  });
});

describe('WeChat', () => {
  it('that has used up its day is not asked again before the next: a notice waits, the day’s list stays in the app', async () => {
    await start({ messagesPerDay: 1 });
    const notice = { title: '整改被退回', body: '请重新整改' };
    const list = { title: '今日检查任务', count: 3, enterprise: '某厂' };
    const lister = await officer(1, list, 'dailyList');
    await officer(3, notice, 'notice');
    await read().execute("UPDATE notification SET next_attempt_at = ? WHERE kind = 'dailyList'", [
      new Date(clock.now().getTime() + 60_000),
    ]);
    await later(0);
    const asked = sent().length;
    expect(wechat.messages()).toHaveLength(1);
    for (let times = 0; times < 5; times += 1) await later(1200);
    expect(sent()).toHaveLength(asked);
    clock.moveTo(new Date('2026-11-24T00:30:00+08:00'));
    await later(0);
    expect(sent()).toHaveLength(asked);
    expect(await read().query('SELECT remaining FROM consent WHERE person_id = ?', [lister])).toEqual([
      { remaining: 1 },
    ]);
    clock.moveTo(new Date('2026-11-24T07:30:00+08:00'));
    await later(0);
    expect(wechat.messages()).toHaveLength(2);
    expect(await read().query("SELECT 1 FROM notification WHERE state = 'dead'")).toEqual([]);
  });

  it('that is away is left alone after the calls in hand, and every message is sent once it is back', async () => {
    await start();
    await officer(100, { title: '整改被退回', body: '请重新整改' }, 'notice');
    wechat.fail(SUBSCRIBE, 'cut', 24);
    await later(0);
    expect(sent().length).toBeLessThanOrEqual(30);
    await later(11);
    await later(11);
    expect(wechat.messages()).toHaveLength(100);
    expect(await read().query('SELECT remaining FROM consent')).toEqual([{ remaining: 0 }]);
    expect(await read().query('SELECT COUNT(*) AS n FROM consent_entry')).toEqual([{ n: 100 }]);
  });
});
