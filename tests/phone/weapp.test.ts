import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { ensurePhoneApp } from '../../scripts/setup/phone-app';
import { measureMainPackage, measureResentPhotos, measureTap } from './measure';
import { card, codeOf, fill, itemsOf, reportsOf, scanDoor, shoot, submit } from './officer';
import { signInByPhoneNumber, startWechatOfficer, type WechatOfficer } from './wechat-officer';
import { ENTERPRISE } from '../builders/phone';
import { settled } from './runtime';

const BUILD_MS = 300_000;
let folder: string;

beforeAll(async () => {
  folder = await ensurePhoneApp('weapp', console.error);
}, BUILD_MS);

describe('the WeChat build', () => {
  let officer: WechatOfficer;
  let pointId: number;

  beforeEach(async () => {
    officer = await startWechatOfficer(folder);
    pointId = officer.day.pointIds[0]!;
    officer.phone.code = await codeOf(officer.day, pointId);
  });
  afterEach(async () => {
    const { problems } = officer.phone.program;
    await officer.stop();
    expect(problems).toEqual([]);
  });

  /** The reports of the door, once there is one and its photos have been looked at. */
  const arrived = async () => {
    for (let tries = 0; tries < 400; tries += 1) {
      if ((await reportsOf(officer.day, pointId)).length > 0) break;
      await settled();
    }
    return reportsOf(officer.day, pointId);
  };

  test('signs in, scans, fills, photographs, submits, and asks for messages within the tap', async () => {
    const { day, phone } = officer;
    const app = await signInByPhoneNumber(officer);
    expect(app.text()).toContain('今天还剩 2 处');
    const items = await itemsOf(day, pointId);
    await scanDoor(app);
    const abnormal = items.find((item) => item.type === 'ok')!;
    await fill(app, items, { abnormal: abnormal.code, note: '阀门关不严，滴水' });
    await submit(app);
    await app.untilSees('已送达');
    const reports = await arrived();
    expect(reports).toHaveLength(1);
    const always = items.filter((item) => item.photo === 'always').length;
    expect(reports[0]!.photos.length).toBeGreaterThan(always - 1);
    // The photo store has each of them, and each tells where, who and when.
    const stored = day.oss.received().filter(({ method, status }) => method === 'POST' && status < 300);
    expect(new Set(stored.map(({ key }) => key)).size).toBe(reports[0]!.photos.length);
    expect(phone.drawnTexts.filter((line) => line.startsWith(ENTERPRISE))).toHaveLength(reports[0]!.photos.length);
    expect(phone.drawnTexts).toContainEqual(expect.stringMatching(/^\S+ 2026-11-23 09:0\d:\d\d$/));
    expect(phone.drawnTexts).toContainEqual('30.5400°N 119.9700°E ±12 米');
    await day.at('2026-11-23T09:05:00+08:00');
    expect(new Set((await reportsOf(day, pointId))[0]!.photos)).toEqual(new Set(['verified']));

    await app.untilSees('去下一处，并收明天的通知');
    await app.tap('去下一处，并收明天的通知');
    expect(phone.asked).toEqual([['tpl-daily-list', 'tpl-reminder']]);
    await app.until(
      'the consent to be told',
      () => phone.calls.filter((call) => call.endsWith('/api/consents')).length > 1,
    );
    await settled();
    const consents = await day.get<{ remaining: object }>(day.officerId, '/api/consents');
    expect(consents.remaining).toMatchObject({ dailyList: 1, reminder: 1 });
  });

  test('goes on without signal and over two ends of the app, sends once, asks nothing twice', async () => {
    const { day, phone } = officer;
    let app = await signInByPhoneNumber(officer);
    await app.until('the pack', () => [...phone.values.keys()].some((key) => key.endsWith('/pack')));
    const items = await itemsOf(day, pointId);
    phone.setOnline(false);
    await app.until('the list of before', () => app.sees('测试点位'));
    await scanDoor(app);
    const half = Math.floor(items.length / 2);
    await fill(app, items.slice(0, half));
    await settled();

    app = await phone.start();
    await app.untilAt('today');
    await app.untilSees('接着上次填？');
    await app.tap('接着填');
    await app.untilAt('checklist');
    expect(app.sees(`还差 ${items.length - half} 处`)).toBe(true);
    await fill(app, items.slice(half));
    await submit(app);
    await app.untilSees('已存在手机里，待发送');
    expect(app.sees('已送达')).toBe(false);

    app = await phone.start();
    await app.untilAt('today');
    await app.untilSees('待发送');
    expect(await reportsOf(day, pointId)).toEqual([]);
    phone.setOnline(true);
    const reports = await arrived();
    expect(reports).toHaveLength(1);
    expect(reports[0]!.photos).toHaveLength(items.filter((item) => item.photo === 'always').length);
    app.foreground();
    await app.until('nothing left to send', () => !app.sees('待发送'));
    await app.untilSees('今天还剩 1 处');
    expect(await reportsOf(day, pointId)).toHaveLength(1);
    expect(phone.calls.filter((call) => call === 'scanCode')).toHaveLength(1);
    await app.until('its photos', () => phone.uploads.length >= reports[0]!.photos.length);
    expect(phone.uploads).toHaveLength(reports[0]!.photos.length);
  });

  test('says that the phone is full, keeps what was filled in, and goes on when there is room', async () => {
    const { day, phone } = officer;
    const app = await signInByPhoneNumber(officer);
    const items = await itemsOf(day, pointId);
    await scanDoor(app);
    const pictured = items.find((item) => item.photo === 'always')!;
    const others = items.filter((item) => item !== pictured);
    await fill(app, others);
    phone.disk.fileLimit = phone.disk.used() + 100;
    if (pictured.type !== 'photo') await app.tap('正常', await card(app, pictured.code));
    await app.tap(app.byClass('photo-ask', await card(app, pictured.code))[0]!);
    await app.untilSees('手机快满了');
    expect(app.sees('照片没有存下')).toBe(true);
    expect(app.text()).toContain('还差 1 处');
    phone.disk.fileLimit = 200 * 1024 * 1024;
    await shoot(app, pictured.code);
    await app.until('the warning to go', () => !app.sees('手机快满了'));

    // No room for the report itself: it stays a draft.
    phone.valueLimit = 1024;
    await app.tap(app.byClass('main-button')[0]!);
    await app.untilSees('手机快满了');
    expect(app.route).toContain('checklist');
    phone.valueLimit = 10 * 1024 * 1024;
    await submit(app);
    expect(await arrived()).toHaveLength(1);
  });

  test('a busy WeChat while the session is renewed ends nothing: the report goes with the next signal', async () => {
    const { day, phone } = officer;
    const app = await signInByPhoneNumber(officer);
    await app.until('the pack', () => [...phone.values.keys()].some((key) => key.endsWith('/pack')));
    const items = await itemsOf(day, pointId);
    phone.setOnline(false);
    await scanDoor(app);
    await fill(app, items);
    await submit(app);
    await app.untilSees('有信号后自动发送');
    // The token ends meanwhile, and WeChat answers -1: more often than the server asks it for one renewal.
    day.clock.moveBy(3 * 3_600_000);
    day.wechat.fail('/sns/jscode2session', { errcode: -1 }, 6);
    const renewals = () => phone.calls.filter((call) => call === 'request /api/session/wechat').length;
    const before = renewals();
    phone.setOnline(true);
    await app.until('a renewal in vain', () => renewals() > before);
    await app.untilSees('服务器恢复后自动发送');
    expect(app.sees('登录过期')).toBe(false);
    expect(await reportsOf(day, pointId)).toEqual([]);
    await app.until('the delivery, some looks at the app later', () => {
      app.foreground();
      return app.sees('已送达');
    });
    expect(renewals()).toBeGreaterThan(before + 1);
    expect(await reportsOf(day, pointId)).toHaveLength(1);
  });

  test('tells that somebody else has reported meanwhile', async () => {
    const { day, phone } = officer;
    const app = await signInByPhoneNumber(officer);
    await app.until('the pack', () => [...phone.values.keys()].some((key) => key.endsWith('/pack')));
    const items = await itemsOf(day, pointId);
    phone.setOnline(false);
    await scanDoor(app);
    await fill(app, items);
    await submit(app);
    await app.untilSees('待发送');
    await reportByOther(officer, pointId, items);
    phone.setOnline(true);
    await app.untilSees('已经报过这一处');
    expect(app.sees('已送达')).toBe(false);
    expect(await reportsOf(day, pointId)).toHaveLength(1);
    await app.tap('去发件箱');
    await app.untilAt('outbox');
    await app.untilSees('服务器只留先到的一份');
  });
});

