import { randomUUID } from 'node:crypto';
import { ACTIONS, type RecordAction } from '../../bff/src/features/dossier/record.rules';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';

/** 信访、处罚、事件: entered, looked into, concluded; each step once, by those who may. Monday 2026-11-23. */

let test: TestApp;
let enterpriseId: string;
const tokens = new Map<string, { authorization: string }>();
const ROLES = ['officer', 'township', 'enforcement', 'regulator'] as const;

beforeAll(async () => {
  test = await createTestApp();
  const id = await buildEnterprise(read());
  enterpriseId = String(id);
  for (const [name, personId] of Object.entries({
    officer: await buildActor(read(), 'officer', { enterpriseId: id }),
    rival: await buildActor(read(), 'officer'),
    township: await buildActor(read(), 'township', { region: '330521001' }),
    elsewhere: await buildActor(read(), 'township', { region: '330521100' }),
    enforcement: await buildActor(read(), 'enforcement'),
    regulator: await buildActor(read(), 'regulator'),
  })) {
    tokens.set(name, { authorization: `Bearer ${await test.tokenOf(personId)}` });
  }
});
afterAll(() => test?.close());

const read = () => test.app.core.db.read;
const get = (path: string, who = 'regulator') => test.http.get(path).set(tokens.get(who)!);
const post = (path: string, body: object, who = 'regulator') => test.http.post(path).set(tokens.get(who)!).send(body);

let number = 0;
const bodies = {
  petition: () => ({
    clientUuid: randomUUID(),
    enterpriseId,
    receivedOn: '2026-11-20',
    source: 'hotline',
    issue: 'odour',
    content: '夜间有刺鼻气味。',
  }),
  penalty: () => ({
    clientUuid: randomUUID(),
    enterpriseId,
    documentNo: `湖德环罚〔2026〕${(number += 1)}号`,
    decidedOn: '2026-11-18',
    kind: 'fine',
    amount: 42_000,
    content: '废水超标排放。',
  }),
  incident: () => ({
    clientUuid: randomUUID(),
    enterpriseId,
    happenedAt: '2026-11-22T03:00:00+08:00',
    kind: 'leak',
    level: 'general',
    content: '储罐阀门渗漏，已围堵。',
  }),
};
const PATHS = { petition: '/api/petitions', penalty: '/api/penalties', incident: '/api/incidents' } as const;
type Kind = keyof typeof PATHS;
const build = async (kind: Kind, who = 'regulator'): Promise<string> =>
  (await post(PATHS[kind], bodies[kind](), who)).body.id as string;

describe('the walk over all states, actions and roles', () => {
  const STATES = {
    petition: ['received', 'verified', 'unfounded', 'voided'],
    penalty: ['in_force', 'voided'],
    incident: ['reported', 'confirmed', 'unfounded', 'closed', 'voided'],
  } as const;
  const AFTER = { verify: 'verified', dismiss: 'unfounded', confirm: 'confirmed', close: 'closed', void: 'voided' };

  const expected = (action: RecordAction, state: string, role: string): string => {
    const may = action === 'void' ? ['regulator'] : ['enforcement', 'regulator'];
    if (!may.includes(role)) return 'AUTH.ROLE_NOT_ALLOWED';
    if (state === 'voided') return 'DOSSIER.VOIDED';
    if (action === 'void') return 'voided';
    if (action === 'close') {
      if (state === 'closed') return 'DOSSIER.ALREADY_CLOSED';
      return state === 'confirmed' ? 'closed' : 'DOSSIER.NOT_CONFIRMED';
    }
    return state === 'received' || state === 'reported' ? AFTER[action] : 'DOSSIER.ALREADY_DECIDED';
  };

  it.each(['petition', 'penalty', 'incident'] as const)(
    '%s: legal, or refused with a code of its own',
    async (kind) => {
      for (const state of STATES[kind]) {
        for (const action of ACTIONS[kind]) {
          for (const role of ROLES) {
            const id = await build(kind);
            await read().execute(
              kind === 'petition'
                ? "UPDATE petition SET state = ?, decided_at = NOW(), result = '查过' WHERE id = ?"
                : `UPDATE ${kind} SET state = ? WHERE id = ?`,
              [state, id],
            );
            const { body } = await post(
              `${PATHS[kind]}/${id}/${action}`,
              { clientUuid: randomUUID(), note: '现场看过' },
              role,
            );
            // Whatever is not concluded has an owner and a deadline.
            const { body: now } = await get(`${PATHS[kind]}/${id}`);
            const open = ['received', 'reported', 'confirmed'].includes(now.state as string);
            expect([now.owner ?? null, open && (now.answerBy ?? now.dueOn) === undefined]).toEqual([
              open ? 'enforcement' : null,
              false,
            ]);
            expect([state, action, role, body.code ?? body.state]).toEqual([
              state,
              action,
              role,
              expected(action, state, role),
            ]);
          }
        }
      }
    },
  );
});

