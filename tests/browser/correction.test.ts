import type { Page } from 'playwright-core';
import { buildActor } from '../builders/directory';
import { seriousFaults } from './axe';
import { fillAll, mainButton, openBrowser, type PhoneBrowser } from './phone-browser';
import { officialCode, startBrowserDay, type BrowserDay } from './browser-day';

/** Officer and township side by side: an abnormal report, its correction, sent back once, verified, closed. */
describe('from an abnormal answer to a closed finding', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let officer: Page;
  let township: Page;

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser(await day.doorOf(day.pointIds[0] ?? 0));
    officer = await (await chromium.phone()).newPage();
    township = await (await chromium.phone()).newPage();
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  test('the officer reports what is wrong, and finds it under 整改 with its deadline', async () => {
    await day.enter(officer);
    await officer.getByText('扫码开始').click();
    await mainButton(officer).waitFor();
    await officer.locator('.choice').getByText('异常', { exact: true }).first().click();
    await officer.locator('.note-field textarea').fill('阀杆锈死，转不动');
    await fillAll(officer);
    await mainButton(officer).click();
    await officer.locator('.sent-top', { hasText: '已送达' }).waitFor();
    await day.settle();
    // Which items are general depends on the list: what the township has to verify is one of them.
    const { read } = day.test.app.core.db;
    await read.execute("UPDATE finding SET severity = 'general'");
    await officer.getByText('回到今日').click();
    await officer.getByText('整改', { exact: true }).click();
    await officer.reload();
    await officer.getByText('整改', { exact: true }).click();
    await officer.getByText('1 个要整改').waitFor();
    await officer.locator('.item').first().click();
    await officer.getByText('怎么改的').waitFor();
  });

  test('he shows how it was put right; without a photo or a word he is told what is missing', async () => {
    const submit = officer.getByRole('button', { name: /^提交/ });
    await submit.click();
    await officer.getByText('请至少拍一张改好后的照片').waitFor();
    await officer.locator('.photo-more').click();
    await officer.getByRole('button', { name: '拍', exact: true }).click();
    await officer.locator('.thumb', { hasText: '待送' }).waitFor();
    await submit.click();
    await officer.getByText('请写一句怎么改的').waitFor();
    await officer.locator('.note-field textarea').fill('除锈上油，转动灵活');
    // What is written survives an end of the app.
    await officer.waitForTimeout(500);
    await officer.reload();
    await officer.locator('.note-field textarea').waitFor();
    expect(await officer.locator('.note-field textarea').inputValue()).toBe('除锈上油，转动灵活');
    await officer.getByRole('button', { name: /^提交/ }).click();
    await officer.getByText('提交整改').waitFor();
  });

  test('the township sends it back with a reason, then passes it', async () => {
    const { read } = day.test.app.core.db;
    const specialist = await buildActor(read, 'township', { region: '330521001' });
    const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [specialist]);
    const code = await officialCode(day, specialist);
    await township.goto(`${day.server}/app/#/pages/shared/sign-in/index?mobile=${person?.mobile}&code=${code}`);
    await township.getByText('核验', { exact: true }).click();
    await township.getByText('等核验').waitFor();
    expect(await seriousFaults(township, 'to verify')).toEqual([]);
    await township.locator('.item', { hasText: '德清锦澜印染有限公司' }).click();
    await township.getByText('除锈上油，转动灵活').first().waitFor();
    expect(await seriousFaults(township, 'verify')).toEqual([]);
    await township.getByText('退回，写明原因').click();
    await township.getByText('请写一句核验意见').waitFor();
    await township.locator('textarea').fill('照片看不清阀杆');
    await township.getByText('退回，写明原因').click();
    await township.getByText('照片看不清阀杆').waitFor();

    await officer.reload();
    await officer.getByText('照片看不清阀杆').waitFor();
    await officer.locator('.photo-more').click();
    await officer.getByRole('button', { name: '拍', exact: true }).click();
    await officer.locator('.note-field textarea').fill('重新拍了近照');
    await officer.getByRole('button', { name: /^提交/ }).click();
    await officer.getByText('重新拍了近照').first().waitFor();

    await township.reload();
    await township.getByText('重新拍了近照').first().waitFor();
    await township.locator('textarea').fill('看清了，转动灵活');
    await township.getByText('通过，关闭问题').click();
    await township.getByText('核验通过，关闭').waitFor();
    const [finding] = await read.query<{ state: string }>('SELECT state FROM finding');
    expect(finding?.state).toBe('closed');
    await officer.reload();
    await officer.getByText('核验通过，关闭').waitFor();
  });

  test('a major one is on the township’s phone at once; it is taken on, and closed with an outcome', async () => {
    const door = await day.doorOf(day.pointIds[1] ?? 0);
    await officer.goto('about:blank');
    await officer.goto(`${day.server}/app/#/pages/officer/scan/index?q=${encodeURIComponent(door)}`);
    await mainButton(officer).waitFor();
    await officer.locator('.choice', { hasText: '开启未审批' }).click();
    await officer.getByText('重大（按规则定）').waitFor();
    await officer.locator('.note-field textarea').fill('阀门没有审批就开着，已关上');
    await fillAll(officer);
    await mainButton(officer).click();
    await officer.locator('.sent-top', { hasText: '已送达' }).waitFor();
    await day.settle();
    await day.settle();

    await township.goto('about:blank');
    await township.goto(`${day.server}/app/#/pages/township/home/index`);
    await township.locator('.framed-alert', { hasText: '德清锦澜印染有限公司' }).waitFor();
    expect(await seriousFaults(township, 'warnings')).toEqual([]);
    await township.locator('.framed-alert', { hasText: '德清锦澜印染有限公司' }).click();
    await township.locator('.foot').getByText('确认，我去').click();
    await township.getByText('关闭预警').waitFor();
    expect(await seriousFaults(township, 'warning')).toEqual([]);
    await township.getByText('关闭预警').click();
    await township.getByText('请选一个结果').waitFor();
    await township.getByText('已改正', { exact: true }).click();
    await township.locator('textarea').fill('到场看过，阀门已关，补办了审批');
    await township.getByText('关闭预警').click();
    await township.getByText('已改正：到场看过，阀门已关，补办了审批').waitFor();
    const { read } = day.test.app.core.db;
    const [warning] = await read.query<{ state: string; outcome: string }>('SELECT state, outcome FROM warning');
    expect(warning).toEqual({ state: 'closed', outcome: 'corrected' });
  });
});
