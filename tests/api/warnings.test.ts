import { randomUUID } from 'node:crypto';
import { ROLES } from '../../bff/src/core/actor';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';
import { buildWarning } from '../builders/warnings';
import { ACTIONS, STATES, TIERS } from '../../bff/src/features/warnings/warning.rules';

let test: TestApp;
const tokens = new Map<string, Record<string, string>>();
beforeAll(async () => {
  test = await createTestApp();
  const people = {
    township: await buildActor(read(), 'township', { region: '330521001' }),
    enforcement: await buildActor(read(), 'enforcement'),
    regulator: await buildActor(read(), 'regulator', { region: '3305' }),
    elsewhere: await buildActor(read(), 'township', { region: '330521100' }),
    officer: await buildActor(read(), 'officer'),
  };
  for (const [name, id] of Object.entries(people)) {
    tokens.set(name, { authorization: `Bearer ${await test.tokenOf(id)}` });
  }
});
afterAll(() => test.close());
beforeEach(async () => {
  await read().execute('DELETE FROM warning_step');
  await read().execute('DELETE FROM warning');
});

const read = () => test.app.core.db.read;
const as = (who: string) => tokens.get(who)!;
const get = (path: string, who = 'township') => test.http.get(path).set(as(who));
const post = (path: string, body: object, who = 'township') => test.http.post(path).set(as(who)).send(body);

const bodies = (): Record<(typeof ACTIONS)[number], object> => ({
  acknowledge: { clientUuid: randomUUID() },
  snooze: { clientUuid: randomUUID(), until: '2026-11-30T00:00:00Z', reason: '设备月底更换' },
  close: { clientUuid: randomUUID(), outcome: 'corrected', note: '已整改' },
});

describe('the walk over all states, actions, tiers and roles', () => {
  const expected = (action: string, state: string, tier: string, role: string): string => {
    if (role === 'officer') return 'AUTH.ROLE_NOT_ALLOWED';
    const rank = ['township', 'enforcement', 'regulator'].indexOf(role);
    if (rank < TIERS.indexOf(tier as never)) return 'WARNING.ESCALATED';
    if (state === 'closed') return 'WARNING.CLOSED';
    if (action === 'close') return 'closed';
    if (state === 'snoozed') return 'WARNING.SNOOZED';
    if (action === 'snooze') return 'snoozed';
    return state === 'acknowledged' ? 'WARNING.ALREADY_ACKNOWLEDGED' : 'acknowledged';
  };

  it.each(STATES)('from %s: each step is legal or refused with a code of its own', async (state) => {
    for (const action of ACTIONS) {
      for (const tier of TIERS) {
        for (const role of ROLES) {
          const id = await buildWarning(read(), { state, tier });
          const { body } = await post(`/api/warnings/${id}/${action}`, bodies()[action], role);
          expect([action, tier, role, body.code ?? body.state]).toEqual([
            action,
            tier,
            role,
            expected(action, state, tier, role),
          ]);
          const [row] = await read().query<{ state: string }>('SELECT state FROM warning WHERE id = ?', [id]);
          expect(row!.state).toBe(body.code === undefined ? body.state : state);
        }
      }
    }
  });

  it('another township’s warning reads as not found, for every action', async () => {
    const id = await buildWarning(read(), {});
    expect((await get(`/api/warnings/${id}`, 'elsewhere')).body.code).toBe('WIRE.NOT_FOUND');
    for (const action of ACTIONS) {
      expect((await post(`/api/warnings/${id}/${action}`, bodies()[action], 'elsewhere')).body.code).toBe(
        'WIRE.NOT_FOUND',
      );
    }
    expect((await get('/api/warnings', 'elsewhere')).body.rows).toEqual([]);
    expect((await get('/api/warnings')).body.rows).toHaveLength(1);
  });
});

