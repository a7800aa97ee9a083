import { addDays } from '../../bff/src/core/clock';
import { fromJson } from '../../bff/src/core/database';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPerson, buildPoint, buildTask } from '../builders/directory';
import { buildCode } from '../builders/partner';
import { buildFinding, buildReport } from '../builders/warnings';

/** The night of 2026-11-23 looks back: each rule on its threshold and one short of it. */

const NIGHT = '2026-11-23T02:30:00+08:00';
const DATE = '2026-11-23';

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
const ago = (days: number) => addDays(DATE, -days);

interface Row {
  id: number;
  rule_code: string;
  subject_id: string;
  region_code: string;
  level: string;
  tier: string;
  state: string;
  reason: string;
  repeats: number;
  evidence: unknown;
  eased_at: Date | null;
}
const warnings = () => read().query<Row>('SELECT * FROM warning ORDER BY id');
const codes = async () => (await warnings()).map((row) => row.rule_code);
const evidence = (row: Row | undefined) => fromJson<{ ids: number[]; count: number }>(row?.evidence);

/** Tasks of one point, `state` on each of these days before the date. */
async function days(pointId: number, state: string, list: readonly number[]): Promise<number[]> {
  const ids: number[] = [];
  for (const day of list) {
    const id = await buildTask(read(), { pointId, date: ago(day) });
    await read().execute('UPDATE task SET state = ? WHERE id = ?', [state, id]);
    ids.push(id);
  }
  return ids;
}
const upTo = (count: number, first = 1) => Array.from({ length: count }, (_, index) => first + index);

/** Without anybody in office a night sends what it opens straight up. */
async function staff(region = '330521001'): Promise<[township: number, enforcement: number]> {
  return [await buildActor(read(), 'township', { region }), await buildActor(read(), 'enforcement')];
}

describe('missed in a row', () => {
  it.each([
    ['three days, the last three days ago', [3, 4, 5], 1],
    ['two days', [2, 3], 0],
    ['three days with a gap', [2, 3, 5], 0],
    ['three days that ended four days ago', [4, 5, 6], 0],
  ])('%s', async (_what, missed, opened) => {
    const ids = await days(await buildPoint(read()), 'missed', missed);
    await at(NIGHT);
    const rows = await warnings();
    expect(rows.map((row) => row.rule_code)).toEqual(opened === 1 ? ['missed_in_a_row'] : []);
    if (opened === 1) {
      expect(rows[0]!.reason).toBe('连续 3 天有任务漏检（2026-11-18 至 2026-11-20），共 3 项。');
      expect(evidence(rows[0])).toEqual({ type: 'task', ids, count: 3 });
    }
  });
});

describe('low completion', () => {
  it.each([
    ['7 of 10', 7, 3, 1],
    ['8 of 10 is 80 %', 8, 2, 0],
    ['6 of 9 is too few to judge', 6, 3, 0],
  ])('%s', async (_what, done, missed, opened) => {
    const pointId = await buildPoint(read());
    await days(pointId, 'done', upTo(done, 15));
    // every other day, so that no row of days comes of it
    await days(
      pointId,
      'missed',
      upTo(missed, 1).map((day) => day * 4),
    );
    await days(pointId, 'excused', [14]);
    await at(NIGHT);
    expect(await codes()).toEqual(opened === 1 ? ['low_completion'] : []);
    if (opened === 1) {
      expect((await warnings())[0]!.reason).toBe('近 30 天应完成 10 项，只完成 7 项（70%），低于 80%。');
    }
  });
});

