import { createHash, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { startOfficerDay, type OfficerDay } from '../builders/officer-day';

/** One officer's whole day over HTTP, on stand-ins that check what they are sent. */

let day: OfficerDay;
let { test, clock, wechat, pointIds, at, signIn }: OfficerDay = {} as OfficerDay;
beforeEach(async () => {
  day = await startOfficerDay();
  ({ test, clock, wechat, pointIds, at, signIn } = day);
});
afterEach(() => day.stop());

const picture = (red: number) =>
  sharp({ create: { width: 320, height: 240, channels: 3, background: { r: red, g: 90, b: 60 } } })
    .jpeg()
    .toBuffer();

interface Scan {
  task: { id: string };
  scanTicket: string;
  checklist: {
    id: string;
    items: {
      code: string;
      type: string;
      photo: string;
      options?: { zh: string; severity: string | null }[];
      limit: { max: number | null } | null;
    }[];
  };
}

function reportOf(scan: Scan, photo: Buffer, changed: Record<string, unknown> = {}) {
  const sha256 = createHash('sha256').update(photo).digest('hex');
  const before = (seconds: number) => new Date(clock.now().getTime() - seconds * 1000).toISOString();
  return {
    clientUuid: randomUUID(),
    taskId: scan.task.id,
    checklistId: scan.checklist.id,
    answers: scan.checklist.items
      .filter((item) => !['scan', 'photo'].includes(item.type))
      .map((item) => ({
        code: item.code,
        value: item.type === 'num' ? (item.limit?.max ?? 7) : item.type === 'choice' ? item.options?.[0]?.zh : 'ok',
      })),
    photos: scan.checklist.items
      .filter((item) => item.photo === 'always')
      .map((item) => ({
        itemCode: item.code,
        sha256,
        bytes: photo.length,
        contentType: 'image/jpeg',
        takenAt: before(60),
      })),
    scan: { ticket: scan.scanTicket },
    position: { lng: 119.97, lat: 30.54, accuracyM: 12 },
    startedAt: before(200),
    filledAt: before(2),
    sentAt: before(0),
    ...changed,
  };
}

async function upload(headers: object, photo: Buffer): Promise<void> {
  const sha256 = createHash('sha256').update(photo).digest('hex');
  const { body } = await test.http
    .post('/api/photos/tickets')
    .set(headers as never)
    .send({ photos: [{ sha256, bytes: photo.length, contentType: 'image/jpeg' }] });
  const [ticket] = body.tickets;
  const form = new FormData();
  for (const [name, value] of Object.entries(ticket.fields as Record<string, string>)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(photo)]), 'a.jpg');
  expect((await fetch(ticket.url as string, { method: 'POST', body: form })).status).toBe(200);
}

async function scan(headers: object, pointId: number): Promise<Scan> {
  const { body } = await test.http.get(`/api/points/${pointId}/qr`).set(headers as never);
  const page = await test.http.get(new URL(body.url as string).pathname);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('德清锦澜印染有限公司')]);
  expect(page.text).toContain('<dt>下次不晚于</dt><dd>11-23</dd>');
  const scanned = await test.http
    .post('/api/scan')
    .set(headers as never)
    .send({ token: body.url });
  expect(scanned.status).toBe(200);
  return scanned.body as Scan;
}

