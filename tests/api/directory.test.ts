import { randomUUID } from 'node:crypto';
import { seedChecklists } from '../../bff/src/features/checklists';
import { usccCheck } from '../../bff/src/features/directory';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const bearer = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });
const as = async (
  role: 'officer' | 'township' | 'enforcement' | 'regulator',
  scope: { region?: string; enterpriseId?: number } = {},
) => bearer(await buildActor(read(), role, scope));
const body = '91330521MA2B3C4D5';
const uscc = body + usccCheck(body);

const enterprise = (changed: Record<string, unknown> = {}) => ({
  clientUuid: randomUUID(),
  uscc,
  name: '德清瑞丰纸业有限公司',
  region: '330521001',
  industry: '造纸',
  address: '武康街道工业路 8 号',
  lng: 119.98,
  lat: 30.55,
  categories: ['key_risk'],
  ...changed,
});

describe('enterprises', () => {
  it('are refused with a wrong code, outside the region, or twice', async () => {
    const headers = await as('township', { region: '330521001' });
    await buildEnterprise(read());
    const send = (changed: Record<string, unknown>) =>
      test.http.post('/api/enterprises').set(headers).send(enterprise(changed));
    expect((await send({ uscc: '913305210000000000' })).body.code).toBe('DIRECTORY.USCC_INVALID');
    expect((await send({ region: '330521100' })).body.code).toBe('DIRECTORY.REGION_OUTSIDE');
    expect((await send({ region: '330521' })).body.code).toBe('DIRECTORY.REGION_OUTSIDE');
    expect((await send({})).status).toBe(200);
    expect((await send({})).body.code).toBe('DIRECTORY.USCC_TAKEN');
  });

  it('are registered once however often they are sent, found by name and code, and unseen from elsewhere', async () => {
    await buildEnterprise(read());
    const headers = await as('township', { region: '330521001' });
    const given = enterprise();
    const first = await test.http.post('/api/enterprises').set(headers).send(given);
    const second = await test.http.post('/api/enterprises').set(headers).send(given);
    expect(second.body).toEqual(first.body);
    for (const q of ['瑞丰', uscc.slice(0, 12)]) {
      const found = await test.http.get('/api/enterprises').query({ q }).set(headers);
      expect(found.body.rows.map((row: { name: string }) => row.name)).toContain('德清瑞丰纸业有限公司');
    }
    expect((await test.http.get('/api/enterprises').query({ q: '%' }).set(headers)).body.rows).toEqual([]);
    const foreign = await as('township', { region: '330521100' });
    expect((await test.http.get(`/api/enterprises/${first.body.id}`).set(foreign)).status).toBe(404);
    const regions = await test.http.get('/api/regions').set(foreign);
    expect(regions.body.rows.map((row: { code: string }) => row.code)).toEqual(['3305', '330521', '330521100']);
  });
});

