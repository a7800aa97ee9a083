import { randomUUID } from 'node:crypto';
import { ACTIONS, STATES } from '../../bff/src/features/supervision/stay.rules';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';
import { startPhoneDay, type PhoneDay } from '../builders/phone';
import { buildFinding } from '../builders/warnings';

/** 重点监管: from overdue findings to the exit after a check on site. Monday 2026-11-23, 09:00. */

let day: PhoneDay;
const people: Record<string, number> = {};

beforeEach(async () => {
  day = await startPhoneDay();
  for (const [name, role, region] of [
    ['township', 'township', '330521001'],
    ['elsewhere', 'township', '330521100'],
    ['enforcement', 'enforcement', '330521'],
    ['regulator', 'regulator', '330521'],
    ['second', 'regulator', '330521'],
  ] as const) {
    people[name] = await buildActor(read(), role, { region });
  }
  people['officer'] = day.officerId;
  people['rival'] = await buildActor(read(), 'officer');
});
afterEach(() => day.stop());

const read = () => day.test.app.core.db.read;
const call = async (who: string, path: string, body?: object) => {
  const request = body === undefined ? day.test.http.get(path) : day.test.http.post(path).send(body);
  return request.set({ authorization: `Bearer ${await day.test.tokenOf(people[who]!)}` });
};
const note = (text = '理由充分') => ({ clientUuid: randomUUID(), note: text });
const doorOf = async (pointId: number) =>
  (await day.get<{ url: string }>(people['regulator']!, `/api/points/${pointId}/qr`)).url;
const check = async (more: object = {}) => ({
  ...note('现场看过'),
  passed: true,
  token: await doorOf(day.pointIds[0]!),
  ...more,
});
const propose = async (who = 'enforcement', enterpriseId = day.enterpriseId) =>
  call(who, '/api/supervisions', {
    clientUuid: randomUUID(),
    enterpriseId: String(enterpriseId),
    reason: '两次夜间偷排',
  });
const intervalOf = async (pointId: number) => {
  const [row] = await read().query<{ days: number }>('SELECT interval_days AS days FROM point WHERE id = ?', [pointId]);
  return row?.days;
};
const overdue = (severity: 'major' | 'general', dueAt: string, enterpriseId = day.enterpriseId) =>
  buildFinding(read(), { enterpriseId, severity, dueAt: new Date(dueAt) });
/** Nights from now on, one after the other, so that nothing is made up. */
const night = async (date: string) => day.at(`${date}T03:00:00+08:00`);

it('the night proposes who left a major or three general findings past their deadline, and nobody twice', async () => {
  const three = await buildEnterprise(read());
  const two = await buildEnterprise(read());
  const late = await buildEnterprise(read());
  await overdue('major', '2026-11-20T12:00:00Z');
  for (const enterpriseId of [three, three, three, two, two])
    await overdue('general', '2026-11-20T12:00:00Z', enterpriseId);
  // Put right after its deadline, within the thirty days.
  const id = await overdue('major', '2026-11-10T12:00:00Z', late);
  await read().execute(
    "UPDATE finding SET state = 'closed', closed_at = '2026-11-12', submitted_at = '2026-11-11' WHERE id = ?",
    [id],
  );
  await night('2026-11-24');
  const { body } = await call('regulator', '/api/supervisions');
  const shown = body.rows.map((row: { enterprise: { id: string }; reason: string; dueOn: string }) => [
    Number(row.enterprise.id),
    row.reason,
    row.dueOn,
  ]);
  expect(shown.sort()).toEqual(
    [
      [day.enterpriseId, '近 30 天有 1 个重大问题超过整改期限。', '2026-12-01'],
      [three, '近 30 天有 3 个一般问题超过整改期限。', '2026-12-01'],
      [late, '近 30 天有 1 个重大问题超过整改期限。', '2026-12-01'],
    ].sort(),
  );
  await night('2026-11-25');
  expect((await call('regulator', '/api/supervisions')).body.rows).toHaveLength(3);
  const story = (await call('regulator', `/api/supervisions/${body.rows[0].id}`)).body;
  expect(story.findings.length).toBeGreaterThan(0);
  expect(story.steps).toMatchObject([{ kind: 'propose', by: null }]);
});