describe('overdue findings', () => {
  const past = new Date('2026-11-23T02:00:00+08:00');
  const later = new Date('2026-11-23T03:00:00+08:00');

  it.each(['major', 'general', 'minor'] as const)('%s: past the deadline, by a rule of its own', async (severity) => {
    const id = await buildFinding(read(), { severity, dueAt: past });
    await buildFinding(read(), { severity, dueAt: later });
    await buildFinding(read(), { severity, dueAt: past, state: 'closed' });
    await at(NIGHT);
    const rows = await warnings();
    expect(rows.map((row) => [row.rule_code, row.level])).toEqual([
      [`overdue_${severity}`, severity === 'major' ? 'major' : 'normal'],
    ]);
    expect(evidence(rows[0])).toEqual({ type: 'finding', ids: [id], count: 1 });
    expect(rows[0]!.reason).toContain('2026-11-23');
  });

  it('major: not contained in time, though its deadline is far', async () => {
    await buildFinding(read(), { severity: 'major', dueAt: later, containDueAt: past, containedAt: past });
    await buildFinding(read(), { severity: 'major', dueAt: later, containDueAt: later });
    await at(NIGHT);
    expect(await codes()).toEqual([]);
    await buildFinding(read(), { severity: 'major', dueAt: later, containDueAt: past });
    await at('2026-11-24T02:30:00+08:00');
    expect(await codes()).toContain('overdue_major');
  });
});

describe('recurrence', () => {
  it('opens for a finding that came back within 30 days, not for an older or a first one', async () => {
    const due = new Date('2027-01-01T00:00:00Z');
    const opened = (days: number) => new Date(`${ago(days)}T12:00:00+08:00`);
    await buildFinding(read(), { dueAt: due, openedAt: opened(31), previousId: 1 });
    await buildFinding(read(), { dueAt: due, openedAt: opened(2) });
    await at(NIGHT);
    expect(await codes()).toEqual([]);
    await buildFinding(read(), { dueAt: due, openedAt: opened(2), previousId: 1, itemZh: '台账' });
    await at('2026-11-24T02:30:00+08:00');
    const rows = await warnings();
    expect(rows.map((row) => row.rule_code)).toEqual(['recurrence']);
    expect(rows[0]!.reason).toBe('近 30 天有 1 个问题关闭后再次出现：台账。');
  });
});

describe('low trust', () => {
  it.each([
    ['three reports under 60', [59, 40, 20], 1],
    ['two reports under 60', [59, 40, 60], 0],
  ])('%s', async (_what, scores, opened) => {
    const enterpriseId = await buildEnterprise(read());
    for (const trust of scores) {
      await buildReport(read(), { enterpriseId, trust, receivedAt: new Date(`${ago(5)}T12:00:00+08:00`) });
    }
    await buildReport(read(), { enterpriseId, trust: 1, receivedAt: new Date(`${ago(31)}T12:00:00+08:00`) });
    await at(NIGHT);
    expect(await codes()).toEqual(opened === 1 ? ['low_trust'] : []);
  });
});

describe('a red code', () => {
  const red = async (days: number, colour = 'red') => {
    await staff();
    const enterpriseId = await buildEnterprise(read());
    const since = new Date(`${ago(days)}T02:00:00+08:00`);
    await buildCode(read(), enterpriseId, { colour, since, validUntil: new Date('2027-02-01T00:00:00Z') });
    return enterpriseId;
  };
  const checked = (enterpriseId: number, day: string) =>
    read().execute(
      `INSERT INTO health_site_check (client_uuid, enterprise_id, point_id, passed, note, checked_by, checked_at)
       VALUES (UUID(), ?, 1, FALSE, '还没有改好', 1, ?)`,
      [enterpriseId, new Date(`${day}T10:00:00+08:00`)],
    );

  it.each([
    ['for two weeks', 14, 'red', 1],
    ['for two weeks, black', 14, 'black', 1],
    ['for 13 days', 13, 'red', 0],
    ['and not red at all', 40, 'yellow', 0],
  ] as const)('calls for an official on site: nobody there %s', async (_what, days, colour, opened) => {
    await red(days, colour);
    await at(NIGHT);
    expect(await codes()).toEqual(opened === 1 ? ['unvisited'] : []);
  });

  it('calls again two weeks after each time that somebody was there, as long as it is red', async () => {
    const enterpriseId = await red(30);
    await checked(enterpriseId, ago(3));
    await at(NIGHT);
    expect(await codes()).toEqual([]);
    await at('2026-12-04T02:30:00+08:00');
    expect(await codes()).toEqual([]);
    await at('2026-12-05T02:30:00+08:00');
    expect(await warnings()).toMatchObject([
      {
        rule_code: 'unvisited',
        level: 'normal',
        reason: '红码期间每 14 天至少到现场检查一次。变红已 42 天，近 14 天没有人到过。',
      },
    ]);
    await checked(enterpriseId, '2026-12-05');
    await at('2026-12-06T02:30:00+08:00');
    expect((await warnings())[0]?.eased_at).not.toBeNull();
    await read().execute(
      "UPDATE warning SET state = 'closed', outcome = 'helped', outcome_note = 'x', closed_at = '2026-12-06 03:00:00', open_key = NULL",
    );
    await at('2026-12-18T02:30:00+08:00');
    expect(await warnings()).toHaveLength(1);
    await at('2026-12-20T02:30:00+08:00');
    expect(await codes()).toEqual(['unvisited', 'unvisited']);
    await read().execute("UPDATE health_code SET colour = 'yellow'");
    await at('2026-12-21T02:30:00+08:00');
    expect((await warnings())[1]?.eased_at).not.toBeNull();
  });
});

