import { parseKeys } from '../../bff/src/core/tokens';
import { seedChecklists } from '../../bff/src/features/checklists';
import { qrToken } from '../../bff/src/features/inspection';
import type { SqlValue } from '../../bff/src/core/database';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildRegions, buildTask } from '../builders/directory';
import { buildReport } from '../builders/stored-report';

let test: TestApp;
let enterpriseId: number;
let officerId: number;

beforeEach(async () => {
  test = await createTestApp();
  await buildRegions(read());
  await seedChecklists(read(), test.clock.now());
  enterpriseId = await buildEnterprise(read(), { name: '德清锦澜印染有限公司' });
  officerId = await buildActor(read(), 'officer', { enterpriseId });
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const bearer = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });
const pack = async (personId = officerId) =>
  (await test.http.get('/api/inspections/pack').set(await bearer(personId))).body;
const codes = async () => (await pack()).points.map((point: { code: string }) => point.code);
const scan = async (pointId: number, path = '/api/scan') => {
  const token = qrToken(parseKeys(test.app.core.config.qrKeys), { pointId, keyVersion: 1 });
  return (
    await test.http
      .post(path)
      .set(await bearer(officerId))
      .send({ token })
  ).body;
};

describe('whose points are in the pack', () => {
  it('has those that the officer looks after or stands in for, active ones of the own enterprises only', async () => {
    const colleague = await buildActor(read(), 'officer', { enterpriseId });
    await buildPoint(read(), { enterpriseId, officerId, code: 'A-OWN' });
    await buildPoint(read(), { enterpriseId, officerId: colleague, deputyId: officerId, code: 'B-DEPUTY' });
    await buildPoint(read(), { enterpriseId, officerId: colleague, code: 'C-COLLEAGUE' });
    const retired = await buildPoint(read(), { enterpriseId, officerId, code: 'D-RETIRED' });
    await read().execute('UPDATE point SET active = FALSE WHERE id = ?', [retired]);
    // He was moved from there: the point still names him, his grant does not.
    await buildPoint(read(), { officerId, code: 'E-FORMER' });
    expect(await codes()).toEqual(['A-OWN', 'B-DEPUTY']);
  });

  it("has a colleague's point while the officer has an open task there, yesterday's until its grace is over", async () => {
    const colleague = await buildActor(read(), 'officer', { enterpriseId });
    const given = async (code: string, date: string) => {
      const pointId = await buildPoint(read(), { enterpriseId, officerId: colleague, code });
      const task = await buildTask(read(), { pointId, date });
      await read().execute('UPDATE task SET officer_id = ? WHERE id = ?', [officerId, task]);
      return task;
    };
    await given('A-YESTERDAY', '2026-11-22');
    await given('B-TODAY', '2026-11-23');
    await given('C-LONG-AGO', '2026-11-20');
    await buildReport(read(), { taskId: await given('D-DONE', '2026-11-23') });
    expect(await codes()).toEqual(['A-YESTERDAY', 'B-TODAY']);
    test.clock.moveTo(new Date('2026-11-23T10:00:01+08:00'));
    expect(await codes()).toEqual(['B-TODAY']);
    // Between midnight and 08:00 the date of UTC lags behind the one of Huzhou.
    test.clock.moveTo(new Date('2026-11-24T00:30:00+08:00'));
    expect(await codes()).toEqual(['B-TODAY']);
  });

  it('ends at 200 points', async () => {
    const first = await buildPoint(read(), { enterpriseId, officerId, code: 'P-001' });
    await read().execute(
      `INSERT INTO point (client_uuid, enterprise_id, point_type, code, name, officer_id, settings, interval_days, interval_basis, anchor_date, created_at)
       SELECT UUID(), enterprise_id, point_type, CONCAT('P-', LPAD(s.seq, 3, '0')), name, officer_id, settings, interval_days, interval_basis, anchor_date, created_at
       FROM point JOIN seq_2_to_201 s WHERE id = ?`,
      [first],
    );
    const all = await codes();
    expect([all.length, all[0], all.at(-1)]).toEqual([200, 'P-001', 'P-200']);
  });
});

