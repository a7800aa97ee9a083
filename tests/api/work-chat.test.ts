import { randomUUID } from 'node:crypto';
import { MovableClock } from '../../bff/src/core/clock';
import { callbackSeal } from '../../bff/src/gateways/dingtalk-callback';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';
import { buildFinding } from '../builders/warnings';
import { startDingtalkStandin, type DingtalkStandin } from '../standins/dingtalk';
import { startZwddStandin } from '../standins/zwdd';

/** Officials in DingTalk: what they are told, their todos, and what DingTalk tells us. */

const ASYNC_SEND = '/topapi/message/corpconversation/asyncsend_v2';
const TODO = '/v1.0/todo/';
const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

let clock: MovableClock;
let dingtalk: DingtalkStandin;
let test: TestApp;
let logged: string[];
let specialist: number;
let enforcer: number;
let enterpriseId: number;

const read = () => test.app.core.db.read;
/** An event is handled in one round, and what it brings about is done in the next. */
const settle = async () => {
  for (let round = 0; round < 3; round += 1) await test.app.jobs.settle();
};
const at = (instant: string) => {
  clock.moveTo(new Date(instant));
  return settle();
};
const later = (seconds: number) => {
  clock.moveBy(seconds * 1000);
  return settle();
};
const headers = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });

async function bind(personId: number, name: string, unionId: string | undefined = `union-${name}`): Promise<void> {
  dingtalk.addUser({ userid: name, name, ...(unionId === undefined ? {} : { unionid: unionId }) });
  await read().execute(
    "INSERT INTO person_identity (provider, subject, person_id, union_id, bound_at) VALUES ('dingtalk', ?, ?, ?, ?)",
    [name, personId, unionId ?? null, clock.now()],
  );
}

/** A major finding is opened; the warning that it raises is told at once. Returns the warning's id. */
async function raiseMajor(itemZh = '废水直排'): Promise<number> {
  const findingId = await buildFinding(read(), {
    enterpriseId,
    severity: 'major',
    itemZh,
    dueAt: new Date('2026-12-01T00:00:00Z'),
  });
  await test.app.core.events.append(read(), [
    {
      type: 'finding.opened',
      enterpriseId,
      subject: { type: 'finding', id: findingId },
      actorId: null,
      payload: { severity: 'major' },
    },
  ]);
  await settle();
  const [row] = await read().query<{ id: number }>('SELECT MAX(id) AS id FROM warning');
  return row?.id ?? 0;
}

const message = async (personId: number) =>
  (
    await read().query<{ id: number; state: string; channel: string; platform_code: number | null; attempts: number }>(
      "SELECT id, state, channel, platform_code, attempts FROM notification WHERE person_id = ? AND kind LIKE 'warning.%' ORDER BY id DESC",
      [personId],
    )
  )[0];
/** What he was told of warnings. */
const told = (user: string) => dingtalk.messages().filter((card) => card.user === user && card.title.includes('预警'));
const calls = (path: string) => dingtalk.received().filter((each) => each.path.startsWith(path)).length;

beforeEach(async () => {
  clock = new MovableClock();
  const now = '2026-11-23T09:00:00+08:00';
  clock.moveTo(new Date(now));
  dingtalk = await startDingtalkStandin({ clock, appKey: 'ding-test', appSecret: 'ding-secret' });
  test = await createTestApp({ clock, now, env: { DINGTALK_API: dingtalk.url, DINGTALK_OPEN_API: dingtalk.url } });
  logged = [];
  for (const level of ['error', 'warn', 'info'] as const) {
    jest.spyOn(test.app.core.logger, level).mockImplementation((...args: unknown[]) => {
      logged.push(args.map((each) => (each instanceof Error ? String(each.stack) : JSON.stringify(each))).join(' '));
    });
  }
  enterpriseId = await buildEnterprise(read(), { name: '德清锦澜印染有限公司' });
  specialist = await buildActor(read(), 'township', { region: '330521001' });
  enforcer = await buildActor(read(), 'enforcement');
  await bind(specialist, 'ding-specialist');
});
afterEach(async () => {
  await test.close();
  await dingtalk.stop();
});