describe('a township that falls', () => {
  /** 20 recent tasks and 20 before, spread over two points of one township; `missed` of the recent ones. */
  async function township(missed: number, recent = 20): Promise<void> {
    const enterpriseId = await buildEnterprise(read());
    const points = await Promise.all(upTo(4).map(() => buildPoint(read(), { enterpriseId })));
    for (const [index, pointId] of points.entries()) {
      const mine = (count: number) => Math.floor(count / 4) + (index < count % 4 ? 1 : 0);
      await days(pointId, 'done', upTo(5, 10));
      const bad = mine(missed);
      await days(pointId, 'missed', [2, 4, 6].slice(0, bad));
      await days(pointId, 'done', [1, 3, 5, 7, 6, 4, 2].slice(0, mine(recent) - bad));
    }
  }

  it.each([
    ['15 points under', 3, 20, 1],
    ['10 points under', 2, 20, 0],
    ['too few tasks to judge', 3, 19, 0],
  ])('%s', async (_what, missed, recent, opened) => {
    await township(missed, recent);
    await at(NIGHT);
    const rows = (await warnings()).filter((row) => row.rule_code === 'township_falling');
    expect(rows).toHaveLength(opened);
    if (opened === 1) {
      expect(rows[0]).toMatchObject({
        subject_id: '330521001',
        reason: '武康街道近 7 天完成率 85%，比之前 30 天的 100% 低 15 个百分点。',
      });
    }
  });
});

describe('a person whom messages do not reach', () => {
  async function dead(personId: number, count: number, daysAgo = 1): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await read().execute(
        `INSERT INTO notification (person_id, kind, business_date, subject, channel, content, state, fault, next_attempt_at, created_at)
         VALUES (?, 'dailyList', ?, ?, 'wechat', '{}', 'dead', 'receiver', ?, ?)`,
        [personId, ago(daysAgo), `${daysAgo}-${n}`, new Date(), new Date(`${ago(daysAgo)}T08:00:00+08:00`)],
      );
    }
  }

  it('opens after three in seven days, in the region where he works', async () => {
    await staff('330521100');
    const enterpriseId = await buildEnterprise(read(), { region: '330521100' });
    const [three, two, official] = [
      await buildActor(read(), 'officer', { enterpriseId }),
      await buildActor(read(), 'officer', { enterpriseId }),
      await buildActor(read(), 'regulator'),
    ];
    await dead(three, 3);
    await dead(two, 2);
    await dead(two, 5, 8);
    await dead(official, 3);
    await dead(await buildPerson(read()), 3);
    await at(NIGHT);
    const rows = await warnings();
    expect(rows.map((row) => [row.rule_code, row.subject_id, row.region_code, row.tier])).toEqual([
      ['unreachable', String(three), '330521100', 'township'],
      ['unreachable', String(official), '330521', 'county'],
    ]);
  });
});

