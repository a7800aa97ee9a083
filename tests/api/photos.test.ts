import { randomUUID } from 'node:crypto';
import { seenBefore } from '../../bff/src/features/inspection/print.store';
import { buildActor, buildPoint } from '../builders/directory';
import {
  askTicket,
  hashOf,
  picture,
  postPhoto,
  startPhoneDay,
  uploadPhoto,
  type PhoneDay,
  type PhotoTicket,
} from '../builders/phone';
import { buildFinding } from '../builders/warnings';

/** What photos prove: of every kind, against whoever would change them, and with a store in trouble. */

interface Shown {
  sha256: string;
  state: string;
  reason: string | null;
  url: string | null;
}

let day: PhoneDay;
let people: Record<'officer' | 'township' | 'enforcement' | 'regulator', number>;
let seeds = 0;
/** A photo that has been checked. */
let inOrder: string;

beforeAll(async () => {
  day = await startPhoneDay();
  people = {
    officer: day.officerId,
    township: await buildActor(read(), 'township', { region: '330521001' }),
    enforcement: await buildActor(read(), 'enforcement', { region: '330521' }),
    regulator: await buildActor(read(), 'regulator', { region: '330521' }),
  };
  const bytes = await fresh();
  inOrder = await uploadPhoto(day, people.officer, bytes);
  await report([bytes]);
  await later(5);
});
afterAll(() => day.stop());

const read = () => day.test.app.core.db.read;
const fresh = () => picture((seeds += 1));
const call = async (who: keyof typeof people, path: string, body?: object) => {
  const request = body === undefined ? day.test.http.get(path) : day.test.http.post(path).send(body);
  return request.set({ authorization: `Bearer ${await day.test.tokenOf(people[who])}` });
};
/** Lets photos be looked at that are due after so many seconds. */
const later = async (seconds: number) => {
  day.clock.moveBy(seconds * 1000);
  await day.test.app.jobs.tickLoops();
};
/** All looks at a photo that never comes are over. */
const longAfter = async () => {
  for (const wait of [10, 20, 60, 150, 400, 400]) await later(wait);
};
const door = async (pointId: number) =>
  (await day.get<{ url: string }>(people.regulator, `/api/points/${pointId}/qr`)).url;

/** Reports a door of its own with these photos, one for each item that needs one. Returns the report's id. */
async function report(photos: readonly Buffer[]): Promise<string> {
  const point = { enterpriseId: day.enterpriseId, officerId: day.officerId, type: 'EV', anchor: '2030-01-01' };
  const pointId = await buildPoint(read(), point);
  const { body: scan } = await call('officer', '/api/scan/extra', { token: await door(pointId) });
  const at = day.clock.now().toISOString();
  type Item = { code: string; type: string; photo: string; options?: { zh: string; severity: string | null }[] };
  const items = scan.checklist.items as Item[];
  const { body } = await call('officer', '/api/reports', {
    clientUuid: randomUUID(),
    taskId: scan.task.id,
    checklistId: scan.checklist.id,
    answers: items
      .filter(({ type }) => type !== 'scan' && type !== 'photo')
      .map(({ code, type, options }) => ({
        code,
        value: type === 'num' ? 7 : type === 'choice' ? options?.find((each) => each.severity === null)?.zh : 'ok',
      })),
    photos: items
      .filter((item) => item.photo === 'always')
      .map(({ code }, index) => {
        const bytes = photos[index % photos.length]!;
        return { itemCode: code, sha256: hashOf(bytes), bytes: bytes.length, contentType: 'image/jpeg', takenAt: at };
      }),
    scan: { ticket: scan.scanTicket },
    position: { lng: 119.97, lat: 30.54, accuracyM: 12 },
    startedAt: at,
    filledAt: at,
    sentAt: at,
  });
  expect(body.outcome).toBe('stored');
  return body.reportId as string;
}
const photosOf = async (reportId: string) => (await call('officer', `/api/reports/${reportId}`)).body.photos as Shown[];
const reasonsOf = async (reportId: string) =>
  ((await call('officer', `/api/reports/${reportId}`)).body.trust.reasons as { code: string }[]).map(
    ({ code }) => code,
  );
const bytesAt = async (url: string | null) => Buffer.from(await (await fetch(url ?? '')).arrayBuffer());

