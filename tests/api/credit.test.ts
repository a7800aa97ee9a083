import { randomUUID } from 'node:crypto';
import ExcelJS from 'exceljs';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';
import { buildSnapshots } from '../builders/snapshots';
import { buildFinding } from '../builders/warnings';

/** 环境信用评价: one half-year from the snapshots to the published grade, and what hangs on it. */

let test: TestApp;
const tokens = new Map<string, { authorization: string }>();
let people: Record<string, number>;
let good: number;
let fair: number;
let brief: number;

beforeAll(async () => {
  test = await createTestApp({ now: '2026-07-06T09:00:00+08:00' });
  good = await buildEnterprise(read(), { name: '德清甲印染有限公司' });
  fair = await buildEnterprise(read(), { name: '德清乙化工有限公司' });
  brief = await buildEnterprise(read(), { name: '德清丙纺织有限公司' });
  people = {
    officer: await buildActor(read(), 'officer', { enterpriseId: fair }),
    rival: await buildActor(read(), 'officer', { enterpriseId: good }),
    township: await buildActor(read(), 'township', { region: '330521001' }),
    elsewhere: await buildActor(read(), 'township', { region: '330521100' }),
    enforcement: await buildActor(read(), 'enforcement'),
    regulator: await buildActor(read(), 'regulator', { region: '3305' }),
    second: await buildActor(read(), 'regulator', { region: '3305' }),
  };
  await signIn();
  await buildSnapshots(read(), { enterpriseId: good, from: '2026-01-01', to: '2026-06-30', score: 97 });
  await buildSnapshots(read(), { enterpriseId: fair, from: '2026-01-01', to: '2026-05-31', score: 90 });
  await buildSnapshots(read(), {
    enterpriseId: fair,
    from: '2026-06-01',
    to: '2026-06-30',
    score: 72,
    colour: 'yellow',
  });
  await buildSnapshots(read(), { enterpriseId: brief, from: '2026-06-10', to: '2026-06-30', score: 99 });
  const pointId = await buildPoint(read(), { enterpriseId: fair });
  const done = ['2026-03-01', '2026-03-06', '2026-03-11'];
  for (const date of [...done, '2026-03-16']) {
    const taskId = await buildTask(read(), { pointId, date });
    await read().execute('UPDATE task SET state = ? WHERE id = ?', [done.includes(date) ? 'done' : 'missed', taskId]);
  }
  // The last evening of the half-year counts, the evening before it and the morning after it do not.
  await buildFinding(read(), { enterpriseId: fair, dueAt: new Date('2026-06-30T20:00:00+08:00') });
  await buildFinding(read(), { enterpriseId: good, dueAt: new Date('2025-12-31T20:00:00+08:00') });
  await buildFinding(read(), { enterpriseId: good, dueAt: new Date('2026-07-01T02:00:00+08:00') });
});
afterAll(() => test?.close());

const read = () => test.app.core.db.read;
const get = (path: string, who = 'regulator') => test.http.get(path).set(tokens.get(who)!);
const post = (path: string, body: object, who = 'regulator') => test.http.post(path).set(tokens.get(who)!).send(body);
const signIn = async () => {
  for (const [name, id] of Object.entries(people)) {
    tokens.set(name, { authorization: `Bearer ${await test.tokenOf(id)}` });
  }
};
/** The clock at nine in the morning of a day, everybody signed in anew. */
const reach = async (date: string) => {
  test.clock.moveTo(new Date(`${date}T09:00:00+08:00`));
  await signIn();
};
const compute = () => test.app.jobs.tickLoops();

