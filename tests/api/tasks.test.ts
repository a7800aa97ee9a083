import { randomUUID } from 'node:crypto';
import { seedChecklists } from '../../bff/src/features/checklists';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPerson, buildPoint, buildTask } from '../builders/directory';
import { buildReport } from '../builders/stored-report';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const bearer = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });

describe('GET /api/tasks/today', () => {
  it('refuses a date more than a week away', async () => {
    const officer = await buildActor(read(), 'officer');
    const answer = await test.http.get('/api/tasks/today?date=2026-12-01').set(await bearer(officer));
    expect(answer.body.code).toBe('DISPATCH.DATE_OUT_OF_RANGE');
  });

  it("shows the officer's own tasks with place, reason, last result and counts, nobody else's", async () => {
    const enterpriseId = await buildEnterprise(read());
    const officerId = await buildActor(read(), 'officer', { enterpriseId });
    const pointId = await buildPoint(read(), { enterpriseId, officerId, type: 'WW', code: 'WW-01' });
    const before = await buildTask(read(), { pointId, date: '2026-11-18' });
    await read().execute("UPDATE task SET state = 'late' WHERE id = ?", [before]);
    const today = await buildTask(read(), { pointId, date: '2026-11-23' });
    await buildTask(read(), { date: '2026-11-23' });
    const { body } = await test.http.get('/api/tasks/today').set(await bearer(officerId));
    expect(body.counts).toEqual({ total: 1, open: 1, done: 0, late: 0, missed: 0, excused: 0 });
    expect(body.tasks).toEqual([
      expect.objectContaining({
        id: String(today),
        state: 'open',
        why: '每 5 天检查一次，今天轮到。',
        dueAt: '2026-11-23T12:00:00.000Z',
        graceUntil: '2026-11-24T02:00:00.000Z',
        point: expect.objectContaining({ code: 'WW-01', type: 'WW', typeName: '废水排放口' }),
        last: { date: '2026-11-18', state: 'late', abnormal: null },
      }),
    ]);
  });
});

describe('what is left of yesterday', () => {
  it('stands beside the list of today while its grace lasts, with the place, and counts for neither', async () => {
    const officerId = await buildActor(read(), 'officer');
    const pointId = await buildPoint(read(), { officerId, code: 'EV-01', type: 'EV' });
    const left = await buildTask(read(), { pointId, date: '2026-11-22' });
    const closed = await buildTask(read(), { pointId: await buildPoint(read(), { officerId }), date: '2026-11-22' });
    await read().execute("UPDATE task SET state = 'missed' WHERE id = ?", [closed]);
    const today = await buildTask(read(), { pointId, date: '2026-11-23' });
    const list = async (query = '') =>
      (await test.http.get(`/api/tasks/today${query}`).set(await bearer(officerId))).body;
    test.clock.moveTo(new Date('2026-11-23T09:59:00+08:00'));
    const inGrace = await list();
    expect(inGrace.at).toMatch(/^2026-11-23T01:59:\d\d\.\d{3}Z$/);
    expect(inGrace.counts).toMatchObject({ total: 1, open: 1 });
    expect(inGrace.tasks.map((task: { id: string }) => task.id)).toEqual([String(today)]);
    expect(inGrace.overdue).toEqual([
      expect.objectContaining({
        id: String(left),
        date: '2026-11-22',
        reportId: null,
        point: expect.objectContaining({ code: 'EV-01', lng: 119.97, lat: 30.54, fenceM: 80 }),
        enterprise: expect.objectContaining({ name: expect.any(String) }),
      }),
    ]);
    expect((await list('?date=2026-11-24')).overdue).toEqual([]);
    // The job that closes it need not have run: the grace itself is over.
    test.clock.moveTo(new Date('2026-11-23T10:00:01+08:00'));
    expect((await list()).overdue).toEqual([]);
  });
});