describe('a message to an official', () => {
  it('goes to DingTalk and into the app, opens its page, and counts as sent once DingTalk says so', async () => {
    const warningId = await raiseMajor();
    const [card] = told('ding-specialist');
    expect(card).toMatchObject({ title: '重大预警：发现重大问题' });
    expect(card!.text).toMatch(/废水直排[^]*11-23 09:00 · 编号 \d+$/);
    const page = new URL(card!.url).searchParams.get('page');
    expect(page).toBe(`pages/township/warning/index?id=${warningId}`);
    expect(await message(specialist)).toMatchObject({ state: 'queued', channel: 'workchat' });
    await later(25);
    expect(await message(specialist)).toMatchObject({ state: 'sent', channel: 'workchat', platform_code: 0 });
    const notices = await test.http.get('/api/notices').set(await headers(specialist));
    expect(notices.body.rows).toContainEqual(expect.objectContaining({ kind: 'warning.major', page }));
    // Who has not bound DingTalk has it in the app alone.
    expect(await message(enforcer)).toMatchObject({ state: 'sent', channel: 'inapp' });
    await later(86_400);
    expect(told('ding-specialist').filter(({ title }) => title.startsWith('重大'))).toHaveLength(1);
  });

  it('brings the digest of the morning', async () => {
    await raiseMajor();
    await at('2026-11-24T08:30:00+08:00');
    expect(told('ding-specialist').at(-1)).toMatchObject({ title: '今日预警汇总' });
    expect(told('ding-specialist').at(-1)!.text).toContain('发现重大问题 1 条');
  });

  it('is sent once more with another text when DingTalk dropped it as a duplicate', async () => {
    dingtalk.drop('ding-specialist', 143106);
    await raiseMajor();
    expect(told('ding-specialist')).toEqual([]);
    await later(25);
    expect(told('ding-specialist')).toHaveLength(1);
    expect(told('ding-specialist')[0]!.text).toMatch(/编号 \d+-1$/);
    await later(25);
    expect(await message(specialist)).toMatchObject({ state: 'sent', platform_code: 0 });
    expect(calls(ASYNC_SEND)).toBe(2);
  });

  it('arrives once when its answer was lost: the repeat has the same text, and DingTalk drops it', async () => {
    dingtalk.fail(ASYNC_SEND, 'lost');
    await raiseMajor();
    expect(await message(specialist)).toMatchObject({ state: 'queued' });
    await later(15);
    await later(25);
    expect(calls(ASYNC_SEND)).toBe(2);
    expect(told('ding-specialist')).toHaveLength(1);
    expect(await message(specialist)).toMatchObject({ state: 'sent', platform_code: 143106 });
  });

  it('waits for the next minute when the quota is used up, whether DingTalk says so or drops it', async () => {
    dingtalk.fail(ASYNC_SEND, { errcode: 143103 });
    dingtalk.drop('ding-specialist', 143104);
    await raiseMajor();
    await later(30);
    expect(calls(ASYNC_SEND)).toBe(1);
    await later(31);
    expect(calls(ASYNC_SEND)).toBe(2);
    await later(25);
    await later(61);
    expect(told('ding-specialist')).toHaveLength(1);
  });

  it('is given up at the daily cap and for an unknown user, shown to the regulator, and sent anew on request', async () => {
    const regulator = await headers(await buildActor(read(), 'regulator'));
    dingtalk.drop('ding-specialist', 143105);
    await raiseMajor();
    await later(25);
    const dead = await test.http.get('/api/notifications/dead').set(regulator);
    expect(dead.body.rows).toEqual([
      expect.objectContaining({ kind: 'warning.major', code: 143105, message: expect.stringContaining('of the day') }),
    ]);
    const retry = `/api/notifications/${dead.body.rows[0].id}/retry`;
    expect((await test.http.post(retry).set(regulator).send({})).body).toEqual({ queued: true });
    dingtalk.drop('ding-specialist', 'invalid');
    await later(1);
    await later(25);
    expect(await message(specialist)).toMatchObject({ state: 'dead', channel: 'workchat' });
    await test.http.post(retry).set(regulator).send({});
    await later(1);
    await later(25);
    expect(told('ding-specialist')).toHaveLength(1);
    expect(await message(specialist)).toMatchObject({ state: 'sent' });
  });

  it('fits into 2048 bytes however long the reason is', async () => {
    await read().execute("UPDATE warning_rule SET message = ? WHERE code = 'major_finding'", [
      '长'.repeat(190) + '{a}',
    ]);
    await raiseMajor('项'.repeat(60));
    await raiseMajor('目'.repeat(60));
    expect(told('ding-specialist')).toHaveLength(2);
  });
});

