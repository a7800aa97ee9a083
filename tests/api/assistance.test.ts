import { randomUUID } from 'node:crypto';
import { addDays } from '../../bff/src/core/clock';
import { ACTIONS, STATES } from '../../bff/src/features/assistance/visit.rules';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';
import { hashOf, picture, startPhoneDay, uploadPhoto, type PhoneDay } from '../builders/phone';
import { buildFinding, buildWarning } from '../builders/warnings';

/** 帮扶: planned, recorded on the spot, followed up, measured; announced to the officer. Monday 2026-11-23. */

let day: PhoneDay;
const people: Record<string, number> = {};

beforeAll(async () => {
  day = await startPhoneDay();
  for (const [name, role, region] of [
    ['township', 'township', '330521001'],
    ['elsewhere', 'township', '330521100'],
    ['enforcement', 'enforcement', '330521'],
    ['regulator', 'regulator', '330521'],
  ] as const) {
    people[name] = await buildActor(read(), role, { region });
  }
  people['officer'] = day.officerId;
  people['rival'] = await buildActor(read(), 'officer');
});
afterAll(() => day.stop());
beforeEach(async () => {
  for (const table of ['visit_step', 'visit_agreed', 'visit', 'positive_list'])
    await read().execute(`DELETE FROM ${table}`);
});

const read = () => day.test.app.core.db.read;
const call = async (who: string, path: string, body?: object) => {
  const request = body === undefined ? day.test.http.get(path) : day.test.http.post(path).send(body);
  return request.set({ authorization: `Bearer ${await day.test.tokenOf(people[who]!)}` });
};
const enterprise = () => String(day.enterpriseId);
const plan = (more: object = {}) => ({
  clientUuid: randomUUID(),
  enterpriseId: enterprise(),
  plannedOn: '2026-11-25',
  purpose: '连续漏检，看看是不是人手不够。',
  ...more,
});
const doorOf = async (pointId: number) =>
  (await day.get<{ url: string }>(people['regulator']!, `/api/points/${pointId}/qr`)).url;
const door = () => doorOf(day.pointIds[0]!);
const record = async (more: object = {}) => ({
  clientUuid: randomUUID(),
  token: await door(),
  arrivedAt: new Date(day.clock.now().getTime() - 45 * 60_000).toISOString(),
  leftAt: day.clock.now().toISOString(),
  sentAt: day.clock.now().toISOString(),
  photos: [],
  taught: '教会了新负责人怎么拍照、怎么填台账。',
  lacks: '缺一名替班的人。',
  internalNote: '老板不太上心。',
  agreed: [
    { text: '确定替班人员', by: '2026-11-30' },
    { text: '补齐危废台账', by: '2026-12-05' },
  ],
  ...more,
});
const planned = async () => (await call('township', '/api/visits', plan())).body.id as string;
const bodies = async () => ({
  record: await record(),
  'follow-up': {
    clientUuid: randomUUID(),
    note: '都做到了。',
    agreed: [{ done: true }, { done: false, note: '还差两页' }],
  },
  cancel: { clientUuid: randomUUID(), reason: '企业当天停电检修。' },
});

it('walks from the plan to the follow-up, each step with who and when', async () => {
  const warningId = await buildWarning(read(), { enterpriseId: day.enterpriseId });
  const { body: visit } = await call('township', '/api/visits', plan({ warningId: String(warningId) }));
  expect(visit).toMatchObject({ state: 'planned', warningId: String(warningId), dueOn: '2026-11-28', overdue: false });
  const linked = (await call('township', `/api/visits?warningId=${warningId}`)).body.rows;
  expect(linked.map(({ id }: { id: string }) => id)).toEqual([visit.id]);
  const { body: recorded } = await call('township', `/api/visits/${visit.id}/record`, await record());
  expect(recorded).toMatchObject({
    state: 'recorded',
    dueOn: '2026-12-12',
    point: { id: String(day.pointIds[0]) },
    agreed: [{ text: '确定替班人员', done: null }, { by: '2026-12-05' }],
    internalNote: '老板不太上心。',
  });
  const { body: ended } = await call('township', `/api/visits/${visit.id}/follow-up`, (await bodies())['follow-up']);
  expect(ended).toMatchObject({
    state: 'followed_up',
    dueOn: null,
    agreed: [
      { done: true, note: null },
      { done: false, note: '还差两页' },
    ],
  });
  expect(ended.steps.map(({ kind }: { kind: string }) => kind)).toEqual(['plan', 'record', 'follow-up']);
  const events = await read().query<{ type: string }>(
    "SELECT type FROM event WHERE subject_type = 'visit' AND subject_id = ? ORDER BY id",
    [visit.id],
  );
  expect(events.map(({ type }) => type)).toEqual(['visit.planned', 'visit.recorded', 'visit.followed_up']);
});

