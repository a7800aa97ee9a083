import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const bearer = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });

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
    expect(other.body.code).toBe('WIRE.DIFFERENT_CONTENT');
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
    expect((await approve(await bearer(await buildActor(read(), 'township', { region: '330521100' })))).status).toBe(
      404,
    );
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