describe('GET /api/tasks/month', () => {
  const month = async (officerId: number, which: string) =>
    test.http.get(`/api/tasks/month?month=${which}`).set(await bearer(officerId));

  it('lists the own tasks of a month up to today by date and point, with who reported', async () => {
    const enterpriseId = await buildEnterprise(read(), { name: '湖州某某印染有限公司' });
    await seedChecklists(read(), test.clock.now());
    const officerId = await buildActor(read(), 'officer', { enterpriseId });
    const deputyId = await buildPerson(read(), { name: '沈代班' });
    const second = await buildPoint(read(), { enterpriseId, officerId, code: 'B-02', type: 'EV' });
    const first = await buildPoint(read(), { enterpriseId, officerId, code: 'A-01', type: 'WW' });
    await buildTask(read(), { pointId: second, date: '2026-11-03' });
    const reported = await buildTask(read(), { pointId: first, date: '2026-11-03' });
    await buildTask(read(), { pointId: first, date: '2026-11-01' });
    await buildTask(read(), { pointId: first, date: '2026-10-31' });
    await buildTask(read(), { pointId: first, date: '2026-11-24' });
    await buildTask(read(), { date: '2026-11-03' });
    const reportId = await buildReport(read(), { taskId: reported, officerId: deputyId, abnormal: 2 });
    const { body } = await month(officerId, '2026-11');
    expect(body.month).toBe('2026-11');
    expect(body.rows.map((row: { date: string; point: { code: string } }) => [row.date, row.point.code])).toEqual([
      ['2026-11-01', 'A-01'],
      ['2026-11-03', 'A-01'],
      ['2026-11-03', 'B-02'],
    ]);
    expect(body.rows[1]).toEqual({
      id: String(reported),
      date: '2026-11-03',
      state: 'done',
      round: 0,
      origin: 'plan',
      closedAt: '2026-11-03T02:00:00.000Z',
      reportId: String(reportId),
      abnormal: 2,
      officer: '沈代班',
      point: { id: String(first), code: 'A-01', name: '测试点位', type: 'WW' },
      enterprise: { id: String(enterpriseId), name: '湖州某某印染有限公司' },
    });
    expect(body.rows[2]).toMatchObject({
      state: 'open',
      closedAt: null,
      reportId: null,
      abnormal: null,
      officer: null,
    });
    expect((await month(officerId, '2026-10')).body.rows).toHaveLength(1);
  });

  it('goes back thirteen months on any day of a month, no further, and not ahead', async () => {
    const officerId = await buildActor(read(), 'officer');
    for (const day of ['01', '30']) {
      test.clock.moveTo(new Date(`2026-11-${day}T09:00:00+08:00`));
      expect((await month(officerId, '2025-10')).body).toEqual({ month: '2025-10', rows: [] });
      for (const which of ['2025-09', '2026-12']) {
        expect((await month(officerId, which)).body.code).toBe('DISPATCH.DATE_OUT_OF_RANGE');
      }
    }
    expect((await month(officerId, '2026-13')).body.code).toBe('WIRE.INVALID');
  });
});

describe('GET /api/tasks/week', () => {
  it('foretells the next seven days from anchors and intervals without writing anything', async () => {
    const officerId = await buildActor(read(), 'officer');
    await buildPoint(read(), { officerId, code: 'A-1', intervalDays: 5, anchor: '2026-11-21' });
    await buildPoint(read(), { officerId, code: 'B-1', intervalDays: 2, anchor: '2026-11-25' });
    const { body } = await test.http.get('/api/tasks/week').set(await bearer(officerId));
    expect(body.at).toMatch(/^2026-11-23T01:00:/);
    const days = body.days.map((day: { date: string; points: { code: string }[] }) => [
      day.date,
      day.points.map((point) => point.code),
    ]);
    expect(days).toEqual([
      ['2026-11-24', []],
      ['2026-11-25', ['B-1']],
      ['2026-11-26', ['A-1']],
      ['2026-11-27', ['B-1']],
      ['2026-11-28', []],
      ['2026-11-29', ['B-1']],
      ['2026-11-30', []],
    ]);
    expect(await read().query('SELECT 1 FROM task')).toEqual([]);
  });
});