const finding = async (severity: 'general' | 'major' = 'general') => {
  const id = await buildFinding(read(), {
    enterpriseId: day.enterpriseId,
    severity,
    dueAt: new Date('2026-12-20T12:00:00Z'),
    openedAt: new Date('2026-11-20T12:00:00Z'),
  });
  await read().execute(
    'UPDATE finding f JOIN point p ON p.id = f.point_id SET f.officer_id = ?, p.officer_id = ? WHERE f.id = ?',
    [day.officerId, day.officerId, id],
  );
  const [row] = await read().query<{ point_id: number }>('SELECT point_id FROM finding WHERE id = ?', [id]);
  return { id, pointId: row!.point_id };
};
const correct = (id: number, sha256: string) =>
  call('officer', `/api/findings/${id}/correct`, {
    clientUuid: randomUUID(),
    note: '换好了',
    photos: [{ sha256, when: 'after' }],
  });
const pass = (id: number, more: object = {}) =>
  call('township', `/api/findings/${id}/verify`, { clientUuid: randomUUID(), passed: true, note: '好', ...more });
const story = async (id: number) => (await call('township', `/api/findings/${id}`)).body;
const lastPhoto = async (id: number) => (await story(id)).steps.at(-1).photos[0] as Shown;

const filed = async (path: string, text: object, sha256: string) => {
  const [code, table] = path.includes('dispute') ? ['H03', 'health_fact'] : ['H21', 'penalty'];
  const { insertId } = await (code === 'H03'
    ? read().execute(
        'INSERT INTO health_fact (client_uuid, enterprise_id, code, occurred_at, note, entered_at) VALUES (?, ?, ?, ?, ?, ?)',
        [randomUUID(), day.enterpriseId, code, day.clock.now(), '核实', day.clock.now()],
      )
    : read().execute(
        `INSERT INTO penalty (enterprise_id, document_no, decided_on, kind, amount, content, entered_by, entered_at)
         VALUES (?, ?, '2026-11-20', 'fine', 40000, '罚款', ?, ?)`,
        [day.enterpriseId, randomUUID(), people.enforcement, day.clock.now()],
      ));
  const factKey = `${code}:${table === 'penalty' ? 'penalty' : 'fact'}:${insertId}`;
  const body = { clientUuid: randomUUID(), enterpriseId: String(day.enterpriseId), factKey, photos: [sha256], ...text };
  const answer = await call('officer', path, body);
  expect(answer.status).toBe(200);
  const id = answer.body.id as string;
  return {
    id,
    shown: async () => {
      const { rows } = (await call('regulator', path)).body as { rows: { id: string; photos: Shown[] }[] };
      return rows.find((row) => row.id === id)!.photos[0]!;
    },
  };
};

/** Each kind of photo: shows one, and answers how those who decide see it. */
const kinds: Record<string, (sha256: string) => Promise<() => Promise<Shown>>> = {
  'a correction': async (sha256) => {
    const { id } = await finding();
    expect((await correct(id, sha256)).status).toBe(200);
    return () => lastPhoto(id);
  },
  'a containment': async (sha256) => {
    const { id } = await finding('major');
    const body = { clientUuid: randomUUID(), note: '已关阀', photos: [{ sha256, when: 'before' }] };
    expect((await call('officer', `/api/findings/${id}/contain`, body)).status).toBe(200);
    return () => lastPhoto(id);
  },
  'a verification': async (sha256) => {
    const { id } = await finding();
    await correct(id, inOrder);
    const photos = [{ sha256, when: 'after' }];
    expect((await pass(id, { passed: false, photos })).status).toBe(200);
    return () => lastPhoto(id);
  },
  'a visit': async (sha256) => {
    const now = day.clock.now().toISOString();
    const answer = await call('township', '/api/visit-records', {
      clientUuid: randomUUID(),
      enterpriseId: String(day.enterpriseId),
      purpose: '看看',
      token: await door(day.pointIds[0]!),
      arrivedAt: now,
      leftAt: now,
      sentAt: now,
      photos: [sha256],
      agreed: [],
    });
    expect(answer.status).toBe(200);
    return async () => (await call('enforcement', `/api/visits/${answer.body.id}`)).body.photos[0] as Shown;
  },
  'a dispute': async (sha256) => (await filed('/api/health-disputes', { reason: '不对' }, sha256)).shown,
  'a repair': async (sha256) => (await filed('/api/health-repairs', { statement: '已改' }, sha256)).shown,
  'a report': async (sha256) => {
    const bytes = known.get(sha256)!;
    const id = await report([bytes]);
    return async () => (await photosOf(id))[0]!;
  },
};
/** Contents by their hash, for kinds that announce a length. */
const known = new Map<string, Buffer>();
const remembered = (bytes: Buffer) => {
  known.set(hashOf(bytes), bytes);
  return bytes;
};