describe('repeats', () => {
  it('merge into the open one, once a day however often the night runs, and never double', async () => {
    await staff();
    await staff('330521100');
    const pointId = await buildPoint(read());
    await days(pointId, 'missed', [2, 3, 4]);
    await at(NIGHT);
    await read().execute("UPDATE job_chunk SET done_at = NULL, lease_until = NULL WHERE job = 'warnings'");
    await read().execute("UPDATE job_run SET state = 'running' WHERE job = 'warnings'");
    await at('2026-11-23T02:31:00+08:00');
    expect(await warnings()).toMatchObject([{ repeats: 0, state: 'open' }]);
    const another = await buildTask(read(), { pointId, date: ago(1) });
    await read().execute("UPDATE task SET state = 'missed' WHERE id = ?", [another]);
    await read().execute("UPDATE enterprise SET region_code = '330521100'");
    await at('2026-11-24T02:30:00+08:00');
    const [row, ...others] = await warnings();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ repeats: 1, state: 'open', eased_at: null, region_code: '330521100' });
    expect(row!.reason).toContain('连续 4 天');
    expect(evidence(row)).toMatchObject({ count: 4 });
    expect(await read().query("SELECT 1 FROM event WHERE type = 'warning.opened'")).toHaveLength(1);
    expect(await read().query('SELECT kind FROM warning_step')).toEqual([{ kind: 'opened' }]);
  });

  it('stay away when the condition is gone: it eases, but stays until somebody closes it', async () => {
    const id = await buildFinding(read(), { severity: 'general', dueAt: new Date('2026-11-22T00:00:00Z') });
    await at(NIGHT);
    await read().execute("UPDATE finding SET state = 'closed' WHERE id = ?", [id]);
    await at('2026-11-24T02:30:00+08:00');
    const [row] = await warnings();
    expect(row).toMatchObject({ repeats: 0, state: 'open' });
    expect(row!.eased_at).not.toBeNull();
  });

  it('of what was closed open nothing for its quiet days, unless a newer row is behind it', async () => {
    const enterpriseId = await buildEnterprise(read());
    const overdue = { severity: 'general', enterpriseId, dueAt: new Date('2026-11-22T00:00:00Z') } as const;
    await buildFinding(read(), overdue);
    await at(NIGHT);
    await read().execute(
      "UPDATE warning SET state = 'closed', open_key = NULL, outcome = 'helped', outcome_note = 'x', closed_at = ?",
      [test.clock.now()],
    );
    await at('2026-11-24T02:30:00+08:00');
    expect(await warnings()).toHaveLength(1);
    await buildFinding(read(), overdue);
    await at('2026-11-25T02:30:00+08:00');
    expect(await warnings()).toMatchObject([{ state: 'closed' }, { state: 'open', repeats: 0 }]);
  });

  it('open again after the quiet days when nothing has become better', async () => {
    await buildFinding(read(), { severity: 'general', dueAt: new Date('2026-11-22T00:00:00Z') });
    await at(NIGHT);
    await read().execute(
      "UPDATE warning SET state = 'closed', open_key = NULL, outcome = 'helped', outcome_note = 'x', closed_at = ?",
      [test.clock.now()],
    );
    await at('2026-11-30T02:29:00+08:00');
    await at('2026-11-30T02:31:00+08:00');
    expect(await warnings()).toMatchObject([{ state: 'closed' }, { state: 'open' }]);
  });
});

describe('a new version of a rule', () => {
  it('is what the next night evaluates, and the warning says so', async () => {
    await days(await buildPoint(read()), 'missed', [2, 3]);
    await at(NIGHT);
    expect(await codes()).toEqual([]);
    await read().execute(
      `INSERT INTO warning_rule (code, version, zh, params, level, ack_hours, message, created_at)
       SELECT code, 2, zh, '{"days": 2, "endsWithin": 3, "quietDays": 7}', level, ack_hours, message, created_at
       FROM warning_rule WHERE code = 'missed_in_a_row'`,
    );
    await at('2026-11-24T02:30:00+08:00');
    expect(await warnings()).toMatchObject([{ rule_code: 'missed_in_a_row', rule_version: 2 }]);
  });
});