describe('what the pack says of a point', () => {
  const KNOWN = { WW03: 7.2, WW04: 60, WW10: 20, WW12: 0.05 };

  /** A waste-water outlet with three reports of the last days; the doses have a median of 20 kg. */
  async function outlet(): Promise<number> {
    const settings = { limits: { WW05: { max: 8 } } };
    const pointId = await buildPoint(read(), {
      enterpriseId,
      officerId,
      type: 'WW',
      code: 'WW-01',
      profile: 'gb8978-1',
      settings,
    });
    for (const [date, dose] of [
      ['2026-11-20', 10],
      ['2026-11-21', 30],
      ['2026-11-22', 20],
    ] as const) {
      const taskId = await buildTask(read(), { pointId, date });
      await buildReport(read(), { taskId, answers: { ...KNOWN, WW10: dose } });
    }
    return pointId;
  }

  it('tells limits by standard, permit and median, the values of the latest report, and what is not due', async () => {
    const pointId = await outlet();
    const { points, checklists } = await pack();
    expect(points).toHaveLength(1);
    expect(points[0]).toMatchObject({
      id: String(pointId),
      code: 'WW-01',
      name: '测试点位',
      type: 'WW',
      typeName: '废水排放口',
      enterprise: { id: String(enterpriseId), name: '德清锦澜印染有限公司' },
      keyVersion: 1,
      lng: 119.97,
      lat: 30.54,
      fenceM: 80,
      checklistId: checklists[0].id,
      lastAt: '2026-11-22T02:00:00.000Z',
    });
    expect(points[0].limits).toMatchObject({
      WW03: { min: 6, max: 9, basisTag: 'S' },
      WW04: { min: null, max: 100, basis: 'GB 8978 一级', basisTag: 'K' },
      WW05: { min: null, max: 8, basis: '排污许可证', basisTag: 'S' },
    });
    // What was dosed is judged by the flow of the same report, which is not known yet.
    expect(points[0].limits).not.toHaveProperty('WW10');
    // Weekly antimony was answered yesterday: not an item of today, and so neither limit nor value of it.
    expect(points[0].items).toContain('WW10');
    for (const part of [points[0].items, Object.keys(points[0].limits), Object.keys(points[0].last)]) {
      expect(part).not.toContain('WW12');
    }
    expect(points[0].last).toEqual({ WW03: 7.2, WW04: 60, WW10: 20 });
    expect(checklists).toEqual([expect.objectContaining({ type: 'WW', version: 1 })]);
    expect(checklists[0].items.map((item: { code: string }) => item.code)).toContain('WW12');
  });

  it('says what a scan of the same door says, its last date included', async () => {
    const pointId = await outlet();
    await buildTask(read(), { pointId, date: '2026-11-23' });
    const { points } = await pack();
    const { point, checklist } = await scan(pointId);
    expect(point).toEqual({
      id: String(pointId),
      code: 'WW-01',
      name: '测试点位',
      place: points[0].place,
      type: 'WW',
      enterprise: '德清锦澜印染有限公司',
      keyVersion: 1,
      lng: 119.97,
      lat: 30.54,
      fenceM: 80,
    });
    expect(checklist.lastAt).toBe('2026-11-22T02:00:00.000Z');
    expect(points[0].items).toEqual(checklist.items.map((item: { code: string }) => item.code));
    for (const item of checklist.items) {
      expect([item.code, points[0].limits[item.code] ?? null]).toEqual([item.code, item.limit]);
      expect([item.code, points[0].last[item.code] ?? null]).toEqual([item.code, item.last]);
    }
  });

  it('sends the checklist of a type once, and null as the date of a door never reported', async () => {
    await buildPoint(read(), { enterpriseId, officerId, type: 'EV', code: 'EV-01' });
    await buildPoint(read(), { enterpriseId, officerId, type: 'EV', code: 'EV-02' });
    await buildPoint(read(), { enterpriseId, officerId, type: 'HW', code: 'HW-01' });
    const { at, points, checklists } = await pack();
    expect(at).toMatch(/^2026-11-23T01:00:/);
    expect(checklists.map((each: { type: string }) => each.type).sort()).toEqual(['EV', 'HW']);
    expect(points[0].checklistId).toBe(points[1].checklistId);
    expect(points.map((point: { last: unknown; lastAt: unknown }) => [point.last, point.lastAt])).toEqual(
      Array(3).fill([{}, null]),
    );
  });

  it('asks the database as often for twenty doors as for one', async () => {
    // Counted at the app: the server is shared with the test files that run beside this one.
    const { db } = test.app.core;
    const of = db.of.bind(db);
    let asked = 0;
    jest.spyOn(db, 'of').mockImplementation((...caller) => {
      const share = of(...caller);
      const query = <T>(sql: string, values?: SqlValue[]) => {
        asked += 1;
        return share.read.query<T>(sql, values);
      };
      return { ...share, read: { ...share.read, query } };
    });
    const statements = async () => {
      asked = 0;
      const { points } = await pack();
      return { doors: points.length, statements: asked };
    };
    await buildPoint(read(), { enterpriseId, officerId, type: 'WW', profile: 'gb8978-1' });
    await pack();
    const one = await statements();
    expect(one.doors).toBe(1);
    expect(one.statements).toBeGreaterThanOrEqual(3);
    for (let door = 1; door < 20; door += 1) {
      await buildPoint(read(), { enterpriseId, officerId, type: 'WW', profile: 'gb8978-1' });
    }
    expect(await statements()).toEqual({ ...one, doors: 20 });
  });
});