describe.each(Object.keys(kinds))('a photo of %s', (kind) => {
  const show = kinds[kind]!;

  it('is shown once it has been checked, and said to be in check until then', async () => {
    const bytes = remembered(await fresh());
    const shown = await show(await uploadPhoto(day, people.officer, bytes));
    expect(await shown()).toMatchObject({ state: 'waiting', url: null });
    await later(5);
    const { state, url, reason } = await shown();
    expect({ state, reason }).toEqual({ state: 'verified', reason: null });
    expect((await bytesAt(url)).equals(bytes)).toBe(true);
  });

  it('that is a text is found out', async () => {
    const bytes = remembered(Buffer.from(`这不是照片，只是一段文字 ${kind}`.repeat(5)));
    const shown = await show(await uploadPhoto(day, people.officer, bytes));
    await later(5);
    expect(await shown()).toMatchObject({ state: 'broken', reason: 'not_a_picture', url: null });
  });

  it('that is another picture of the same length is found out, and who showed it is told', async () => {
    const bytes = remembered(await fresh());
    const { sha256, ticket } = await askTicket(day, people.officer, bytes);
    const other = Buffer.from(bytes);
    other[other.length - 10]! ^= 1;
    expect(await postPhoto(ticket!, other)).toBe(200);
    const shown = await show(sha256);
    await later(5);
    expect(await shown()).toMatchObject({ state: 'broken', reason: 'hash_differs', url: null });
    const who = kind === 'a visit' || kind === 'a verification' ? people.township : people.officer;
    const told = await read().query<{ kind: string }>(
      "SELECT kind FROM notification WHERE person_id = ? AND kind IN ('photo.wanted', 'photo.refuted') ORDER BY id DESC LIMIT 1",
      [who],
    );
    expect(told).toEqual([{ kind: kind === 'a report' ? 'photo.wanted' : 'photo.refuted' }]);
    // What was posted stands in nobody's way: the right one arrives with the next ticket.
    await uploadPhoto(day, people.officer, bytes);
    await later(15);
    expect(await shown()).toMatchObject({ state: 'verified', reason: null });
  });

  it('that never comes is missing when the store could not say so before', async () => {
    const bytes = remembered(await fresh());
    if (kind !== 'a report') day.oss.fail(1, 'InvalidAccessKeyId');
    const shown = await show(hashOf(bytes));
    expect(await shown()).toMatchObject({ state: 'waiting' });
    await longAfter();
    expect(await shown()).toMatchObject({ state: 'missing', reason: 'not_uploaded', url: null });
  });
});

describe('a photo that has been checked', () => {
  let bytes: Buffer;
  let old: PhotoTicket;
  let reportId: string;
  beforeAll(async () => {
    bytes = await fresh();
    old = (await askTicket(day, people.officer, bytes)).ticket!;
    expect(await postPhoto(old, bytes)).toBe(200);
    reportId = await report([bytes]);
    await later(5);
  });
  const served = async () => bytesAt((await photosOf(reportId))[0]!.url);

  it('gets no ticket any more, for no length', async () => {
    for (const length of [bytes.length, bytes.length + 1]) {
      expect((await askTicket(day, people.officer, bytes, length)).ticket).toBeUndefined();
    }
  });

  it('is not reached by the ticket with which it came, nor by one for the same hash and one byte more', async () => {
    const other = Buffer.alloc(bytes.length, 7);
    await postPhoto(old, other);
    await later(20);
    expect((await served()).equals(bytes)).toBe(true);
    expect((await photosOf(reportId))[0]!.state).toBe('verified');
    // What lies where it was posted does not count against the same picture either.
    const again = await report([bytes]);
    await later(5);
    expect((await photosOf(again))[0]!.state).toBe('verified');
    expect((await served()).equals(bytes)).toBe(true);
  });

  it('cannot be replaced before its check: not by one byte more, not by another content', async () => {
    const mine = await fresh();
    const longer = (await askTicket(day, people.officer, mine, mine.length + 1)).ticket!;
    await uploadPhoto(day, people.officer, mine);
    const id = await report([mine]);
    expect(await postPhoto(longer, Buffer.alloc(mine.length + 1, 7))).toBe(409);
    await later(5);
    expect((await photosOf(id))[0]!.state).toBe('verified');
    expect((await bytesAt((await photosOf(id))[0]!.url)).equals(mine)).toBe(true);
  });
});

