import { randomUUID } from 'node:crypto';
import type { RuleSetBody } from '../../bff/src/features/healthcode';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';

/** 试算: a draft on the last ninety days, and its way into force. Monday 2026-11-23, 09:00. */

let test: TestApp;
const tokens = new Map<string, { authorization: string }>();
const enterprises: Record<string, number> = {};

beforeAll(async () => {
  test = await createTestApp();
  // Nothing against it, six and fifteen tasks missed, and a fine.
  for (const [name, missed] of Object.entries({ clean: 0, six: 6, fifteen: 15, fined: 0 })) {
    const id = await buildEnterprise(read(), { name, region: name === 'six' ? '330521100' : '330521001' });
    enterprises[name] = id;
    const pointId = await buildPoint(read(), { enterpriseId: id });
    for (let index = 0; index < missed; index += 1) {
      const date = `2026-11-${String(2 + index).padStart(2, '0')}`;
      // One a day every other day, so that no three days come in a row.
      if (missed === 6 && index > 0) await missOn(pointId, `2026-11-${String(2 + index * 3).padStart(2, '0')}`);
      else await missOn(pointId, date);
    }
  }
  await read().execute(
    `INSERT INTO penalty (enterprise_id, document_no, decided_on, kind, amount, content, entered_by, entered_at)
     VALUES (?, '测 1 号', '2026-11-01', 'fine', 42000, '超标', 1, '2026-11-01 04:00:00')`,
    [enterprises['fined']!],
  );
  for (const [name, role, region] of [
    ['regulator', 'regulator', '3305'],
    ['second', 'regulator', '3305'],
    ['enforcement', 'enforcement', '3305'],
    ['part', 'regulator', '330521100'],
    ['neighbour', 'regulator', '330522'],
    ['township', 'township', '330521001'],
  ] as const) {
    tokens.set(name, { authorization: `Bearer ${await test.tokenOf(await buildActor(read(), role, { region }))}` });
  }
});
afterAll(() => test?.close());

const missOn = async (pointId: number, date: string) => {
  const taskId = await buildTask(read(), { pointId, date });
  await read().execute("UPDATE task SET state = 'missed', closed_at = TIMESTAMP(?) + INTERVAL 26 HOUR WHERE id = ?", [
    date,
    taskId,
  ]);
};
const read = () => test.app.core.db.read;
const get = (path: string, who = 'regulator') => test.http.get(path).set(tokens.get(who)!);
const post = (path: string, body: object, who = 'regulator') => test.http.post(path).set(tokens.get(who)!).send(body);
const inForce = async (): Promise<RuleSetBody> => (await get('/api/health-rule-sets/1')).body.body;
const draft = async (change: (body: RuleSetBody) => void): Promise<number> => {
  const body = await inForce();
  change(body);
  const answer = await post('/api/health-rule-sets', { clientUuid: randomUUID(), name: '草稿', note: '试', body });
  expect(answer.status).toBe(200);
  return answer.body.version;
};
const run = async (version: number) => {
  const { body } = await post('/api/what-if', { clientUuid: randomUUID(), version });
  await test.app.jobs.tickLoops();
  return (await get(`/api/what-if/${body.id}`)).body;
};

it('the rules in force, tried as a draft, change nothing', async () => {
  const story = await run(await draft(() => undefined));
  expect(story).toMatchObject({ state: 'done', computed: 4, total: 4, fromDay: '2026-08-25', toDay: '2026-11-23' });
  expect(story.matrix.every((move: { from: string; to: string }) => move.from === move.to)).toBe(true);
  expect((await get(`/api/what-if/${story.id}/enterprises`)).body.rows).toEqual([]);
});

it('shows who would move where, why, in which industry and township, and which lists they would leave', async () => {
  const version = await draft((body) => {
    const missed = body.rules.find(({ code }) => code === 'H01')!;
    Object.assign(missed, { points: 4, cap: 25 });
  });
  const story = await run(version);
  // Six missed: 94 under the rules in force, 76 under the draft. Fifteen in a row: 80 and 70, with the five for days in a row.
  expect(story.matrix).toEqual([
    { from: 'green', to: 'green', n: 2 },
    { from: 'green', to: 'yellow', n: 2 },
  ]);
  expect(story.byTownship).toEqual([
    { name: '乾元镇', n: 1, better: 0, worse: 1 },
    { name: '武康街道', n: 3, better: 0, worse: 1 },
  ]);
  expect(story.byIndustry).toEqual([{ name: '印染', n: 4, better: 0, worse: 2 }]);
  const { body } = await get(`/api/what-if/${story.id}/enterprises`);
  expect(body.rows).toMatchObject([
    {
      enterprise: { name: 'six', region: '乾元镇' },
      base: { score: 94, colour: 'green' },
      draft: { score: 76, colour: 'yellow' },
      reason: '任务漏检由扣 6 分变为 24 分。',
    },
    { enterprise: { name: 'fifteen' }, draft: { colour: 'yellow' } },
  ]);
  expect((await get(`/api/what-if/${story.id}/enterprises?region=330521100`)).body.rows).toHaveLength(1);
  expect((await get(`/api/what-if/${story.id}/enterprises?to=red`)).body.rows).toEqual([]);
  // Who is responsible for a part sees that part, in every figure.
  expect((await get(`/api/what-if/${story.id}`, 'part')).body).toMatchObject({
    computed: 1,
    total: 1,
    matrix: [{ from: 'green', to: 'yellow', n: 1 }],
    byIndustry: [{ name: '印染', n: 1, better: 0, worse: 1 }],
    byTownship: [{ name: '乾元镇', n: 1, better: 0, worse: 1 }],
  });
  const nothing = { computed: 0, total: 0, matrix: [], byIndustry: [], byTownship: [] };
  expect((await get(`/api/what-if/${story.id}`, 'neighbour')).body).toMatchObject(nothing);
  expect((await get(`/api/what-if?version=${version}`, 'neighbour')).body.rows).toMatchObject([
    { computed: 0, total: 0 },
  ]);
  expect((await get(`/api/what-if?version=${version}`)).body.rows).toMatchObject([{ computed: 4, total: 4 }]);
});

