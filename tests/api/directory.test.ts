import { randomUUID } from 'node:crypto';
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
  it('have each role once for each enterprise or region, whoever writes it', async () => {
    const grants = [1, 2].map(() => ({ role: 'township', region: '330521001' }));
    const answer = await test.http
      .post('/api/people')
      .set(await as('regulator'))
      .send({ clientUuid: randomUUID(), name: '沈建国', mobile: '13900005678', grants });
    expect([answer.status, answer.body.code]).toEqual([400, 'WIRE.INVALID']);
    for (const role of ['officer', 'regulator'] as const) {
      const personId = await buildActor(read(), role);
      const again = read().execute(
        `INSERT INTO person_grant (person_id, role, enterprise_id, region_prefix)
         SELECT person_id, role, enterprise_id, region_prefix FROM person_grant WHERE person_id = ?`,
        [personId],
      );
      await expect(again).rejects.toMatchObject({ errno: 1062 });
    }
  });

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
