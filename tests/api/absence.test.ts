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

  const pair = async () => {
    const enterpriseId = await buildEnterprise(read());
    const [one, two, three] = [
      await buildActor(read(), 'officer', { enterpriseId }),
      await buildActor(read(), 'officer', { enterpriseId }),
      await buildActor(read(), 'officer', { enterpriseId }),
    ];
    return { enterpriseId, one, two, three };
  };
  const take = async (who: number, deputy: number, from = '2026-11-24', to = '2026-11-26') =>
    test.http
      .post('/api/leaves')
      .set(await bearer(who))
      .send({ clientUuid: randomUUID(), deputyId: String(deputy), from, to });
  const told = (personId: number) =>
    read().query<{ kind: string; title: string; body: string }>(
      "SELECT kind, JSON_VALUE(content, '$.title') AS title, JSON_VALUE(content, '$.body') AS body FROM notification WHERE person_id = ? AND kind LIKE 'leave.%' ORDER BY id",
      [personId],
    );

  it('is refused for each other, to a deputy who is away, and to whoever stands in for somebody on these days', async () => {
    const { one, two, three } = await pair();
    expect((await take(one, two)).status).toBe(200);
    expect((await take(two, one, '2026-11-26', '2026-11-30')).body.code).toBe('DIRECTORY.DEPUTY_AWAY');
    expect((await take(two, three, '2026-11-26', '2026-11-30')).body.code).toBe('DIRECTORY.DEPUTISES');
    expect((await take(three, one)).body.code).toBe('DIRECTORY.DEPUTY_AWAY');
    // Days that do not meet are nobody's trouble.
    expect((await take(two, one, '2026-11-27', '2026-11-30')).status).toBe(200);
  });

  it('is refused for each other also when both ask in the same moment', async () => {
    const { one, two } = await pair();
    let answered = false;
    const waits = async () =>
      (await read().query("SELECT 1 FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'")).length > 0;
    // The server looks anew only where nobody has looked for a tenth of a second.
    const pause = () => new Promise((resolve) => setTimeout(resolve, 150));
    // The deputy's own request is in hand.
    const other = await test.app.core.db.transaction(async (tx) => {
      await tx.query('SELECT id FROM person WHERE id IN (?) ORDER BY id FOR UPDATE', [[one, two]]);
      const asked = take(one, two).then((answer) => {
        answered = true;
        return answer;
      });
      while (!answered && !(await waits())) await pause();
      await tx.execute(
        "INSERT INTO officer_leave (client_uuid, person_id, deputy_id, from_date, to_date, created_at) VALUES (UUID(), ?, ?, '2026-11-25', '2026-11-25', ?)",
        [two, one, test.clock.now()],
      );
      return { asked };
    });
    expect((await other.asked).body.code).toBe('DIRECTORY.DEPUTY_AWAY');
  });

  it('is told to the deputy at once, with what he has to do today, and both hear when it ends early', async () => {
    const { enterpriseId, one, two } = await pair();
    const point = { enterpriseId, officerId: one };
    await buildTask(read(), { pointId: await buildPoint(read(), point), date: '2026-11-23' });
    await buildTask(read(), { pointId: await buildPoint(read(), point), date: '2026-11-23' });
    // Long after the morning's list.
    test.clock.moveTo(new Date('2026-11-23T10:30:00+08:00'));
    const leave = await take(one, two, '2026-11-23', '2026-11-25');
    await test.app.jobs.tickLoops();
    expect(await told(two)).toEqual([
      {
        kind: 'leave.deputy',
        title: '请您代理检查任务',
        body: expect.stringMatching(/^2026-11-23 至 2026-11-25 由您代理.+的检查任务。您今天共有 2 项未完成。$/),
      },
    ]);
    await test.http
      .post(`/api/leaves/${leave.body.id}/cancel`)
      .set(await bearer(one))
      .send({});
    await test.app.jobs.tickLoops();
    expect((await told(one)).map(({ title }) => title)).toEqual(['请假已提前结束']);
    expect((await told(two)).at(-1)?.body).toContain('2 项');
  });

  it('ends with its last day: both hear of it, that day’s tasks stay with the deputy, the next day’s are the officer’s', async () => {
    const { enterpriseId, one, two } = await pair();
    const pointId = await buildPoint(read(), {
      enterpriseId,
      officerId: one,
      intervalDays: 1,
      anchor: '2026-11-01',
    });
    const leave = await take(one, two, '2026-11-24', '2026-11-25');
    const dispatched = async (date: string) => {
      test.clock.moveTo(new Date(`${date}T00:05:00+08:00`));
      await test.app.jobs.settle();
      return (
        await read().query<{ officer_id: number }>('SELECT officer_id FROM task WHERE point_id = ? AND task_date = ?', [
          pointId,
          date,
        ])
      ).map((row) => row.officer_id);
    };
    expect(await dispatched('2026-11-25')).toEqual([two]);
    test.clock.moveTo(new Date('2026-11-25T16:59:00+08:00'));
    await test.app.jobs.settle();
    expect(await told(one)).toEqual([]);
    for (const time of ['17:00', '18:00']) {
      test.clock.moveTo(new Date(`2026-11-25T${time}:00+08:00`));
      await test.app.jobs.settle();
    }
    expect((await told(one)).map(({ kind, title }) => [kind, title])).toEqual([['leave.over', '请假今天结束']]);
    expect((await told(two)).map(({ kind }) => kind)).toEqual(['leave.deputy', 'leave.over']);
    expect(await dispatched('2026-11-26')).toEqual([one]);
    // Until its grace is over the last day's task is the deputy's.
    const last = await read().query("SELECT officer_id, state FROM task WHERE task_date = '2026-11-25'");
    expect(last).toEqual([{ officer_id: two, state: 'open' }]);
    const ended = await test.http
      .post(`/api/leaves/${leave.body.id}/cancel`)
      .set(await bearer(one))
      .send({});
    expect(ended.body.code).toBe('DIRECTORY.LEAVE_OVER');
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