it('counts who would cross the line of a benefit', async () => {
  await read().execute(
    `INSERT INTO credit_grade (enterprise_id, period, source, grade, published_at, valid_until)
     SELECT id, '2026H1', 'ours', 'A', '2026-07-25', '2027-04-01' FROM enterprise`,
  );
  const version = await draft((body) => {
    Object.assign(body.bands[0]!, { from: 93 });
    Object.assign(body.bands[1]!, { to: 93 });
  });
  const story = await run(version);
  const loan = story.benefits.find(({ code }: { code: string }) => code === 'green_loan');
  // Fined (92) and fifteen (80) would no longer be green.
  expect(loan).toMatchObject({ now: 4, gained: 0, lost: 2 });
  const ofPart = (await get(`/api/what-if/${story.id}`, 'part')).body.benefits;
  expect(ofPart.find(({ code }: { code: string }) => code === 'green_loan')).toMatchObject({
    now: 1,
    gained: 0,
    lost: 0,
  });
  const { body } = await get(`/api/what-if/${story.id}/enterprises`);
  expect(body.rows.map((row: { reason: string }) => row.reason)).toEqual([
    '扣分相同，分数落在另一个颜色段，或奖励、一票否决不同。',
    '扣分相同，分数落在另一个颜色段，或奖励、一票否决不同。',
  ]);
});

it('takes rule sets of five colours as well', async () => {
  const story = await run(2);
  const colours = new Set(story.matrix.map(({ to }: { to: string }) => to));
  expect(colours).toEqual(new Set(['green', 'blue']));
});

it('is begun once, on drafts only, by regulators', async () => {
  const body = { clientUuid: randomUUID(), version: 2 };
  const first = await post('/api/what-if', body);
  expect((await post('/api/what-if', body)).body.id).toBe(first.body.id);
  expect((await post('/api/what-if', { ...body, version: 1 })).body.code).toBe('WIRE.DIFFERENT_CONTENT');
  expect((await post('/api/what-if', { clientUuid: randomUUID(), version: 1 })).body.code).toBe('WHATIF.NOT_A_DRAFT');
  expect((await post('/api/what-if', { clientUuid: randomUUID(), version: 999 })).body.code).toBe('WIRE.NOT_FOUND');
  expect((await post('/api/what-if', body, 'enforcement')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
  expect((await get('/api/what-if', 'township')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
  expect((await get('/api/what-if?version=2', 'enforcement')).body.rows.length).toBeGreaterThan(0);
});

it('a draft comes into force only tried, with a reason, by a second person, on a day of its own', async () => {
  const version = await draft(() => undefined);
  const path = `/api/health-rule-sets/${version}/publish`;
  const { body: unfinished } = await post('/api/what-if', { clientUuid: randomUUID(), version });
  const given = { runId: unfinished.id, reason: '试算三次，变化合理', effectiveFrom: '2026-12-01' };
  expect((await post(path, given, 'second')).body.code).toBe('WHATIF.RUN_NEEDED');
  await test.app.jobs.tickLoops();
  const other = await run(2);
  expect((await post(path, { ...given, runId: other.id }, 'second')).body.code).toBe('WHATIF.RUN_NEEDED');
  expect((await post(path, given)).body.code).toBe('WHATIF.SECOND_PERSON');
  const { body: short } = await post('/api/what-if', { clientUuid: randomUUID(), version, days: 89 });
  await test.app.jobs.tickLoops();
  expect((await post(path, { ...given, runId: short.id }, 'second')).body.code).toBe('WHATIF.RUN_TOO_SHORT');
  for (const [column, changed, as] of [
    ['base_version', 2, 1],
    ['to_day', '2026-10-23', '2026-11-23'],
  ] as const) {
    const set = (value: string | number) =>
      read().execute(`UPDATE what_if_run SET ${column} = ? WHERE id = ?`, [value, unfinished.id]);
    await read().execute("UPDATE what_if_run SET from_day = '2026-07-01' WHERE id = ?", [unfinished.id]);
    await set(changed);
    expect((await post(path, given, 'second')).body.code).toBe('WHATIF.RUN_OUT_OF_DATE');
    await set(as);
  }
  expect((await post(path, { ...given, effectiveFrom: '2026-11-23' }, 'second')).body.code).toBe('WHATIF.TOO_EARLY');
  expect((await post(path, { ...given, reason: ' ' }, 'second')).body.code).toBe('WIRE.INVALID');
  expect((await post(path, given, 'second')).body).toEqual({
    version,
    state: 'published',
    effectiveFrom: '2026-12-01',
  });
  expect((await post(path, given, 'second')).body.code).toBe('WHATIF.NOT_A_DRAFT');
  const next = await draft(() => undefined);
  const again = await run(next);
  expect((await post(`/api/health-rule-sets/${next}/publish`, { ...given, runId: again.id }, 'second')).body.code).toBe(
    'WHATIF.ANOTHER_THAT_DAY',
  );
  expect((await get('/api/health-rule-sets/1')).body.inForce).toBe(true);
});