describe('points', () => {
  it('get the emptiest days of their officer, and an interval from permit or default', async () => {
    const enterpriseId = await buildEnterprise(read());
    const officerId = await buildActor(read(), 'officer', { enterpriseId });
    const headers = await as('regulator');
    const add = (code: string, changed: Record<string, unknown> = {}) =>
      test.http
        .post(`/api/enterprises/${enterpriseId}/points`)
        .set(headers)
        .send({
          clientUuid: randomUUID(),
          type: 'HW',
          code,
          name: '危废仓库',
          place: '东侧',
          lng: null,
          lat: null,
          fenceM: 80,
          officerId: String(officerId),
          deputyId: null,
          limitProfile: null,
          settings: { capacityT: 20 },
          permitIntervalDays: null,
          ...changed,
        });
    const stranger = await buildActor(read(), 'officer');
    expect((await add('HW-01', { officerId: String(stranger) })).body.code).toBe('DIRECTORY.OFFICER_UNFIT');
    expect((await add('HW-01', { type: 'ZZ' })).body.code).toBe('DIRECTORY.TYPE_UNKNOWN');
    expect((await add('HW-01', { limitProfile: 'none' })).body.code).toBe('DIRECTORY.PROFILE_UNKNOWN');
    const added = await Promise.all(['HW-01', 'HW-02', 'HW-03'].map((code) => add(code)));
    expect(added.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect((await add('HW-01')).body.code).toBe('DIRECTORY.POINT_CODE_TAKEN');
    const daily = await add('HW-09', { permitIntervalDays: 1 });
    expect(daily.body).toMatchObject({ intervalDays: 1, intervalBasis: 'permit', nextDue: '2026-11-24' });
    expect(added[0]?.body).toMatchObject({ intervalDays: 7, intervalBasis: 'default', active: true });
  });

  it('hand their open tasks to a new officer', async () => {
    const enterpriseId = await buildEnterprise(read());
    const [before, after] = [
      await buildActor(read(), 'officer', { enterpriseId }),
      await buildActor(read(), 'officer', { enterpriseId }),
    ];
    const pointId = await buildPoint(read(), { enterpriseId, officerId: before });
    await buildTask(read(), { pointId, date: '2026-11-23' });
    const headers = await as('township', { region: '330521001' });
    const change = {
      name: '危废仓库',
      place: '',
      lng: null,
      lat: null,
      fenceM: 80,
      officerId: String(after),
      deputyId: String(before),
      limitProfile: null,
      settings: {},
      permitIntervalDays: null,
      active: true,
    };
    const changed = await test.http.post(`/api/points/${pointId}`).set(headers).send(change);
    expect(changed.body).toMatchObject({ officer: { id: String(after) }, deputy: { id: String(before) } });
    const list = await test.http.get('/api/tasks/today').set(await bearer(after));
    expect(list.body.counts.open).toBe(1);
    await test.http
      .post(`/api/points/${pointId}`)
      .set(headers)
      .send({ ...change, active: false });
    expect((await test.http.get('/api/tasks/today').set(await bearer(after))).body.counts).toMatchObject({
      open: 0,
      excused: 1,
    });
  });
});

describe('people', () => {
  it('are entered within the region only, officials by regulators only, and shown with hidden numbers', async () => {
    const enterpriseId = await buildEnterprise(read());
    const township = await as('township', { region: '330521001' });
    const send = (headers: object, grants: object[], mobile = '13900001234') =>
      test.http
        .post('/api/people')
        .set(headers as never)
        .send({ clientUuid: randomUUID(), name: '沈建国', mobile, grants });
    expect((await send(township, [{ role: 'regulator', region: '330521' }])).body.code).toBe('DIRECTORY.GRANT_OUTSIDE');
    expect((await send(township, [{ role: 'officer', enterpriseId: '999999' }])).body.code).toBe(
      'DIRECTORY.GRANT_OUTSIDE',
    );
    expect((await send(await as('regulator'), [{ role: 'regulator', region: '33' + '05' }])).body.code).toBe(
      'DIRECTORY.GRANT_OUTSIDE',
    );
    const entered = await send(township, [{ role: 'officer', enterpriseId: String(enterpriseId) }]);
    expect(entered.body).toMatchObject({ name: '沈建国', mobile: '139****1234' });
    expect((await send(township, [{ role: 'officer', enterpriseId: String(enterpriseId) }])).body.code).toBe(
      'DIRECTORY.MOBILE_TAKEN',
    );
    const list = await test.http
      .get('/api/people')
      .query({ enterpriseId: String(enterpriseId) })
      .set(township);
    expect(list.body.rows.map((row: { id: string }) => row.id)).toEqual([entered.body.id]);
  });
});

describe('leave', () => {
  it('moves the open tasks of its days to the deputy and back when it is cancelled', async () => {
    const enterpriseId = await buildEnterprise(read());
    const [officerId, deputyId] = [
      await buildActor(read(), 'officer', { enterpriseId }),
      await buildActor(read(), 'officer', { enterpriseId }),
    ];
    const stranger = await buildActor(read(), 'officer');
    await buildTask(read(), { pointId: await buildPoint(read(), { enterpriseId, officerId }), date: '2026-11-23' });
    const headers = await bearer(officerId);
    const take = (changed: Record<string, unknown>) =>
      test.http
        .post('/api/leaves')
        .set(headers)
        .send({
          clientUuid: randomUUID(),
          deputyId: String(deputyId),
          from: '2026-11-23',
          to: '2026-11-25',
          ...changed,
        });
    expect((await take({ deputyId: String(stranger) })).body.code).toBe('DIRECTORY.OFFICER_UNFIT');
    expect((await take({ deputyId: String(officerId) })).body.code).toBe('DIRECTORY.OFFICER_UNFIT');
    expect((await take({ from: '2026-11-22' })).body.code).toBe('DIRECTORY.LEAVE_DATES');
    const leave = await take({});
    expect((await take({ from: '2026-11-25', to: '2026-11-26' })).body.code).toBe('DIRECTORY.LEAVE_OVERLAP');
    expect(leave.body).toMatchObject({ reassigned: 1, cancelled: false });
    expect((await test.http.get('/api/tasks/today').set(await bearer(deputyId))).body.counts.total).toBe(1);
    const cancelled = await test.http.post(`/api/leaves/${leave.body.id}/cancel`).set(headers).send({});
    expect(cancelled.body).toMatchObject({ reassigned: 1, cancelled: true });
    expect((await test.http.get('/api/tasks/today').set(headers)).body.counts.total).toBe(1);
  });

  it('leaves the deputy’s own tasks with the deputy when it is cancelled, and one number stands for one leave', async () => {
    const enterpriseId = await buildEnterprise(read());
    const officerId = await buildActor(read(), 'officer', { enterpriseId });
    const deputyId = await buildActor(read(), 'officer', { enterpriseId });
    const task = async (personId: number) =>
      buildTask(read(), {
        pointId: await buildPoint(read(), { enterpriseId, officerId: personId }),
        date: '2026-11-23',
      });
    const [away, own] = [await task(officerId), await task(deputyId)];
    const headers = await bearer(officerId);
    const leave = { clientUuid: randomUUID(), deputyId: String(deputyId), from: '2026-11-23', to: '2026-11-25' };
    const taken = await test.http.post('/api/leaves').set(headers).send(leave);
    const other = await test.http
      .post('/api/leaves')
      .set(headers)
      .send({ ...leave, to: '2026-11-30' });
    expect(other.body.code).toBe('DIRECTORY.DIFFERENT_CONTENT');
    const cancelled = await test.http.post(`/api/leaves/${taken.body.id}/cancel`).set(headers).send({});
    expect(cancelled.body.reassigned).toBe(1);
    const tasks = await read().query('SELECT id, officer_id FROM task ORDER BY id');
    expect(tasks).toEqual([
      { id: away, officer_id: officerId },
      { id: own, officer_id: deputyId },
    ]);
  });
});

describe('a suspension', () => {
  it('that was rejected excuses nothing; one that was approved and taken back remembers who approved it', async () => {
    const enterpriseId = await buildEnterprise(read());
    const officerId = await buildActor(read(), 'officer', { enterpriseId });
    const task = await buildTask(read(), {
      pointId: await buildPoint(read(), { enterpriseId, officerId }),
      date: '2026-11-23',
    });
    const officer = await bearer(officerId);
    const township = await buildActor(read(), 'township', { region: '330521001' });
    const given = {
      clientUuid: randomUUID(),
      enterpriseId: String(enterpriseId),
      from: '2026-11-23',
      to: '2026-11-24',
      reason: '检修',
    };
    const file = (clientUuid: string) =>
      test.http
        .post('/api/suspensions')
        .set(officer)
        .send({ ...given, clientUuid });
    const move = async (id: string, verb: string, headers: object) =>
      test.http
        .post(`/api/suspensions/${id}/${verb}`)
        .set(headers as never)
        .send({ note: '' });
    const first = await file(given.clientUuid);
    expect((await file(given.clientUuid)).body).toEqual(first.body);
    const rejected = await move(first.body.id, 'reject', await bearer(township));
    expect(rejected.body).toMatchObject({ state: 'rejected', excused: 0 });
    expect((await move(first.body.id, 'withdraw', officer)).body.code).toBe('DIRECTORY.SUSPENSION_DECIDED');

    const second = await file(randomUUID());
    const approved = await move(second.body.id, 'approve', await bearer(township));
    const withdrawn = await move(second.body.id, 'withdraw', officer);
    expect(withdrawn.body).toMatchObject({ state: 'withdrawn', decidedBy: approved.body.decidedBy });
    expect(await read().query('SELECT state FROM task WHERE id = ?', [task])).toEqual([{ state: 'excused' }]);
  });

  it('is filed by the officer, approved by his township, and excuses what was open and missed, once', async () => {
    const enterpriseId = await buildEnterprise(read());
    const officerId = await buildActor(read(), 'officer', { enterpriseId });
    const pointId = await buildPoint(read(), { enterpriseId, officerId });
    for (const [date, state] of [
      ['2026-11-21', 'missed'],
      ['2026-11-22', 'done'],
      ['2026-11-23', 'open'],
      ['2026-11-26', 'open'],
    ] as const) {
      const id = await buildTask(read(), { pointId, date });
      await read().execute('UPDATE task SET state = ? WHERE id = ?', [state, id]);
    }
    const officer = await bearer(officerId);
    const file = (changed: Record<string, unknown> = {}) =>
      test.http
        .post('/api/suspensions')
        .set(officer)
        .send({
          clientUuid: randomUUID(),
          enterpriseId: String(enterpriseId),
          from: '2026-11-20',
          to: '2026-11-25',
          reason: '设备检修',
          ...changed,
        });
    expect((await file({ from: '2026-11-19' })).body.code).toBe('DIRECTORY.SUSPENSION_DATES');
    expect((await file({ enterpriseId: '999999' })).status).toBe(404);
    const filed = await file();
    expect(filed.body).toMatchObject({ state: 'pending', excused: 0 });
    expect((await file()).body.code).toBe('DIRECTORY.SUSPENSION_OVERLAP');

    const approve = async (headers: object) =>
      test.http
        .post(`/api/suspensions/${filed.body.id}/approve`)
        .set(headers as never)
        .send({ note: '已核实' });
    expect((await approve(officer)).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    expect((await approve(await as('township', { region: '330521100' }))).status).toBe(404);
    const township = await buildActor(read(), 'township', { region: '330521001' });
    await test.app.jobs.tick();
    expect((await approve(await bearer(township))).body).toMatchObject({ state: 'approved', excused: 2 });
    expect((await approve(await bearer(township))).body.code).toBe('DIRECTORY.SUSPENSION_DECIDED');
    const states = await read().query<{ state: string }>(
      'SELECT state FROM task WHERE task_date < ? ORDER BY task_date',
      ['2026-11-27'],
    );
    expect(states.map((row) => row.state)).toEqual(['excused', 'done', 'excused', 'open']);
    await test.app.jobs.tick();
    const notices = await test.http.get('/api/notices').set(officer);
    expect(notices.body.rows.map((row: { kind: string }) => row.kind)).toContain('suspension.approved');
  });
});

describe('checklists', () => {
  it('get new versions from a coming day on; the one in force and old ones stay as they are', async () => {
    await buildEnterprise(read());
    await seedChecklists(read(), test.clock.now());
    const headers = await as('regulator');
    const versions = await test.http.get('/api/checklists').set(headers);
    const current = versions.body.rows.find((row: { pointType: string }) => row.pointType === 'EV');
    const { body: old } = await test.http.get(`/api/checklists/${current.id}`).set(headers);
    const publish = (changed: Record<string, unknown>) =>
      test.http
        .post('/api/checklists')
        .set(headers)
        .send({
          clientUuid: randomUUID(),
          pointType: 'EV',
          effectiveFrom: '2026-11-24',
          note: '少问一项',
          items: old.items.slice(0, 5),
          ...changed,
        });
    expect((await publish({ effectiveFrom: '2026-11-23' })).body.code).toBe('CHECKLIST.EFFECTIVE_IN_PAST');
    expect((await publish({ pointType: 'ZZ' })).body.code).toBe('CHECKLIST.UNKNOWN_TYPE');
    const twice = await publish({ items: [old.items[0], old.items[0]] });
    expect(twice.body.details.faults).toEqual([expect.objectContaining({ field: 'body.items.1.code' })]);
    const noRange = await publish({ items: [{ ...old.items[2], type: 'num' }] });
    expect(noRange.body.code).toBe('WIRE.INVALID');
    expect((await publish({})).body).toMatchObject({ version: 2, items: old.items.slice(0, 5) });
    expect((await test.http.get(`/api/checklists/${current.id}`).set(headers)).body).toEqual(old);
    const profiles = await test.http.get('/api/limit-profiles').set(headers);
    expect(profiles.body.rows).toHaveLength(8);
  });
});