describe('a round', () => {
  const period = '2026H1';

  it('cannot begin before its half-year is over, nor without records', async () => {
    expect((await post('/api/credit/rounds', { clientUuid: randomUUID(), period: '2026H2' })).body.code).toBe(
      'CREDIT.PERIOD_NOT_OVER',
    );
    expect((await post('/api/credit/rounds', { clientUuid: randomUUID(), period: '2024H1' })).body.code).toBe(
      'CREDIT.PERIOD_UNKNOWN',
    );
  });

  it('waits for the tasks of its last day, which have until the next morning', async () => {
    const pointId = await buildPoint(read(), { enterpriseId: brief });
    const taskId = await buildTask(read(), { pointId, date: '2026-06-30' });
    const asked = await post('/api/credit/rounds', { clientUuid: randomUUID(), period });
    expect(asked.body.code).toBe('CREDIT.LAST_DAY_OPEN');
    await read().execute("UPDATE task SET state = 'excused' WHERE id = ?", [taskId]);
  });

  it('is begun once and computed to a preliminary list with ten working days to object', async () => {
    const body = { clientUuid: randomUUID(), period };
    expect((await post('/api/credit/rounds', body)).body).toMatchObject({ state: 'computing', schemeVersion: 1 });
    expect((await post('/api/credit/rounds', body)).status).toBe(200);
    expect((await post('/api/credit/rounds', { ...body, clientUuid: randomUUID() })).body.code).toBe(
      'CREDIT.ROUND_EXISTS',
    );
    await compute();
    const { body: story } = await get(`/api/credit/rounds/${period}`);
    // Monday 6 July and ten working days.
    expect(story).toMatchObject({
      state: 'preliminary',
      objectionsUntil: '2026-07-20',
      grades: [
        { grade: 'A', n: 1 },
        { grade: 'B', n: 1 },
      ],
      open: { objections: 0, adjustments: 0 },
    });
  });

  it('explains each result by what was measured, and leaves out who was there too briefly', async () => {
    const { body } = await get(`/api/credit/rounds/${period}/results`);
    expect(body.rows.map((row: { enterprise: { id: string } }) => row.enterprise.id)).toEqual([
      String(good),
      String(fair),
    ]);
    // Mean of months 87, worst colour yellow, three of four tasks, one finding past its deadline.
    expect(body.rows[1]).toMatchObject({
      score: 82.95,
      grade: 'B',
      components: [
        { code: 'score', value: 87, points: 87 },
        { code: 'colour', value: 'yellow', points: 70 },
        { code: 'completion', value: 75, points: 75 },
        { code: 'overdue', value: 1, points: 90 },
      ],
      outlook: {
        next: { grade: 'A', lacks: 7.05 },
        above: 2.95,
        movers: [{ code: 'score', gains: 7.8, enough: true }, {}, {}, {}],
      },
    });
    const edge = await get(`/api/credit/rounds/${period}/results?edge=3`);
    expect(edge.body.rows).toHaveLength(1);
    const paged = await get(`/api/credit/rounds/${period}/results?limit=1`);
    const second = await get(`/api/credit/rounds/${period}/results?limit=1&cursor=${paged.body.next}`);
    expect(second.body.rows[0].enterprise.id).toBe(String(fair));
    expect(second.body.next).toBeNull();
    expect((await get(`/api/credit/rounds/${period}/results`, 'elsewhere')).body.rows).toEqual([]);
  });

  it('tells the officers', async () => {
    const notices = await read().query<{ content: string }>(
      "SELECT content FROM notification WHERE kind = 'credit.preliminary' AND person_id IN (?) ORDER BY subject",
      [[people['officer']!, people['rival']!]],
    );
    expect(notices.map(({ content }) => JSON.stringify(content))).toEqual([
      expect.stringContaining('初评 A 级'),
      expect.stringContaining('初评 B 级'),
    ]);
  });

  it('is shown to the enterprise itself, and to no other', async () => {
    const { body } = await get(`/api/enterprises/${fair}/credit`, 'officer');
    expect(body).toMatchObject({ current: null, results: [{ period, grade: 'B', state: 'preliminary' }] });
    expect((await get(`/api/enterprises/${fair}/credit`, 'rival')).body.code).toBe('WIRE.NOT_FOUND');
    expect((await get(`/api/enterprises/${fair}/credit`, 'elsewhere')).body.code).toBe('WIRE.NOT_FOUND');
    expect((await get(`/api/enterprises/${brief}/credit`)).body).toMatchObject({ current: null, results: [] });
  });

  let objectionId: string;
  it('takes one objection of an enterprise within the time', async () => {
    const body = { clientUuid: randomUUID(), period, enterpriseId: String(fair), reason: '四月的问题已按期改好。' };
    const { body: filed } = await post('/api/credit/objections', body, 'officer');
    expect(filed).toMatchObject({ state: 'open', decideBy: '2026-07-20' });
    objectionId = filed.id;
    expect((await post('/api/credit/objections', body, 'officer')).body.id).toBe(objectionId);
    expect((await post('/api/credit/objections', { ...body, reason: '别的' }, 'officer')).body.code).toBe(
      'WIRE.DIFFERENT_CONTENT',
    );
    expect((await post('/api/credit/objections', { ...body, clientUuid: randomUUID() }, 'officer')).body.code).toBe(
      'CREDIT.OBJECTED_ALREADY',
    );
    expect((await post('/api/credit/objections', { ...body, clientUuid: randomUUID() }, 'rival')).body.code).toBe(
      'WIRE.NOT_FOUND',
    );
  });

  let adjustmentId: string;
  it('upheld means points that a second person confirms', async () => {
    const decision = { clientUuid: randomUUID(), upheld: true, note: '照片显示按期改好。' };
    expect((await post(`/api/credit/objections/${objectionId}/decide`, decision)).body.code).toBe(
      'CREDIT.POINTS_NEEDED',
    );
    const given = { ...decision, points: 1 };
    expect((await post(`/api/credit/objections/${objectionId}/decide`, given)).body.state).toBe('upheld');
    expect((await post(`/api/credit/objections/${objectionId}/decide`, given)).body.state).toBe('upheld');
    expect(
      (await post(`/api/credit/objections/${objectionId}/decide`, { ...given, clientUuid: randomUUID() })).body.code,
    ).toBe('CREDIT.DECIDED');
    const { body } = await get(`/api/credit/adjustments?period=${period}`);
    expect(body.rows).toMatchObject([{ objectionId, points: 1, state: 'proposed' }]);
    adjustmentId = body.rows[0].id;
    // The second person thinks otherwise: the enterprise still has no answer, and the list cannot close.
    const no = { confirmed: false, note: '照片看不出是哪一天' };
    expect((await post(`/api/credit/adjustments/${adjustmentId}/decide`, no, 'second')).body.state).toBe('refused');
    expect((await get(`/api/enterprises/${fair}/credit`, 'officer')).body).toMatchObject({
      results: [{ score: 82.95 }],
      objections: [{ state: 'open', note: null }],
      adjustments: [],
    });
    expect((await get(`/api/credit/rounds/${period}`)).body.open).toEqual({ objections: 1, adjustments: 0 });
    // Who is responsible for another part hears of no matter of this one.
    const elsewhere = await get(`/api/credit/rounds/${period}`, 'elsewhere');
    expect(elsewhere.body.open).toEqual({ objections: 0, adjustments: 0 });
    // Sent again: it is answered as then, and decides nothing anew.
    expect((await post(`/api/credit/objections/${objectionId}/decide`, given)).body.state).toBe('upheld');
    expect((await get(`/api/credit/rounds/${period}`)).body.open).toEqual({ objections: 1, adjustments: 0 });
    const anew = { ...given, clientUuid: randomUUID(), note: '补看了带日期的照片，确实按期改好。' };
    expect((await post(`/api/credit/objections/${objectionId}/decide`, anew)).body.state).toBe('upheld');
    const again = await get(`/api/credit/adjustments?period=${period}&state=proposed`);
    expect(again.body.rows).toMatchObject([{ objectionId, points: 1 }]);
    adjustmentId = again.body.rows[0].id;
    const yes = { confirmed: true, note: '同意' };
    expect((await post(`/api/credit/adjustments/${adjustmentId}/decide`, yes)).body.code).toBe('CREDIT.SECOND_PERSON');
    // Nothing has changed before.
    expect((await get(`/api/enterprises/${fair}/credit`)).body.results[0].score).toBe(82.95);
    expect((await post(`/api/credit/adjustments/${adjustmentId}/decide`, yes, 'second')).body.state).toBe('confirmed');
    expect((await post(`/api/credit/adjustments/${adjustmentId}/decide`, yes, 'second')).body.code).toBe(
      'CREDIT.DECIDED',
    );
    await test.app.jobs.tickLoops();
    expect(
      await read().query(
        "SELECT DISTINCT JSON_VALUE(content, '$.title') AS title FROM notification WHERE kind = 'credit.adjusted'",
      ),
    ).toEqual([{ title: '信用评价加 1 分' }]);
    expect((await get(`/api/enterprises/${fair}/credit`, 'officer')).body).toMatchObject({
      results: [{ score: 83.95, computed: 82.95, grade: 'B' }],
      objections: [{ state: 'upheld' }],
      adjustments: [{ points: 1 }],
    });
  });

  it('points by hand need a reason and move the grade only when confirmed', async () => {
    const body = { clientUuid: randomUUID(), period, enterpriseId: String(good), points: -10, reason: '漏报事故' };
    const { body: proposed } = await post('/api/credit/adjustments', body, 'enforcement');
    expect(proposed).toMatchObject({ state: 'proposed', points: -10 });
    expect((await post('/api/credit/adjustments', { ...body, points: -9 }, 'enforcement')).body.code).toBe(
      'WIRE.DIFFERENT_CONTENT',
    );
    await reach('2026-07-21');
    expect((await post(`/api/credit/rounds/${period}/finalise`, {})).body).toMatchObject({
      code: 'CREDIT.OPEN_MATTERS',
      details: { objections: 0, adjustments: 1 },
    });
    await post(`/api/credit/adjustments/${proposed.id}/decide`, { confirmed: false, note: '查无实据' });
    expect((await get(`/api/enterprises/${good}/credit`)).body.results[0].grade).toBe('A');
    for (const points of [0, 21, 0.05]) {
      expect((await post('/api/credit/adjustments', { ...body, clientUuid: randomUUID(), points })).body.code).toBe(
        'WIRE.INVALID',
      );
    }
  });

  it('becomes final when the time to object is over, then public', async () => {
    await reach('2026-07-20');
    expect((await post(`/api/credit/rounds/${period}/publish`, {})).body.code).toBe('CREDIT.NOT_FINAL');
    expect((await post(`/api/credit/rounds/${period}/finalise`, {})).body.code).toBe('CREDIT.OBJECTIONS_RUN');
    await reach('2026-07-21');
    expect(
      (
        await post(
          '/api/credit/objections',
          { clientUuid: randomUUID(), period, enterpriseId: String(good), reason: '迟了' },
          'rival',
        )
      ).body.code,
    ).toBe('CREDIT.OBJECTIONS_OVER');
    expect((await post(`/api/credit/rounds/${period}/finalise`, {})).body.state).toBe('final');
    expect((await post(`/api/credit/rounds/${period}/finalise`, {})).body.code).toBe('CREDIT.NOT_PRELIMINARY');
    expect(
      (
        await post('/api/credit/adjustments', {
          clientUuid: randomUUID(),
          period,
          enterpriseId: String(good),
          points: 1,
          reason: '迟了',
        })
      ).body.code,
    ).toBe('CREDIT.NOT_PRELIMINARY');
    expect((await post(`/api/credit/rounds/${period}/publish`, {})).body.state).toBe('published');
    const { body } = await get(`/api/enterprises/${fair}/credit`, 'officer');
    // The grade of the first half of 2026 counts until that of the second can be there.
    expect(body.current).toEqual({
      grade: 'B',
      period,
      source: 'ours',
      validUntil: '2027-03-31T16:00:00.000Z',
    });
  });
});