describe('GET /api/tasks', () => {
  it("reads another township's tasks as not there, and pages by key without gap or repeat", async () => {
    const mine = await buildEnterprise(read(), { region: '330521001' });
    const other = await buildEnterprise(read(), { region: '330521100' });
    const points = await Promise.all([1, 2, 3].map(() => buildPoint(read(), { enterpriseId: mine })));
    for (const pointId of points) {
      await buildTask(read(), { pointId, date: '2026-11-22' });
      await buildTask(read(), { pointId, date: '2026-11-23' });
    }
    await buildTask(read(), { pointId: await buildPoint(read(), { enterpriseId: other }), date: '2026-11-23' });
    const headers = await bearer(await buildActor(read(), 'township', { region: '330521001' }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const answer: { body: { rows: { id: string }[]; next: string | null } } = await test.http
        .get('/api/tasks')
        .query({ limit: '4', ...(cursor === null ? {} : { cursor }) })
        .set(headers);
      seen.push(...answer.body.rows.map((row) => row.id));
      cursor = answer.body.next;
    } while (cursor !== null);
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
    const foreign = await test.http
      .get('/api/tasks')
      .query({ enterpriseId: String(other) })
      .set(headers);
    expect(foreign.body.rows).toEqual([]);
    expect((await test.http.get('/api/tasks?cursor=x').set(headers)).body.code).toBe('WIRE.INVALID');
    expect((await test.http.get('/api/tasks?from=2026-01-01').set(headers)).body.code).toBe('DISPATCH.RANGE_TOO_LONG');
  });
});

describe('POST /api/inspections/extra', () => {
  const order = (pointId: number, date: string) => ({
    clientUuid: randomUUID(),
    pointId: String(pointId),
    date,
    reason: '群众举报异味',
  });

  it('refuses points of another township, days past or far away, and retired points', async () => {
    const pointId = await buildPoint(read());
    const foreign = await bearer(await buildActor(read(), 'township', { region: '330521100' }));
    expect(
      (await test.http.post('/api/inspections/extra').set(foreign).send(order(pointId, '2026-11-23'))).status,
    ).toBe(404);
    const headers = await bearer(await buildActor(read(), 'enforcement'));
    const send = (date: string) => test.http.post('/api/inspections/extra').set(headers).send(order(pointId, date));
    expect((await send('2026-11-22')).body.code).toBe('DISPATCH.EXTRA_DATE');
    expect((await send('2026-12-24')).body.code).toBe('DISPATCH.EXTRA_DATE');
    await read().execute('UPDATE point SET active = FALSE WHERE id = ?', [pointId]);
    expect((await send('2026-11-23')).body.code).toBe('DISPATCH.POINT_INACTIVE');
  });

  it("makes today's task at once and a later one that morning, each once however often it is sent", async () => {
    const pointId = await buildPoint(read(), { anchor: '2026-11-20', intervalDays: 5 });
    const headers = await bearer(await buildActor(read(), 'enforcement'));
    const today = order(pointId, '2026-11-23');
    const answers = await Promise.all(
      [1, 2, 3].map(() => test.http.post('/api/inspections/extra').set(headers).send(today)),
    );
    expect(new Set(answers.map((answer) => answer.body.taskId)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ round: 1, taskId: expect.stringMatching(/^\d+$/) });
    const changed = await test.http
      .post('/api/inspections/extra')
      .set(headers)
      .send({ ...today, reason: '别的原因' });
    expect(changed.body.code).toBe('WIRE.DIFFERENT_CONTENT');
    const later = await test.http.post('/api/inspections/extra').set(headers).send(order(pointId, '2026-11-24'));
    expect(later.body).toMatchObject({ round: 1, taskId: null });
    test.clock.moveTo(new Date('2026-11-24T00:05:00+08:00'));
    await test.app.jobs.tick();
    const tasks = await read().query('SELECT task_date, round, origin FROM task ORDER BY task_date, round');
    expect(tasks).toEqual([
      { task_date: '2026-11-23', round: 1, origin: 'ordered' },
      { task_date: '2026-11-24', round: 1, origin: 'ordered' },
    ]);
  });
});