/** The same door, reported from another phone of the same officer. */
async function reportByOther({ day }: WechatOfficer, pointId: number, items: Awaited<ReturnType<typeof itemsOf>>) {
  const url = await codeOf(day, pointId);
  type Scan = { task: { id: string }; checklist: { id: string }; scanTicket: string };
  const scan = await day.post<Scan>(day.officerId, '/api/scan', { token: url });
  const at = day.clock.now().toISOString();
  const answer = await day.post<{ outcome: string }>(day.officerId, '/api/reports', {
    clientUuid: '6f1f9ad2-2d2e-4d0f-9ec2-0d6a1f0d0099',
    taskId: scan.task.id,
    checklistId: scan.checklist.id,
    answers: items
      .filter(({ type }) => type !== 'photo')
      .map(({ code, type, options }) => ({
        code,
        value: type === 'num' ? 7 : type === 'choice' ? options?.[0]?.zh : 'ok',
      })),
    photos: items
      .filter(({ photo }) => photo === 'always')
      .map(({ code }) => ({
        itemCode: code,
        sha256: 'ab'.repeat(32),
        bytes: 5000,
        contentType: 'image/jpeg',
        takenAt: at,
      })),
    scan: { ticket: scan.scanTicket },
    startedAt: at,
    filledAt: at,
    sentAt: at,
  });
  expect(answer).toMatchObject({ outcome: 'stored' });
}

