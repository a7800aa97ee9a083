import { MovableClock } from '../../bff/src/core/clock';
import { createTestDatabase, type TestDatabase } from '../builders/database';
import { buildActor, buildRegions } from '../builders/directory';
import { buildWarning } from '../builders/warnings';
import { startDingtalkStandin } from '../standins/dingtalk';
import { startWechatStandin, type WechatStandin } from '../standins/wechat';
import { Fleet, until } from './fleet';

/** Three instances on one database; one of them is killed with SIGKILL in the middle of its work. */

let test: TestDatabase;
let fleet: Fleet;
beforeEach(async () => {
  test = await createTestDatabase();
  fleet = new Fleet();
  await buildRegions(test.db.read);
});
afterEach(async () => {
  await fleet.end();
  await test.drop();
});

const startInstances = (now: string, env: Record<string, string> = {}) =>
  Promise.all([1, 2, 3].map(() => fleet.start(test.url, now, env)));

/** Kills the first instance that is seen to hold a lease of the given query, in the middle of its work; its id. */
async function killHolder(sql: string): Promise<string> {
  let dead = '';
  await until('an instance at work', async () => {
    const [row] = await test.db.read.query<{ owner: string }>(sql);
    dead = row?.owner.split(':')[0] ?? '';
    return fleet.byId.get(dead)?.kill('SIGKILL') === true;
  });
  return dead;
}

async function count(sql: string): Promise<number> {
  const [row] = await test.db.read.query<{ n: number }>(sql);
  return row?.n ?? 0;
}

/** `officers` enterprises with one officer and `points` points each, due every day; ids count up from 1. */
async function county(officers: number, points: number): Promise<void> {
  const { read } = test.db;
  const numbers = Array.from({ length: officers }, (_, index) => index + 1);
  const now = new Date();
  await read.execute('INSERT INTO enterprise (id, uscc, name, region_code, industry, address, created_at) VALUES ?', [
    numbers.map((n) => [n, String(n).padStart(18, '0'), `企业${n}`, '330521001', '印染', '某路', now]),
  ]);
  await read.execute('INSERT INTO person (id, name, mobile, created_at) VALUES ?', [
    numbers.map((n) => [n, `负责人${n}`, String(13_900_000_000 + n), now]),
  ]);
  for (let point = 0; point < points; point += 1) {
    await read.execute(
      `INSERT INTO point (enterprise_id, point_type, code, name, officer_id, settings, interval_days, anchor_date, created_at)
       SELECT id, 'HW', ?, '危废仓库', id, '{}', 1, '2026-11-01', ? FROM enterprise`,
      [`HW-${point}`, now],
    );
  }
}

