import { createHash, randomUUID } from 'node:crypto';
import { CASE_ACTIONS, CASE_STATES } from '../../bff/src/features/supervision/case.rules';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';
import { buildFinding, buildReport, buildWarning } from '../builders/warnings';

/** 依法查处: facts collect themselves, and stand as they were once they are handed over. Monday 2026-11-23, 09:00. */

let test: TestApp;
let enterpriseId: number;
const people: Record<string, number> = {};

beforeAll(async () => {
  test = await createTestApp();
  enterpriseId = await buildEnterprise(read());
  people['officer'] = await buildActor(read(), 'officer', { enterpriseId });
  people['township'] = await buildActor(read(), 'township', { region: '330521001' });
  people['elsewhere'] = await buildActor(read(), 'township', { region: '330521100' });
  people['enforcement'] = await buildActor(read(), 'enforcement');
  people['regulator'] = await buildActor(read(), 'regulator');
});
afterAll(() => test?.close());

const read = () => test.app.core.db.read;
const call = async (who: string, path: string, body?: object) => {
  const request = body === undefined ? test.http.get(path) : test.http.post(path).send(body);
  return request.set({ authorization: `Bearer ${await test.tokenOf(people[who]!)}` });
};
const open = (more: object = {}, who = 'enforcement') =>
  call(who, '/api/cases', {
    clientUuid: randomUUID(),
    enterpriseId: String(enterpriseId),
    title: '涉嫌夜间偷排',
    ...more,
  });
const bodies = () => ({
  investigate: { clientUuid: randomUUID(), note: '开始调查' },
  transfer: { clientUuid: randomUUID(), note: '移送执法队', documentNo: '德环移〔2026〕3 号' },
  conclude: { clientUuid: randomUUID(), note: '罚款 4.2 万元', result: 'penalty' },
  withdraw: { clientUuid: randomUUID(), note: '查无实据' },
});
const step = (id: string, action: keyof ReturnType<typeof bodies>, who = 'enforcement') =>
  call(who, `/api/cases/${id}/${action}`, bodies()[action]);

describe('the walk over all states, actions and roles', () => {
  const expected = (action: string, state: string, role: string): string => {
    if (role === 'officer' || role === 'township') return 'AUTH.ROLE_NOT_ALLOWED';
    if (state === 'concluded' || state === 'withdrawn') return 'CASE.ENDED';
    if (action === 'investigate') return state === 'opened' ? 'investigating' : 'CASE.NOT_OPENED';
    if (action === 'transfer') {
      if (state === 'transferred') return 'CASE.ALREADY_TRANSFERRED';
      return state === 'investigating' ? 'transferred' : 'CASE.NOT_INVESTIGATING';
    }
    if (action === 'conclude') return state === 'opened' ? 'CASE.NOT_INVESTIGATING' : 'concluded';
    return state === 'transferred' ? 'CASE.ALREADY_TRANSFERRED' : 'withdrawn';
  };
  const WAY = {
    opened: [],
    investigating: ['investigate'],
    transferred: ['investigate', 'transfer'],
    concluded: ['investigate', 'conclude'],
    withdrawn: ['withdraw'],
  } as const;

  it.each(CASE_STATES)('from %s: legal, or refused with a code of its own', async (state) => {
    for (const action of CASE_ACTIONS) {
      for (const role of ['officer', 'township', 'enforcement', 'regulator']) {
        const { body } = await open();
        for (const each of WAY[state]) await step(body.id, each);
        const answer = (await step(body.id, action, role)).body;
        expect([action, role, answer.code ?? answer.state]).toEqual([action, role, expected(action, state, role)]);
      }
    }
  });
});

it('has an owner and a deadline until it ends, and every step with who and when', async () => {
  const { body } = await open();
  expect(body).toMatchObject({ state: 'opened', dueOn: '2026-11-30', owner: { id: String(people['enforcement']) } });
  const taken = (await step(body.id, 'investigate', 'regulator')).body;
  expect(taken).toMatchObject({ owner: { id: String(people['regulator']) }, dueOn: '2027-01-22' });
  const ended = (await step(body.id, 'conclude')).body;
  expect(ended).toMatchObject({ state: 'concluded', result: 'penalty', dueOn: null });
  expect(ended.steps.map(({ kind }: { kind: string }) => kind)).toEqual(['open', 'investigate', 'conclude']);
});