describe('what hangs on it', () => {
  const listOf = async (code: string, who = 'regulator') =>
    (await get(`/api/credit/benefits/${code}/enterprises`, who)).body.rows.map(
      (row: { enterprise: { id: string } }) => row.enterprise.id,
    );
  beforeAll(async () => {
    const now = test.clock.now();
    const until = new Date(now.getTime() + 86_400_000);
    for (const [enterpriseId, colour] of [
      [good, 'green'],
      [fair, 'yellow'],
      [brief, 'red'],
    ] as const) {
      await read().execute(
        'REPLACE INTO health_code (enterprise_id, rule_set_version, score, colour, colour_since, evaluated_at, valid_until) VALUES (?, 1, 90, ?, ?, ?, ?)',
        [enterpriseId, colour, now, now, until],
      );
    }
  });

  it('is a list per agency, by grade, colour and positive list', async () => {
    expect(await listOf('green_loan')).toEqual([String(good)]);
    expect(await listOf('tax_rebate')).toEqual([String(good), String(fair)]);
    expect(await listOf('loan_caution')).toEqual([String(brief)]);
    expect(await listOf('awards')).toEqual([]);
    await read().execute(
      "INSERT INTO positive_list (enterprise_id, open_key, since, entered_because) VALUES (?, ?, ?, '连续 90 天绿码')",
      [good, good, test.clock.now()],
    );
    expect(await listOf('awards')).toEqual([String(good)]);
    expect(await listOf('awards', 'elsewhere')).toEqual([]);
    expect((await get('/api/credit/benefits/nothing_here/enterprises')).body.code).toBe('WIRE.NOT_FOUND');
  });

  it('goes to the agency as a sheet', async () => {
    const answer = await get('/api/credit/benefits/tax_rebate/export')
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      });
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(answer.body as ExcelJS.Buffer);
    const rows = workbook.worksheets[0]!.getSheetValues().slice(1) as string[][];
    expect(rows.map((row) => row.slice(2, 7))).toEqual([
      ['企业名称', '信用等级', '评价周期', '健康码', '正面清单'],
      ['德清甲印染有限公司', 'A', '2026H1', '绿', '是'],
      ['德清乙化工有限公司', 'B', '2026H1', '黄', '否'],
    ]);
  });

  it('a code that is out of date helps nobody', async () => {
    await reach('2026-07-25');
    expect(await listOf('green_loan')).toEqual([]);
  });

  it('the province’s grades come from its list, all or none, and count before ours', async () => {
    const [row] = await read().query<{ uscc: string }>('SELECT uscc FROM enterprise WHERE id = ?', [fair]);
    const titles = ['统一社会信用代码', '企业名称', '评价周期', '等级'];
    const sheet = async (rows: (string | number | null)[][], heading = titles) => {
      const workbook = new ExcelJS.Workbook();
      workbook.addWorksheet('名单').addRows([heading, ...rows]);
      return list(Buffer.from(await workbook.xlsx.writeBuffer()));
    };
    const list = (content: Buffer) =>
      test.http
        .post('/api/credit/official-grades')
        .query({ clientUuid: randomUUID() })
        .set(tokens.get('regulator')!)
        .type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
        .serialize((body: unknown) => body as string)
        .send(content);
    const good = [row!.uscc, '乙', '2026年上半年', 'e级'];
    const faulty = await sheet([
      good,
      good,
      ['91330521MA00000000', '谁', '2026H1', 'A'],
      [row!.uscc, '乙', '去年', 'A'],
      [row!.uscc, '乙', '2026H2', 'A'],
      [row!.uscc, '乙', '2025H2', 'F'],
    ]);
    expect(faulty.body).toEqual({
      taken: false,
      grades: 3,
      faultCount: 5,
      faults: [
        { row: 3, column: null, problem: '与第 2 行重复' },
        { row: 4, column: 'A', problem: '统一社会信用代码不对，请核对 18 位' },
        { row: 5, column: 'C', problem: '评价周期看不懂，请写成 2026H1 或 2026年上半年' },
        { row: 6, column: null, problem: '这个评价周期还没有结束' },
        { row: 7, column: 'D', problem: '等级只能是 A、B、C、D、E' },
      ],
    });
    // Nothing of it is dropped in silence, and no code is guessed from a number.
    const spoilt = await sheet([[913305210000000000, '乙', '2026H1', 'A', '移出名单']]);
    expect(spoilt.body.faults).toEqual([
      { row: 2, column: 'E', problem: expect.stringContaining('没有列名') },
      { row: 2, column: 'A', problem: expect.stringContaining('是数字格式') },
    ]);
    const named = await sheet([good], ['统一社会信用代码', '企业名称', '评价周期', '等级', '等级', '调整后等级']);
    expect(named.body.faults).toEqual([
      { row: 1, column: 'E', problem: expect.stringContaining('“等级”有两列') },
      { row: 1, column: 'F', problem: expect.stringContaining('是不是“等级”？') },
    ]);
    expect((await get(`/api/enterprises/${fair}/credit`)).body.current.source).toBe('ours');
    expect((await list(Buffer.from('not a sheet'))).body.code).toBe('CREDIT.NOT_A_SHEET');
    expect((await sheet([good])).body).toMatchObject({ taken: true, faultCount: 0 });
    expect((await sheet([good])).body.taken).toBe(true);
    expect(await listOf('electricity_surcharge')).toContain(String(fair));
    expect((await get(`/api/enterprises/${fair}/credit`)).body.current).toMatchObject({
      grade: 'E',
      source: 'province',
    });
  });

  it('a rule gets a new version, once per number, and names its conditions', async () => {
    const body = {
      clientUuid: randomUUID(),
      code: 'green_loan',
      agency: 'loan',
      kind: 'benefit',
      zh: '绿色信贷优先',
      conditions: { match: 'all', grades: ['A'] },
      reason: '银行要求只到 A 级',
    };
    expect((await post('/api/credit/benefits', body)).body).toMatchObject({ version: 2 });
    expect((await post('/api/credit/benefits', body)).body).toMatchObject({ version: 2 });
    expect((await post('/api/credit/benefits', { ...body, zh: '别的' })).body.code).toBe('WIRE.DIFFERENT_CONTENT');
    expect(
      (await post('/api/credit/benefits', { ...body, clientUuid: randomUUID(), conditions: { match: 'all' } })).body
        .code,
    ).toBe('WIRE.INVALID');
    expect((await get('/api/credit/benefits?agency=loan')).body.rows).toMatchObject([
      { code: 'green_loan', version: 2 },
      { code: 'loan_caution', version: 1 },
    ]);
    expect(await listOf('green_loan')).toEqual([String(good)]);
  });
});

