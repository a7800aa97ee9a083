import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';
import { buildFinding, buildWarning } from '../builders/warnings';

/** Who hears of a warning, and when it climbs: office hours for normal ones, every hour for major ones. */

let test: TestApp;
beforeEach(async () => {
  // Friday evening.
  test = await createTestApp({ now: '2026-11-27T18:42:00+08:00' });
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const at = async (instant: string) => {
  test.clock.moveTo(new Date(instant));
  await test.app.jobs.tickLoops();
  await test.app.jobs.tickLoops();
};
const bearer = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });
const tier = async (id: number) =>
  (await read().query<{ tier: string }>('SELECT tier FROM warning WHERE id = ?', [id]))[0]?.tier;

interface Told {
  person_id: number;
  body: string;
  next_attempt_at: Date;
}
const told = () =>
  read().query<Told>(
    "SELECT person_id, JSON_VALUE(content, '$.body') AS body, next_attempt_at FROM notification WHERE kind = 'warning.major' ORDER BY id",
  );
/** Who is told at once, and who when the office opens. */
const when = async () => {
  const now = test.clock.now().getTime();
  return (await told()).map((row) => [row.person_id, row.next_attempt_at.getTime() - now > 60_000 ? 'later' : 'now']);
};

async function major(enterpriseId: number, itemZh: string): Promise<number> {
  const dueAt = new Date('2026-12-20T00:00:00Z');
  const id = await buildFinding(read(), { enterpriseId, severity: 'major', itemZh, dueAt });
  await test.app.core.events.append(read(), [
    {
      type: 'finding.opened',
      enterpriseId,
      subject: { type: 'finding', id },
      actorId: null,
      payload: { severity: 'major' },
    },
  ]);
  await test.app.jobs.tickLoops();
  return id;
}

describe('a normal warning', () => {
  it('of Friday evening does not climb at the weekend, whenever its time ran out', async () => {
    await buildActor(read(), 'township', { region: '330521001' });
    await buildActor(read(), 'enforcement');
    const id = await buildWarning(read(), { ackBy: new Date('2026-11-27T23:00:00+08:00') });
    const taken = await buildWarning(read(), {});
    await read().execute('UPDATE warning SET ack_hours = 16');
    await read().execute("UPDATE warning SET state = 'acknowledged', acknowledged_at = ? WHERE id = ?", [
      new Date('2026-11-14T10:00:00+08:00'),
      taken,
    ]);
    await at('2026-11-28T11:00:00+08:00');
    await at('2026-11-30T08:29:00+08:00');
    expect([await tier(id), await tier(taken)]).toEqual(['township', 'township']);
    await at('2026-11-30T08:31:00+08:00');
    expect([await tier(id), await tier(taken)]).toEqual(['enforcement', 'enforcement']);
    const [row] = await read().query<{ ack_by: Date }>('SELECT ack_by FROM warning WHERE id = ?', [id]);
    // As many hours again as it had: sixteen are two working days.
    const late = row!.ack_by.getTime() - new Date('2026-12-02T08:31:00+08:00').getTime();
    expect(Math.abs(late)).toBeLessThan(30_000);
  });

  it('has working hours by its rule: two working days where it had two days', async () => {
    const rules = await read().query<{ level: string; ack_hours: number }>(
      'SELECT DISTINCT level, ack_hours FROM warning_rule WHERE created_by IS NULL ORDER BY level, ack_hours',
    );
    expect(rules.filter(({ level }) => level === 'normal').map((row) => row.ack_hours)).toEqual([16, 24]);
  });
});