describe('the todo of a warning', () => {
  const todo = () => dingtalk.todos()[0]!;
  /** The clock goes on while the test runs. */
  const near = (ms: number, instant: string) => Math.abs(ms - new Date(instant).getTime()) < 30_000;

  it('names those whose turn it is, climbs with the warning, and is done when it is closed', async () => {
    await bind(enforcer, 'ding-enforcer');
    const warningId = await raiseMajor();
    expect(dingtalk.todos()).toHaveLength(1);
    expect(todo()).toMatchObject({
      sourceId: `warning-${warningId}`,
      subject: '重大预警：发现重大问题（德清锦澜印染有限公司）',
      executorIds: ['union-ding-specialist'],
      dinged: true,
      done: false,
    });
    expect(near(todo().dueTime, '2026-11-23T17:00:00+08:00')).toBe(true);
    expect(new URL(todo().appUrl).searchParams.get('page')).toBe(`pages/township/warning/index?id=${warningId}`);

    await at('2026-11-23T17:01:00+08:00');
    expect(todo()).toMatchObject({ executorIds: ['union-ding-enforcer'], done: false });
    expect(near(todo().dueTime, '2026-11-24T01:01:00+08:00')).toBe(true);

    const close = { clientUuid: randomUUID(), outcome: 'helped', note: '已现场帮扶' };
    await test.http
      .post(`/api/warnings/${warningId}/close`)
      .set(await headers(enforcer))
      .send(close);
    await settle();
    expect(todo().done).toBe(true);
    expect(dingtalk.todos()).toHaveLength(1);
  });

  it('is not doubled when the answer was lost, nor after a crash between call and note', async () => {
    dingtalk.fail(TODO, 'lost');
    const warningId = await raiseMajor();
    await later(15);
    expect(dingtalk.todos()).toHaveLength(1);
    const [kept] = await read().query<{ task_id: string; state: string }>('SELECT task_id, state FROM work_todo');
    expect(kept).toEqual({ task_id: todo().id, state: 'told' });

    // As a process leaves it that dies after the call: queued, under a lease that has run out.
    await read().execute(
      "UPDATE work_todo SET state = 'queued', task_id = NULL, lease_owner = 'dead', lease_until = '2020-01-01' WHERE warning_id = ?",
      [warningId],
    );
    await later(1);
    expect(dingtalk.todos()).toHaveLength(1);
    const [again] = await read().query<{ task_id: string }>('SELECT task_id FROM work_todo');
    expect(again).toEqual({ task_id: todo().id });
  });

  it('survives a process that dies between call and note', async () => {
    const { db } = test.app.core;
    const execute = db.read.execute.bind(db.read);
    const spy = jest.spyOn(db.read, 'execute').mockImplementation((sql, values) => {
      if (sql.startsWith('UPDATE work_todo SET state')) throw new Error('killed');
      return execute(sql, values);
    });
    await raiseMajor();
    expect(dingtalk.todos()).toHaveLength(1);
    spy.mockRestore();
    expect(await read().query('SELECT state, task_id FROM work_todo')).toEqual([{ state: 'queued', task_id: null }]);
    await read().execute("UPDATE work_todo SET lease_until = '2020-01-01'");
    await later(1);
    expect(dingtalk.todos()).toHaveLength(1);
    expect(await read().query('SELECT state, task_id FROM work_todo')).toEqual([{ state: 'told', task_id: todo().id }]);
  });

  it('is tried again while DingTalk is busy, given up when it refuses, and told anew with the next step', async () => {
    const busy = { code: 'todo.taskCreate.flowControlError', message: 'busy' };
    dingtalk.fail(`${TODO}users`, { status: 400, body: busy });
    const warningId = await raiseMajor();
    expect(dingtalk.todos()).toHaveLength(0);
    const wrong = { code: 'todo.taskCreate.paramError', message: 'subject is oversize' };
    dingtalk.fail(`${TODO}users`, { status: 400, body: wrong });
    await later(15);
    const [dead] = await read().query<{ state: string; platform_message: string }>('SELECT * FROM work_todo');
    expect(dead).toMatchObject({ state: 'dead', platform_message: expect.stringContaining('oversize') });
    const until = new Date(clock.now().getTime() + 86_400_000).toISOString();
    const snooze = { clientUuid: randomUUID(), until, reason: '等待检测' };
    await test.http
      .post(`/api/warnings/${warningId}/snooze`)
      .set(await headers(specialist))
      .send(snooze);
    await settle();
    expect(dingtalk.todos()).toHaveLength(1);
    expect(todo().dueTime).toBe(new Date(until).getTime());
  });

  it('comes to whoever binds DingTalk later, and renews a token that was refused', async () => {
    await read().execute('DELETE FROM person_identity');
    await raiseMajor();
    expect(dingtalk.todos()).toHaveLength(0);
    // As with a warning from before there were todos.
    await read().execute('DELETE FROM work_todo');
    const colleague = await buildActor(read(), 'township', { region: '330521001' });
    const [person] = await read().query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [colleague]);
    dingtalk.addUser({ userid: 'ding-colleague', name: '同事', mobile: person!.mobile, unionid: 'union-colleague' });
    dingtalk.revokeToken();
    const code = dingtalk.issueLoginCode('ding-colleague');
    expect((await test.http.post('/api/session/work-chat').send({ code })).body.outcome).toBe('signed_in');
    await settle();
    expect(todo()).toMatchObject({ executorIds: ['union-colleague'] });
  });

  it('is not rung out for a normal warning', async () => {
    await read().execute("UPDATE warning_rule SET level = 'normal' WHERE code = 'major_finding'");
    await raiseMajor();
    expect(todo()).toMatchObject({ dinged: false, subject: expect.stringMatching(/^预警：/) });
  });
});

