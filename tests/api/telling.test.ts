import { MovableClock } from '../../bff/src/core/clock';
import { buildActor, buildEnterprise } from '../builders/directory';
import { createTestApp, type TestApp } from '../builders/app';
import { buildFinding } from '../builders/warnings';
import { startWechatStandin, type WechatStandin } from '../standins/wechat';

/** Who hears of what is filed, answered and overdue, by which way, and when the phone may ring. */

const NOW = '2026-11-23T10:00:00+08:00';
let test: TestApp;
let wechat: WechatStandin;
let enterpriseId: number;
let people: Record<'officer' | 'township' | 'enforcement' | 'regulator', number>;

const read = () => test.app.core.db.read;

beforeEach(async () => {
  const clock = new MovableClock();
  clock.moveTo(new Date(NOW));
  wechat = await startWechatStandin({
    clock,
    appId: 'wx0000000000000000',
    secret: 'test-secret',
    templates: { 'tpl-notice': ['thing1', 'thing2', 'time3'] },
  });
  test = await createTestApp({
    clock,
    now: NOW,
    env: { WECHAT_API: wechat.url, WECHAT_TEMPLATE_NOTICE: 'tpl-notice' },
  });
  enterpriseId = await buildEnterprise(read(), { name: '德清锦澜印染有限公司' });
  people = {
    officer: await buildActor(read(), 'officer', { enterpriseId }),
    township: await buildActor(read(), 'township', { region: '330521001' }),
    enforcement: await buildActor(read(), 'enforcement'),
    regulator: await buildActor(read(), 'regulator'),
  };
  // Those of another place hear nothing.
  await buildActor(read(), 'township', { region: '330521100' });
  await buildActor(read(), 'enforcement', { region: '330522' });
  await buildActor(read(), 'officer');
});
afterEach(async () => {
  await test.close();
  await wechat.stop();
});

let subject = 0;
async function happens(type: string, payload: Record<string, unknown> = {}): Promise<void> {
  subject += 1;
  await test.app.core.events.append(read(), [
    { type, enterpriseId, subject: { type: 'x', id: subject }, actorId: null, payload },
  ]);
  await test.app.jobs.tickLoops();
}
interface Row {
  person_id: number;
  kind: string;
  channel: string;
  title: string;
  body: string;
  next_attempt_at: Date;
}
const told = (kind: string) =>
  read().query<Row>(
    "SELECT person_id, kind, channel, next_attempt_at, JSON_VALUE(content, '$.title') AS title, JSON_VALUE(content, '$.body') AS body FROM notification WHERE kind = ? ORDER BY id",
    [kind],
  );

describe('what is filed', () => {
  it.each([
    ['suspension.filed', 'suspension.filed', ['township'], {}],
    ['suspension.withdrawn', 'suspension.withdrawn', ['township'], {}],
    ['finding.extension_asked', 'finding.extension_asked', ['township'], {}],
    ['finding.submitted', 'finding.submitted', ['township'], { severity: 'general' }],
    ['finding.submitted', 'finding.major_submitted', ['township', 'enforcement'], { severity: 'major' }],
    ['health-dispute.filed', 'health-dispute.filed', ['regulator'], {}],
    ['health-repair.applied', 'health-repair.applied', ['township', 'enforcement'], {}],
    ['credit-objection.filed', 'credit.objected', ['regulator'], {}],
    ['credit-adjustment.proposed', 'credit.proposed', ['regulator'], {}],
    ['petition.received', 'petition.received', ['enforcement'], {}],
    ['incident.reported', 'incident.reported', ['enforcement'], {}],
  ] as const)('%s is told as %s to those who decide, with the enterprise', async (type, kind, roles, payload) => {
    await happens(type, payload);
    const rows = await told(kind);
    expect(rows.map((row) => row.person_id)).toEqual(roles.map((role) => people[role]));
    for (const row of rows) {
      expect(row.title + row.body).toContain('德清锦澜印染有限公司');
      expect(row.title + row.body).not.toMatch(/[{}]/);
    }
  });

  it('does not ring at night: a petition of the evening waits for the office, an incident does not', async () => {
    test.clock.moveTo(new Date('2026-11-27T19:00:00+08:00'));
    await happens('petition.received');
    await happens('incident.reported');
    const [petition] = await told('petition.received');
    expect(petition!.next_attempt_at).toEqual(new Date('2026-11-30T08:30:00+08:00'));
    const [incident] = await told('incident.reported');
    expect(incident!.next_attempt_at.getTime()).toBeLessThan(new Date('2026-11-27T19:05:00+08:00').getTime());
    // In the app it stands at once.
    const notices = await test.http
      .get('/api/notices')
      .set({ authorization: `Bearer ${await test.tokenOf(people.enforcement)}` });
    expect(notices.body.rows.map((row: { kind: string }) => row.kind)).toContain('petition.received');
  });
});