describe('a major finding', () => {
  const tell = (findingId: number, enterpriseId: number, type = 'finding.opened', severity = 'major') =>
    test.app.core.db.transaction((tx) =>
      test.app.core.events.append(tx, [
        { type, enterpriseId, subject: { type: 'finding', id: findingId }, actorId: null, payload: { severity } },
      ]),
    );
  const finding = (enterpriseId: number, itemZh = '雨水口有异常排水') =>
    buildFinding(read(), { enterpriseId, severity: 'major', dueAt: new Date('2026-12-30T00:00:00Z'), itemZh });

  it('warns and tells at once; handled twice it changes nothing', async () => {
    const enterpriseId = await buildEnterprise(read());
    const [township, enforcement, elsewhere] = [
      await buildActor(read(), 'township', { region: '330521001' }),
      await buildActor(read(), 'enforcement'),
      await buildActor(read(), 'township', { region: '330521100' }),
    ];
    const id = await finding(enterpriseId);
    await tell(id, enterpriseId);
    await test.app.jobs.tickLoops();
    await tell(id, enterpriseId);
    await tell(id, enterpriseId, 'finding.joined');
    await read().execute("UPDATE event SET handled_at = NULL, lease_until = NULL WHERE type = 'finding.opened'");
    await test.app.jobs.tickLoops();
    expect(await warnings()).toMatchObject([
      { rule_code: 'major_finding', level: 'major', repeats: 0, reason: '巡查发现重大问题：雨水口有异常排水。' },
    ]);
    const told = await read().query<{ person_id: number }>(
      "SELECT person_id FROM notification WHERE kind = 'warning.major'",
    );
    expect(told.map((row) => row.person_id).sort()).toEqual([township, enforcement].sort());
    expect(told).not.toContainEqual({ person_id: elsewhere });
  });

  it('opens an acknowledged one again when another joins it; a closed one stays closed', async () => {
    const enterpriseId = await buildEnterprise(read());
    const [first, second, third] = [
      await finding(enterpriseId),
      await finding(enterpriseId, '阀门失灵'),
      await finding(enterpriseId),
    ];
    await tell(first, enterpriseId);
    await test.app.jobs.tickLoops();
    await read().execute("UPDATE warning SET state = 'acknowledged', acknowledged_at = opened_at, acknowledged_by = 1");
    await tell(second, enterpriseId, 'finding.joined');
    await test.app.jobs.tickLoops();
    const [row] = await warnings();
    expect(row).toMatchObject({ state: 'open', repeats: 1, acknowledged_at: null });
    expect(evidence(row)).toEqual({ type: 'finding', ids: [second, first], count: 2 });
    await read().execute(
      "UPDATE warning SET state = 'closed', open_key = NULL, outcome = 'helped', outcome_note = 'x', closed_at = ?",
      [test.clock.now()],
    );
    await tell(first, enterpriseId, 'finding.joined');
    await test.app.jobs.tickLoops();
    expect(await warnings()).toHaveLength(1);
    await tell(third, enterpriseId);
    await test.app.jobs.tickLoops();
    expect(await warnings()).toMatchObject([{ state: 'closed' }, { state: 'open' }]);
  });

  it('that is general warns of nothing at once', async () => {
    const enterpriseId = await buildEnterprise(read());
    await tell(await finding(enterpriseId), enterpriseId, 'finding.opened', 'general');
    await test.app.jobs.tickLoops();
    expect(await warnings()).toEqual([]);
  });
});