describe('浙政钉 in place of DingTalk', () => {
  it('brings the message, keeps no todos, and has no callback', async () => {
    const zwdd = await startZwddStandin({ clock, appKey: 'zwdd-test', appSecret: 'zwdd-secret' });
    zwdd.addUser({ accountId: '77', name: '专管员' });
    const now = '2026-11-23T09:00:00+08:00';
    const env = {
      WORK_CHAT: 'zwdd',
      ZWDD_API: zwdd.url,
      ZWDD_APP_KEY: 'zwdd-test',
      ZWDD_APP_SECRET: 'zwdd-secret',
      ZWDD_TENANT_ID: '1',
    };
    const dingtalkApp = test;
    test = await createTestApp({ clock, now, env });
    try {
      enterpriseId = await buildEnterprise(read());
      specialist = await buildActor(read(), 'township', { region: '330521001' });
      await read().execute(
        "INSERT INTO person_identity (provider, subject, person_id, bound_at) VALUES ('zwdd', '77', ?, ?)",
        [specialist, clock.now()],
      );
      await raiseMajor();
      expect(zwdd.messages()).toMatchObject([{ user: '77', title: '重大预警：发现重大问题' }]);
      expect(await message(specialist)).toMatchObject({ state: 'sent', channel: 'workchat' });
      expect(await read().query('SELECT 1 FROM work_todo')).toEqual([]);
      expect((await test.http.post('/api/callbacks/dingtalk').send({ encrypt: 'AAAA' })).status).toBe(404);
    } finally {
      await test.close();
      await zwdd.stop();
      test = dingtalkApp;
    }
  });
});