describe('the morning of an official', () => {
  it('sums up what waits for him, and the regulator’s what is past its date with others', async () => {
    const dueAt = new Date('2026-12-01T00:00:00Z');
    await buildFinding(read(), { enterpriseId, state: 'submitted', dueAt });
    const late = await buildFinding(read(), { enterpriseId, state: 'submitted', dueAt });
    await buildFinding(read(), { enterpriseId, state: 'submitted', severity: 'minor', dueAt });
    await read().execute('UPDATE finding SET submitted_at = ? WHERE id <> ?', [new Date('2026-11-22T00:00:00Z'), late]);
    await read().execute('UPDATE finding SET submitted_at = ? WHERE id = ?', [new Date('2026-11-01T00:00:00Z'), late]);
    const asked = await buildFinding(read(), { enterpriseId, dueAt });
    await read().execute("UPDATE finding SET extension = 'asked' WHERE id = ?", [asked]);
    await read().execute(
      `INSERT INTO health_dispute (client_uuid, enterprise_id, fact_key, code, reason, photos, filed_by, filed_at, decide_by)
       VALUES (UUID(), ?, 'k', 'H01', '不是这样', '[]', ?, ?, '2026-11-20')`,
      [enterpriseId, people.officer, new Date('2026-11-06T00:00:00Z')],
    );
    await read().execute(
      `INSERT INTO petition (enterprise_id, received_on, source, issue, content, answer_by, entered_by, entered_at)
       VALUES (?, '2026-11-20', 'hotline', 'odour', '异味', '2027-01-19', ?, ?)`,
      [enterpriseId, people.regulator, new Date()],
    );
    test.clock.moveTo(new Date('2026-11-24T08:31:00+08:00'));
    await test.app.jobs.settle();
    expect(await told('waiting.digest')).toEqual([]);
    for (const time of ['08:32', '08:40']) {
      test.clock.moveTo(new Date(`2026-11-24T${time}:00+08:00`));
      await test.app.jobs.settle();
    }
    expect((await told('waiting.digest')).map((row) => [row.person_id, row.body])).toEqual([
      [people.township, '有 3 件事等待办理：整改核验 2 项（1 项已过期限），延期申请 1 项。'],
      [people.enforcement, '有 1 件事等待办理：信访调查 1 项。'],
      [people.regulator, '有 3 件事等待办理：整改核验 2 项（1 项已过期限），扣分异议 1 项（1 项已过期限）。'],
    ]);
    // On a Saturday nobody is summed up to.
    test.clock.moveTo(new Date('2026-11-28T08:32:00+08:00'));
    await test.app.jobs.settle();
    expect(await told('waiting.digest')).toHaveLength(3);
  });
});

describe('what an officer has to hear', () => {
  const bound = async () => {
    wechat.addUser({ openid: 'o1', mobile: '13900000001' });
    await read().execute(
      "INSERT INTO person_identity (provider, subject, person_id, bound_at) VALUES ('wechat', 'o1', ?, ?)",
      [people.officer, test.clock.now()],
    );
  };
  const willing = async (times: number) => {
    wechat.grantConsent('o1', 'tpl-notice', times);
    await read().execute('INSERT INTO consent (person_id, template, remaining) VALUES (?, ?, ?)', [
      people.officer,
      'notice',
      times,
    ]);
  };
  const changed = (from: string, to: string) => happens('code.changed', { from, to, score: 55 });

  it('rings his phone in WeChat: a colour, a refusal, an order; without his leave it stands in the app alone', async () => {
    await bound();
    await willing(2);
    await changed('green', 'yellow');
    await happens('suspension.rejected');
    await happens('health-repair.refused');
    await test.app.jobs.tickLoops();
    expect(wechat.messages().map(({ data }) => data['thing1'])).toEqual(['健康码由绿码变为黄码', '停产报备没有通过']);
    const rows = await read().query<{ kind: string; state: string; channel: string }>(
      'SELECT kind, state, channel FROM notification WHERE person_id = ? ORDER BY id',
      [people.officer],
    );
    expect(rows).toEqual([
      { kind: 'code.changed', state: 'sent', channel: 'wechat' },
      { kind: 'suspension.rejected', state: 'sent', channel: 'wechat' },
      { kind: 'health-repair.refused', state: 'sent', channel: 'inapp' },
    ]);
    expect((await read().query('SELECT remaining FROM consent'))[0]).toEqual({ remaining: 0 });
    expect((await told('code.watched')).map((row) => [row.person_id, row.channel])).toEqual([
      [people.township, 'inapp'],
    ]);
  });

  it('lets him sleep: what comes in the night rings in the morning', async () => {
    await bound();
    await willing(1);
    test.clock.moveTo(new Date('2026-11-23T22:10:00+08:00'));
    await changed('green', 'yellow');
    test.clock.moveTo(new Date('2026-11-24T07:29:00+08:00'));
    await test.app.jobs.tickLoops();
    expect(wechat.messages()).toEqual([]);
    test.clock.moveTo(new Date('2026-11-24T07:31:00+08:00'));
    await test.app.jobs.tickLoops();
    expect(wechat.messages()).toHaveLength(1);
    expect(wechat.messages()[0]!.data['time3']).toBe('2026年11月23日 22:10');
  });

  it('is counted by the ledger of notices, apart from the two messages of the day', async () => {
    const headers = { authorization: `Bearer ${await test.tokenOf(people.officer)}` };
    const given = await test.http
      .post('/api/consents')
      .set(headers)
      .send({ clientUuid: '7f1c0c0e-7d58-4b7e-9a0e-1d2f3a4b5c6d', results: { notice: 'accept', reminder: 'reject' } });
    expect(given.body).toEqual({
      remaining: { dailyList: 0, reminder: 0, notice: 1 },
      templates: { dailyList: 'tpl-daily-list', reminder: 'tpl-reminder', notice: 'tpl-notice' },
    });
  });
});