it('collects what is known of the enterprise, page by page, and freezes it when it is handed over', async () => {
  const mine = await buildEnterprise(read());
  const officerId = await buildActor(read(), 'officer', { enterpriseId: mine });
  await buildReport(read(), { enterpriseId: mine, trust: 45, receivedAt: new Date('2026-11-20T02:00:00Z') });
  const findingId = await buildFinding(read(), { enterpriseId: mine, dueAt: new Date('2026-11-19T12:00:00Z') });
  await read().execute(
    "INSERT INTO finding_step (finding_id, kind, at, note, evidence) VALUES (?, 'opened', '2026-11-12 02:00:00', '标志牌缺失', '{}')",
    [findingId],
  );
  const warningId = await buildWarning(read(), { enterpriseId: mine });
  await read().execute("INSERT INTO warning_step (warning_id, kind, at) VALUES (?, 'opened', '2026-11-22 18:30:00')", [
    warningId,
  ]);
  for (const [table, columns, values] of [
    ['penalty', 'document_no, decided_on, kind, content', "'测 9 号', '2026-10-01', 'order', '台账不全'"],
    [
      'petition',
      'received_on, source, issue, content, answer_by',
      "'2026-11-01', 'hotline', 'odour', '夜间异味', '2027-01-01'",
    ],
    [
      'incident',
      'happened_at, kind, level, content, due_on',
      "'2026-11-05', 'leak', 'general', '储罐渗漏', '2026-12-01'",
    ],
  ] as const) {
    await read().execute(
      `INSERT INTO ${table} (enterprise_id, entered_by, entered_at, ${columns}) VALUES (?, 1, '2026-11-05', ${values})`,
      [mine],
    );
  }
  await read().execute(
    `INSERT INTO notification (person_id, kind, business_date, channel, content, state, next_attempt_at, created_at, read_at)
     VALUES (?, 'test', '2026-11-21', 'inapp', '{"title": "请尽快整改"}', 'sent', '2026-11-21', '2026-11-21 00:00:00', '2026-11-21 02:00:00')`,
    [officerId],
  );
  const { body: opened } = await open({ enterpriseId: String(mine), warningId: String(warningId) });
  const path = `/api/cases/${opened.id}/facts`;
  const all = (await call('township', path)).body;
  expect(all.frozen).toBe(false);
  expect(all.rows.map(({ kind }: { kind: string }) => kind)).toEqual([
    'warning_opened',
    'notice_read',
    'report',
    'finding_opened',
    'incident_reported',
    'petition_received',
    'penalty',
  ]);
  expect(all.rows[1].text).toBe('请尽快整改（11-21 10:00 已读）');
  const paged: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { rows: unknown[]; next: string | null } = (
      await call('regulator', `${path}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    ).body;
    paged.push(...page.rows);
    cursor = page.next;
  }
  expect(paged).toEqual(all.rows);

  await step(opened.id, 'investigate');
  const moved = (await step(opened.id, 'transfer')).body;
  expect(moved).toMatchObject({ state: 'transferred', documentNo: '德环移〔2026〕3 号' });
  // What happens afterwards, or is altered, does not change what was handed over.
  await read().execute("UPDATE petition SET content = '别的' WHERE enterprise_id = ?", [mine]);
  const frozen = (await call('regulator', path)).body;
  expect(frozen).toEqual({ rows: all.rows, next: null, frozen: true });
  expect(moved.factsSha256).toBe(createHash('sha256').update(JSON.stringify(all.rows)).digest('hex'));
  const half = (await call('regulator', `${path}?limit=4`)).body;
  expect((await call('regulator', `${path}?limit=4&cursor=${half.next}`)).body.rows).toEqual(all.rows.slice(4));
});

it('is refused where it does not fit', async () => {
  const other = await buildWarning(read(), { enterpriseId: await buildEnterprise(read()) });
  expect((await open({ warningId: String(other) })).body.code).toBe('CASE.SOURCE');
  expect((await open({ supervisionId: '999999' })).body.code).toBe('CASE.SOURCE');
  expect((await open({ from: '2026-11-24' })).body.code).toBe('CASE.PERIOD');
  expect((await open({ from: '2025-01-01' })).body.code).toBe('CASE.PERIOD');
  expect((await open({ enterpriseId: '999999999999' })).body.code).toBe('WIRE.NOT_FOUND');
  expect((await open({}, 'township')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
});

it('is seen in its region only, and never by the enterprise', async () => {
  const { body } = await open();
  expect((await call('township', `/api/cases/${body.id}`)).status).toBe(200);
  expect((await call('elsewhere', `/api/cases/${body.id}`)).body.code).toBe('WIRE.NOT_FOUND');
  expect((await call('elsewhere', `/api/cases/${body.id}/facts`)).body.code).toBe('WIRE.NOT_FOUND');
  expect((await call('officer', '/api/cases')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
});

it('the same sending again changes nothing', async () => {
  const body = { clientUuid: randomUUID() };
  const first = await open(body);
  expect((await open(body)).body.id).toBe(first.body.id);
  expect((await open({ ...body, title: '别的' })).body.code).toBe('WIRE.DIFFERENT_CONTENT');
  const given = bodies().investigate;
  const path = `/api/cases/${first.body.id}/investigate`;
  await call('enforcement', path, given);
  expect((await call('enforcement', path, given)).body.steps).toHaveLength(2);
  expect((await call('enforcement', path, { ...given, note: '别的' })).body.code).toBe('WIRE.DIFFERENT_CONTENT');
});