describe('the walk over all states, actions and roles', () => {
  const expected = (action: string, state: string): string => {
    if (state === 'followed_up' || state === 'cancelled') return 'ASSIST.ENDED';
    if (action === 'record') return state === 'planned' ? 'recorded' : 'ASSIST.ALREADY_RECORDED';
    if (action === 'cancel') return state === 'planned' ? 'cancelled' : 'ASSIST.NOT_PLANNED';
    return state === 'recorded' ? 'followed_up' : 'ASSIST.NOT_RECORDED';
  };
  const inState = async (state: string): Promise<string> => {
    const id = await planned();
    const given = await bodies();
    if (state === 'cancelled') await call('township', `/api/visits/${id}/cancel`, given.cancel);
    if (state === 'recorded' || state === 'followed_up')
      await call('township', `/api/visits/${id}/record`, given.record);
    if (state === 'followed_up') await call('township', `/api/visits/${id}/follow-up`, given['follow-up']);
    return id;
  };

  it.each(STATES)('from %s: legal, or refused with a code of its own', async (state) => {
    for (const action of ACTIONS) {
      for (const role of ['township', 'enforcement', 'regulator', 'officer']) {
        const id = await inState(state);
        const { body } = await call(role, `/api/visits/${id}/${action}`, (await bodies())[action]);
        const wanted = role === 'officer' ? 'AUTH.ROLE_NOT_ALLOWED' : expected(action, state);
        expect([action, role, body.code ?? body.state]).toEqual([action, role, wanted]);
      }
    }
  });

  it('another township’s reads as not found', async () => {
    const id = await planned();
    expect((await call('elsewhere', `/api/visits/${id}`)).body.code).toBe('WIRE.NOT_FOUND');
    for (const action of ACTIONS) {
      const { body } = await call('elsewhere', `/api/visits/${id}/${action}`, (await bodies())[action]);
      expect(body.code).toBe('WIRE.NOT_FOUND');
    }
    expect((await call('elsewhere', '/api/visits', plan())).body.code).toBe('WIRE.NOT_FOUND');
  });
});

it('the same sending again changes nothing; another content under its number is refused', async () => {
  const body = plan();
  const first = await call('township', '/api/visits', body);
  expect((await call('township', '/api/visits', body)).body.id).toBe(first.body.id);
  expect((await call('township', '/api/visits', { ...body, purpose: '别的' })).body.code).toBe(
    'WIRE.DIFFERENT_CONTENT',
  );
  const told = await record();
  const path = `/api/visits/${first.body.id}/record`;
  await call('township', path, told);
  const sentAgain = { ...told, sentAt: day.clock.now().toISOString() };
  expect((await call('township', path, sentAgain)).body).toMatchObject({ state: 'recorded', agreed: [{}, {}] });
  for (const change of [{ taught: '别的' }, { agreed: [] }, { internalNote: '别的' }]) {
    expect((await call('township', path, { ...told, ...change })).body.code).toBe('WIRE.DIFFERENT_CONTENT');
  }
  expect((await call('enforcement', path, told)).body.code).toBe('WIRE.DIFFERENT_CONTENT');
  const looked = (await bodies())['follow-up'];
  const again = `/api/visits/${first.body.id}/follow-up`;
  for (let time = 0; time < 2; time += 1) {
    expect((await call('township', again, looked)).body.state).toBe('followed_up');
  }
  const other = { ...looked, agreed: [{ done: true }, { done: true }] };
  expect((await call('township', again, other)).body.code).toBe('WIRE.DIFFERENT_CONTENT');
  expect((await call('township', again.replace('follow-up', 'record'), told)).body.state).toBe('recorded');
  expect((await call('township', again, looked)).body.state).toBe('followed_up');
});

describe('an enterprise on the positive list', () => {
  beforeEach(() =>
    read().execute(
      "INSERT INTO positive_list (enterprise_id, open_key, since, entered_because) VALUES (?, ?, '2026-09-01', '连续 90 天绿码')",
      [day.enterpriseId, day.enterpriseId],
    ),
  );

  it('is left undisturbed, unless a reason is given, which stays on record', async () => {
    const refused = await call('township', '/api/visits', plan());
    expect(refused.body).toMatchObject({
      code: 'ASSIST.UNDISTURBED',
      message: expect.stringContaining('2026-09-01'),
      details: { since: '2026-09-01T00:00:00.000Z' },
    });
    const { body } = await call('township', '/api/visits', plan({ overrideReason: '群众反映夜间有异味' }));
    expect(body.overrideReason).toBe('群众反映夜间有异味');
    const [event] = await read().query<{ payload: unknown }>(
      "SELECT payload FROM event WHERE type = 'visit.planned' ORDER BY id DESC LIMIT 1",
    );
    expect(JSON.stringify(event)).toContain('群众反映夜间有异味');
    // The enterprise does not read what officials say among themselves.
    expect((await call('officer', `/api/visits/${body.id}`)).body.overrideReason).toBeNull();
  });

  it('also when nobody had planned the visit', async () => {
    const { plannedOn: _on, ...rest } = plan();
    expect((await call('township', '/api/visit-records', { ...(await record()), ...rest })).body.code).toBe(
      'ASSIST.UNDISTURBED',
    );
  });
});

