import { ensurePhoneApp } from '../../scripts/setup/phone-app';
import { DING_USER, ENTERPRISE, startPhoneDay, type PhoneDay } from '../builders/phone';
import { DingtalkPhone, type DingtalkPhoneOptions } from './dd';
import { card, codeOf, fill, itemsOf, reportsOf, scanDoor, submit } from './officer';
import type { MiniProgram } from './runtime';

const BUILD_MS = 300_000;

describe('the DingTalk build', () => {
  let folder: string;
  let day: PhoneDay;
  let phone: DingtalkPhone;
  let pointId: number;

  beforeAll(async () => {
    folder = await ensurePhoneApp('dd', console.error);
  }, BUILD_MS);
  beforeEach(async () => {
    day = await startPhoneDay();
    pointId = day.pointIds[0]!;
  });
  afterEach(async () => {
    const { problems } = phone.program;
    phone.remove();
    await day.stop();
    expect(problems).toEqual([]);
  });

  /** Agrees, is known by DingTalk, comes to Today. */
  const signIn = async (given: Partial<DingtalkPhoneOptions> = {}): Promise<MiniProgram> => {
    const authCode = () => day.dingtalk.issueLoginCode(DING_USER);
    phone = new DingtalkPhone({ folder, server: day.server, authCode, ...given });
    phone.code = await codeOf(day, pointId);
    const app = await phone.start();
    await app.untilAt('sign-in');
    await app.untilSees('用钉钉登录');
    // DingTalk gives the phone number away with the code: not before the person has agreed.
    await app.tap('用钉钉登录');
    await app.untilSees('请先勾选同意隐私指引');
    expect(phone.calls).not.toContain('getAuthCode');
    await app.tap(app.byClass('tick-box')[0]!);
    await app.tap('用钉钉登录');
    await app.untilSees('这是您吗？');
    await app.tap('是我，看今天的任务');
    await app.untilAt('today');
    await app.untilSees('今天还剩 2 处');
    expect(app.text()).toContain(ENTERPRISE);
    return app;
  };

  test.each(['jpg', 'png'] as const)(
    'signs in, lists, scans, fills, photographs and submits (a client whose canvas writes %s)',
    async (canvasWrites) => {
      const app = await signIn({ canvasWrites });
      const items = await itemsOf(day, pointId);
      await scanDoor(app);
      const abnormal = items.find((item) => item.type === 'ok')!;
      await fill(app, items, { abnormal: abnormal.code, note: '阀门关不严，滴水' });
      await submit(app);
      await app.untilSees('已送达');
      const [report, ...others] = await reportsOf(day, pointId);
      expect(others).toEqual([]);
      expect(report!.photos.length).toBeGreaterThan(1);
      // Photos may come after their report.
      await app.until('its photos', () => phone.uploads.length >= report!.photos.length);
      expect(phone.uploads.map(({ status }) => status < 300)).toEqual(report!.photos.map(() => true));
      expect(phone.drawnTexts).toContainEqual(expect.stringMatching(new RegExp(`^${ENTERPRISE} · `)));
      expect(phone.drawnTexts).toContainEqual('30.5400°N 119.9700°E ±12 米');
      await day.at('2026-11-23T09:05:00+08:00');
      expect(new Set((await reportsOf(day, pointId))[0]!.photos)).toEqual(new Set(['verified']));
    },
  );

  test('without signal: kept on the phone over an end of the app, sent once afterwards', async () => {
    let app = await signIn();
    await app.until('the pack', () => [...phone.values.keys()].some((key) => key.endsWith('/pack')));
    const items = await itemsOf(day, pointId);
    phone.online = false;
    await scanDoor(app);
    await fill(app, items);
    await submit(app);
    await app.untilSees('已存在手机里，待发送');
    app = await phone.start();
    await app.untilAt('today');
    await app.untilSees('待发送');
    phone.online = true;
    app.foreground();
    await app.until('nothing left to send', () => !app.sees('待发送'));
    await app.until('the report', async () => (await reportsOf(day, pointId)).length > 0);
    const reports = await reportsOf(day, pointId);
    expect(reports).toHaveLength(1);
    await app.until('its photos', () => phone.uploads.length >= reports[0]!.photos.length);
    expect(phone.uploads).toHaveLength(reports[0]!.photos.length);
  });

  test('a client too old for photos is told so, and what was filled in stays', async () => {
    const app = await signIn({ old: true });
    const items = await itemsOf(day, pointId);
    await scanDoor(app);
    const pictured = items.find((item) => item.photo === 'always')!;
    await app.tap(app.byClass('photo-ask', await card(app, pictured.code))[0]!);
    await app.untilSees('这个版本不能存照片');
    expect(app.text()).toContain('草稿已存');
  });
});
