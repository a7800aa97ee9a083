import { randomInt, randomUUID } from 'node:crypto';
import { addDays, businessDate, shanghaiInstant } from '../../bff/src/core/clock';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';
import { cityRules } from '../builders/health';
import { buildFinding } from '../builders/warnings';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp({ now: '2026-11-23T01:00:00+08:00' });
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const at = (instant: string) => {
  test.clock.moveTo(new Date(instant));
  return test.app.jobs.tick();
};
const night = (date: string) => at(`${date}T02:00:00+08:00`);
const snapshots = (enterpriseId: number) =>
  read().query<{ day: string; score: number; colour: string; version: number }>(
    'SELECT day, score, colour, rule_set_version AS version FROM health_snapshot WHERE enterprise_id = ? ORDER BY day',
    [enterpriseId],
  );
const codes = () =>
  read().query<{ id: number; score: number; colour: string; version: number; since: Date }>(
    'SELECT enterprise_id AS id, score, colour, version, colour_since AS since FROM health_code ORDER BY enterprise_id',
  );
const deductions = () =>
  read().query(
    'SELECT enterprise_id, fact_key, code, points, counted, since, expires_at, disputed, restored FROM health_deduction ORDER BY enterprise_id, fact_key',
  );
const fact = (enterpriseId: number, code: string, occurredAt: Date) =>
  read().execute(
    "INSERT INTO health_fact (client_uuid, enterprise_id, code, occurred_at, note, entered_at) VALUES (?, ?, ?, ?, '核实', ?)",
    [randomUUID(), enterpriseId, code, occurredAt, test.clock.now()],
  );
const happened = async (enterpriseId: number, type: string) => {
  await test.app.core.db.transaction((tx) =>
    test.app.core.events.append(tx, [
      { type, enterpriseId, subject: { type: 'row', id: 1 }, actorId: null, payload: {} },
    ]),
  );
  await test.app.jobs.tickLoops();
};

describe('the night', () => {
  it('gives every enterprise a code and a day, once', async () => {
    const ids = [await buildEnterprise(read()), await buildEnterprise(read())];
    await fact(ids[1]!, 'H03', new Date('2026-11-20T00:00:00Z'));
    await at('2026-11-23T01:59:00+08:00');
    expect(await codes()).toEqual([]);
    await night('2026-11-23');
    expect(await codes()).toMatchObject([
      { id: ids[0], score: 100, colour: 'green', version: 1 },
      { id: ids[1], score: 90, colour: 'green', version: 1 },
    ]);
    expect(await snapshots(ids[1]!)).toEqual([{ day: '2026-11-23', score: 90, colour: 'green', version: 1 }]);
    const before = await deductions();
    await read().execute("DELETE FROM job_chunk WHERE job = 'healthcode'");
    await read().execute("DELETE FROM job_run WHERE job = 'healthcode'");
    await night('2026-11-23');
    expect((await codes()).map(({ version }) => version)).toEqual([1, 1]);
    expect(await deductions()).toEqual(before);
    expect(await snapshots(ids[1]!)).toHaveLength(1);
  });

  it('never rescores a day that is kept, under whatever rules', async () => {
    const id = await buildEnterprise(read());
    await fact(id, 'H03', new Date('2026-11-20T00:00:00Z'));
    await night('2026-11-23');
    const body = cityRules();
    body.rules.find(({ code }) => code === 'H03')!.points = 20;
    await read().execute(
      "INSERT INTO health_rule_set (name, state, effective_from, body, created_at, published_at) VALUES ('更严', 'published', '2026-11-24', ?, ?, ?)",
      [JSON.stringify(body), test.clock.now(), test.clock.now()],
    );
    await read().execute("DELETE FROM job_chunk WHERE job = 'healthcode'");
    await read().execute("DELETE FROM job_run WHERE job = 'healthcode'");
    await at('2026-11-23T22:00:00+08:00');
    expect(await snapshots(id)).toMatchObject([{ day: '2026-11-23', score: 90, version: 1 }]);
    await night('2026-11-24');
    expect(await snapshots(id)).toMatchObject([
      { day: '2026-11-23', score: 90, version: 1 },
      { day: '2026-11-24', score: 80, version: 3 },
    ]);
    expect(await codes()).toMatchObject([{ score: 80, version: 2 }]);
  });

  it('counts tasks that the morning found missed, without an event of their own', async () => {
    const id = await buildEnterprise(read());
    const pointId = await buildPoint(read(), { enterpriseId: id, anchor: '2030-01-01' });
    await night('2026-11-23');
    for (const ago of [1, 2, 3]) await buildTask(read(), { pointId, date: addDays('2026-11-23', -ago) });
    await at('2026-11-23T10:00:00+08:00');
    await test.app.jobs.tickLoops();
    // three missed, and three days in a row
    expect(await codes()).toMatchObject([{ score: 92 }]);
  });
});