it('goes from the proposal to the exit: told, inspected twice as often, checked on site, let go', async () => {
  const pointId = await buildPoint(read(), {
    enterpriseId: day.enterpriseId,
    officerId: day.officerId,
    type: 'SW',
    intervalDays: 14,
  });
  await buildTask(read(), { pointId, date: '2026-11-22' });
  const { body: proposed } = await propose();
  expect(proposed).toMatchObject({
    state: 'proposed',
    dueOn: '2026-11-30',
    proposedBy: '测试员',
    owner: 'regulator',
  });
  expect((await call('officer', '/api/supervisions')).body.rows).toEqual([]);

  const { body: active } = await call('regulator', `/api/supervisions/${proposed.id}/confirm`, note());
  expect(active).toMatchObject({ state: 'active', dueOn: '2027-02-21' });
  expect(await intervalOf(pointId)).toBe(7);
  await day.test.app.jobs.tickLoops();
  const told = (await call('regulator', `/api/supervisions/${proposed.id}`)).body.told;
  expect(told).toMatchObject([{ readAt: null }]);
  const notices = (await call('officer', '/api/notices')).body.rows;
  expect(notices[0]).toMatchObject({ title: '企业被列入重点监管' });
  await call('officer', '/api/notices/read', { upTo: notices[0].id });
  expect((await call('regulator', `/api/supervisions/${proposed.id}`)).body.told[0].readAt).not.toBeNull();
  const own = (await call('officer', '/api/supervisions')).body.rows;
  expect(own).toMatchObject([
    { state: 'active', proposedBy: null, owner: null, dueOn: null, exit: expect.stringContaining('30 天') },
  ]);
  expect((await call('officer', `/api/supervisions/${proposed.id}`)).body.steps).toEqual([]);

  // Too early, and with something overdue, there is nothing to check.
  expect((await call('enforcement', `/api/supervisions/${proposed.id}/check`, await check())).body.code).toBe(
    'SUPERVISE.NOT_QUIET',
  );
  await night('2026-12-10');
  expect((await call('regulator', `/api/supervisions/${proposed.id}`)).body.state).toBe('active');
  await night('2026-12-25');
  expect((await call('regulator', `/api/supervisions/${proposed.id}`)).body).toMatchObject({
    state: 'checking',
    owner: 'enforcement',
    dueOn: '2027-01-04',
  });
  const theirs = await doorOf(await buildPoint(read(), { enterpriseId: await buildEnterprise(read()) }));
  expect(
    (await call('enforcement', `/api/supervisions/${proposed.id}/check`, await check({ token: theirs }))).body.code,
  ).toBe('SUPERVISE.WRONG_DOOR');
  const failed = await check({ passed: false, note: '危废标签还没贴' });
  const { body: kept } = await call('enforcement', `/api/supervisions/${proposed.id}/check`, failed);
  expect(kept).toMatchObject({ state: 'active', dueOn: '2027-03-25', confirmedAt: active.confirmedAt });
  expect(kept.steps.at(-1)).toMatchObject({ kind: 'check', passed: false, door: expect.stringContaining('EV') });
  await night('2027-01-20');
  expect((await call('regulator', `/api/supervisions/${proposed.id}`)).body.state).toBe('active');
  await night('2027-01-26');
  const { body: left } = await call('enforcement', `/api/supervisions/${proposed.id}/check`, await check());
  expect(left).toMatchObject({ state: 'left', dueOn: null });
  expect(await intervalOf(pointId)).toBe(14);
  expect(left.steps.map(({ kind }: { kind: string }) => kind)).toEqual([
    'propose',
    'confirm',
    'quiet',
    'check',
    'quiet',
    'check',
  ]);
  const events = await read().query<{ type: string }>(
    "SELECT type FROM event WHERE subject_type = 'supervision' ORDER BY id",
  );
  expect(events.map(({ type }) => type)).toEqual([
    'supervision.proposed',
    'supervision.confirmed',
    'supervision.kept',
    'supervision.left',
  ]);
});

it('something overdue keeps it from the check', async () => {
  const { body } = await propose();
  await call('regulator', `/api/supervisions/${body.id}/confirm`, note());
  await overdue('general', '2026-12-20T12:00:00Z');
  await night('2026-12-30');
  expect((await call('regulator', `/api/supervisions/${body.id}`)).body.state).toBe('active');
});

