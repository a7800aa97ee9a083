import { randomUUID } from 'node:crypto';
import { seedChecklists } from '../../bff/src/features/checklists';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint, buildRegions, buildTask } from '../builders/directory';

let test: TestApp;
let checklistId: string;
beforeEach(async () => {
  test = await createTestApp();
  await buildRegions(read());
  await seedChecklists(read(), test.clock.now());
  const [row] = await read().query<{ id: number }>("SELECT id FROM checklist WHERE point_type = 'EV'");
  checklistId = String(row?.id);
});
afterEach(() => test.close());

const read = () => test.app.core.db.read;
const bearer = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });

/** A complete report of an emergency valve: everything in order, each photo asked for. */
async function report(taskId: number, changed: Record<string, unknown> = {}) {
  const [row] = await read().query<{ items: unknown }>('SELECT items FROM checklist WHERE id = ?', [checklistId]);
  const items = (typeof row?.items === 'string' ? JSON.parse(row.items) : row?.items) as {
    code: string;
    type: string;
    photo: string;
    options?: { zh: string; severity: string | null }[];
  }[];
  const value = (item: (typeof items)[number]) => {
    if (item.type === 'num') return 1;
    if (item.type === 'multi') return ['HW08'];
    if (item.type === 'choice') return item.options?.find((option) => option.severity === null)?.zh;
    return 'ok';
  };
  return {
    clientUuid: randomUUID(),
    taskId: String(taskId),
    checklistId,
    answers: items
      .filter((item) => item.type !== 'scan' && item.type !== 'photo')
      .map((item) => ({ code: item.code, value: value(item) })),
    photos: items.map((item) => ({
      itemCode: item.code,
      sha256: item.code.toLowerCase().charCodeAt(2).toString(16).padStart(64, '0'),
      bytes: 1000,
      contentType: 'image/jpeg',
      takenAt: '2026-11-23T08:55:00+08:00',
    })),
    scan: {},
    startedAt: '2026-11-23T08:50:00+08:00',
    filledAt: '2026-11-23T08:58:00+08:00',
    sentAt: '2026-11-23T09:00:00+08:00',
    ...changed,
  };
}

async function tasks(count: number) {
  const enterpriseId = await buildEnterprise(read());
  const officerId = await buildActor(read(), 'officer', { enterpriseId });
  const ids: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const pointId = await buildPoint(read(), { enterpriseId, officerId, type: 'EV' });
    ids.push(await buildTask(read(), { pointId }));
  }
  return { ids, officerId, headers: await bearer(officerId) };
}

describe('POST /api/reports', () => {
  it("refuses another enterprise's task, unknown items and missing answers, and writes nothing", async () => {
    const { ids, headers } = await tasks(1);
    const body = await report(ids[0] ?? 0);
    const stranger = await bearer(await buildActor(read(), 'officer'));
    expect((await test.http.post('/api/reports').set(stranger).send(body)).status).toBe(404);
    const unknown = { ...body, answers: [...body.answers, { code: 'ZZ99', value: 'ok' }] };
    expect((await test.http.post('/api/reports').set(headers).send(unknown)).body).toMatchObject({
      code: 'REPORT.UNKNOWN_ITEM',
      details: { items: ['ZZ99'] },
    });
    const short = { ...body, answers: body.answers.slice(1) };
    expect((await test.http.post('/api/reports').set(headers).send(short)).body).toMatchObject({
      code: 'REPORT.INCOMPLETE',
      details: { missing: [body.answers[0]?.code] },
    });
    expect(await read().query('SELECT 1 FROM report')).toEqual([]);
  });

  it('answers the same report as before, and refuses other content or another task under its uuid', async () => {
    const { ids, headers } = await tasks(2);
    const body = await report(ids[0] ?? 0);
    const send = (given: object) => test.http.post('/api/reports').set(headers).send(given);
    const first = await send(body);
    const again = await send({ ...body, sentAt: '2026-11-23T09:30:00+08:00' });
    expect(again.body).toMatchObject({ outcome: 'repeated', reportId: first.body.reportId });
    const [answer, ...others] = body.answers;
    for (const other of [
      { ...body, filledAt: '2026-11-23T08:59:00+08:00' },
      { ...body, answers: [{ ...answer, note: '补充' }, ...others] },
      { ...body, photos: body.photos.slice(1) },
      { ...body, taskId: String(ids[1]) },
    ]) {
      const { status, body: problem } = await send(other);
      expect([status, problem.code]).toEqual([409, 'WIRE.DIFFERENT_CONTENT']);
    }
    expect(await read().query('SELECT 1 FROM report')).toHaveLength(1);
  });

  it('stores one report per task when 200 are sent five times each in parallel', async () => {
    const { ids, headers } = await tasks(200);
    const bodies = await Promise.all(ids.map((id) => report(id)));
    // A person may call 600 times a minute; the limiter counts real time, so several officers share the work.
    const officers = [headers];
    const [grant] = await read().query<{ enterprise_id: number }>('SELECT enterprise_id FROM person_grant');
    const deputy = await buildActor(read(), 'officer', { enterpriseId: grant?.enterprise_id ?? 0 });
    await read().execute('UPDATE point SET deputy_id = ?', [deputy]);
    officers.push(await bearer(deputy));
    const sent = bodies.flatMap((body, index) =>
      [1, 2, 3, 4, 5].map(() => ({ body, as: officers[index % 2] ?? headers })),
    );
    const answers = await Promise.all(sent.map(({ body, as }) => test.http.post('/api/reports').set(as).send(body)));
    expect([...new Set(answers.map((answer) => answer.status))]).toEqual([200]);
    expect(answers.filter((answer) => answer.body.outcome === 'stored')).toHaveLength(200);
    expect(new Set(answers.map((answer) => answer.body.reportId)).size).toBe(200);
    const [counted] = await read().query<{ n: number }>('SELECT COUNT(*) AS n FROM report');
    expect(counted?.n).toBe(200);
    const open = await read().query("SELECT id FROM task WHERE state <> 'done' OR report_id IS NULL");
    expect(open).toEqual([]);
  }, 60_000);
});