describe('when one of three instances is killed', () => {
  it('in the middle of dispatch, no task is missing or double', async () => {
    await county(2000, 60);
    await startInstances('2026-11-23T06:00:00+08:00');
    await until(
      'the first chunks',
      async () => (await count('SELECT COUNT(*) AS n FROM job_chunk WHERE done_at IS NOT NULL')) >= 2,
    );
    await killHolder(
      'SELECT lease_owner AS owner FROM job_chunk WHERE done_at IS NULL AND lease_owner IS NOT NULL LIMIT 1',
    );
    // What the dead one held is free again; what the living ones hold is taken from them too: their fence must stop them.
    await test.db.read.execute(
      'UPDATE job_chunk SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE done_at IS NULL',
    );
    await until(
      'the end of dispatch',
      async () => (await count("SELECT COUNT(*) AS n FROM job_run WHERE job = 'dispatch' AND state = 'done'")) === 1,
    );
    expect(await count('SELECT COUNT(*) AS n FROM task')).toBe(120_000);
    expect(await count('SELECT COUNT(DISTINCT point_id) AS n FROM task')).toBe(120_000);
    expect(
      await count(
        "SELECT CAST(SUM(JSON_EXTRACT(payload, '$.rows')) AS SIGNED) AS n FROM event WHERE type = 'tasks.dispatched'",
      ),
    ).toBe(120_000);
  }, 120_000);

  it('in the middle of sending, nobody is left out, and only what was on the wire may come twice', async () => {
    const officers = 600;
    await county(officers, 1);
    const clock = new MovableClock();
    clock.moveTo(new Date('2026-11-23T08:30:00+08:00'));
    const wechat: WechatStandin = await startWechatStandin({
      clock,
      appId: 'wx0000000000000000',
      secret: 'test-secret',
      templates: { 'tpl-daily-list': ['thing1', 'number2', 'time3', 'thing4'] },
      latencyMs: 300,
    });
    try {
      const numbers = Array.from({ length: officers }, (_, index) => index + 1);
      await test.db.read.execute('INSERT INTO person_identity (provider, subject, person_id, bound_at) VALUES ?', [
        numbers.map((n) => ['wechat', `openid-${n}`, n, new Date()]),
      ]);
      await test.db.read.execute('INSERT INTO consent (person_id, template, remaining) VALUES ?', [
        numbers.map((n) => [n, 'dailyList', 2]),
      ]);
      for (const n of numbers) {
        wechat.addUser({ openid: `openid-${n}`, mobile: String(13_900_000_000 + n) });
        wechat.grantConsent(`openid-${n}`, 'tpl-daily-list', 2);
      }
      await startInstances('2026-11-23T08:30:00+08:00', { WECHAT_API: wechat.url });
      await until('the first messages', async () => wechat.messages().length >= 60);
      // With half of a batch or more still to send.
      const dead = await killHolder(
        "SELECT lease_owner AS owner FROM notification WHERE state = 'queued' AND lease_owner IS NOT NULL GROUP BY lease_owner HAVING COUNT(*) >= 10 LIMIT 1",
      );
      const queued = "SELECT COUNT(*) AS n FROM notification WHERE state = 'queued'";
      await until(
        'the living ones to have done theirs',
        async () => (await count(`${queued} AND COALESCE(lease_owner, '') NOT LIKE '${dead}%'`)) === 0,
      );
      // What is left is what the dead one had claimed; its lease runs out.
      expect(await count(queued)).toBeGreaterThan(0);
      await test.db.read.execute(
        "UPDATE notification SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE state = 'queued'",
      );
      await until('the rest', async () => (await count(queued)) === 0);
      const told = new Map<string, number>();
      for (const { openid } of wechat.messages()) told.set(openid, (told.get(openid) ?? 0) + 1);
      expect(told.size).toBe(officers);
      // An instance has 24 calls in hand: only their answers may have been lost with the dead one.
      expect(wechat.messages().length - officers).toBeLessThanOrEqual(24);
      expect(await count("SELECT COUNT(*) AS n FROM notification WHERE state = 'sent' AND channel = 'wechat'")).toBe(
        officers,
      );
    } finally {
      await wechat.stop();
    }
  }, 120_000);

  it('in the middle of telling todos and messages, no warning has two todos and nobody two messages', async () => {
    const warnings = 120;
    const clock = new MovableClock();
    clock.moveTo(new Date('2026-11-23T08:10:00+08:00'));
    const dingtalk = await startDingtalkStandin({ clock, appKey: 'ding-test', appSecret: 'ding-secret' });
    try {
      const official = await buildActor(test.db.read, 'township', { region: '330521001' });
      await test.db.read.execute(
        "INSERT INTO person_identity (provider, subject, person_id, union_id, bound_at) VALUES ('dingtalk', 'd1', ?, 'u1', ?)",
        [official, new Date()],
      );
      dingtalk.addUser({ userid: 'd1', name: '专管员', unionid: 'u1' });
      for (let number = 0; number < warnings; number += 1) await buildWarning(test.db.read, {});
      await test.db.read.execute(
        'INSERT INTO work_todo (warning_id, next_attempt_at) SELECT id, ? FROM warning ORDER BY id',
        [clock.now()],
      );
      await test.db.read.execute(
        `INSERT INTO notification (person_id, kind, business_date, subject, channel, content, next_attempt_at, created_at)
         SELECT ?, 'warning.major', '2026-11-23', id, 'workchat', '{"title": "重大预警", "body": "测试", "page": "p"}', ?, ? FROM warning`,
        [official, clock.now(), clock.now()],
      );
      const env = { DINGTALK_API: dingtalk.url, DINGTALK_OPEN_API: dingtalk.url };
      await startInstances('2026-11-23T08:10:00+08:00', env);
      await until('the first todos', async () => dingtalk.todos().length >= 20);
      const dead = await killHolder(
        "SELECT lease_owner AS owner FROM work_todo WHERE state = 'queued' AND lease_owner IS NOT NULL GROUP BY lease_owner HAVING COUNT(*) >= 5 LIMIT 1",
      );
      await until('the end', async () => {
        // What the dead one holds is free again.
        for (const table of ['work_todo', 'notification']) {
          await test.db.read.execute(
            `UPDATE ${table} SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE state = 'queued' AND lease_owner LIKE '${dead}%'`,
          );
        }
        return (
          (await count("SELECT COUNT(*) AS n FROM work_todo WHERE state = 'queued'")) === 0 &&
          (await count('SELECT COUNT(*) AS n FROM work_message WHERE accepted_at IS NOT NULL')) === warnings
        );
      });
      expect(dingtalk.todos()).toHaveLength(warnings);
      expect(new Set(dingtalk.todos().map((each) => each.sourceId)).size).toBe(warnings);
      expect(dingtalk.messages()).toHaveLength(warnings);
    } finally {
      await dingtalk.stop();
    }
  }, 120_000);
});