describe('a record', () => {
  it('is made for a visit that nobody had planned, once', async () => {
    const { plannedOn: _on, ...rest } = plan();
    const body = { ...(await record()), ...rest };
    const { body: visit } = await call('township', '/api/visit-records', body);
    expect(visit).toMatchObject({ state: 'recorded', plannedOn: '2026-11-23' });
    expect((await call('township', '/api/visit-records', body)).body.id).toBe(visit.id);
    const other = await call('township', '/api/visit-records', { ...body, taught: '别的' });
    expect(other.body.code).toBe('WIRE.DIFFERENT_CONTENT');
    const [row] = await read().query<{ n: number }>('SELECT COUNT(*) AS n FROM visit');
    expect(row!.n).toBe(1);
  });

  it('needs a door of that enterprise, with the code that is on it now', async () => {
    const id = await planned();
    const theirs = await doorOf(await buildPoint(read(), { enterpriseId: await buildEnterprise(read()) }));
    for (const token of [theirs, 'no code at all']) {
      const { body } = await call('township', `/api/visits/${id}/record`, await record({ token }));
      expect(body.code).toBe('ASSIST.WRONG_DOOR');
    }
    const old = await door();
    await read().execute('UPDATE point SET key_version = key_version + 1 WHERE id = ?', [day.pointIds[0]!]);
    expect((await call('township', `/api/visits/${id}/record`, await record({ token: old }))).body.code).toBe(
      'ASSIST.WRONG_DOOR',
    );
  });

  it('needs its photos to be there', async () => {
    const id = await planned();
    const bytes = await picture(2);
    const sha256 = hashOf(bytes);
    const told = await record({ photos: [sha256] });
    expect((await call('township', `/api/visits/${id}/record`, told)).body).toMatchObject({
      code: 'ASSIST.PHOTO_NOT_STORED',
      details: { photos: [sha256] },
    });
    await uploadPhoto(day, people['township']!, bytes);
    const waiting = (await call('township', `/api/visits/${id}/record`, told)).body.photos;
    expect(waiting).toMatchObject([{ sha256, state: 'waiting', url: null }]);
    const asked = { enterpriseId: enterprise(), photos: [{ sha256, bytes: bytes.length, contentType: 'image/jpeg' }] };
    expect((await call('elsewhere', '/api/photos/tickets', asked)).body.code).toBe('WIRE.NOT_FOUND');
  });

  it('that waited for a signal is believed by the phone’s clock, put right', async () => {
    const id = await planned();
    const now = day.clock.now().getTime();
    const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
    // The phone is an hour slow: it shows what was an hour ago.
    const { body } = await call(
      'township',
      `/api/visits/${id}/record`,
      await record({ arrivedAt: ago(200), leftAt: ago(180), sentAt: ago(60) }),
    );
    const late = new Date(body.leftAt).getTime() - (now - 120 * 60_000);
    expect(Math.abs(late)).toBeLessThan(5000);
  });

  it.each([
    ['leaving before arriving', { leftAt: '2026-11-22T01:00:00Z', arrivedAt: '2026-11-22T02:00:00Z' }, 'ASSIST.TIMES'],
    ['leaving after sending', { leftAt: '2026-11-24T01:00:00Z' }, 'ASSIST.TIMES'],
    ['a step in the past', { agreed: [{ text: '补台账', by: '2026-11-01' }] }, 'ASSIST.STEP_DATES'],
    ['a step in a year', { agreed: [{ text: '补台账', by: '2027-11-01' }] }, 'ASSIST.STEP_DATES'],
  ])('is refused with %s', async (_what, change, code) => {
    const id = await planned();
    expect((await call('township', `/api/visits/${id}/record`, await record(change))).body.code).toBe(code);
  });
});

it.each([
  ['yesterday', '2026-11-22'],
  ['in three months', '2027-02-23'],
])('no visit is planned for %s', async (_what, plannedOn) => {
  expect((await call('township', '/api/visits', plan({ plannedOn }))).body.code).toBe('ASSIST.DATE');
});