describe('a scheme', () => {
  const draft = async () => {
    const { body } = await get('/api/credit/schemes');
    const { body: scheme } = body.rows.at(-1);
    return { clientUuid: randomUUID(), name: '更看重完成率', body: scheme };
  };

  it('is drafted, then published by somebody else with a reason', async () => {
    const given = await draft();
    const { body } = await post('/api/credit/schemes', given);
    expect(body).toMatchObject({ state: 'draft', name: '更看重完成率' });
    expect((await post('/api/credit/schemes', given)).body.version).toBe(body.version);
    const path = `/api/credit/schemes/${body.version}/publish`;
    expect((await post(path, { reason: '试算过' })).body.code).toBe('CREDIT.SECOND_PERSON');
    expect((await post(path, { reason: '试算过' }, 'second')).body.state).toBe('published');
    expect((await post(path, { reason: '试算过' }, 'second')).body.code).toBe('CREDIT.NOT_A_DRAFT');
  });

  it('is refused with the path of the fault', async () => {
    const given = await draft();
    given.body.bands[2][1] = 95;
    const { body } = await post('/api/credit/schemes', { ...given, clientUuid: randomUUID() });
    expect(body).toMatchObject({ code: 'WIRE.INVALID', details: { faults: [{ field: 'body.body.bands.2.1' }] } });
  });
});