describe('a step', () => {
  it('is kept with who, when and why; the same number again changes nothing, another content is refused', async () => {
    const id = await buildWarning(read(), {});
    const step = { clientUuid: randomUUID(), note: '今天去看' };
    const first = await post(`/api/warnings/${id}/acknowledge`, step);
    expect(first.body).toMatchObject({ state: 'acknowledged', acknowledged: { by: '测试员' } });
    expect((await post(`/api/warnings/${id}/acknowledge`, step)).body).toEqual(first.body);
    const changed = await post(`/api/warnings/${id}/acknowledge`, { ...step, note: '明天' });
    expect(changed.body.code).toBe('WIRE.DIFFERENT_CONTENT');
    const other = await buildWarning(read(), {});
    expect((await post(`/api/warnings/${other}/acknowledge`, step)).body.code).toBe('WIRE.DIFFERENT_CONTENT');
    expect((await post(`/api/warnings/${id}/acknowledge`, step, 'regulator')).body.code).toBe('WIRE.DIFFERENT_CONTENT');
    expect(first.body.steps).toMatchObject([{ kind: 'acknowledged', by: '测试员', note: '今天去看' }]);
    const events = await read().query("SELECT 1 FROM event WHERE type = 'warning.acknowledged' AND subject_id = ?", [
      String(id),
    ]);
    expect(events).toHaveLength(1);
  });

  it('puts off by at most 14 days, never into the past', async () => {
    const id = await buildWarning(read(), {});
    const until = (instant: string) =>
      post(`/api/warnings/${id}/snooze`, { clientUuid: randomUUID(), until: instant, reason: '等检测报告' });
    expect((await until('2026-11-23T09:00:00+08:00')).body.code).toBe('WARNING.SNOOZE_DATE');
    expect((await until('2026-12-07T10:00:00+08:00')).body.code).toBe('WARNING.SNOOZE_DATE');
    expect((await until('2026-12-07T09:00:00+08:00')).body).toMatchObject({
      state: 'snoozed',
      snoozed: { until: '2026-12-07T01:00:00.000Z', reason: '等检测报告' },
    });
  });

  it('closes only with an outcome and a note', async () => {
    const id = await buildWarning(read(), {});
    const close = (body: object) => post(`/api/warnings/${id}/close`, { clientUuid: randomUUID(), ...body });
    expect((await close({ outcome: 'case' })).body.code).toBe('WIRE.INVALID');
    expect((await close({ outcome: 'case', note: ' ' })).body.code).toBe('WIRE.INVALID');
    expect((await close({ note: '立案' })).body.code).toBe('WIRE.INVALID');
    expect((await close({ outcome: 'forgotten', note: '立案' })).body.code).toBe('WIRE.INVALID');
    expect((await close({ outcome: 'case', note: '立案' })).body).toMatchObject({
      state: 'closed',
      closed: { outcome: 'case', note: '立案', by: '测试员' },
    });
    expect(await read().query('SELECT open_key FROM warning')).toEqual([{ open_key: null }]);
  });
});