describe('time', () => {
  it('sends what nobody acknowledges from the township to enforcement to the county, and no further', async () => {
    await buildFinding(read(), { severity: 'major', dueAt: new Date('2026-11-22T00:00:00Z') });
    const regulator = await buildActor(read(), 'regulator');
    const [township, enforcement] = await staff();
    await at(NIGHT);
    const tiers = async () => (await warnings()).map((row) => row.tier);
    await at('2026-11-23T14:29:00+08:00');
    expect(await tiers()).toEqual(['township']);
    await at('2026-11-23T14:31:00+08:00');
    expect(await tiers()).toEqual(['enforcement']);
    await at('2026-11-24T02:29:00+08:00');
    expect(await tiers()).toEqual(['enforcement']);
    await at('2026-11-24T02:32:00+08:00');
    expect(await tiers()).toEqual(['county']);
    await at('2026-11-26T02:32:00+08:00');
    expect(await tiers()).toEqual(['county']);
    const steps = await read().query("SELECT detail FROM warning_step WHERE kind = 'escalated' ORDER BY id");
    expect(steps).toEqual([{ detail: 'enforcement' }, { detail: 'county' }]);
    expect(await read().query("SELECT 1 FROM event WHERE type = 'warning.escalated'")).toHaveLength(2);
    const told = await read().query<{ person_id: number; title: string }>(
      "SELECT person_id, JSON_VALUE(content, '$.title') AS title FROM notification WHERE kind = 'warning.major' ORDER BY id",
    );
    expect(told.map(({ person_id, title }) => [person_id, title])).toEqual([
      [township, '重大预警：重大问题超期'],
      [enforcement, '重大预警：重大问题超期'],
      // Whoever had heard of it hears that it is his turn.
      [enforcement, '重大预警升级：重大问题超期'],
      [regulator, '重大预警升级：重大问题超期'],
    ]);
  });

  it('leaves acknowledged ones where they are and wakes snoozed ones', async () => {
    await staff();
    await buildFinding(read(), { severity: 'general', dueAt: new Date('2026-11-22T00:00:00Z') });
    await buildFinding(read(), { severity: 'general', dueAt: new Date('2026-11-22T00:00:00Z') });
    await at(NIGHT);
    const [one, two] = await warnings();
    await read().execute("UPDATE warning SET state = 'acknowledged' WHERE id = ?", [one!.id]);
    await read().execute("UPDATE warning SET state = 'snoozed', snoozed_until = ? WHERE id = ?", [
      new Date('2026-11-28T12:00:00+08:00'),
      two!.id,
    ]);
    await at('2026-11-28T11:59:00+08:00');
    expect(await warnings()).toMatchObject([
      { state: 'acknowledged', tier: 'township' },
      { state: 'snoozed', tier: 'township' },
    ]);
    await at('2026-11-28T12:00:00+08:00');
    expect(await warnings()).toMatchObject([
      { state: 'acknowledged', tier: 'township' },
      { state: 'open', tier: 'township' },
    ]);
    // Woken on a Saturday: two working days are Monday and Tuesday.
    await at('2026-12-01T17:29:00+08:00');
    expect((await warnings()).map((row) => row.tier)).toEqual(['township', 'township']);
    await at('2026-12-02T08:30:00+08:00');
    expect((await warnings()).map((row) => row.tier)).toEqual(['township', 'enforcement']);
    expect(await read().query("SELECT kind FROM warning_step WHERE kind = 'reopened'")).toHaveLength(1);
    expect(await read().query("SELECT 1 FROM event WHERE type = 'warning.reopened'")).toHaveLength(1);
  });
});

