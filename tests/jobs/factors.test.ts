import { setFactors, effectiveInterval } from '../../bff/src/features/directory';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';

/** How often an enterprise is inspected follows its factors, without a day twice or lost. Monday 2026-11-23, 09:00. */

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test?.close());

const read = () => test.app.core.db.read;
const set = (enterpriseId: number, source: 'code' | 'major' | 'supervision', factor: number | null, until?: string) =>
  test.app.core.db.transaction((tx) =>
    setFactors(
      tx,
      test.app.core.events,
      [{ enterpriseId, source, factor, until, because: `因为 ${source}` }],
      test.clock.now(),
    ),
  );
const pointOf = async (id: number) => {
  const [row] = await read().query<{ days: number; basis: string; anchor: string }>(
    'SELECT interval_days AS days, interval_basis AS basis, anchor_date AS anchor FROM point WHERE id = ?',
    [id],
  );
  return row;
};

it('multiplies what there is, and gives the usual interval back when nothing is left', async () => {
  const enterpriseId = await buildEnterprise(read());
  const pointId = await buildPoint(read(), { enterpriseId, type: 'SW', intervalDays: 14, anchor: '2026-11-20' });
  await buildTask(read(), { pointId, date: '2026-11-20' });
  expect(await set(enterpriseId, 'code', 0.4)).toBe(1);
  expect(await pointOf(pointId)).toEqual({ days: 6, basis: 'risk', anchor: '2026-11-26' });
  expect(await set(enterpriseId, 'code', 0.4)).toBe(0);
  await set(enterpriseId, 'supervision', 0.5);
  expect(await pointOf(pointId)).toEqual({ days: 3, basis: 'risk', anchor: '2026-11-24' });
  await set(enterpriseId, 'code', null);
  await set(enterpriseId, 'supervision', null);
  expect(await pointOf(pointId)).toEqual({ days: 14, basis: 'default', anchor: '2026-12-04' });
});

it('follows the same rule as a point that is changed by hand, for every factor', async () => {
  for (const [type, usual] of [
    ['WW', 5],
    ['HW', 7],
    ['SW', 14],
  ] as const) {
    const enterpriseId = await buildEnterprise(read());
    const pointId = await buildPoint(read(), { enterpriseId, type, intervalDays: usual });
    for (const factor of [0.1, 0.2, 0.28, 0.35, 0.4, 0.5, 0.7, 0.8, 1, 1.2, 1.5, 2]) {
      await set(enterpriseId, 'code', factor);
      const expected = effectiveInterval(usual, factor, null);
      expect(await pointOf(pointId)).toMatchObject({ days: expected.days, basis: expected.basis });
    }
  }
});

it('leaves alone what a permit asks for, and points that are out of use', async () => {
  const enterpriseId = await buildEnterprise(read());
  const permitted = await buildPoint(read(), { enterpriseId, intervalDays: 1 });
  await read().execute("UPDATE point SET permit_interval_days = 1, interval_basis = 'permit' WHERE id = ?", [
    permitted,
  ]);
  const idle = await buildPoint(read(), { enterpriseId, intervalDays: 7 });
  await read().execute('UPDATE point SET active = FALSE WHERE id = ?', [idle]);
  expect(await set(enterpriseId, 'code', 0.4)).toBe(0);
  expect(await pointOf(permitted)).toMatchObject({ days: 1, basis: 'permit' });
});

it('a point that waits longer than its new interval is due tomorrow, not twice today', async () => {
  const enterpriseId = await buildEnterprise(read());
  const pointId = await buildPoint(read(), { enterpriseId, type: 'SW', intervalDays: 14, anchor: '2026-11-11' });
  await buildTask(read(), { pointId, date: '2026-11-11' });
  await set(enterpriseId, 'code', 0.4);
  expect(await pointOf(pointId)).toMatchObject({ days: 6, anchor: '2026-11-24' });
  const never = await buildPoint(read(), { enterpriseId, type: 'SW', intervalDays: 14, anchor: '2026-12-05' });
  await set(enterpriseId, 'code', 0.5);
  expect(await pointOf(never)).toMatchObject({ days: 7, anchor: '2026-11-30' });
});

it('runs out by itself, and the officer reads why as long as it holds', async () => {
  const enterpriseId = await buildEnterprise(read());
  const officerId = await buildActor(read(), 'officer', { enterpriseId });
  const pointId = await buildPoint(read(), {
    enterpriseId,
    officerId,
    type: 'HW',
    intervalDays: 7,
    anchor: '2026-11-17',
  });
  await buildTask(read(), { pointId, date: '2026-11-17' });
  await set(enterpriseId, 'major', 0.5, '2026-11-24');
  test.clock.moveTo(new Date('2026-11-24T09:00:00+08:00'));
  await test.app.jobs.settle();
  const list = async () =>
    (await test.http.get('/api/tasks/today').set({ authorization: `Bearer ${await test.tokenOf(officerId)}` })).body
      .tasks as { why: string }[];
  expect(await list()).toMatchObject([{ why: '因为 major，每 4 天检查一次，今天轮到。' }]);
  test.clock.moveTo(new Date('2026-11-25T09:00:00+08:00'));
  await test.app.jobs.settle();
  expect(await pointOf(pointId)).toMatchObject({ days: 7, basis: 'default', anchor: '2026-12-01' });
});