describe('the positive list', () => {
  const list = () =>
    read().query<{ because: string | null; open: number }>(
      'SELECT left_because AS because, open_key IS NOT NULL AS open FROM positive_list ORDER BY id',
    );
  const factor = async () => {
    const [row] = await read().query<{ factor: number }>("SELECT factor FROM enterprise_factor WHERE source = 'code'");
    return row?.factor;
  };

  it('takes in after 90 green days, and lets go at once when a petition is verified', async () => {
    const id = await buildEnterprise(read());
    const regulator = await buildActor(read(), 'regulator');
    await night('2026-11-23');
    await night('2027-02-20');
    expect(await list()).toEqual([]);
    await night('2027-02-21');
    expect(await list()).toEqual([{ because: null, open: 1 }]);
    expect(await factor()).toBe(1.5);
    await read().execute(
      `INSERT INTO petition (enterprise_id, received_on, source, issue, content, state, answer_by, decided_at, decided_by, result, entered_by, entered_at)
       VALUES (?, '2027-02-21', 'hotline', 'odour', '异味', 'verified', '2027-04-01', ?, ?, '属实', ?, ?)`,
      [id, test.clock.now(), regulator, regulator, test.clock.now()],
    );
    await happened(id, 'petition.verified');
    expect(await list()).toEqual([{ because: '6 个月内有信访查实', open: 0 }]);
    expect(await factor()).toBeUndefined();
    expect(await codes()).toMatchObject([{ score: 97, colour: 'green' }]);
  });

  it('lets go at once when a major finding opens, though the code stays green', async () => {
    const id = await buildEnterprise(read());
    await night('2026-11-23');
    await night('2027-02-21');
    await buildFinding(read(), {
      enterpriseId: id,
      severity: 'major',
      openedAt: test.clock.now(),
      dueAt: new Date('2027-03-08T12:00:00Z'),
    });
    await happened(id, 'finding.opened');
    expect(await list()).toEqual([{ because: '有未关闭的重大问题', open: 0 }]);
    expect(await codes()).toMatchObject([{ score: 100, colour: 'green' }]);
  });
});

describe('of random histories', () => {
  it('what the events made is what the night makes of it', async () => {
    const ids: number[] = [];
    for (let each = 0; each < 8; each += 1) ids.push(await buildEnterprise(read()));
    await night('2026-11-23');
    const kinds = ['H03', 'H10', 'H11', 'H19', 'B03', 'hidden_pipe'];
    let now = Date.parse('2026-11-23T02:00:00+08:00');
    for (let step = 0; step < 120; step += 1) {
      now += randomInt(20 * 3_600_000);
      test.clock.moveTo(new Date(now));
      const id = ids[randomInt(ids.length)]!;
      switch (randomInt(4)) {
        case 0:
          await fact(id, kinds[randomInt(kinds.length)]!, new Date(now));
          break;
        case 1:
          await buildFinding(read(), {
            enterpriseId: id,
            severity: (['minor', 'general', 'major'] as const)[randomInt(3)]!,
            openedAt: new Date(now),
            dueAt: new Date(now + randomInt(5 * 86_400_000)),
          });
          break;
        case 2:
          await read().execute(
            "UPDATE finding SET state = 'closed', submitted_at = ?, closed_at = ? WHERE enterprise_id = ? AND state = 'open' ORDER BY id LIMIT 1",
            [new Date(now), new Date(now), id],
          );
          break;
        default:
          await read().execute('UPDATE health_fact SET ended_at = ? WHERE enterprise_id = ? AND ended_at IS NULL', [
            new Date(now),
            id,
          ]);
      }
      await happened(id, 'health-fact.entered');
    }
    // The night's work is due from two o'clock on.
    const due = shanghaiInstant(businessDate(new Date(now)), '02:00');
    if (now < due.getTime()) {
      test.clock.moveTo(due);
      for (const id of ids) await happened(id, 'health-fact.entered');
    }
    const [made, kept] = [await codes(), await deductions()];
    expect(new Set(made.map(({ score }) => score)).size).toBeGreaterThan(2);
    await read().execute('DELETE FROM health_deduction');
    await read().execute('UPDATE health_code SET score = 1, version = version + 1');
    await read().execute("UPDATE health_state SET digest = ''");
    await read().execute("DELETE FROM job_chunk WHERE job = 'healthcode'");
    await read().execute("DELETE FROM job_run WHERE job = 'healthcode'");
    await test.app.jobs.runOnly('healthcode');
    expect((await codes()).map(({ id, score, colour, since }) => ({ id, score, colour, since }))).toEqual(
      made.map(({ id, score, colour, since }) => ({ id, score, colour, since })),
    );
    expect(await deductions()).toEqual(kept);
  });
});