describe('nothing waits without end', () => {
  const acknowledged = (when: string) =>
    read().execute("UPDATE warning SET state = 'acknowledged', acknowledged_at = ?, acknowledged_by = 1", [
      new Date(when),
    ]);
  const overdue = (severity: 'general' | 'major') =>
    buildFinding(read(), { severity, dueAt: new Date('2026-11-22T00:00:00Z'), containedAt: new Date() });
  const told = async () => (await warnings()).map(({ state, tier }) => `${state} ${tier}`);

  it.each([
    ['general', 14],
    ['major', 7],
  ] as const)('a %s one that was taken on climbs after %i days without an end', async (severity, days) => {
    await staff();
    await overdue(severity);
    await at(NIGHT);
    await acknowledged('2026-11-23T10:00:00+08:00');
    await at(`${addDays(DATE, days)}T09:59:00+08:00`);
    expect(await told()).toEqual(['acknowledged township']);
    await at(`${addDays(DATE, days)}T10:00:00+08:00`);
    expect(await told()).toEqual(['open enforcement']);
    const steps = await read().query("SELECT kind, detail FROM warning_step WHERE kind <> 'opened'");
    expect(steps).toEqual([{ kind: 'escalated', detail: 'enforcement' }]);
  });

  it('at the top it is open again, with its hours', async () => {
    await staff();
    await overdue('general');
    await at(NIGHT);
    await read().execute("UPDATE warning SET tier = 'county'");
    await acknowledged('2026-11-23T10:00:00+08:00');
    await at('2026-12-07T10:00:00+08:00');
    const [row] = await read().query('SELECT state, tier, acknowledged_at, ack_by FROM warning');
    expect(row).toMatchObject({ state: 'open', tier: 'county', acknowledged_at: null });
    expect((row as { ack_by: Date }).ack_by.getTime()).toBeGreaterThan(new Date('2026-12-09T09:59:00+08:00').getTime());
    expect(await read().query("SELECT 1 FROM event WHERE type = 'warning.reopened'")).toHaveLength(1);
  });

  it.each([
    ['a township', ['enforcement'], 'enforcement'],
    ['township and enforcement', [], 'county'],
  ] as const)('where %s has nobody in office, the night sends it up at once', async (_who, there, tier) => {
    for (const role of there) await buildActor(read(), role);
    const gone = await buildActor(read(), 'township', { region: '330521001' });
    await read().execute('UPDATE person SET active = FALSE WHERE id = ?', [gone]);
    await overdue('general');
    await at(NIGHT);
    expect(await told()).toEqual([`open ${tier}`]);
  });

  it('what climbs to where nobody is in office goes on at once, not in the next night', async () => {
    await buildActor(read(), 'township', { region: '330521001' });
    await overdue('general');
    await at(NIGHT);
    expect(await told()).toEqual(['open township']);
    // After the night of that day: its time is over a moment later.
    await at('2026-11-24T17:29:00+08:00');
    expect(await told()).toEqual(['open township']);
    await at('2026-11-25T08:30:00+08:00');
    expect(await told()).toEqual(['open county']);
  });

  it('a correction that nobody verifies calls for its verifier; it is not the enterprise that is overdue', async () => {
    const enterpriseId = await buildEnterprise(read());
    const dueAt = new Date('2026-11-15T12:00:00Z');
    for (const severity of ['general', 'major', 'minor'] as const) {
      await buildFinding(read(), { enterpriseId, severity, state: 'submitted', dueAt, containedAt: dueAt });
    }
    await read().execute("UPDATE finding SET submitted_at = '2026-11-17 18:29:00'");
    await at('2026-11-22T02:30:00+08:00');
    expect(await codes()).toEqual([]);
    await at(NIGHT);
    expect(await warnings()).toMatchObject([
      { rule_code: 'unverified', reason: '有 2 项整改提交后过了核验期限，最早的期限是 2026-11-23。' },
    ]);
  });
});

describe('the digest', () => {
  it('tells each official at 08:30 once what waits for him, by rule, without the major ones of today', async () => {
    const enterpriseId = await buildEnterprise(read());
    const [township, enforcement, elsewhere] = [
      await buildActor(read(), 'township', { region: '330521001' }),
      await buildActor(read(), 'enforcement'),
      await buildActor(read(), 'township', { region: '330521100' }),
    ];
    const dueAt = new Date('2026-11-22T00:00:00Z');
    await buildFinding(read(), { severity: 'general', enterpriseId, dueAt });
    await buildFinding(read(), { severity: 'general', dueAt });
    await buildFinding(read(), { severity: 'minor', enterpriseId, dueAt });
    await buildFinding(read(), { severity: 'major', enterpriseId, dueAt });
    await at(NIGHT);
    const digests = () =>
      read().query<{ person_id: number; body: string }>(
        "SELECT person_id, JSON_VALUE(content, '$.body') AS body FROM notification WHERE kind = 'warning.digest' ORDER BY id",
      );
    expect(await digests()).toEqual([]);
    await at('2026-11-23T08:30:00+08:00');
    await at('2026-11-23T08:31:00+08:00');
    expect(await digests()).toEqual([
      { person_id: township, body: '有 3 条预警等待确认：一般问题超期 2 条，轻微问题超期 1 条。' },
    ]);
    const major = await read().query<{ person_id: number }>(
      "SELECT person_id FROM notification WHERE kind = 'warning.major'",
    );
    expect(major.map((row) => row.person_id)).toEqual([township, enforcement]);
    expect([...(await digests()), ...major].map((row) => row.person_id)).not.toContain(elsewhere);
  });
});