describe('the list', () => {
  it('is by urgency in pages: major first, then by when it must be acknowledged; closed ones on request', async () => {
    const at = (hour: number) => new Date(`2026-11-24T${String(hour).padStart(2, '0')}:00:00+08:00`);
    const ids = [
      await buildWarning(read(), { ackBy: at(3) }),
      await buildWarning(read(), { ackBy: at(2), level: 'major', tier: 'county' }),
      await buildWarning(read(), { ackBy: at(1) }),
      await buildWarning(read(), { ackBy: at(1), state: 'acknowledged' }),
      await buildWarning(read(), { ackBy: at(1), level: 'major' }),
      await buildWarning(read(), { ackBy: at(0), state: 'closed' }),
    ].map(String);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: { rows: { id: string }[]; next: string | null } } = await get(
        `/api/warnings?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.body.rows.map((row) => row.id));
      cursor = page.body.next;
    }
    expect(seen).toEqual([ids[4], ids[1], ids[2], ids[3], ids[0]]);
    const only = async (query: string) =>
      (await get(`/api/warnings?${query}`)).body.rows.map((row: { id: string }) => row.id);
    expect(await only('state=closed')).toEqual([ids[5]]);
    expect(await only('level=major')).toEqual([ids[4], ids[1]]);
    expect(await only('tier=county')).toEqual([ids[1]]);
    expect(await only('state=acknowledged&level=normal')).toEqual([ids[3]]);
    expect(await only('enterpriseId=999999')).toEqual([]);
    expect((await get('/api/warnings?cursor=major_x_1')).body.code).toBe('WIRE.INVALID');
  });

  it('shows the rows behind a warning in words', async () => {
    const enterpriseId = await buildEnterprise(read());
    const pointId = await buildPoint(read(), { enterpriseId, code: 'HW-01' });
    const task = await buildTask(read(), { pointId, date: '2026-11-20' });
    await read().execute("UPDATE task SET state = 'missed' WHERE id = ?", [task]);
    const id = await buildWarning(read(), { enterpriseId, evidence: { type: 'task', ids: [task], count: 7 } });
    const { body } = await get(`/api/warnings/${id}`);
    expect(body).toMatchObject({
      count: 7,
      enterprise: { id: String(enterpriseId) },
      rule: { code: 'overdue_general', version: 1, name: '一般问题超期' },
      evidence: [{ type: 'task', id: String(task), text: '2026-11-20 HW-01 测试点位：漏检' }],
    });
    const [listed] = (await get(`/api/warnings?enterpriseId=${enterpriseId}`)).body.rows;
    expect(listed.id).toBe(String(id));
    expect(listed.overdue).toBe(false);
  });

  it.each(['task', 'finding', 'report', 'notification', 'enterprise'])(
    'knows how to read evidence of the type %s',
    async (type) => {
      const id = await buildWarning(read(), { evidence: { type, ids: [1, 2], count: 2 } });
      expect((await get(`/api/warnings/${id}`)).status).toBe(200);
    },
  );
});

describe('the rules', () => {
  const version = (changed: object = {}) => ({
    clientUuid: randomUUID(),
    code: 'low_trust',
    params: { below: 50, reports: 2, spanDays: 14, quietDays: 7 },
    ackHours: 24,
    ...changed,
  });

  it('are shown in their current versions', async () => {
    const { body } = await get('/api/warning-rules');
    expect(body.rows).toHaveLength(13);
    expect(body.rows).toContainEqual(
      expect.objectContaining({ code: 'major_finding', version: 1, level: 'major', params: {} }),
    );
  });

  it('get a new version from a regulator only, checked by the rule’s own schema, once per number', async () => {
    expect((await post('/api/warning-rules', version(), 'enforcement')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    for (const params of [
      {},
      { below: 0, reports: 2, spanDays: 14, quietDays: 7 },
      { below: 50, reports: 2, spanDays: 14, quietDays: 7, days: 3 },
      { below: '50', reports: 2, spanDays: 14, quietDays: 7 },
    ]) {
      expect((await post('/api/warning-rules', version({ params }), 'regulator')).body.code).toBe('WIRE.INVALID');
    }
    expect((await post('/api/warning-rules', version({ code: 'rain' }), 'regulator')).body.code).toBe('WIRE.INVALID');
    const given = version();
    const first = await post('/api/warning-rules', given, 'regulator');
    expect(first.body).toMatchObject({ code: 'low_trust', version: 2, ackHours: 24, params: given.params });
    expect((await post('/api/warning-rules', given, 'regulator')).body).toEqual(first.body);
    const other = await post('/api/warning-rules', { ...given, ackHours: 25 }, 'regulator');
    expect(other.body.code).toBe('WIRE.DIFFERENT_CONTENT');
    const { body } = await get('/api/warning-rules');
    expect(body.rows.filter((row: { code: string }) => row.code === 'low_trust')).toMatchObject([{ version: 2 }]);
  });
});