describe('a decision', () => {
  it('passes a correction over photos that are not in order on the spot only', async () => {
    const { id, pointId } = await finding();
    await correct(id, await uploadPhoto(day, people.officer, Buffer.from('没有照片，只有文字'.repeat(9))));
    await later(5);
    expect((await pass(id)).body).toMatchObject({ code: 'FINDING.PHOTOS_BAD', details: { photos: 1 } });
    expect((await pass(id, { passed: false })).body.state).toBe('open');
    await correct(id, await uploadPhoto(day, people.officer, Buffer.from('还是没有照片，只有文字'.repeat(9))));
    await later(5);
    expect((await pass(id)).body.code).toBe('FINDING.PHOTOS_BAD');
    expect((await pass(id, { token: await door(pointId) })).body.state).toBe('closed');
  });

  it('waits for no check, keeps how many were not done, and hears of it when they turn out bad', async () => {
    const { id } = await finding();
    await correct(id, await uploadPhoto(day, people.officer, Buffer.from('抢在核对之前通过'.repeat(9))));
    const passed = (await pass(id)).body;
    expect(passed.state).toBe('closed');
    expect(passed.steps.at(-1)).toMatchObject({ kind: 'verified', photosUnchecked: 1 });
    await later(5);
    const told = await read().query(
      "SELECT kind FROM notification WHERE person_id = ? AND kind = 'photo.refuted_after' AND content LIKE '%整改照片%'",
      [people.township],
    );
    expect(told).toHaveLength(1);
  });

  it('upholds a dispute over photos that are not in order only by saying so', async () => {
    const photo = await uploadPhoto(day, people.officer, Buffer.from('异议没有照片'.repeat(12)));
    const { id } = await filed('/api/health-disputes', { reason: '不对' }, photo);
    await later(5);
    const decide = (more: object) =>
      call('regulator', `/api/health-disputes/${id}/decide`, { upheld: true, note: '属实', ...more });
    expect((await decide({})).body.code).toBe('HEALTHCODE.PHOTOS_BAD');
    expect((await decide({ despitePhotos: true })).body.state).toBe('upheld');
    const [event] = await read().query<{ payload: unknown }>(
      "SELECT payload FROM event WHERE type = 'health-dispute.decided' AND subject_id = ?",
      [id],
    );
    expect(JSON.stringify(event)).toMatch(/\\?"bad\\?":1/);
  });
});

describe('a photo store in trouble', () => {
  it.each(['InvalidAccessKeyId', 'RequestTimeTooSkewed', 'UserDisable', 'AccessDenied', 'NoSuchBucket'] as const)(
    'that refuses us (%s) is no verdict on a photo, however long it lasts',
    async (code) => {
      const bytes = await fresh();
      await uploadPhoto(day, people.officer, bytes);
      const id = await report([bytes]);
      day.oss.fail(1000, code);
      // Far more looks than a photo gets that is not there.
      for (let times = 0; times < 12; times += 1) await later(60);
      expect((await photosOf(id))[0]).toMatchObject({ state: 'waiting', reason: 'store_unavailable', url: null });
      // What the route shows is up to a second old.
      const text = await day.test.app.core.metrics.registry.metrics();
      expect(text).toMatch(new RegExp(`photo_store_trouble_total\\{code="${code}"\\} \\d`));
      day.oss.fail(0);
      // None of them counts as a look.
      const [photo] = await read().query('SELECT attempts FROM report_photo WHERE report_id = ?', [id]);
      expect(photo).toEqual({ attempts: 0 });
      await later(60);
      expect((await photosOf(id))[0]).toMatchObject({ state: 'verified', reason: null });
    },
  );

  it('keeps back no ticket, no report and no correction', async () => {
    const bytes = await fresh();
    const { id } = await finding();
    day.oss.silence(true);
    try {
      const began = performance.now();
      expect((await askTicket(day, people.officer, bytes)).ticket).toBeDefined();
      await report([bytes]);
      expect(performance.now() - began).toBeLessThan(4000);
      // Whoever runs the system sees them wait.
      const figures = await day.test.app.core.metrics.registry.metrics();
      expect(figures).toMatch(/photo_checks_waiting\{of="report_photo"\} [1-9]/);
      expect(figures).toMatch(/photo_checks_oldest_seconds\{of="report_photo"\} \d/);
      expect((await correct(id, hashOf(bytes))).body.state).toBe('submitted');
    } finally {
      day.oss.silence(false);
    }
    await uploadPhoto(day, people.officer, bytes);
    await later(60);
    expect(await lastPhoto(id)).toMatchObject({ state: 'verified' });
  });
});