describe('a reason that ends', () => {
  const happens = async (type: string, enterpriseId: number) => {
    await test.app.core.db.transaction((tx) =>
      test.app.core.events.append(tx, [
        { type, enterpriseId, subject: { type: 'row', id: 1 }, actorId: null, payload: {} },
      ]),
    );
    await test.app.jobs.tickLoops();
  };
  const eased = async () => (await warnings()).map(({ rule_code: code, eased_at: at }) => [code, at !== null]);

  it('ends the warning and its todo at once, by the rule that opened it, and another stands on', async () => {
    await staff();
    const enterpriseId = await buildEnterprise(read());
    const pointId = await buildPoint(read(), { enterpriseId });
    await days(pointId, 'missed', [1, 2, 3]);
    const findingId = await buildFinding(read(), { enterpriseId, dueAt: new Date('2026-11-20T00:00:00Z') });
    await at(NIGHT);
    expect(await eased()).toEqual([
      ['missed_in_a_row', false],
      ['overdue_general', false],
    ]);
    await read().execute("UPDATE finding SET state = 'submitted', submitted_at = ? WHERE id = ?", [
      test.clock.now(),
      findingId,
    ]);
    await happens('finding.submitted', enterpriseId);
    expect(await eased()).toEqual([
      ['missed_in_a_row', false],
      ['overdue_general', true],
    ]);
    const steps = await read().query("SELECT kind FROM warning_step WHERE kind = 'eased'");
    expect(steps).toHaveLength(1);
    // Over: it climbs no further, and nobody is told of it in the morning.
    await at('2026-11-28T09:00:00+08:00');
    expect((await warnings()).map(({ rule_code: code, tier }) => [code, tier])).toContainEqual([
      'overdue_general',
      'township',
    ]);
  });

  it('that comes back by night is open again, with its todo', async () => {
    await staff();
    const enterpriseId = await buildEnterprise(read());
    const dueAt = new Date('2026-11-20T00:00:00Z');
    const findingId = await buildFinding(read(), { enterpriseId, dueAt });
    await at(NIGHT);
    const set = (state: string) => read().execute('UPDATE finding SET state = ? WHERE id = ?', [state, findingId]);
    await set('submitted');
    await happens('finding.submitted', enterpriseId);
    expect(await eased()).toEqual([['overdue_general', true]]);
    await set('open');
    await at('2026-11-24T02:30:00+08:00');
    expect(await eased()).toEqual([['overdue_general', false]]);
    expect(await read().query("SELECT id FROM event WHERE type = 'warning.returned'")).toHaveLength(1);
  });

  it.each([
    ['a visit', 'visit.recorded', 'visit'],
    ['a failed check on site', 'health-site-check.failed', 'check'],
  ])('%s ends the call for an official on site', async (_what, type, kind) => {
    await staff();
    const [, enforcement] = await staff('330521002');
    const enterpriseId = await buildEnterprise(read());
    const pointId = await buildPoint(read(), { enterpriseId });
    await buildCode(read(), enterpriseId, { colour: 'red', since: new Date('2026-11-01T00:00:00Z') });
    await at(NIGHT);
    expect(await eased()).toContainEqual(['unvisited', false]);
    if (kind === 'check') {
      await read().execute(
        `INSERT INTO health_site_check (client_uuid, enterprise_id, point_id, passed, note, checked_by, checked_at)
         VALUES (UUID(), ?, ?, FALSE, '仍有问题', ?, ?)`,
        [enterpriseId, pointId, enforcement, test.clock.now()],
      );
    } else {
      await read().execute(
        `INSERT INTO visit (client_uuid, enterprise_id, owner_id, planned_on, purpose, state, left_at, arrived_at, point_id, taught, lacks, due_on, created_at)
         VALUES (UUID(), ?, ?, '2026-11-23', '帮扶', 'recorded', ?, ?, ?, '', '', '2026-12-01', ?)`,
        [enterpriseId, enforcement, test.clock.now(), test.clock.now(), pointId, test.clock.now()],
      );
    }
    await happens(type, enterpriseId);
    expect(await eased()).toContainEqual(['unvisited', true]);
  });
});
