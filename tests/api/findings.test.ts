import { randomUUID } from 'node:crypto';
import { ROLES, type Role } from '../../bff/src/core/actor';
import { buildActor, buildPoint } from '../builders/directory';
import { startPhoneDay, uploadPhoto, type PhoneDay } from '../builders/phone';

const PHOTO = 'ab'.repeat(32);

interface Finding {
  id: string;
  severity: string;
  state: string;
  dueAt: string;
  occurrences: number;
  previousId: string | null;
  containedAt: string | null;
  extension: { state: string; to: string | null };
  steps: { kind: string; by: string | null; note: string }[];
}

/** From an abnormal answer to a closed finding, and every step that is not legal on the way. */
describe('findings', () => {
  let day: PhoneDay;
  const people = {} as Record<Role, number>;

  beforeEach(async () => {
    day = await startPhoneDay({
      before: async ({ test, enterpriseId, officerId, pointIds }) => {
        const point = { enterpriseId, officerId, type: 'HW', intervalDays: 1, anchor: '2026-11-01' };
        pointIds.push(await buildPoint(test.app.core.db.read, point));
      },
    });
    const { read } = day.test.app.core.db;
    for (const role of ['township', 'enforcement', 'regulator'] as const) {
      people[role] = await buildActor(read, role, { region: role === 'township' ? '330521001' : '330521' });
    }
    people.officer = day.officerId;
  });
  afterEach(() => day.stop());

  const call = async (personId: number, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${await day.test.tokenOf(personId)}` };
    const request = body === undefined ? day.test.http.get(path) : day.test.http.post(path).send(body);
    return request.set(headers);
  };
  const act = (personId: number, finding: string, action: string, body: object) =>
    call(personId, `/api/findings/${finding}/${action}`, { clientUuid: randomUUID(), ...body });

  interface Item {
    code: string;
    type: string;
    photo: string;
    severity: string | null;
    options?: { zh: string; severity: string | null }[];
  }

  /** Reports a point with the given items abnormal; extra inspections when today's is done. */
  async function report(pointId: number, abnormal: readonly string[]): Promise<Item[]> {
    const { url } = await day.get<{ url: string }>(people.regulator, `/api/points/${pointId}/qr`);
    let scan = (await call(day.officerId, '/api/scan', { token: url })).body;
    if (scan.task === undefined) scan = (await call(day.officerId, '/api/scan/extra', { token: url })).body;
    const items = scan.checklist.items as Item[];
    const at = day.clock.now().toISOString();
    const value = (item: Item) =>
      item.type === 'num'
        ? 1
        : item.type === 'multi'
          ? ['900-039-49']
          : item.type === 'choice'
            ? item.options?.find((option) => (option.severity === null) !== abnormal.includes(item.code))?.zh
            : abnormal.includes(item.code)
              ? 'abnormal'
              : 'ok';
    const sent = await call(day.officerId, '/api/reports', {
      clientUuid: randomUUID(),
      taskId: scan.task.id,
      checklistId: scan.checklist.id,
      answers: items
        .filter((item) => item.type !== 'scan' && item.type !== 'photo')
        .map((item) => ({
          code: item.code,
          value: value(item),
          ...(abnormal.includes(item.code) ? { note: '看到了' } : {}),
        })),
      photos: items
        .filter((item) => item.photo === 'always' || (item.photo === 'on_abnormal' && abnormal.includes(item.code)))
        .map((item) => ({ itemCode: item.code, sha256: PHOTO, bytes: 5000, contentType: 'image/jpeg', takenAt: at })),
      scan: { ticket: scan.scanTicket },
      startedAt: at,
      filledAt: at,
      sentAt: at,
    });
    expect(sent.status).toBe(200);
    await day.test.app.jobs.tickLoops();
    return items;
  }

  /** The codes of one item of each severity at the hazardous-waste store. */
  async function itemOf(severity: string): Promise<string> {
    const { checklists } = await day.get<{ checklists: { type: string; items: Item[] }[] }>(
      day.officerId,
      '/api/inspections/pack',
    );
    const items = checklists.find((each) => each.type === 'HW')?.items ?? [];
    const found = items.find((item) => item.type === 'ok' && item.severity === severity);
    if (found === undefined) throw new Error(`no ${severity} item`);
    return found.code;
  }

  const list = async (personId = people.officer, query = '') =>
    (await call(personId, `/api/findings${query}`)).body.rows as Finding[];
  const one = async (findingId: string) => (await call(people.regulator, `/api/findings/${findingId}`)).body as Finding;
  const point = () => day.pointIds[2] ?? 0;

  /** Photos of corrections are looked for in the store: this one is there. */
  async function storePhoto(): Promise<void> {
    photo = await uploadPhoto(day, day.officerId);
  }
  let photo = '';
  const correction = () => ({
    note: '换了新的密封圈',
    photos: [{ sha256: photo, when: 'after' }],
    cost: 320,
    responsible: '王师傅',
  });

  test('a general finding: opened with its deadline, corrected, sent back, corrected again, verified, closed', async () => {
    await storePhoto();
    const code = await itemOf('general');
    await report(point(), [code]);
    const [finding] = await list();
    expect(finding).toMatchObject({ severity: 'general', state: 'open', occurrences: 1, previousId: null });
    expect(finding?.dueAt).toBe('2026-11-30T12:00:00.000Z');
    const id = finding?.id ?? '';

    const early = await act(people.township, id, 'verify', { passed: true, note: '好' });
    expect(early.body.code).toBe('FINDING.NOT_SUBMITTED');
    const blind = await act(people.officer, id, 'correct', { note: '好了', photos: [] });
    expect(blind.body.code).toBe('FINDING.PHOTO_AFTER_NEEDED');
    const lost = await act(people.officer, id, 'correct', {
      note: '好了',
      photos: [{ sha256: 'cd'.repeat(32), when: 'after' }],
    });
    expect(lost.body.code).toBe('FINDING.PHOTO_NOT_STORED');

    const sent = await act(people.officer, id, 'correct', correction());
    expect(sent.body).toMatchObject({ state: 'submitted' });
    expect(sent.body.steps.at(-1)).toMatchObject({ kind: 'submitted', cost: 320, responsible: '王师傅' });
    expect(sent.body.steps.at(-1).photos[0]).toMatchObject({ sha256: photo, when: 'after' });
    expect((await act(people.officer, id, 'correct', correction())).body.code).toBe('FINDING.ALREADY_SUBMITTED');

    const rejected = await act(people.township, id, 'verify', { passed: false, note: '还在渗' });
    expect(rejected.body).toMatchObject({ state: 'open' });
    await act(people.officer, id, 'correct', correction());
    const closed = await act(people.township, id, 'verify', { passed: true, note: '看过照片' });
    expect(closed.body).toMatchObject({ state: 'closed' });
    expect(closed.body.steps.map((step: { kind: string }) => step.kind)).toEqual([
      'opened',
      'submitted',
      'rejected',
      'submitted',
      'verified',
    ]);
    expect((await act(people.township, id, 'verify', { passed: true, note: '再看' })).body.code).toBe('FINDING.CLOSED');
    const { read } = day.test.app.core.db;
    const events = await read.query<{ type: string }>(
      "SELECT type FROM event WHERE subject_type = 'finding' ORDER BY id",
    );
    expect(events.map(({ type }) => type)).toEqual([
      'finding.opened',
      'finding.submitted',
      'finding.rejected',
      'finding.submitted',
      'finding.closed',
    ]);
  });

  test('the same item again joins what is open; after it was closed it is a recurrence', async () => {
    await storePhoto();
    const code = await itemOf('general');
    await report(point(), [code]);
    await report(point(), [code]);
    const [finding, ...others] = await list();
    expect(others).toEqual([]);
    expect(finding?.occurrences).toBe(2);
    await act(people.officer, finding?.id ?? '', 'correct', correction());
    await act(people.township, finding?.id ?? '', 'verify', { passed: true, note: '好' });
    await report(point(), [code]);
    const [again] = await list(people.officer, '?state=open');
    expect(again?.previousId).toBe(finding?.id);
  });

  test('a minor finding is closed by the next normal report of its item, not by hand', async () => {
    await storePhoto();
    const code = await itemOf('minor');
    await report(point(), [code]);
    const [finding] = await list();
    await act(people.officer, finding?.id ?? '', 'correct', correction());
    const byHand = await act(people.township, finding?.id ?? '', 'verify', { passed: true, note: '好' });
    expect(byHand.body.code).toBe('FINDING.VERIFIED_BY_REPORT');
    await report(point(), []);
    const story = await one(finding?.id ?? '');
    expect(story.state).toBe('closed');
    expect(story.steps.at(-1)?.kind).toBe('verified_by_report');
  });

  test('a major finding is contained within a day, and verified only with the code on its door', async () => {
    await storePhoto();
    const code = await itemOf('major').catch(() => itemOf('general'));
    await report(point(), [code]);
    const { read } = day.test.app.core.db;
    await read.execute("UPDATE finding SET severity = 'major', contain_due_at = opened_at + INTERVAL 24 HOUR");
    const [finding] = await list();
    const id = finding?.id ?? '';
    const held = await act(people.officer, id, 'contain', { note: '已停用，围堰收集', photos: [] });
    expect(held.body.containedAt).not.toBeNull();
    expect((await act(people.officer, id, 'contain', { note: '又一次', photos: [] })).body.code).toBe(
      'FINDING.ALREADY_CONTAINED',
    );
    await act(people.officer, id, 'correct', correction());
    const office = await act(people.township, id, 'verify', { passed: true, note: '看照片' });
    expect(office.body.code).toBe('FINDING.SCAN_NEEDED');
    const other = await day.get<{ url: string }>(people.regulator, `/api/points/${day.pointIds[0]}/qr`);
    const elsewhere = await act(people.township, id, 'verify', { passed: true, note: '现场', token: other.url });
    expect(elsewhere.body.code).toBe('FINDING.WRONG_POINT');
    const door = await day.get<{ url: string }>(people.regulator, `/api/points/${point()}/qr`);
    const onSite = await act(people.township, id, 'verify', { passed: true, note: '现场看过', token: door.url });
    expect(onSite.body.state).toBe('closed');
  });

  test('more time is asked for once, with a reason, and granted or not by an official', async () => {
    const code = await itemOf('general');
    await report(point(), [code]);
    const [finding] = await list();
    const id = finding?.id ?? '';
    expect((await act(people.township, id, 'extension/decide', { granted: true, note: '好' })).body.code).toBe(
      'FINDING.NO_EXTENSION_ASKED',
    );
    for (const to of ['2026-11-30', '2027-02-01']) {
      expect((await act(people.officer, id, 'extension', { reason: '配件未到', to })).body.code).toBe(
        'FINDING.EXTENSION_DATES',
      );
    }
    const asked = await act(people.officer, id, 'extension', { reason: '配件未到', to: '2026-12-05' });
    expect(asked.body.extension).toEqual({ state: 'asked', to: '2026-12-05' });
    expect((await act(people.officer, id, 'extension', { reason: '再来', to: '2026-12-06' })).body.code).toBe(
      'FINDING.EXTENSION_USED',
    );
    const granted = await act(people.township, id, 'extension/decide', { granted: true, note: '同意' });
    expect(granted.body).toMatchObject({ extension: { state: 'granted' }, dueAt: '2026-12-05T12:00:00.000Z' });
  });

  test('the verifier may show what he saw: photos that are in the store', async () => {
    await storePhoto();
    await report(point(), [await itemOf('general')]);
    const [finding] = await list();
    const id = finding?.id ?? '';
    await act(people.officer, id, 'correct', correction());
    const lost = [{ sha256: 'cd'.repeat(32), when: 'after' }];
    const refused = await act(people.township, id, 'verify', { passed: false, note: '还在渗', photos: lost });
    expect(refused.body.code).toBe('FINDING.PHOTO_NOT_STORED');
    const seen = [{ sha256: photo, when: 'after' }];
    const rejected = await act(people.township, id, 'verify', { passed: false, note: '还在渗', photos: seen });
    expect(rejected.body.steps.at(-1)).toMatchObject({ kind: 'rejected', photos: [{ sha256: photo, when: 'after' }] });
    await day.test.app.jobs.tickLoops();
    const [shown] = (await call(people.officer, `/api/findings/${id}`)).body.steps.at(-1).photos;
    expect(shown).toMatchObject({ state: 'verified', url: expect.stringContaining(photo) });
  });

  /** What a person was told about findings, as it reads now. */
  const told = (personId: number) =>
    day.test.app.core.db.read.query<{
      kind: string;
      date: string;
      title: string;
      body: string;
      page: string;
      unread: number;
    }>(
      `SELECT kind, business_date AS date, JSON_VALUE(content, '$.title') AS title, JSON_VALUE(content, '$.body') AS body, JSON_VALUE(content, '$.page') AS page, read_at IS NULL AS unread
       FROM notification WHERE person_id = ? AND kind LIKE 'finding.%' ORDER BY id`,
      [personId],
    );

  test('a no reaches the officer at once, a yes in one message a day, however often an event is handled', async () => {
    await storePhoto();
    await report(point(), [await itemOf('general')]);
    const [finding] = await list();
    const id = finding?.id ?? '';
    await act(people.officer, id, 'extension', { reason: '配件未到', to: '2026-12-05' });
    await act(people.township, id, 'extension/decide', { granted: false, note: '请尽快' });
    await day.test.app.jobs.tickLoops();
    const [first, ...more] = await told(people.officer);
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      kind: 'finding.not_extended',
      title: expect.stringMatching(/^不同意延期：/),
      unread: 1,
    });
    expect(first?.page).toBe(`pages/officer/finding/index?id=${id}`);
    expect(first?.body).toContain('请尽快');
    const { read } = day.test.app.core.db;
    await read.execute('UPDATE notification SET read_at = created_at');
    await read.execute(
      "UPDATE event SET handled_at = NULL, attempts = 0, lease_until = NULL WHERE type = 'finding.extension_refused'",
    );
    await day.test.app.jobs.tickLoops();
    expect(await told(people.officer)).toEqual([{ ...first, unread: 0 }]);
    await act(people.officer, id, 'correct', correction());
    // Whoever stands in for the officer from now on hears of it as well.
    const deputy = await buildActor(read, 'officer');
    await read.execute(
      "INSERT INTO officer_leave (client_uuid, person_id, deputy_id, from_date, to_date, created_at) VALUES (UUID(), ?, ?, '2026-11-01', '2026-12-31', ?)",
      [people.officer, deputy, day.clock.now()],
    );
    await act(people.township, id, 'verify', { passed: false, note: '还在渗' });
    await day.test.app.jobs.tickLoops();
    const grown = await told(people.officer);
    expect(await told(deputy)).toMatchObject([{ kind: 'finding.rejected' }]);
    expect(grown).toMatchObject([
      {},
      { kind: 'finding.rejected', title: expect.stringMatching(/^整改被退回：/), page: first?.page, unread: 1 },
    ]);
    expect(grown[1]?.body).toMatch(/：退回。还在渗$/);
    await day.at('2026-11-24T09:00:00+08:00');
    await act(people.officer, id, 'correct', correction());
    await act(people.township, id, 'verify', { passed: true, note: '好' });
    await day.test.app.jobs.tickLoops();
    expect(await told(people.officer)).toMatchObject([{}, {}, { date: '2026-11-24', title: '整改有答复：通过' }]);
    // Each time that something was handed in or asked for, its official heard of it.
    expect((await told(people.township)).map(({ kind, page }) => [kind, page])).toEqual([
      ['finding.extension_asked', 'pages/township/home/index'],
      ['finding.submitted', `pages/township/verify/index?id=${id}`],
      ['finding.submitted', `pages/township/verify/index?id=${id}`],
    ]);
  });

  test('one day before a deadline the officer hears what is due, in one message; what is handed in is not named', async () => {
    await storePhoto();
    const items = await report(point(), []);
    const codes = items.filter((item) => item.type === 'ok' && item.severity === 'general').map(({ code }) => code);
    await report(point(), codes.slice(0, 3));
    const [submitted] = await list();
    await act(people.officer, submitted?.id ?? '', 'correct', correction());
    await day.at('2026-11-28T09:00:00+08:00');
    expect(await told(people.officer)).toEqual([]);
    await day.at('2026-11-29T08:04:00+08:00');
    expect(await told(people.officer)).toEqual([]);
    await day.at('2026-11-29T08:05:00+08:00');
    await day.at('2026-11-29T08:06:00+08:00');
    expect(await told(people.officer)).toMatchObject([{ kind: 'finding.due', title: '明天有 2 项整改到期' }]);
    await day.at('2026-11-30T09:00:00+08:00');
    expect(await told(people.officer)).toHaveLength(1);
    // Past its deadline it is told once more.
    for (const date of ['2026-12-01', '2026-12-02']) await day.at(`${date}T09:00:00+08:00`);
    const kinds = (await told(people.officer)).map(({ kind, title }) => [kind, title]);
    expect(kinds.slice(1)).toEqual([['finding.overdue', '有 2 项整改过了期限']]);
  });

  test('what a leaver left open is corrected by whoever looks after the point now', async () => {
    await storePhoto();
    await report(point(), [await itemOf('general')]);
    const [finding] = await list();
    const { read } = day.test.app.core.db;
    const next = await buildActor(read, 'officer', { enterpriseId: day.enterpriseId });
    await read.execute('UPDATE point SET officer_id = ? WHERE id = ?', [next, point()]);
    expect((await act(people.officer, finding?.id ?? '', 'correct', correction())).body.code).toBe('FINDING.NOT_YOURS');
    expect((await act(next, finding?.id ?? '', 'correct', correction())).body.state).toBe('submitted');
  });

  test('every step has its roles, and the same step sent twice counts once', async () => {
    await storePhoto();
    await report(point(), [await itemOf('general')]);
    const [finding] = await list();
    const id = finding?.id ?? '';
    const bodies = {
      contain: { note: 'x', photos: [] },
      correct: correction(),
      extension: { reason: 'x', to: '2026-12-05' },
      'extension/decide': { granted: false, note: 'x' },
      verify: { passed: true, note: 'x' },
    };
    const officers = new Set(['contain', 'correct', 'extension']);
    for (const role of ROLES) {
      for (const [action, body] of Object.entries(bodies)) {
        if (officers.has(action) === (role === 'officer')) continue;
        expect([role, action, (await act(people[role], id, action, body)).body.code]).toEqual([
          role,
          action,
          'AUTH.ROLE_NOT_ALLOWED',
        ]);
      }
    }
    const clientUuid = randomUUID();
    for (let time = 0; time < 3; time += 1) {
      expect((await act(people.officer, id, 'correct', { ...correction(), clientUuid })).body.state).toBe('submitted');
    }
    expect((await one(id)).steps.map(({ kind }) => kind)).toEqual(['opened', 'submitted']);
    const other = await act(people.officer, id, 'correct', { ...correction(), note: '别的话', clientUuid });
    expect(other.body.code).toBe('WIRE.DIFFERENT_CONTENT');
  });

  /** What each action comes to from each standing, written down apart from the rules. */
  function comesTo(action: string, role: Role, standing: Standing): string {
    const { severity, state, contained, extension } = standing;
    const officers = ['contain', 'correct', 'extension'].includes(action);
    if (officers !== (role === 'officer')) return 'AUTH.ROLE_NOT_ALLOWED';
    if (state === 'closed') return 'FINDING.CLOSED';
    const submitted = state === 'submitted';
    const outcomes: Record<string, [string | false, string]> = {
      contain: [
        (severity !== 'major' && 'FINDING.ONLY_MAJOR') || (contained && 'FINDING.ALREADY_CONTAINED'),
        `${state} contained`,
      ],
      correct: [submitted && 'FINDING.ALREADY_SUBMITTED', 'submitted'],
      extension: [
        (submitted && 'FINDING.ALREADY_SUBMITTED') || (extension !== 'none' && 'FINDING.EXTENSION_USED'),
        `${state} asked`,
      ],
      'extension/decide': [extension !== 'asked' && 'FINDING.NO_EXTENSION_ASKED', `${state} granted`],
      verify: [
        (severity === 'minor' && 'FINDING.VERIFIED_BY_REPORT') || (!submitted && 'FINDING.NOT_SUBMITTED'),
        'closed',
      ],
    };
    const [refused, done] = outcomes[action] ?? [false, ''];
    return refused === false ? done : refused;
  }

  interface Standing {
    severity: string;
    state: string;
    contained: boolean;
    extension: string;
  }

  test.each(['minor', 'general', 'major'])(
    'the walk from every standing of a %s one: each action of each role is legal or refused with a code of its own',
    async (severity) => {
      await storePhoto();
      await report(point(), [await itemOf('general')]);
      const { read } = day.test.app.core.db;
      const [finding] = await list();
      const id = finding?.id ?? '';
      const { url: token } = await day.get<{ url: string }>(people.regulator, `/api/points/${point()}/qr`);
      const bodies = {
        contain: { note: 'x', photos: [] },
        correct: correction(),
        extension: { reason: 'x', to: '2026-12-05' },
        'extension/decide': { granted: true, note: 'x' },
        verify: { passed: true, note: 'x', token },
      };
      const standings = ['open', 'submitted', 'closed'].flatMap((state) =>
        [false, true].flatMap((contained) =>
          ['none', 'asked', 'granted', 'refused'].map((extension) => ({ severity, state, contained, extension })),
        ),
      );
      for (const standing of standings) {
        for (const [action, body] of Object.entries(bodies)) {
          for (const role of ROLES) {
            await read.execute(
              `UPDATE finding SET severity = ?, state = ?, contained_at = IF(?, opened_at, NULL), extension = ?, extension_to = '2026-12-05',
                 due_at = '2026-11-30 12:00:00', submitted_at = IF(state = 'submitted', opened_at, NULL), submitted_by = NULL,
                 closed_at = IF(state = 'closed', opened_at, NULL)`,
              [severity, standing.state, standing.contained, standing.extension],
            );
            const { body: answer } = await act(people[role], id, action, body);
            const expected = comesTo(action, role, standing);
            const shown = { contain: 'contained', extension: answer.extension?.state }[action];
            const decided = action === 'extension/decide' ? answer.extension?.state : shown;
            const got = answer.code ?? [answer.state, decided].filter((each) => each !== undefined).join(' ');
            expect([standing, action, role, got]).toEqual([standing, action, role, expected]);
            const [row] = await read.query<{ state: string }>('SELECT state FROM finding');
            if (answer.code !== undefined) expect(row?.state).toBe(standing.state);
          }
        }
      }
    },
  );

  test('another township, another enterprise: not found', async () => {
    await report(point(), [await itemOf('general')]);
    const { read } = day.test.app.core.db;
    const [finding] = await list();
    const strangers = [
      await buildActor(read, 'township', { region: '330521100' }),
      await buildActor(read, 'regulator', { region: '330522' }),
      await buildActor(read, 'officer'),
    ];
    for (const stranger of strangers) {
      expect((await call(stranger, `/api/findings/${finding?.id}`)).body.code).toBe('WIRE.NOT_FOUND');
      expect(await list(stranger)).toEqual([]);
    }
    expect(await list(people.township)).toHaveLength(1);
    const colleague = await buildActor(read, 'officer', { enterpriseId: day.enterpriseId });
    const refused = await act(colleague, finding?.id ?? '', 'contain', { note: 'x', photos: [] });
    expect(refused.body.code).toBe('FINDING.ONLY_MAJOR');
    const theirs = await act(colleague, finding?.id ?? '', 'extension', { reason: 'x', to: '2026-12-05' });
    expect(theirs.body.code).toBe('FINDING.NOT_YOURS');
  });

  test('an event that is handled twice opens one finding', async () => {
    await report(point(), [await itemOf('general')]);
    const { read } = day.test.app.core.db;
    await read.execute(
      "UPDATE event SET handled_at = NULL, attempts = 0, lease_until = NULL WHERE type = 'report.accepted'",
    );
    await day.test.app.jobs.tickLoops();
    const rows = await list();
    expect(rows.map(({ occurrences }) => occurrences)).toEqual([1]);
  });
});