describe("an officer's day", () => {
  it('goes from the morning list over scan, photo and report to what was missed', async () => {
    const headers = await signIn();
    for (const template of ['tpl-daily-list', 'tpl-reminder']) wechat.grantConsent('openid-1', template);
    const consents = { clientUuid: randomUUID(), results: { dailyList: 'accept', reminder: 'accept' } };
    for (let times = 0; times < 2; times += 1) {
      const { body } = await test.http.post('/api/consents').set(headers).send(consents);
      expect(body.remaining).toEqual({ dailyList: 1, reminder: 1, notice: 0 });
    }

    await at('2026-11-23T00:05:00+08:00');
    expect(wechat.messages()).toEqual([]);
    await at('2026-11-23T08:00:00+08:00');
    await at('2026-11-23T08:01:00+08:00');
    expect(wechat.messages()).toEqual([
      expect.objectContaining({
        openid: 'openid-1',
        templateId: 'tpl-daily-list',
        data: expect.objectContaining({ number2: '2', time3: '2026年11月23日 20:00' }),
      }),
    ]);

    // The morning's token has run out by now; the phone signs in again without a question.
    const later = await signIn();
    const list = await test.http.get('/api/tasks/today').set(later);
    expect(list.body.counts).toMatchObject({ total: 2, open: 2 });

    clock.moveTo(new Date('2026-11-23T09:30:00+08:00'));
    const opened = await scan(later, pointIds[0] ?? 0);
    const photo = await picture(120);
    await upload(later, photo);
    clock.moveTo(new Date('2026-11-23T09:36:00+08:00'));
    const report = reportOf(opened, photo);
    const receipt = await test.http.post('/api/reports').set(later).send(report);
    expect(receipt.body).toMatchObject({ outcome: 'stored', taskState: 'done', abnormal: [] });
    expect(receipt.body.photos).toHaveLength(3);

    await at('2026-11-23T09:37:00+08:00');
    const checked = await test.http.get(`/api/reports/${receipt.body.reportId}`).set(later);
    expect(checked.body.photos.map((each: { state: string }) => each.state)).toEqual([
      'verified',
      'verified',
      'verified',
    ]);
    expect((await fetch(checked.body.photos[0].url as string)).status).toBe(200);
    expect(checked.body.trust).toEqual({ score: 100, reasons: [] });

    await at('2026-11-23T16:00:00+08:00');
    expect(wechat.messages().at(-1)).toMatchObject({
      templateId: 'tpl-reminder',
      data: expect.objectContaining({ number2: '1' }),
    });
    await at('2026-11-24T10:00:00+08:00');
    const evening = await test.app.core.db.read.query(
      "SELECT state FROM task WHERE task_date = '2026-11-23' ORDER BY id",
    );
    expect(evening).toEqual([{ state: 'done' }, { state: 'missed' }]);
    // Consent is used up: the next list is in the app only.
    expect(wechat.messages()).toHaveLength(2);
    const notices = await test.http.get('/api/notices').set(await signIn());
    expect(notices.body.rows[0]).toMatchObject({
      kind: 'dailyList',
      date: '2026-11-24',
      title: '今日检查任务',
      read: false,
    });
  });

  it('counts a report that was filled in time but comes after the grace, and keeps one that was filled later', async () => {
    await at('2026-11-23T08:00:00+08:00');
    const headers = await signIn();
    const [first, second] = [await scan(headers, pointIds[0] ?? 0), await scan(headers, pointIds[1] ?? 0)];
    await at('2026-11-24T12:00:00+08:00');
    const later = await signIn();
    const photo = await picture(80);
    const times = { startedAt: '2026-11-23T11:50:00+08:00', filledAt: '2026-11-23T12:00:00+08:00' };
    const inTime = await test.http
      .post('/api/reports')
      .set(later)
      .send(reportOf(first, photo, times));
    expect(inTime.body).toMatchObject({
      taskState: 'done',
      filledAt: '2026-11-23T04:00:00.000Z',
      believedAt: '2026-11-23T04:00:00.000Z',
    });
    const tooLate = await test.http.post('/api/reports').set(later).send(reportOf(second, photo));
    expect(tooLate.body).toMatchObject({ outcome: 'stored', taskState: 'missed' });
  });

  it('asks the phone again for a photo that never came, takes it then, and never loses the report', async () => {
    await at('2026-11-23T09:00:00+08:00');
    const headers = await signIn();
    const photo = await picture(40);
    const report = reportOf(await scan(headers, pointIds[0] ?? 0), photo);
    const { body } = await test.http.post('/api/reports').set(headers).send(report);
    for (const minute of ['01', '02', '04', '08', '16', '25']) await at(`2026-11-23T09:${minute}:00+08:00`);
    const wanted = await test.http.get('/api/photos/wanted').set(headers);
    expect(wanted.body.rows).toHaveLength(3);
    expect(wanted.body.rows[0]).toMatchObject({ reportId: body.reportId, state: 'missing' });
    await at('2026-11-23T09:26:00+08:00');
    const notices = await test.http.get('/api/notices').set(headers);
    expect(notices.body.rows.map((row: { kind: string }) => row.kind)).toContain('photo.wanted');
    await upload(headers, photo);
    expect((await test.http.post('/api/photos/again').set(headers).send({ reportId: body.reportId })).body).toEqual({
      requeued: 3,
    });
    await at('2026-11-23T09:27:00+08:00');
    const receipt = await test.http.get(`/api/reports/${body.reportId}/receipt`).set(headers);
    expect(receipt.body.photos.map((each: { state: string }) => each.state)).toEqual([
      'verified',
      'verified',
      'verified',
    ]);
    expect(receipt.body.taskState).toBe('done');
  });

  it('tells two phones at once the same receipt, and sees a photo that was used before', async () => {
    await at('2026-11-23T09:00:00+08:00');
    const headers = await signIn();
    const photo = await picture(10);
    await upload(headers, photo);
    const opened = await scan(headers, pointIds[0] ?? 0);
    const both = await Promise.all(
      [1, 2].map(() => test.http.post('/api/reports').set(headers).send(reportOf(opened, photo))),
    );
    expect(both.map((answer) => answer.body.outcome).sort()).toEqual(['already_closed', 'stored']);
    expect(new Set(both.map((answer) => answer.body.reportId)).size).toBe(1);
    const again = await test.http
      .post('/api/reports')
      .set(headers)
      .send(reportOf(await scan(headers, pointIds[1] ?? 0), photo));
    await at('2026-11-23T09:10:00+08:00');
    const report = await test.http.get(`/api/reports/${again.body.reportId}`).set(headers);
    expect(report.body.trust.reasons.map((reason: { code: string }) => reason.code)).toContain('photo_repeated');
  });
});