describe('a major warning', () => {
  it('climbs at night as by day', async () => {
    await buildActor(read(), 'township', { region: '330521001' });
    await buildActor(read(), 'enforcement');
    await major(await buildEnterprise(read()), '废水直排');
    const [{ id } = { id: 0 }] = await read().query<{ id: number }>('SELECT id FROM warning');
    await at('2026-11-28T02:41:00+08:00');
    expect(await tier(id)).toBe('township');
    await at('2026-11-28T02:43:00+08:00');
    expect(await tier(id)).toBe('enforcement');
  });

  it('of one enterprise and day is told each by itself, shows all, and keeps the clock of the first', async () => {
    const specialist = await buildActor(read(), 'township', { region: '330521001' });
    const enforcer = await buildActor(read(), 'enforcement');
    const enterpriseId = await buildEnterprise(read(), { name: '德清锦澜印染有限公司' });
    test.clock.moveTo(new Date('2026-11-27T09:00:00+08:00'));
    for (const item of ['废水直排', '阀门失灵']) await major(enterpriseId, item);
    test.clock.moveTo(new Date('2026-11-27T11:00:00+08:00'));
    await major(enterpriseId, '应急池已满');
    const [row, ...more] = await read().query<{ reason: string; ack_by: Date; evidence: string }>(
      'SELECT * FROM warning',
    );
    expect(more).toEqual([]);
    expect(row!.reason).toBe('巡查发现重大问题：应急池已满、阀门失灵、废水直排（共 3 项）。');
    const late = row!.ack_by.getTime() - new Date('2026-11-27T17:00:00+08:00').getTime();
    expect(Math.abs(late)).toBeLessThan(30_000);
    const bodies = async (personId: number) =>
      (await told()).filter((each) => each.person_id === personId).map(({ body }) => body.split('：').at(-1));
    const each = ['废水直排。', '阀门失灵、废水直排（共 2 项）。', '应急池已满、阀门失灵、废水直排（共 3 项）。'];
    expect(await bodies(specialist)).toEqual(each);
    expect(await bodies(enforcer)).toEqual(each);
    await at('2026-11-27T17:01:00+08:00');
    const [{ tier: climbed } = { tier: '' }] = await read().query<{ tier: string }>('SELECT tier FROM warning');
    expect(climbed).toBe('enforcement');
    expect((await told()).filter((one) => one.person_id === enforcer)).toHaveLength(4);
  });

  it('that somebody had taken on is open again with a clock of its own when another joins', async () => {
    const enterpriseId = await buildEnterprise(read());
    await buildActor(read(), 'township', { region: '330521001' });
    await buildActor(read(), 'enforcement');
    await major(enterpriseId, '废水直排');
    await read().execute("UPDATE warning SET state = 'acknowledged', acknowledged_at = opened_at, acknowledged_by = 1");
    test.clock.moveTo(new Date('2026-11-27T22:00:00+08:00'));
    await major(enterpriseId, '阀门失灵');
    const [row] = await read().query<{ state: string; ack_by: Date }>('SELECT state, ack_by FROM warning');
    expect(row!.state).toBe('open');
    expect(row!.ack_by.getTime()).toBeGreaterThan(new Date('2026-11-28T05:59:00+08:00').getTime());
  });

  it('of overdue findings is told again when another is overdue, and open again whoever had taken on the first', async () => {
    const enforcer = await buildActor(read(), 'enforcement');
    await buildActor(read(), 'township', { region: '330521001' });
    const enterpriseId = await buildEnterprise(read());
    const overdue = (dueAt: string) =>
      buildFinding(read(), { enterpriseId, severity: 'major', dueAt: new Date(dueAt), containedAt: new Date(dueAt) });
    await overdue('2026-11-27T12:00:00+08:00');
    await overdue('2026-11-29T12:00:00+08:00');
    const night = async (date: string) => {
      test.clock.moveTo(new Date(`${date}T02:30:00+08:00`));
      await test.app.jobs.settle();
    };
    await night('2026-11-28');
    await read().execute("UPDATE warning SET state = 'acknowledged', acknowledged_at = opened_at, acknowledged_by = 1");
    await night('2026-11-29');
    expect(await read().query('SELECT state FROM warning')).toEqual([{ state: 'acknowledged' }]);
    await night('2026-11-30');
    expect(await read().query('SELECT state, tier FROM warning')).toEqual([{ state: 'open', tier: 'township' }]);
    const bodies = (await told()).filter((row) => row.person_id === enforcer).map(({ body }) => body);
    expect(bodies).toEqual([expect.stringContaining('有 1 个重大问题'), expect.stringContaining('有 2 个重大问题')]);
  });
});

