import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint } from '../builders/directory';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp({ now: '2026-11-23T00:04:00+08:00' });
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const at = (instant: string) => {
  test.clock.moveTo(new Date(instant));
  return test.app.jobs.tick();
};
const tasks = () =>
  read().query<{ point_id: number; task_date: string; officer_id: number; state: string; round: number }>(
    'SELECT point_id, task_date, officer_id, state, round FROM task ORDER BY task_date, point_id, round',
  );

describe('dispatch', () => {
  it('does nothing before 00:05 and hands out what is due after it, once', async () => {
    const due = await buildPoint(read(), { intervalDays: 5, anchor: '2026-11-18' });
    await buildPoint(read(), { intervalDays: 5, anchor: '2026-11-19' });
    await buildPoint(read(), { intervalDays: 5, anchor: '2026-11-28' });
    await test.app.jobs.tick();
    expect(await tasks()).toEqual([]);
    await at('2026-11-23T00:05:00+08:00');
    await at('2026-11-23T00:06:00+08:00');
    expect(await tasks()).toEqual([expect.objectContaining({ point_id: due, task_date: '2026-11-23', state: 'open' })]);
  });

  it('leaves out retired points and enterprises whose suspension was approved, not those that only filed one', async () => {
    const point = { intervalDays: 1, anchor: '2026-11-01' };
    const [approved, pending] = [await buildEnterprise(read()), await buildEnterprise(read())];
    await buildPoint(read(), { ...point, enterpriseId: approved });
    const open = await buildPoint(read(), { ...point, enterpriseId: pending });
    const retired = await buildPoint(read(), point);
    await read().execute('UPDATE point SET active = FALSE WHERE id = ?', [retired]);
    for (const [enterprise, state] of [
      [approved, 'approved'],
      [pending, 'pending'],
    ] as const) {
      await read().execute(
        "INSERT INTO suspension (client_uuid, enterprise_id, from_date, to_date, reason, state, filed_by, filed_at) VALUES (UUID(), ?, '2026-11-20', '2026-11-23', '检修', ?, 1, NOW(3))",
        [enterprise, state],
      );
    }
    await at('2026-11-23T00:05:00+08:00');
    expect((await tasks()).map((task) => task.point_id)).toEqual([open]);
    await at('2026-11-24T00:05:00+08:00');
    expect((await tasks()).filter((task) => task.task_date === '2026-11-24')).toHaveLength(2);
  });

  it('gives the list to the deputy while the officer is on leave', async () => {
    const enterpriseId = await buildEnterprise(read());
    const [officerId, deputyId] = [
      await buildActor(read(), 'officer', { enterpriseId }),
      await buildActor(read(), 'officer', { enterpriseId }),
    ];
    await buildPoint(read(), { enterpriseId, officerId, intervalDays: 1, anchor: '2026-11-01' });
    await read().execute(
      "INSERT INTO officer_leave (client_uuid, person_id, deputy_id, from_date, to_date, created_at) VALUES (UUID(), ?, ?, '2026-11-23', '2026-11-23', NOW(3))",
      [officerId, deputyId],
    );
    await at('2026-11-23T00:05:00+08:00');
    await at('2026-11-24T00:05:00+08:00');
    expect((await tasks()).map((task) => task.officer_id)).toEqual([deputyId, officerId]);
  });

  it('after three days of downtime makes today only and records the days that were not dispatched', async () => {
    await buildPoint(read(), { intervalDays: 1, anchor: '2026-11-01' });
    await at('2026-11-23T00:05:00+08:00');
    await at('2026-11-27T09:00:00+08:00');
    expect((await tasks()).map((task) => task.task_date)).toEqual(['2026-11-23', '2026-11-27']);
    const runs = await read().query("SELECT run_date, state FROM job_run WHERE job = 'dispatch' ORDER BY run_date");
    expect(runs).toEqual([
      { run_date: '2026-11-23', state: 'done' },
      { run_date: '2026-11-24', state: 'skipped' },
      { run_date: '2026-11-25', state: 'skipped' },
      { run_date: '2026-11-26', state: 'skipped' },
      { run_date: '2026-11-27', state: 'done' },
    ]);
    expect(await read().query("SELECT subject_id FROM event WHERE type = 'dispatch.skipped'")).toHaveLength(3);
  });

  it('is right again after the clock had jumped a week ahead and back', async () => {
    const point = await buildPoint(read(), { intervalDays: 1, anchor: '2026-11-01' });
    await at('2026-11-23T00:05:00+08:00');
    await at('2026-11-30T00:05:00+08:00');
    await at('2026-11-24T00:05:00+08:00');
    await at('2026-11-30T00:10:00+08:00');
    const dates = (await tasks()).map((task) => task.task_date);
    expect(dates).toEqual(['2026-11-23', '2026-11-24', '2026-11-30']);
    expect((await tasks()).every((task) => task.point_id === point)).toBe(true);
  });
});

describe('close-missed', () => {
  it('leaves tasks open through their grace and closes them once at 10:00, also days later', async () => {
    await buildPoint(read(), { intervalDays: 1, anchor: '2026-11-01' });
    await at('2026-11-23T00:05:00+08:00');
    await at('2026-11-24T09:59:00+08:00');
    expect((await tasks()).map((task) => task.state)).toEqual(['open', 'open']);
    await at('2026-11-24T10:00:00+08:00');
    expect((await tasks()).map((task) => task.state)).toEqual(['missed', 'open']);
    await at('2026-11-28T12:00:00+08:00');
    expect((await tasks()).map((task) => task.state)).toEqual(['missed', 'missed', 'open']);
    const events = await read().query<{ payload: string }>("SELECT payload FROM event WHERE type = 'tasks.missed'");
    expect(events).toHaveLength(2);
  });
});