it('what has become overdue since keeps the check from passing, and not from failing', async () => {
  const { body } = await propose();
  await call('regulator', `/api/supervisions/${body.id}/confirm`, note());
  await night('2026-12-25');
  await overdue('general', '2026-12-24T12:00:00Z');
  const path = `/api/supervisions/${body.id}/check`;
  expect((await call('enforcement', path, await check())).body.code).toBe('SUPERVISE.OVERDUE');
  expect((await call('enforcement', path, await check({ passed: false }))).body.state).toBe('active');
});

it('follows the thresholds in force, in what it does and in what it says', async () => {
  await read().execute(
    `INSERT INTO supervision_rule (version, params, created_at) VALUES (2, '{"major": 1, "general": 2, "spanDays": 14, "quietDays": 20}', '2026-11-23')`,
  );
  await overdue('general', '2026-11-20T12:00:00Z');
  await overdue('general', '2026-11-21T12:00:00Z');
  await night('2026-11-24');
  const [row] = (await call('regulator', '/api/supervisions')).body.rows;
  expect(row).toMatchObject({
    reason: '近 14 天有 2 个一般问题超过整改期限。',
    exit: '连续 20 天没有问题超期，现场核查通过后退出。',
  });
});

it('from a finding left alone to the exit, with the lists of the day in between', async () => {
  const pointId = await buildPoint(read(), {
    enterpriseId: day.enterpriseId,
    officerId: day.officerId,
    type: 'SW',
    intervalDays: 14,
    anchor: '2026-11-22',
  });
  await buildTask(read(), { pointId, date: '2026-11-22' });
  const findingId = await overdue('major', '2026-11-20T12:00:00Z');
  await night('2026-11-24');
  const [proposed] = (await call('regulator', '/api/supervisions')).body.rows;
  expect((await call('regulator', `/api/supervisions/${proposed.id}/confirm`, note())).body).toMatchObject({
    state: 'active',
    findings: [{ id: String(findingId), severity: 'major' }],
  });
  // The code has turned yellow as well: 14 days times 0.7 times 0.5.
  await day.at('2026-11-27T09:00:00+08:00');
  const due = async () =>
    (await call('officer', '/api/tasks/today')).body.tasks.filter(
      (task: { point: { type: string } }) => task.point.type === 'SW',
    );
  expect(await due()).toMatchObject([{ why: '黄码，检查加密，重点监管，每 5 天检查一次，今天轮到。' }]);
  await read().execute(
    "UPDATE finding SET state = 'closed', submitted_at = '2026-11-28', closed_at = '2026-11-29' WHERE id = ?",
    [findingId],
  );
  await night('2026-12-27');
  expect((await call('regulator', `/api/supervisions/${proposed.id}`)).body.state).toBe('active');
  await night('2026-12-29');
  const left = await call('enforcement', `/api/supervisions/${proposed.id}/check`, await check());
  expect(left.body.state).toBe('left');
  expect(await intervalOf(pointId)).toBeGreaterThan(5);
});

describe('the walk over all states, actions and roles', () => {
  const expected = (action: string, state: string, role: string): string => {
    const may = action === 'check' ? ['enforcement', 'regulator'] : ['regulator'];
    if (!may.includes(role)) return 'AUTH.ROLE_NOT_ALLOWED';
    if (state === 'left' || state === 'rejected') return 'SUPERVISE.ENDED';
    if (action === 'check') {
      if (state === 'proposed') return 'SUPERVISE.NOT_CONFIRMED';
      return state === 'checking' ? 'left' : 'SUPERVISE.NOT_QUIET';
    }
    if (state !== 'proposed') return 'SUPERVISE.DECIDED';
    return action === 'confirm' ? 'active' : 'rejected';
  };

  it('is legal, or refused with a code of its own', async () => {
    for (const state of STATES) {
      for (const action of ACTIONS) {
        for (const role of ['officer', 'township', 'enforcement', 'regulator']) {
          await read().execute("UPDATE supervision SET state = 'left', open_key = NULL, due_on = NULL");
          const { body } = await propose();
          const ended = state === 'left' || state === 'rejected';
          await read().execute(
            "UPDATE supervision SET state = ?, open_key = ?, due_on = ?, confirmed_at = '2026-11-23' WHERE id = ?",
            [state, ended ? null : day.enterpriseId, ended ? null : '2026-12-01', body.id],
          );
          const given = action === 'check' ? await check() : note();
          const answer = (await call(role, `/api/supervisions/${body.id}/${action}`, given)).body;
          expect([state, action, role, answer.code ?? answer.state]).toEqual([
            state,
            action,
            role,
            expected(action, state, role),
          ]);
        }
      }
    }
  });
});