describe('the duty officer', () => {
  const enter = async (personId: number, days: object[], region = '330521') =>
    test.http
      .post('/api/duties')
      .set(await bearer(personId))
      .send({ region, days });
  // The enterprise brings its regions.
  let enterpriseId: number;
  beforeEach(async () => {
    enterpriseId = await buildEnterprise(read());
  });
  const people = async () => ({
    specialist: await buildActor(read(), 'township', { region: '330521001' }),
    enforcer: await buildActor(read(), 'enforcement'),
    onDuty: await buildActor(read(), 'enforcement'),
    regulator: await buildActor(read(), 'regulator'),
  });

  it('is told at night in place of his colleagues, who hear when the office opens; without one all are told', async () => {
    const { specialist, enforcer, onDuty, regulator } = await people();
    await major(enterpriseId, '废水直排');
    expect(await when()).toEqual([specialist, enforcer, onDuty].map((id) => [id, 'now']));
    const entered = await enter(regulator, [{ date: '2026-11-27', personId: String(onDuty) }]);
    expect(entered.body.rows).toMatchObject([{ region: '330521', date: '2026-11-27', person: { id: String(onDuty) } }]);
    await read().execute('DELETE FROM notification');
    await read().execute("UPDATE warning SET ack_by = '2027-01-01 00:00:00'");
    // The duty of the 27th lasts until the next morning.
    test.clock.moveTo(new Date('2026-11-28T03:00:00+08:00'));
    await major(enterpriseId, '阀门失灵');
    expect(await when()).toEqual([
      [specialist, 'now'],
      [enforcer, 'later'],
      [onDuty, 'now'],
    ]);
    const [colleague] = (await told()).filter((row) => row.person_id === enforcer);
    expect(colleague!.next_attempt_at).toEqual(new Date('2026-11-30T08:30:00+08:00'));
    await read().execute('DELETE FROM notification');
    test.clock.moveTo(new Date('2026-11-28T09:00:00+08:00'));
    await major(enterpriseId, '应急池已满');
    expect((await when()).map(([, how]) => how)).toEqual(['now', 'now', 'now']);
  });

  it('is told what climbs at night to enforcement, and may take it on', async () => {
    const { enforcer, onDuty, regulator } = await people();
    await enter(regulator, [{ date: '2026-11-27', personId: String(onDuty) }]);
    await major(enterpriseId, '废水直排');
    await read().execute('DELETE FROM notification');
    await at('2026-11-28T02:43:00+08:00');
    expect(await when()).toEqual([
      [enforcer, 'later'],
      [onDuty, 'now'],
    ]);
    const [{ id } = { id: 0 }] = await read().query<{ id: number }>('SELECT id FROM warning');
    const taken = await test.http
      .post(`/api/warnings/${id}/acknowledge`)
      .set(await bearer(onDuty))
      .send({ clientUuid: '6f1c0c0e-7d58-4b7e-9a0e-1d2f3a4b5c6d' });
    expect(taken.body.state).toBe('acknowledged');
  });

  it('is entered by officials of the region, for those who may act there, and hears of it once', async () => {
    const { specialist, enforcer, onDuty } = await people();
    const elsewhere = await buildActor(read(), 'regulator', { region: '330522' });
    const day = { date: '2026-11-28', personId: String(onDuty) };
    expect((await enter(specialist, [day])).status).toBe(403);
    expect((await enter(elsewhere, [day])).body.code).toBe('WIRE.NOT_FOUND');
    expect((await enter(enforcer, [{ ...day, personId: String(specialist) }])).body.code).toBe('WARNING.DUTY_PERSON');
    expect((await enter(enforcer, [{ ...day, date: '2026-11-25' }])).body.code).toBe('WARNING.DUTY_DATES');
    expect((await enter(enforcer, [{ ...day, date: '2027-11-25' }])).body.code).toBe('WARNING.DUTY_DATES');
    expect((await enter(enforcer, [day, day])).status).toBe(400);
    for (let times = 0; times < 2; times += 1) expect((await enter(enforcer, [day])).status).toBe(200);
    const heard = await read().query("SELECT person_id FROM notification WHERE kind = 'duty.given'");
    expect(heard).toEqual([{ person_id: onDuty }]);
    const seen = await test.http.get('/api/duties').set(await bearer(specialist));
    expect(seen.body.rows).toHaveLength(1);
    await enter(enforcer, [{ ...day, personId: null }]);
    expect((await test.http.get('/api/duties').set(await bearer(specialist))).body.rows).toEqual([]);
    expect(await read().query("SELECT 1 FROM event WHERE type = 'duty.entered'")).toHaveLength(2);
  });
});