describe('a record', () => {
  it('is entered once under its number, by those who may', async () => {
    const body = bodies.penalty();
    const { body: entered } = await post('/api/penalties', body, 'enforcement');
    expect(entered).toMatchObject({ state: 'in_force', amount: 42_000, documentNo: body.documentNo });
    expect((await post('/api/penalties', body, 'enforcement')).body.id).toBe(entered.id);
    expect((await post('/api/penalties', { ...body, content: '别的' }, 'enforcement')).body.code).toBe(
      'WIRE.DIFFERENT_CONTENT',
    );
    expect((await post('/api/penalties', { ...body, amount: 43_000 }, 'enforcement')).body.code).toBe(
      'WIRE.DIFFERENT_CONTENT',
    );
    expect((await post('/api/penalties', body, 'regulator')).body.code).toBe('WIRE.DIFFERENT_CONTENT');
    const again = { ...body, clientUuid: randomUUID() };
    expect((await post('/api/penalties', again)).body.code).toBe('DOSSIER.DOCUMENT_KNOWN');
    const typed = { ...again, documentNo: body.documentNo.replace('〔', '(').replace('〕', ') ') };
    expect((await post('/api/penalties', typed)).body.code).toBe('DOSSIER.DOCUMENT_KNOWN');
    expect((await post('/api/penalties', bodies.penalty(), 'township')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    expect((await post('/api/petitions', bodies.petition(), 'elsewhere')).body.code).toBe('WIRE.NOT_FOUND');
  });

  it.each([
    ['a day that has not come', 'petition', { receivedOn: '2026-11-24' }, 'DOSSIER.IN_FUTURE'],
    ['a slip of the year', 'penalty', { decidedOn: '0226-11-18' }, 'DOSSIER.TOO_EARLY'],
    ['an instant that has not come', 'incident', { happenedAt: '2026-11-23T10:00:00+08:00' }, 'DOSSIER.IN_FUTURE'],
    ['a fine without its amount', 'penalty', { amount: undefined }, 'DOSSIER.AMOUNT'],
    ['a warning with an amount', 'penalty', { kind: 'warning' }, 'DOSSIER.AMOUNT'],
    ['a detention that is no veto', 'penalty', { kind: 'detention', amount: undefined }, 'DOSSIER.DETENTION'],
    ['an unknown kind', 'penalty', { kind: 'frown' }, 'WIRE.INVALID'],
    ['more than two decimals', 'penalty', { amount: 1.005 }, 'WIRE.INVALID'],
  ] as const)('is refused with %s', async (_what, kind, change, code) => {
    expect((await post(PATHS[kind], { ...bodies[kind](), ...change })).body.code).toBe(code);
  });

  it('has a deadline until it is concluded, and says when that has passed', async () => {
    const id = await build('petition', 'township');
    expect((await get(`/api/petitions/${id}`)).body).toMatchObject({
      answerBy: '2027-01-19',
      overdue: false,
      owner: 'enforcement',
    });
    await read().execute("UPDATE petition SET answer_by = '2026-11-22' WHERE id = ?", [id]);
    expect((await get(`/api/petitions/${id}`)).body.overdue).toBe(true);
    const uuid = randomUUID();
    const verdict = { clientUuid: uuid, note: '夜间确有异味，已责令整改。' };
    const { body } = await post(`/api/petitions/${id}/verify`, verdict, 'enforcement');
    expect(body).toMatchObject({ state: 'verified', overdue: false, result: verdict.note, owner: null });
    expect(body.steps).toMatchObject([{ kind: 'enter' }, { kind: 'verify', note: verdict.note }]);
    expect((await post(`/api/petitions/${id}/verify`, verdict, 'enforcement')).body.steps).toHaveLength(2);
    expect((await post(`/api/petitions/${id}/verify`, { ...verdict, note: '别的' }, 'enforcement')).body.code).toBe(
      'WIRE.DIFFERENT_CONTENT',
    );
    const incident = await build('incident');
    expect((await get(`/api/incidents/${incident}`)).body.dueOn).toBe('2026-11-26');
    await post(`/api/incidents/${incident}/confirm`, { clientUuid: randomUUID(), note: '属实' });
    expect((await get(`/api/incidents/${incident}`)).body).toMatchObject({ state: 'confirmed', dueOn: '2026-12-23' });
  });

  it('tells what happened as events of the enterprise', async () => {
    const id = await build('incident');
    await post(`/api/incidents/${id}/confirm`, { clientUuid: randomUUID(), note: '属实' });
    await post(`/api/incidents/${id}/close`, { clientUuid: randomUUID(), note: '已处置' });
    const events = await read().query<{ type: string; enterprise_id: number }>(
      "SELECT type, enterprise_id FROM event WHERE subject_type = 'incident' AND subject_id = ? ORDER BY id",
      [id],
    );
    expect(events).toEqual(
      ['incident.reported', 'incident.confirmed', 'incident.closed'].map((type) => ({
        type,
        enterprise_id: Number(enterpriseId),
      })),
    );
  });

  it('another township’s reads as not found', async () => {
    const id = await build('petition');
    expect((await get(`/api/petitions/${id}`, 'elsewhere')).body.code).toBe('WIRE.NOT_FOUND');
    expect((await get('/api/petitions', 'elsewhere')).body.rows).toEqual([]);
  });

  it('shows the enterprise only what was found to be so, without officials’ notes', async () => {
    const { body: entered } = await post('/api/petitions', { ...bodies.petition(), documentNo: '12345-7' });
    const id = entered.id as string;
    expect((await get(`/api/petitions/${id}`, 'officer')).body.code).toBe('WIRE.NOT_FOUND');
    await post(`/api/petitions/${id}/verify`, { clientUuid: randomUUID(), note: '属实' });
    expect((await get(`/api/petitions/${id}`, 'officer')).body).toMatchObject({
      documentNo: null,
      state: 'verified',
      steps: [],
      result: null,
    });
    const { body } = await get('/api/petitions', 'officer');
    expect(
      body.rows.every((row: { state: string; result: null }) => row.state === 'verified' && row.result === null),
    ).toBe(true);
    expect((await get(`/api/petitions/${id}`, 'rival')).body.code).toBe('WIRE.NOT_FOUND');
    await post(`/api/petitions/${id}/void`, { clientUuid: randomUUID(), note: '登记到别的企业了' });
    expect((await get(`/api/petitions/${id}`, 'officer')).body.code).toBe('WIRE.NOT_FOUND');
    expect((await get(`/api/petitions/${id}`)).body.state).toBe('voided');
  });

  it('is found by what it is about, its days, and whether it is late', async () => {
    const of = async (path: string) => {
      const { body } = await get(`${path}&enterpriseId=${enterpriseId}&limit=200`);
      return (body.rows as { id: string }[]).map(({ id }) => id);
    };
    const { body: order } = await post('/api/penalties', {
      ...bodies.penalty(),
      kind: 'order',
      amount: undefined,
      decidedOn: '2026-03-05',
    });
    expect(await of('/api/penalties?kind=order')).toEqual([order.id]);
    expect(await of('/api/penalties?from=2026-03-05&to=2026-03-05')).toEqual([order.id]);
    const { body: noise } = await post('/api/petitions', {
      ...bodies.petition(),
      issue: 'noise',
      receivedOn: '2026-09-01',
    });
    expect(await of('/api/petitions?issue=noise')).toEqual([noise.id]);
    expect(await of('/api/petitions?issue=noise&overdue=true')).toEqual([noise.id]);
    expect(await of('/api/petitions?issue=odour&overdue=true')).not.toContain(noise.id);
    await post(`/api/petitions/${noise.id}/dismiss`, { clientUuid: randomUUID(), note: '没有' });
    expect(await of('/api/petitions?issue=noise&overdue=true')).toEqual([]);
    // Half past midnight on Chinese clocks is the day before in UTC.
    const { body: fire } = await post('/api/incidents', {
      ...bodies.incident(),
      kind: 'fire',
      source: 'monitor',
      happenedAt: '2026-11-10T00:30:00+08:00',
    });
    expect(fire.source).toBe('monitor');
    expect(await of('/api/incidents?from=2026-11-10&to=2026-11-10')).toEqual([fire.id]);
    expect(await of('/api/incidents?from=2026-11-09&to=2026-11-09')).toEqual([]);
  });

  it('is listed the newest first, page by page', async () => {
    const ids = [await build('penalty'), await build('penalty'), await build('penalty')];
    const first = await get(`/api/penalties?enterpriseId=${enterpriseId}&limit=2`);
    expect(first.body.rows.map((row: { id: string }) => row.id)).toEqual([ids[2], ids[1]]);
    const second = await get(`/api/penalties?enterpriseId=${enterpriseId}&limit=1&cursor=${first.body.next}`);
    expect(second.body.rows[0].id).toBe(ids[0]);
  });
});
