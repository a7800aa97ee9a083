import { buildActor, buildPerson, buildPoint } from '../builders/directory';
import { startOfficerDay, type OfficerDay } from '../builders/officer-day';

/** What the officer's phone asks for beside scanning and reporting. */
describe('the phone', () => {
  let day: OfficerDay;
  let officer: { authorization: string };
  const get = async (path: string) => (await day.test.http.get(path).set(officer)).body;

  beforeAll(async () => {
    day = await startOfficerDay();
    await day.at('2026-11-23T00:06:00+08:00');
    await day.at('2026-11-23T09:00:00+08:00');
    officer = await day.signIn();
  });
  afterAll(() => day.stop());

  test('the pack holds what the scan of the same door answers', async () => {
    const pack = await get('/api/inspections/pack');
    expect(Math.abs(Date.parse(pack.at) - day.clock.now().getTime())).toBeLessThan(5000);
    expect(pack.points.map((point: { id: string }) => Number(point.id))).toEqual(day.pointIds);
    const qr = await get(`/api/points/${day.pointIds[0]}/qr`);
    const scan = (await day.test.http.post('/api/scan').set(officer).send({ token: qr.url })).body;
    const [point] = pack.points;
    const [checklist] = pack.checklists;
    expect(pack.checklists).toHaveLength(1);
    expect(point.checklistId).toBe(scan.checklist.id);
    expect(point.items).toEqual(scan.checklist.items.map((item: { code: string }) => item.code));
    for (const { limit, last: _last, ...item } of scan.checklist.items) {
      expect(checklist.items).toContainEqual(item);
      expect(point.limits[item.code] ?? null).toEqual(limit);
    }
    expect(point).toMatchObject({
      keyVersion: 1,
      last: {},
      lastAt: null,
      enterprise: { name: '德清锦澜印染有限公司' },
    });
    expect(scan.point).toMatchObject({ keyVersion: 1, place: point.place, fenceM: point.fenceM });
  });

  test('the pack knows the last values once there is a report, and no other officer’s points', async () => {
    const qr = await get(`/api/points/${day.pointIds[0]}/qr`);
    const scan = (await day.test.http.post('/api/scan').set(officer).send({ token: qr.url })).body;
    const at = day.clock.now().toISOString();
    const report = {
      clientUuid: '6f1f9ad2-2d2e-4d0f-9ec2-0d6a1f0d0001',
      taskId: scan.task.id,
      checklistId: scan.checklist.id,
      answers: scan.checklist.items
        .filter((item: { type: string }) => !['scan', 'photo'].includes(item.type))
        .map((item: { code: string; type: string; options?: { zh: string }[] }) => ({
          code: item.code,
          value: item.type === 'num' ? 7 : item.type === 'choice' ? item.options?.[0]?.zh : 'ok',
        })),
      photos: scan.checklist.items
        .filter((item: { photo: string }) => item.photo === 'always')
        .map((item: { code: string }) => ({
          itemCode: item.code,
          sha256: 'ab'.repeat(32),
          bytes: 5000,
          contentType: 'image/jpeg',
          takenAt: at,
        })),
      scan: { ticket: scan.scanTicket },
      startedAt: at,
      filledAt: at,
      sentAt: at,
    };
    const sent = await day.test.http.post('/api/reports').set(officer).send(report);
    expect(sent.body).toMatchObject({ outcome: 'stored', taskState: 'done' });
    const { read } = day.test.app.core.db;
    const other = await buildActor(read, 'officer');
    const [own] = await read.query<{ enterprise_id: number }>('SELECT enterprise_id FROM point WHERE id = ?', [
      day.pointIds[0] ?? 0,
    ]);
    await buildPoint(read, { enterpriseId: own?.enterprise_id ?? 0, officerId: other, type: 'EV' });
    const pack = await get('/api/inspections/pack');
    expect(pack.points).toHaveLength(2);
    const first = pack.points.find((point: { id: string }) => Number(point.id) === day.pointIds[0]);
    expect(first.lastAt).not.toBeNull();
    for (const { code, value } of report.answers) expect(first.last[code]).toEqual(value);

    const list = await get('/api/tasks/today');
    const row = list.tasks.find((task: { id: string }) => task.id === report.taskId);
    expect(row).toMatchObject({ state: 'done', reportId: sent.body.reportId });
    const month = await get('/api/tasks/month?month=2026-11');
    expect(month.rows.map((each: { state: string }) => each.state).sort()).toEqual(['done', 'open']);
    expect(month.rows.find((each: { state: string }) => each.state === 'done')).toMatchObject({
      reportId: sent.body.reportId,
      abnormal: 0,
    });
  });

  test('today’s list carries the server’s clock, and what is open of yesterday until its grace is over', async () => {
    const list = await get('/api/tasks/today');
    expect(Math.abs(Date.parse(list.at) - day.clock.now().getTime())).toBeLessThan(5000);
    expect(list.overdue).toEqual([]);
    await day.at('2026-11-24T00:06:00+08:00');
    officer = await day.signIn();
    const next = await get('/api/tasks/today');
    expect(next.date).toBe('2026-11-24');
    expect(next.counts.total).toBe(2);
    expect(next.overdue).toHaveLength(1);
    expect(next.overdue[0]).toMatchObject({ date: '2026-11-23', state: 'open' });
    const past = await get('/api/tasks/today?date=2026-11-23');
    expect(past.overdue).toEqual([]);
    expect(past.counts).toMatchObject({ total: 2, done: 1, open: 1 });
  });

  test('a month too far away is refused', async () => {
    for (const month of ['2025-09', '2026-12']) {
      const answer = await day.test.http.get(`/api/tasks/month?month=${month}`).set(officer);
      expect(answer.status).toBe(400);
    }
  });

  test('I am told who I am: enterprise, points, specialist to call', async () => {
    const { read } = day.test.app.core.db;
    const before = await get('/api/me');
    expect(before).toMatchObject({ specialist: null, points: 2, deputies: [] });
    expect(before.enterprise.uscc).toMatch(/^[0-9A-Z]{18}$/);
    const [enterprise] = await read.query<{ region_code: string }>('SELECT region_code FROM enterprise LIMIT 1');
    const helperId = await buildActor(read, 'township', { region: enterprise?.region_code ?? '' });
    const [helper] = await read.query<{ name: string; mobile: string }>(
      'SELECT name, mobile FROM person WHERE id = ?',
      [helperId],
    );
    expect((await get('/api/me')).specialist).toEqual(helper);
    await read.execute('UPDATE person SET active = FALSE WHERE id = ?', [helperId]);
    expect((await get('/api/me')).specialist).toBeNull();
    await read.execute('UPDATE person SET active = TRUE WHERE id = ?', [helperId]);
    const other = await day.test.http.get('/api/me').set('authorization', `Bearer ${await day.test.tokenOf(helperId)}`);
    expect(other.body).toMatchObject({ enterprise: null, specialist: null, points: 0, deputies: [] });
  });

  test('I am told who stands in for me: each name once, three at most, of active points', async () => {
    const { read } = day.test.app.core.db;
    const enterpriseId = Number((await get('/api/me')).enterprise.id);
    const given = { enterpriseId, officerId: day.officerId, type: 'EV' };
    const retired = await buildPoint(read, { ...given, deputyId: await buildPerson(read, { name: '退休者' }) });
    await read.execute('UPDATE point SET active = FALSE WHERE id = ?', [retired]);
    const first = await buildPerson(read, { name: '甲' });
    await buildPoint(read, { ...given, deputyId: first });
    await buildPoint(read, { ...given, deputyId: first });
    expect(await get('/api/me')).toMatchObject({ points: 4, deputies: ['甲'] });
    for (const name of ['乙', '丙', '丁']) {
      await buildPoint(read, { ...given, deputyId: await buildPerson(read, { name }) });
    }
    expect(await get('/api/me')).toMatchObject({ points: 7, deputies: ['甲', '乙', '丙'] });
  });

  test('colleagues to leave the points to are told with the enterprise: active officers, oneself among them', async () => {
    const { read } = day.test.app.core.db;
    const { enterprise } = await get('/api/me');
    const gone = await buildActor(read, 'officer', { enterpriseId: Number(enterprise.id) });
    const colleague = await buildActor(read, 'officer', { enterpriseId: Number(enterprise.id) });
    await buildActor(read, 'officer');
    await read.execute('UPDATE person SET active = FALSE WHERE id = ?', [gone]);
    const { officers } = await get(`/api/enterprises/${enterprise.id}`);
    expect(officers.map((each: { id: string }) => Number(each.id))).toEqual([day.officerId, colleague]);
  });

  test('a browser comes in with the one-time code, once', async () => {
    const { read } = day.test.app.core.db;
    const [enterprise] = await read.query<{ region_code: string }>('SELECT region_code FROM enterprise LIMIT 1');
    const regulator = await buildActor(read, 'regulator', { region: enterprise?.region_code ?? '' });
    const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [day.officerId]);
    const issued = await day.test.http
      .post(`/api/people/${day.officerId}/binding-code`)
      .set('authorization', `Bearer ${await day.test.tokenOf(regulator)}`)
      .send({ clientUuid: '6f1f9ad2-2d2e-4d0f-9ec2-0d6a1f0d0002' });
    expect(issued.status).toBe(200);
    const body = { mobile: person?.mobile, oneTimeCode: issued.body.code };
    const wrong = await day.test.http.post('/api/session/web/code').send({ ...body, oneTimeCode: '00000000' });
    expect(wrong.body.code).toBe('SESSION.WRONG_ONE_TIME_CODE');
    const entered = await day.test.http.post('/api/session/web/code').send(body);
    expect(entered.body).toMatchObject({ outcome: 'signed_in', person: { id: String(day.officerId) } });
    const cookie = String(entered.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const me = await day.test.http.get('/api/me').set('cookie', cookie.split(';')[0] ?? '');
    expect(me.body.id).toBe(String(day.officerId));
    expect((await day.test.http.post('/api/session/web/code').send(body)).status).toBe(wrong.status);
  });

  test('consents come with the templates to ask for', async () => {
    const templates = { dailyList: 'tpl-daily-list', reminder: 'tpl-reminder' };
    expect(await get('/api/consents')).toEqual({ remaining: { dailyList: 0, reminder: 0, notice: 0 }, templates });
    const agreed = await day.test.http
      .post('/api/consents')
      .set(officer)
      .send({ clientUuid: '6f1f9ad2-2d2e-4d0f-9ec2-0d6a1f0d0003', results: { dailyList: 'accept' } });
    expect(agreed.body).toEqual({ remaining: { dailyList: 1, reminder: 0, notice: 0 }, templates });
  });
});
