import { randomUUID } from 'node:crypto';
import { parseKeys } from '../../bff/src/core/tokens';
import { qrToken } from '../../bff/src/features/inspection';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';
import { cityRules } from '../builders/health';
import { startPhoneDay, uploadPhoto } from '../builders/phone';
import { buildSnapshots } from '../builders/snapshots';
import { buildFinding } from '../builders/warnings';

let test: TestApp;
let enterpriseId: number;
let pointId: number;
const tokens = new Map<string, Record<string, string>>();
const ids = new Map<string, number>();

beforeEach(async () => {
  test = await createTestApp();
  enterpriseId = await buildEnterprise(read());
  const people = {
    officer: await buildActor(read(), 'officer', { enterpriseId }),
    township: await buildActor(read(), 'township', { region: '330521001' }),
    enforcement: await buildActor(read(), 'enforcement'),
    regulator: await buildActor(read(), 'regulator', { region: '3305' }),
    elsewhere: await buildActor(read(), 'township', { region: '330521100' }),
    stranger: await buildActor(read(), 'officer'),
  };
  for (const [name, id] of Object.entries(people)) {
    ids.set(name, id);
    tokens.set(name, { authorization: `Bearer ${await test.tokenOf(id)}` });
  }
  pointId = await buildPoint(read(), { enterpriseId, code: 'HW-01', anchor: '2030-01-01' });
  await test.app.jobs.tick();
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const as = (who: string) => tokens.get(who)!;
const get = (path: string, who = 'officer') => test.http.get(path).set(as(who));
const post = (path: string, body: object, who = 'officer') =>
  test.http
    .post(path)
    .set(as(who))
    .send({ clientUuid: randomUUID(), ...body });
const code = async (query = '') => (await get(`/api/enterprises/${enterpriseId}/health-code${query}`)).body;
/** Lets everything happen that is due by then. */
const at = async (instant: string) => {
  test.clock.moveTo(new Date(instant));
  await test.app.jobs.tick();
  await test.app.jobs.tick();
  // Tokens live for two hours.
  for (const [name, id] of ids) tokens.set(name, { authorization: `Bearer ${await test.tokenOf(id)}` });
};
const settle = () => test.app.jobs.tickLoops();
const door = async (of = pointId) => {
  const [row] = await read().query<{ v: number }>('SELECT key_version AS v FROM point WHERE id = ?', [of]);
  return qrToken(parseKeys(test.app.core.config.qrKeys), { pointId: of, keyVersion: row!.v });
};
const enter = async (factCode: string, who = 'enforcement', occurredAt = test.clock.now()) =>
  post('/api/health-facts', { enterpriseId: String(enterpriseId), code: factCode, occurredAt, note: '现场核实' }, who);
const penalty = async (kind: string, amount: number | null, on = '2026-11-20') => {
  const { insertId } = await read().execute(
    `INSERT INTO penalty (enterprise_id, document_no, decided_on, kind, amount, content, entered_by, entered_at)
     VALUES (?, ?, ?, ?, ?, '废水超标', ?, ?)`,
    [enterpriseId, randomUUID().slice(0, 20), on, kind, amount, ids.get('regulator')!, test.clock.now()],
  );
  await happened('penalty.entered');
  return `${kind === 'fine' ? ((amount ?? 0) > 50_000 ? 'H22' : 'H21') : 'H23'}:penalty:${insertId}`;
};
const happened = async (type: string) => {
  await test.app.core.db.transaction((tx) =>
    test.app.core.events.append(tx, [
      { type, enterpriseId, subject: { type: 'row', id: 1 }, actorId: null, payload: {} },
    ]),
  );
  await settle();
};
const stored = async () => {
  const [row] = await read().query<{ score: number; colour: string; version: number }>(
    'SELECT score, colour, version FROM health_code WHERE enterprise_id = ?',
    [enterpriseId],
  );
  return row!;
};

describe('the code', () => {
  it('explains itself: each deduction with its rows, its end and what would remove it', async () => {
    const taskId = await buildTask(read(), { pointId, date: '2026-11-20' });
    await read().execute("UPDATE task SET state = 'missed', closed_at = '2026-11-21 02:00:00' WHERE id = ?", [taskId]);
    await happened('finding.closed');
    expect(await code()).toMatchObject({
      score: 99,
      colour: 'green',
      reached: 'green',
      version: 2,
      ruleSet: { version: 1 },
      deductions: [
        {
          key: `H01:task:${taskId}`,
          basis: 'O',
          counted: 1,
          expiresAt: '2026-12-20T16:00:00.000Z',
          remedies: ['wait', 'dispute'],
          rows: [{ type: 'task', id: String(taskId), text: '2026-11-20 HW-01 测试点位：漏检' }],
        },
      ],
      outlook: { path: [{ at: '2026-12-20T16:00:00.000Z', score: 100, colour: 'green' }], toBest: null },
      tried: null,
    });
    const kept = await read().query('SELECT fact_key, counted FROM health_deduction');
    expect(kept).toEqual([{ fact_key: `H01:task:${taskId}`, counted: 1 }]);
  });

  it('keeps its history in the words of the rules of each day', async () => {
    await buildSnapshots(read(), { enterpriseId, from: '2026-11-18', to: '2026-11-20', score: 99 });
    await read().execute(
      `UPDATE health_snapshot SET deductions = '[["H01", 1, 1]]' WHERE enterprise_id = ? AND day = '2026-11-20'`,
      [enterpriseId],
    );
    const { rows } = (await get(`/api/enterprises/${enterpriseId}/health-code/days?days=30`)).body;
    expect(rows.filter(({ day }: { day: string }) => day <= '2026-11-20')).toMatchObject([
      { day: '2026-11-18', deductions: [] },
      { day: '2026-11-19', score: 99, colour: 'green' },
      { day: '2026-11-20', deductions: [{ code: 'H01', zh: '任务漏检', facts: 1, points: 1 }] },
    ]);
    const other = await get(`/api/enterprises/${enterpriseId}/health-code/days`, 'stranger');
    expect(other.body.code).toBe('WIRE.NOT_FOUND');
  });

  it('follows an event within two seconds', async () => {
    const began = Date.now();
    await enter('H03');
    const rung = setInterval(() => void test.app.jobs.tickLoops(), 500);
    while ((await stored()).score !== 90 && Date.now() - began < 5000)
      await new Promise((done) => setTimeout(done, 20));
    clearInterval(rung);
    expect(Date.now() - began).toBeLessThan(2000);
    expect(await stored()).toEqual({ score: 90, colour: 'green', version: 2 });
  });

  it('follows a deadline that runs out, with nobody doing anything', async () => {
    await buildFinding(read(), {
      enterpriseId,
      openedAt: new Date('2026-11-18T02:00:00Z'),
      dueAt: new Date('2026-11-23T12:00:00Z'),
    });
    await happened('finding.opened');
    expect((await stored()).score).toBe(100);
    await at('2026-11-23T20:01:00+08:00');
    expect(await stored()).toMatchObject({ score: 98, version: 2 });
  });

  it('is for its enterprise and the officials of its region', async () => {
    for (const who of ['elsewhere', 'stranger']) {
      for (const path of ['', '/days']) {
        const answer = await get(`/api/enterprises/${enterpriseId}/health-code${path}`, who);
        expect([answer.status, answer.body.code]).toEqual([404, 'WIRE.NOT_FOUND']);
      }
    }
    expect((await get('/api/health-codes', 'elsewhere')).body.rows).toEqual([]);
    expect((await get('/api/health-codes', 'officer')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    const { body } = await get('/api/health-codes?colour=green&region=330521001', 'township');
    expect(body.rows.map((row: { enterprise: { id: string } }) => row.enterprise.id)).toContain(String(enterpriseId));
    expect((await get('/api/health-codes?colour=red', 'township')).body.rows).toEqual([]);
    expect((await get('/api/health-codes?rule=H03', 'township')).body.rows).toEqual([]);
  });

  it('comes in pages, the lowest score first', async () => {
    await enter('H03');
    for (let more = 0; more < 3; more += 1) await buildEnterprise(read());
    await at('2026-11-24T02:00:00+08:00');
    const seen: string[] = [];
    let cursor = '';
    for (;;) {
      const { body } = await get(`/api/health-codes?limit=2${cursor}`, 'regulator');
      seen.push(...body.rows.map((row: { score: number }) => row.score));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(seen).toEqual([90, 100, 100, 100, 100]);
  });

  it('knows no other instant than now', async () => {
    expect((await get(`/api/enterprises/${enterpriseId}/health-code?at=2026-12-24T00:00:00Z`)).body.code).toBe(
      'WIRE.INVALID',
    );
    const future = new Date(test.clock.now().getTime() + 60_000);
    expect((await enter('H03', 'enforcement', future)).body.code).toBe('HEALTHCODE.FUTURE');
    expect((await enter('H03', 'enforcement', new Date('2020-01-01'))).body.code).toBe('HEALTHCODE.TOO_OLD');
  });
});

describe('the colour', () => {
  it('goes down at once and is told; up after seven days', async () => {
    const findingId = await buildFinding(read(), {
      enterpriseId,
      severity: 'major',
      openedAt: new Date('2026-11-01T02:00:00Z'),
      dueAt: new Date('2026-11-16T12:00:00Z'),
    });
    await happened('finding.opened');
    expect(await stored()).toMatchObject({ score: 92, colour: 'yellow' });
    await settle();
    const notices = await read().query<{ person_id: number }>(
      "SELECT person_id FROM notification WHERE kind IN ('code.changed', 'code.watched')",
    );
    expect(notices.map((row) => row.person_id)).toEqual(
      expect.arrayContaining([ids.get('officer'), ids.get('township')]),
    );
    expect(await read().query('SELECT source, factor FROM enterprise_factor')).toEqual([
      { source: 'code', factor: 0.7 },
    ]);
    await read().execute("UPDATE finding SET submitted_at = ?, state = 'submitted' WHERE id = ?", [
      test.clock.now(),
      findingId,
    ]);
    await happened('finding.submitted');
    expect(await code()).toMatchObject({ colour: 'yellow', reached: 'green' });
    await at('2026-11-29T23:59:00+08:00');
    expect((await stored()).colour).toBe('yellow');
    await at('2026-11-30T00:01:00+08:00');
    expect((await stored()).colour).toBe('green');
    expect(await read().query('SELECT 1 FROM enterprise_factor')).toEqual([]);
  });

  it('leaves red only after a check on site, at a door of the enterprise', async () => {
    const key = await penalty('sealing', null, '2025-11-26');
    await penalty('fine', 10_000, '2025-11-26');
    await enter('H03', 'enforcement', new Date('2026-06-02T00:00:00Z'));
    await settle();
    expect(await stored()).toMatchObject({ score: 45, colour: 'red' });
    // the sealing ends on the 26th, fake evidence on the 29th
    await at('2026-12-10T09:00:00+08:00');
    expect(await code()).toMatchObject({ colour: 'red', reached: 'green', waitsForCheck: true });
    const check = { passed: true, note: '现场正常' };
    const path = `/api/enterprises/${enterpriseId}/site-checks`;
    const foreign = await door(await buildPoint(read()));
    expect((await post(path, { ...check, token: foreign }, 'township')).body.code).toBe('HEALTHCODE.WRONG_DOOR');
    expect((await post(path, { ...check, token: await door() }, 'officer')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    expect((await post(path, { ...check, token: await door() }, 'elsewhere')).body.code).toBe('WIRE.NOT_FOUND');
    const failed = await post(path, { passed: false, note: '还没有改', token: await door() }, 'township');
    expect(failed.body.passed).toBe(false);
    await settle();
    expect((await stored()).colour).toBe('red');
    const body = { clientUuid: randomUUID(), ...check, token: await door() };
    const first = await post(path, body, 'township');
    expect((await post(path, body, 'township')).body).toEqual(first.body);
    expect((await post(path, { ...body, passed: false }, 'township')).body.code).toBe('WIRE.DIFFERENT_CONTENT');
    await settle();
    expect((await stored()).colour).toBe('green');
    expect(key).toMatch(/^H23:/);
  });

  it('red raises a warning, which eases when it is left', async () => {
    await enter('hidden_pipe');
    await settle();
    await settle();
    const warnings = () =>
      read().query<{ eased: number; reason: string }>(
        "SELECT eased_at IS NOT NULL AS eased, reason FROM warning WHERE rule_code = 'code_red'",
      );
    expect(await warnings()).toEqual([{ eased: 0, reason: '健康码变为红码，现在 100 分，请上门帮扶并增加检查。' }]);
    // Assistance is open: the township's specialist goes there within three working days, and the enterprise knows.
    await settle();
    const visits = () => get(`/api/visits?enterpriseId=${enterpriseId}`, 'township');
    expect((await visits()).body.rows).toMatchObject([
      { state: 'planned', owner: { id: String(ids.get('township')) }, plannedOn: '2026-11-26', dueOn: '2026-11-29' },
    ]);
    const told = await read().query("SELECT person_id FROM notification WHERE kind = 'visit.planned'");
    expect(told).toContainEqual({ person_id: ids.get('officer') });
    const [{ id: visitId }] = (await visits()).body.rows;
    expect((await get(`/api/visits/${visitId}`, 'township')).body.steps).toMatchObject([{ kind: 'plan', by: '系统' }]);
    // Handled again it opens nothing more.
    await read().execute("UPDATE event SET handled_at = NULL WHERE type = 'warning.opened'");
    await settle();
    expect((await visits()).body.rows).toHaveLength(1);
    const dispute = await post('/api/health-disputes', {
      enterpriseId: String(enterpriseId),
      factKey: (await code()).vetoes[0].key,
      reason: '不是我厂的管道',
      photos: [],
    });
    await post(
      `/api/health-disputes/${dispute.body.id}/decide`,
      { clientUuid: undefined, upheld: true, note: '属实' },
      'regulator',
    );
    await settle();
    await at('2026-12-05T09:00:00+08:00');
    await post(
      `/api/enterprises/${enterpriseId}/site-checks`,
      { passed: true, note: '正常', token: await door() },
      'township',
    );
    await settle();
    await settle();
    expect((await stored()).colour).toBe('green');
    expect(await warnings()).toMatchObject([{ eased: 1 }]);
  });
});

describe('a dispute', () => {
  const file = (factKey: string, more: object = {}, who = 'officer') =>
    post(
      '/api/health-disputes',
      { enterpriseId: String(enterpriseId), factKey, reason: '当天设备检修，已报备', photos: [], ...more },
      who,
    );
  const decide = (id: string, upheld: boolean, who = 'regulator') =>
    test.http.post(`/api/health-disputes/${id}/decide`).set(as(who)).send({ upheld, note: '查过记录' });

  it('is due after ten working days, the National Day holiday left out', async () => {
    await at('2026-09-28T09:00:00+08:00');
    await enter('H03');
    const { body } = await file((await code()).deductions[0].key);
    expect(body).toMatchObject({ state: 'open', decideBy: '2026-10-16', overdue: false });
    await at('2026-10-17T09:00:00+08:00');
    expect((await get('/api/health-disputes?state=open', 'regulator')).body.rows).toMatchObject([{ overdue: true }]);
  });

  it('marks the deduction, which counts until the dispute is upheld', async () => {
    await enter('H03');
    const [{ key }] = (await code()).deductions;
    const { body } = await file(key);
    expect(await code()).toMatchObject({ score: 90, deductions: [{ disputed: true, remedies: ['wait'] }] });
    expect((await decide(body.id, true, 'township')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    const decided = await decide(body.id, true);
    expect(decided.body).toMatchObject({ state: 'upheld', note: '查过记录' });
    expect((await decide(body.id, true)).body).toEqual(decided.body);
    expect((await decide(body.id, false)).body.code).toBe('HEALTHCODE.DISPUTE_DECIDED');
    await settle();
    expect(await stored()).toMatchObject({ score: 100 });
    expect(await code()).toMatchObject({ deductions: [] });
    const told = await read().query("SELECT person_id FROM notification WHERE kind = 'health-dispute.decided'");
    expect(told).toContainEqual({ person_id: ids.get('officer') });
  });

  it('refused: the points stay, and it cannot be asked again', async () => {
    await enter('H03');
    const [{ key }] = (await code()).deductions;
    await decide((await file(key)).body.id, false);
    await settle();
    expect(await code()).toMatchObject({ score: 90, deductions: [{ disputed: false }] });
    expect((await file(key)).body.code).toBe('HEALTHCODE.DISPUTED_ALREADY');
  });

  it('is not decided by whoever entered the fact', async () => {
    await enter('H03', 'regulator');
    const { body } = await file((await code()).deductions[0].key);
    expect((await decide(body.id, true)).body.code).toBe('HEALTHCODE.OWN_FACT');
  });

  it('is about what counts now, once for one number, by its own enterprise', async () => {
    await enter('H03');
    const [{ key }] = (await code()).deductions;
    expect((await file('H21:penalty:99')).body.code).toBe('HEALTHCODE.NOT_COUNTED');
    expect((await file(key, {}, 'stranger')).body.code).toBe('WIRE.NOT_FOUND');
    const clientUuid = randomUUID();
    const first = await file(key, { clientUuid });
    expect((await file(key, { clientUuid })).body).toEqual(first.body);
    expect((await file(key, { clientUuid, reason: '另一个理由' })).body.code).toBe('WIRE.DIFFERENT_CONTENT');
    expect((await get('/api/health-disputes', 'stranger')).body.rows).toEqual([]);
    expect((await get('/api/health-disputes')).body.rows).toHaveLength(1);
  });
});

describe('a repair', () => {
  const apply = (factKey: string, who = 'officer') =>
    post(
      '/api/health-repairs',
      { enterpriseId: String(enterpriseId), factKey, statement: '已更换设备并培训', photos: [] },
      who,
    );
  const check = async (id: string, passed: boolean, more: object = {}) =>
    post(`/api/health-repairs/${id}/check`, { passed, note: '现场看过', token: await door(), ...more }, 'enforcement');

  it('halves a penalty once it was checked on site; refused it may be asked again', async () => {
    const key = await penalty('fine', 40_000);
    expect(await stored()).toMatchObject({ score: 92 });
    const first = await apply(key);
    expect(first.body).toMatchObject({ state: 'applied', checkBy: '2026-12-07' });
    expect((await apply(key)).body.code).toBe('HEALTHCODE.REPAIR_WAITS');
    expect((await check(first.body.id, true, { token: 'k.1.1.nothing' })).body.code).toBe('HEALTHCODE.WRONG_DOOR');
    expect((await check(first.body.id, false)).body.state).toBe('refused');
    expect((await check(first.body.id, true)).body.code).toBe('HEALTHCODE.REPAIR_CHECKED');
    await settle();
    expect((await stored()).score).toBe(92);
    const second = await apply(key);
    const body = { clientUuid: randomUUID() };
    const verified = await check(second.body.id, true, body);
    expect(verified.body.state).toBe('verified');
    expect((await check(second.body.id, true, body)).body).toEqual(verified.body);
    await settle();
    expect(await stored()).toMatchObject({ score: 96 });
    expect(await code()).toMatchObject({ restoration: [{ key, saved: 4 }] });
    expect((await apply(key)).body.code).toBe('HEALTHCODE.NOT_REPAIRABLE');
  });

  it('is not for fake evidence', async () => {
    await enter('H03');
    expect((await apply((await code()).deductions[0].key)).body.code).toBe('HEALTHCODE.NOT_REPAIRABLE');
  });
});

describe('the steps to green', () => {
  it('are refused when they are none', async () => {
    expect((await code('?doing=repair~H21:penalty:1')).code).toBe('HEALTHCODE.UNKNOWN_STEP');
    expect((await code('?doing=nonsense')).code).toBe('WIRE.INVALID');
  });
});

describe('facts that officials enter', () => {
  it('are for enforcement and regulators, of known codes, within the region', async () => {
    expect((await enter('H03', 'officer')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    expect((await enter('H03', 'township')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    expect((await enter('H01')).body.code).toBe('HEALTHCODE.UNKNOWN_CODE');
    expect((await enter('X99')).body.code).toBe('HEALTHCODE.UNKNOWN_CODE');
    const elsewhere = await buildEnterprise(read(), { region: '330522100' });
    const far = { enterpriseId: String(elsewhere), code: 'H03', occurredAt: test.clock.now(), note: '核实' };
    expect((await post('/api/health-facts', far, 'enforcement')).body.code).toBe('WIRE.NOT_FOUND');
  });

  it('end when they are put right, if they count until then', async () => {
    const plan = await enter('H19');
    await settle();
    expect((await stored()).score).toBe(97);
    const end = (id: string) =>
      test.http.post(`/api/health-facts/${id}/end`).set(as('regulator')).send({ note: '预案已修订' });
    expect((await end(plan.body.id)).body.endedAt).not.toBeNull();
    await settle();
    expect((await stored()).score).toBe(100);
    expect((await end(plan.body.id)).body.code).toBe('HEALTHCODE.CANNOT_END');
    expect((await end((await enter('H03')).body.id)).body.code).toBe('HEALTHCODE.CANNOT_END');
  });
});

describe('rule sets', () => {
  const draft = (change: (body: ReturnType<typeof cityRules>) => unknown) => {
    const body = cityRules();
    change(body);
    return post('/api/health-rule-sets', { name: '试行方案', note: '试算', body }, 'regulator');
  };
  const paths = async (change: Parameters<typeof draft>[0]) => {
    const { body } = await draft(change);
    expect(['HEALTHCODE.RULE_SET_FAULTY', 'WIRE.INVALID']).toContain(body.code);
    return body.details.faults.map((fault: { field: string }) => fault.field);
  };

  it.each<[string, Parameters<typeof draft>[0], string]>([
    ['bands overlap', (body) => (body.bands[1]!.to = 85), 'body.body.bands.1.to'],
    ['bands leave a gap', (body) => (body.bands[1]!.to = 75), 'body.body.bands.1.to'],
    ['bands are out of order', (body) => body.bands.reverse(), 'body.body.bands.1.colour'],
    ['the worst band begins above the floor', (body) => (body.bands[2]!.from = 10), 'body.body.bands.2.from'],
    ['an unknown field', (body) => Object.assign(body.rules[0]!, { bonus: 1 }), 'body.body.rules.0.bonus'],
    ['a dimension cap below one deduction', (body) => (body.dimensions[0]!.cap = 9), 'body.body.dimensions.0.cap'],
    ['a rule cap below one deduction', (body) => (body.rules[2]!.cap = 9), 'body.body.rules.2.cap'],
    ['an unknown colour', (body) => Object.assign(body.bands[0]!, { colour: 'purple' }), 'body.body.bands.0.colour'],
    ['a veto colour without a band', (body) => (body.vetoes.colour = 'black'), 'body.body.vetoes.colour'],
    ['a negative dwell', (body) => (body.dwell.upDays = -1), 'body.body.dwell.upDays'],
    ['a code twice', (body) => (body.rules[1]!.code = 'H01'), 'body.body.rules.1.code'],
    [
      'an unknown validity',
      (body) => Object.assign(body.rules[0]!.valid, { kind: 'forever' }),
      'body.body.rules.0.valid.kind',
    ],
    ['an unknown dimension', (body) => (body.rules[0]!.dimension = 'D9'), 'body.body.rules.0.dimension'],
    [
      'a deduction that follows from nothing',
      (body) => (body.rules[3]!.derived!.from = 'H99'),
      'body.body.rules.3.derived.from',
    ],
    [
      'a bar that is no rule',
      (body) => body.bestBarredBy.push({ code: 'H99', basis: 'O' }),
      'body.body.bestBarredBy.1.code',
    ],
    [
      'a band that does not say where it comes from',
      (body) => Object.assign(body.bands[0]!, { basis: undefined }),
      'body.body.bands.0.basis',
    ],
    [
      'a restoration of no dimension',
      (body) => body.restoration.dimensions.push('D9'),
      'body.body.restoration.dimensions.1',
    ],
    [
      'a bonus for nothing',
      (body) => Object.assign(body.bonuses.rules[0]!, { of: 'H99' }),
      'body.body.bonuses.rules.0.of',
    ],
  ])('%s: refused with the path', async (_what, change, path) => expect(await paths(change)).toContain(path));

  it('are kept as drafts, once for one number, and decide nothing', async () => {
    const clientUuid = randomUUID();
    const given = { clientUuid, name: '更严', note: '试算', body: { ...cityRules(), start: 90 } };
    const first = await post('/api/health-rule-sets', given, 'regulator');
    expect(first.body).toMatchObject({ version: 3, state: 'draft', inForce: false, createdBy: '测试员' });
    expect((await post('/api/health-rule-sets', given, 'regulator')).body).toEqual(first.body);
    expect((await post('/api/health-rule-sets', { ...given, name: '别的' }, 'regulator')).body.code).toBe(
      'WIRE.DIFFERENT_CONTENT',
    );
    expect((await post('/api/health-rule-sets', given, 'township')).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
    const { rows } = (await get('/api/health-rule-sets', 'township')).body;
    expect(
      rows.map((row: { version: number; state: string; inForce: boolean }) => [row.version, row.state, row.inForce]),
    ).toEqual([
      [3, 'draft', false],
      [2, 'draft', false],
      [1, 'published', true],
    ]);
    expect((await code()).score).toBe(100);
  });

  it('that are shipped pass their own check, three colours and five', async () => {
    for (const [version, colours] of [
      [1, 3],
      [2, 5],
    ]) {
      const { body } = await get(`/api/health-rule-sets/${version}`, 'regulator');
      expect(body.body.bands).toHaveLength(colours!);
      expect((await draft((given) => Object.assign(given, body.body))).body.state).toBe('draft');
    }
    expect((await get('/api/health-rule-sets/99', 'regulator')).body.code).toBe('WIRE.NOT_FOUND');
  });
});

describe('photos of a dispute', () => {
  it('must have arrived, and are shown by a link', async () => {
    const day = await startPhoneDay();
    try {
      const { read: rows } = day.test.app.core.db;
      const { insertId } = await rows.execute(
        "INSERT INTO health_fact (client_uuid, enterprise_id, code, occurred_at, note, entered_at) VALUES (?, ?, 'H03', ?, '核实', ?)",
        [randomUUID(), day.enterpriseId, day.clock.now(), day.clock.now()],
      );
      const sha256 = 'cd'.repeat(32);
      const dispute = {
        clientUuid: randomUUID(),
        enterpriseId: String(day.enterpriseId),
        factKey: `H03:fact:${insertId}`,
        reason: '照片是当天拍的',
        photos: [sha256],
      };
      const lost = await day.post<{ code: string }>(day.officerId, '/api/health-disputes', dispute);
      expect(lost.code).toBe('HEALTHCODE.PHOTO_NOT_STORED');
      const sent = { ...dispute, photos: [await uploadPhoto(day, day.officerId)] };
      const filed = await day.post<{ photos: object[] }>(day.officerId, '/api/health-disputes', sent);
      expect(filed.photos).toMatchObject([{ sha256: sent.photos[0], state: 'waiting', url: null }]);
      await day.test.app.jobs.tickLoops();
      const { rows: shown } = await day.get<{ rows: { photos: { state: string; url: string }[] }[] }>(
        day.officerId,
        '/api/health-disputes',
      );
      expect(shown[0]!.photos[0]!.state).toBe('verified');
      expect((await fetch(shown[0]!.photos[0]!.url)).status).toBe(200);
    } finally {
      await day.stop();
    }
  });
});