describe('a phone that holds its camera otherwise, or is old', () => {
  let officer: WechatOfficer;

  beforeEach(async () => {
    officer = await startWechatOfficer(folder);
    officer.phone.code = await codeOf(officer.day, officer.day.pointIds[0]!);
  });
  afterEach(async () => {
    const { problems } = officer.phone.program;
    await officer.stop();
    expect(problems).toEqual([]);
  });

  test.each([
    [1, false],
    [3, false],
    [6, false],
    [6, true],
    [8, true],
    [5, false],
  ])(
    'a photo of orientation %i arrives upright and not squashed; the canvas turns by itself: %s',
    async (orientation, turns) => {
      const { phone, day } = officer;
      Object.assign(phone, { orientation, canvasTurns: turns });
      const app = await signInByPhoneNumber(officer);
      const pictured = (await itemsOf(day, day.pointIds[0]!)).find((item) => item.photo === 'always')!;
      await scanDoor(app);
      await shoot(app, pictured.code);
      await app.until('the upload', () => phone.uploads.length > 0);
      const { data, info } = await sharp(phone.sentFiles[0]).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([1600, 1200]);
      const brightness = (x: number, y: number) => data[(y * info.width + x) * info.channels]!;
      // The white corner at the upper left of what the officer saw.
      expect(brightness(20, 20)).toBeGreaterThan(240);
      expect(brightness(1580, 20)).toBeLessThan(200);
    },
  );

  test('an old base library is told at once and takes no photo; a new version is offered', async () => {
    const { phone, day } = officer;
    Object.assign(phone, { library: '2.10.4', newVersion: true });
    const app = await signInByPhoneNumber(officer);
    expect(phone.modals).toEqual([expect.stringContaining('微信版本太旧'), expect.stringContaining('有新版本')]);
    expect(phone.restarts).toBe(1);
    const pictured = (await itemsOf(day, day.pointIds[0]!)).find((item) => item.photo === 'always')!;
    await scanDoor(app);
    if (pictured.type !== 'photo') await app.tap('正常', await card(app, pictured.code));
    await app.tap(app.byClass('photo-ask', await card(app, pictured.code))[0]!);
    await app.untilSees('这个版本不能存照片');
  });

  test('the oldest supported base library is not complained of', async () => {
    officer.phone.library = '2.32.3';
    await signInByPhoneNumber(officer);
    expect(officer.phone.modals).toEqual([]);
  });
});

describe('the WeChat build in figures', () => {
  test('the status bar follows the night: the theme names every colour that the window asks for', () => {
    const app = JSON.parse(readFileSync(path.join(folder, 'app.json'), 'utf8')) as {
      darkmode: boolean;
      themeLocation: string;
      window: Record<string, string>;
    };
    const theme = JSON.parse(readFileSync(path.join(folder, app.themeLocation), 'utf8')) as Record<string, object>;
    expect(app.darkmode).toBe(true);
    expect(app.window['navigationBarTextStyle']).toMatch(/^@/);
    const asked = Object.values(app.window).flatMap((value) => (value.startsWith('@') ? [value.slice(1)] : []));
    for (const kind of ['light', 'dark']) expect(Object.keys(theme[kind] ?? {})).toEqual(expect.arrayContaining(asked));
  });

  test('the package that every officer waits for has at most 600 KB', () => {
    const KB = 1024;
    expect(measureMainPackage(folder)).toBeGreaterThan(100 * KB);
    expect(measureMainPackage(folder)).toBeLessThan(600 * KB);
  });

  test('one tap in a checklist of 14 items: at most two setData and 10 KB', async () => {
    const { calls, bytes } = await measureTap();
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThanOrEqual(2);
    expect(bytes).toBeLessThanOrEqual(10_240);
  });

  test('ten photos cut in the middle: at most one is sent again', async () => {
    expect(await measureResentPhotos()).toBeLessThanOrEqual(1);
  });
});