it('nobody confirms his own proposal; nobody is proposed twice; another township sees nothing', async () => {
  const own = (await propose('regulator')).body;
  expect((await call('regulator', `/api/supervisions/${own.id}/confirm`, note())).body.code).toBe(
    'SUPERVISE.SECOND_PERSON',
  );
  expect((await propose()).body.code).toBe('SUPERVISE.ALREADY');
  expect((await call('second', `/api/supervisions/${own.id}/confirm`, note())).body.state).toBe('active');
  expect((await call('elsewhere', `/api/supervisions/${own.id}`)).body.code).toBe('WIRE.NOT_FOUND');
  expect((await call('elsewhere', '/api/supervisions')).body.rows).toEqual([]);
  expect((await call('rival', `/api/supervisions/${own.id}`)).body.code).toBe('WIRE.NOT_FOUND');
  expect((await propose('elsewhere')).body.code).toBe('WIRE.NOT_FOUND');
});

it('the same sending again changes nothing', async () => {
  const body = { clientUuid: randomUUID(), enterpriseId: String(day.enterpriseId), reason: '偷排' };
  const first = await call('township', '/api/supervisions', body);
  expect((await call('township', '/api/supervisions', body)).body.id).toBe(first.body.id);
  expect((await call('township', '/api/supervisions', { ...body, reason: '别的' })).body.code).toBe(
    'WIRE.DIFFERENT_CONTENT',
  );
  const decision = note();
  const path = `/api/supervisions/${first.body.id}/confirm`;
  await call('regulator', path, decision);
  expect((await call('regulator', path, decision)).body.steps).toHaveLength(2);
  expect((await call('regulator', path, { ...decision, note: '别的' })).body.code).toBe('WIRE.DIFFERENT_CONTENT');
});

it('officials hear in the morning what waits for them', async () => {
  const watched = (await propose('enforcement', await buildEnterprise(read()))).body;
  await read().execute("UPDATE supervision SET state = 'checking', confirmed_at = proposed_at WHERE id = ?", [
    watched.id,
  ]);
  await propose();
  const { body: opened } = await call('enforcement', '/api/cases', {
    clientUuid: randomUUID(),
    enterpriseId: String(day.enterpriseId),
    title: '夜间偷排',
  });
  await read().execute("UPDATE enforcement_case SET due_on = '2026-11-23' WHERE id = ?", [opened.id]);
  await day.at('2026-11-24T09:00:00+08:00');
  const rows = await read().query<{ person_id: number; content: unknown }>(
    "SELECT person_id, content FROM notification WHERE kind IN ('supervision.waiting', 'case.late') ORDER BY kind, person_id",
  );
  expect(rows.map(({ person_id }) => person_id)).toEqual([
    people['enforcement'],
    people['enforcement'],
    people['regulator'],
    people['second'],
  ]);
  expect(rows.map(({ content }) => JSON.stringify(content))).toEqual([
    expect.stringContaining('1 个案件过了期限'),
    expect.stringContaining('1 家重点监管企业等您到现场核查'),
    expect.stringContaining('1 家企业建议列入重点监管'),
    expect.stringContaining('1 家企业建议列入重点监管'),
  ]);

  // Whose case it was has left: the bureau hears of it.
  await read().execute('UPDATE person SET active = FALSE WHERE id = ?', [people['enforcement']!]);
  await day.at('2026-11-25T09:00:00+08:00');
  const orphaned = await read().query<{ person_id: number }>(
    "SELECT person_id FROM notification WHERE kind = 'case.late' AND business_date = '2026-11-25' ORDER BY person_id",
  );
  expect(orphaned.map(({ person_id }) => person_id)).toEqual([people['regulator'], people['second']]);
});