it('a warning of somebody else is not answered', async () => {
  const warningId = await buildWarning(read(), { enterpriseId: await buildEnterprise(read()) });
  expect((await call('township', '/api/visits', plan({ warningId: String(warningId) }))).body.code).toBe(
    'ASSIST.WARNING',
  );
});

it('a follow-up answers for each step that was agreed', async () => {
  const id = await planned();
  await call('township', `/api/visits/${id}/record`, await record());
  const body = { clientUuid: randomUUID(), note: '看过', agreed: [{ done: true }] };
  expect((await call('township', `/api/visits/${id}/follow-up`, body)).body.code).toBe('ASSIST.EVERY_STEP');
});

describe('the officer', () => {
  it('hears of a visit, reads what was agreed, and not what officials note', async () => {
    const id = await planned();
    await day.test.app.jobs.settle();
    await call('township', `/api/visits/${id}/record`, await record());
    const { body } = await call('officer', `/api/visits/${id}`);
    expect(body).toMatchObject({ taught: '教会了新负责人怎么拍照、怎么填台账。', internalNote: null });
    expect((await call('officer', '/api/visits')).body.rows).toMatchObject([{ id, agreed: [{}, {}] }]);
    expect((await call('rival', `/api/visits/${id}`)).body.code).toBe('WIRE.NOT_FOUND');
    const other = await planned();
    await call('township', `/api/visits/${other}/cancel`, { clientUuid: randomUUID(), reason: '停电检修' });
    await day.test.app.jobs.settle();
    const notices = await read().query<{ kind: string; content: unknown }>(
      "SELECT kind, content FROM notification WHERE person_id = ? AND kind LIKE 'visit.%' ORDER BY id",
      [day.officerId],
    );
    expect(notices.map(({ kind }) => kind)).toEqual(['visit.planned', 'visit.planned', 'visit.cancelled']);
    expect(JSON.stringify(notices[2])).toContain('停电检修');
  });
});

it('lists what is due first, what has ended last, page by page', async () => {
  const later = (await call('township', '/api/visits', plan({ plannedOn: '2026-12-05' }))).body.id;
  const sooner = await planned();
  const ended = await planned();
  await call('township', `/api/visits/${ended}/cancel`, { clientUuid: randomUUID(), reason: '不去了' });
  const ids = (body: { rows: { id: string }[] }) => body.rows.map(({ id }) => id);
  const first = (await call('township', '/api/visits?limit=2')).body;
  expect(ids(first)).toEqual([sooner, later]);
  expect(ids((await call('township', `/api/visits?limit=2&cursor=${first.next}`)).body)).toEqual([ended]);
  expect(ids((await call('enforcement', '/api/visits?mine=1')).body)).toEqual([]);
  expect(ids((await call('township', '/api/visits?mine=1&state=planned')).body)).toEqual([sooner, later]);
});

it('measures by itself what came of it, preliminary until the thirty days are over', async () => {
  const enterpriseId = await buildEnterprise(read());
  people['theirs'] = await buildActor(read(), 'officer', { enterpriseId });
  const pointId = await buildPoint(read(), { enterpriseId });
  const id = (await call('township', '/api/visits', plan({ enterpriseId: String(enterpriseId) }))).body.id;
  await call('township', `/api/visits/${id}/record`, await record({ token: await doorOf(pointId), agreed: [] }));
  // Before: ten due, five missed, two findings. After: ten due, one missed, none found.
  for (let index = 1; index <= 10; index += 1) {
    for (const [date, state] of [
      [addDays('2026-11-23', -index), index <= 5 ? 'missed' : 'done'],
      [addDays('2026-11-23', index), index === 1 ? 'missed' : 'late'],
    ] as const) {
      const taskId = await buildTask(read(), { pointId, date });
      await read().execute('UPDATE task SET state = ? WHERE id = ?', [state, taskId]);
    }
  }
  for (const on of ['2026-11-01', '2026-11-22']) {
    await buildFinding(read(), {
      enterpriseId,
      openedAt: new Date(`${on}T04:00:00Z`),
      dueAt: new Date('2026-12-30T04:00:00Z'),
    });
  }
  const before = { due: 10, done: 5, findings: 2 };
  await day.at('2026-11-29T09:00:00+08:00');
  expect((await call('township', `/api/visits/${id}`)).body.result).toEqual({
    days: 6,
    before,
    after: { due: 5, done: 4, findings: 0 },
  });
  await day.at('2026-12-25T11:00:00+08:00');
  const [row] = await read().query<{ measured: string }>('SELECT measured_on AS measured FROM visit WHERE id = ?', [
    id,
  ]);
  expect(row!.measured).toBe('2026-12-25');
  expect((await call('township', `/api/visits/${id}`)).body.result).toEqual({
    days: 30,
    before,
    after: { due: 10, done: 9, findings: 0 },
  });
});