describe('looking at photos', () => {
  it('goes on side by side, however far away the store is, and fetches each content once', async () => {
    day.oss.delay(50);
    const taken: Buffer[] = [];
    try {
      for (let count = 0; count < 4; count += 1) {
        const photos = await Promise.all([fresh(), fresh(), fresh()]);
        taken.push(...photos);
        await Promise.all(photos.map((bytes) => uploadPhoto(day, people.officer, bytes)));
        await report(photos);
      }
      const same = await fresh();
      taken.push(same);
      await uploadPhoto(day, people.officer, same);
      await report([same]);
      await later(1);
      expect(day.oss.mostAtOnce()).toBeGreaterThanOrEqual(4);
    } finally {
      day.oss.delay(0);
    }
    const fetched = day.oss.received().filter(({ method, key }) => method === 'GET' && key.startsWith('in/'));
    for (const bytes of taken) expect(fetched.filter(({ key }) => key.endsWith(hashOf(bytes)))).toHaveLength(1);
  });
});

describe('a picture that was seen before', () => {
  it('is known whichever of the two is looked at first', async () => {
    const bytes = await fresh();
    const first = await report([bytes]);
    // The first report's photo comes late: by then the second has been looked at.
    await read().execute("UPDATE report_photo SET check_at = '2099-01-01' WHERE report_id = ?", [first]);
    await uploadPhoto(day, people.officer, bytes);
    const second = await report([bytes]);
    await later(5);
    expect((await photosOf(second))[0]!.state).toBe('verified');
    expect(await reasonsOf(second)).not.toContain('photo_repeated');
    await read().execute('UPDATE report_photo SET check_at = ? WHERE report_id = ?', [day.clock.now(), first]);
    await later(1);
    expect(await reasonsOf(first)).not.toContain('photo_repeated');
    expect(await reasonsOf(second)).toContain('photo_repeated');
  });

  it('is looked for by an index: a long history costs no more', async () => {
    const history = 20_000;
    const values = Array.from({ length: history }, (_, index) => {
      const hash = BigInt.asUintN(64, BigInt(index + 1) * 0x9e3779b97f4a7c15n);
      return [0, 1, 2, 3].map((quarter) => [
        day.enterpriseId,
        quarter * 65_536 + Number((hash >> BigInt(48 - 16 * quarter)) & 65_535n),
        10_000_000 + index,
        10_000_000 + index,
        String(hash),
        day.clock.now(),
      ]);
    }).flat();
    for (let from = 0; from < values.length; from += 20_000) {
      await read().execute(
        'INSERT INTO photo_print (enterprise_id, slot, photo_id, report_id, phash, believed_at) VALUES ?',
        [values.slice(from, from + 20_000)],
      );
    }
    await read().execute('ANALYZE TABLE photo_print');
    const bytes = await fresh();
    await uploadPhoto(day, people.officer, bytes);
    const id = await report([bytes]);
    const rows = async () => {
      const [row] = await day.test.app.core.db.transaction(async (tx) => {
        const count = async () =>
          (await tx.query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read_next'")).map(({ Value }) =>
            Number(Value),
          );
        const [before = 0] = await count();
        await seenBefore(tx, [Number(id)]);
        const [after = 0] = await count();
        return [after - before];
      });
      return row;
    };
    await later(5);
    expect((await photosOf(id))[0]!.state).toBe('verified');
    // 68 slots of 65,536 four times over: some twenty of 80,000 rows for each photo.
    expect(await rows()).toBeLessThan(500);
  });
});