describe('the callback', () => {
  const seal = callbackSeal({ token: 'callback-token', aesKey: AES_KEY, appKey: 'ding-test' });
  const sealed = (event: object, when = clock.now()) => {
    const { msg_signature, timeStamp, nonce, encrypt } = seal.seal(JSON.stringify(event), when);
    return { query: { msg_signature, timestamp: timeStamp, nonce }, body: { encrypt } };
  };
  const call = ({ query, body }: { query: Record<string, string>; body: object }) =>
    test.http.post('/api/callbacks/dingtalk').query(query).send(body);
  const me = async () => (await test.http.get('/api/me').set(await headers(specialist))).status;

  it('answers the check of the address, and what does not concern us, with the sealed word', async () => {
    for (const event of [{ EventType: 'check_url' }, { EventType: 'bpms_task_change', UserId: 5 }, { what: 'ever' }]) {
      const began = Date.now();
      const answer = await call(sealed(event));
      expect(Date.now() - began).toBeLessThan(1500);
      const { msg_signature, timeStamp, nonce, encrypt } = answer.body;
      expect(seal.isSigned({ signature: msg_signature, timestamp: timeStamp, nonce, encrypt })).toBe(true);
      expect(seal.open(encrypt)).toBe('success');
    }
    const { query, body } = sealed({ EventType: 'check_url' });
    const { msg_signature: signature, ...rest } = query;
    expect((await call({ query: { signature, ...rest }, body })).status).toBe(200);
  });

  it('takes the access from whoever leaves, and his todos', async () => {
    await raiseMajor();
    const token = await headers(specialist);
    expect((await test.http.get('/api/me').set(token)).status).toBe(200);
    expect((await call(sealed({ EventType: 'user_leave_org', UserId: ['ding-specialist', 'nobody'] }))).status).toBe(
      200,
    );
    const refused = await test.http.get('/api/me').set(token);
    expect(refused.body.code).toBe('AUTH.TOKEN_REVOKED');
    expect(await read().query('SELECT 1 FROM person_identity WHERE person_id = ?', [specialist])).toEqual([]);
    const events = await read().query<{ type: string }>("SELECT type FROM event WHERE type = 'person.unbound'");
    expect(events).toHaveLength(1);
    await settle();
    expect(dingtalk.todos()[0]).toMatchObject({ done: true });
  });

  it('refuses what is forged, old, replayed, sealed with another key or not signed at all, and changes nothing', async () => {
    const leave = { EventType: 'user_leave_org', UserId: ['ding-specialist'] };
    const code = async (given: Parameters<typeof call>[0]) => (await call(given)).body.code;
    const good = sealed({ EventType: 'check_url' });
    const other = sealed(leave);
    expect(await code({ ...good, body: other.body })).toBe('CALLBACK.UNSIGNED');
    expect(await code({ query: { ...other.query, nonce: 'x' }, body: other.body })).toBe('CALLBACK.UNSIGNED');
    expect(await code({ query: {}, body: other.body })).toBe('CALLBACK.UNSIGNED');
    expect(await code(sealed(leave, new Date(clock.now().getTime() - 601_000)))).toBe('CALLBACK.STALE');
    expect(await code(sealed(leave, new Date(clock.now().getTime() + 601_000)))).toBe('CALLBACK.STALE');
    const foreign = callbackSeal({ token: 'callback-token', aesKey: AES_KEY, appKey: 'another-app' });
    const alien = foreign.seal(JSON.stringify(leave), clock.now());
    const query = { msg_signature: alien.msg_signature, timestamp: alien.timeStamp, nonce: alien.nonce };
    expect(await code({ query, body: { encrypt: alien.encrypt } })).toBe('CALLBACK.UNREADABLE');
    expect(await me()).toBe(200);

    expect((await call(good)).status).toBe(200);
    expect(await code(good)).toBe('CALLBACK.REPLAYED');
    clock.moveBy(21 * 60_000);
    expect(await code(good)).toBe('CALLBACK.STALE');
    expect((await call(sealed({ EventType: 'check_url' }))).status).toBe(200);
    const kept = await read().query<{ n: number }>('SELECT COUNT(*) AS n FROM work_callback');
    expect(kept).toEqual([{ n: 1 }]);
  });
});

it('writes no names, numbers or accounts into the log, whatever goes wrong', async () => {
  dingtalk.fail(ASYNC_SEND, 'cut');
  dingtalk.fail(TODO, { status: 400, body: { code: 'paramError', message: 'union-ding-specialist is wrong' } });
  await raiseMajor();
  dingtalk.drop('ding-specialist', 'invalid');
  await later(15);
  await later(25);
  expect(logged.join('\n')).toMatch(/todo given up/);
  const people = await read().query<{ name: string; mobile: string }>('SELECT name, mobile FROM person');
  for (const text of [...people.flatMap(({ name, mobile }) => [name, mobile]), 'ding-specialist', '锦澜']) {
    expect(logged.join('\n')).not.toContain(text);
  }
});
