import type { Page } from 'playwright-core';
import { buildActor } from '../builders/directory';
import { buildWarning } from '../builders/warnings';
import { seriousFaults } from './axe';
import { goOffline, openBrowser, type PhoneBrowser } from './phone-browser';
import { officialCode, startBrowserDay, type BrowserDay } from './browser-day';

/** Assistance from a warning to the follow-up: announced to the officer, written down without signal, sent by itself. */
describe('a visit', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let officer: Page;
  let township: Page;
  let warningId: number;
  const shot = async (page: Page, name: string) => {
    const folder = process.env['PHONE_SHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/visit-${name}.png`, fullPage: true });
  };
  const visits = async () =>
    day.test.app.core.db.read.query<{ state: string; photos: unknown }>('SELECT state, photos FROM visit');

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser(await day.doorOf(day.pointIds[0] ?? 0));
    officer = await (await chromium.phone()).newPage();
    township = await (await chromium.phone()).newPage();
    const { read } = day.test.app.core.db;
    warningId = await buildWarning(read, { enterpriseId: day.enterpriseId });
    const specialist = await buildActor(read, 'township', { region: '330521001' });
    const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [specialist]);
    const code = await officialCode(day, specialist);
    await township.goto(`${day.server}/app/#/pages/shared/sign-in/index?mobile=${person?.mobile}&code=${code}`);
    await township.getByText('核验', { exact: true }).waitFor();
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });
  const go = (page: Page, where: string) =>
    page.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, `#/pages/${where}`);

  test('is planned from a warning, and the officer reads who comes and when', async () => {
    await go(township, `township/warning/index?id=${warningId}`);
    await township.getByText('约一次帮扶').click();
    await township.getByRole('button', { name: '约这一天，告诉企业' }).waitFor();
    await township.getByRole('button', { name: '约这一天，告诉企业' }).click();
    await township.getByText('请写一句去做什么').waitFor();
    await township.getByLabel('去做什么').fill('连续漏检，看看是不是人手不够');
    await shot(township, 'begin');
    expect(await seriousFaults(township, 'begin')).toEqual([]);
    await township.getByRole('button', { name: '约这一天，告诉企业' }).click();
    await township.getByText('人已到，扫门上的码开始').last().waitFor();
    await township.waitForURL(/township\/visit\/index\?id=/);
    await township.getByText('约好').first().waitFor();
    await shot(township, 'planned');
    expect(await seriousFaults(township, 'planned')).toEqual([]);
    await day.enter(officer);
    await officer.getByText('整改', { exact: true }).click();
    await officer.getByText(/来帮扶/).waitFor();
    await shot(officer, 'announced');
    expect(await seriousFaults(officer, 'announced')).toEqual([]);
  });

  test('is written down without signal, survives an end of the app, and is sent by itself', async () => {
    await goOffline(township);
    await township.getByRole('button', { name: '人已到，扫门上的码开始' }).last().click();
    await township.getByText(/到现场，已扫码/).waitFor();
    await township.locator('.photo-more').click();
    await township.getByRole('button', { name: '拍', exact: true }).click();
    await township.locator('.thumb', { hasText: '待送' }).waitFor();
    await township.getByRole('button', { name: '记录完成' }).click();
    await township.getByText('请至少写教了什么，或缺什么').waitFor();
    await township.getByLabel('教了什么').fill('教会了新负责人怎么拍照');
    await township.getByText('加一条约定').click();
    await township.getByLabel('约定的事 1').fill('确定替班人员');
    await township.waitForTimeout(500);
    await township.reload();
    await township.getByLabel('教了什么').waitFor();
    expect(await township.getByLabel('教了什么').inputValue()).toBe('教会了新负责人怎么拍照');
    expect(await township.getByLabel('约定的事 1').inputValue()).toBe('确定替班人员');
    await shot(township, 'record');
    expect(await seriousFaults(township, 'record')).toEqual([]);
    await township.getByRole('button', { name: '记录完成' }).click();
    await township.getByText('待发送').waitFor();
    expect(await visits()).toMatchObject([{ state: 'planned' }]);
    await shot(township, 'waiting');
    await township.context().setOffline(false);
    await township.getByText('待发送').waitFor({ state: 'detached' });
    const [row, ...others] = await visits();
    expect(others).toEqual([]);
    expect(row?.state).toBe('recorded');
    expect(JSON.stringify(row?.photos)).toMatch(/[0-9a-f]{64}/);
  });

  test('is followed up, agreed step by agreed step', async () => {
    await township.reload();
    await township.getByText('要回访的').waitFor();
    await shot(township, 'list');
    expect(await seriousFaults(township, 'visits')).toEqual([]);
    await township.locator('.item', { hasText: '连续漏检' }).click();
    await township.getByRole('button', { name: '回访完成' }).click();
    await township.getByText('请逐条选做到没有').waitFor();
    await township.getByText('做到了', { exact: true }).click();
    await township.getByLabel('回访情况').fill('替班人员已定，近一周没有漏检');
    await shot(township, 'follow-up');
    await township.getByRole('button', { name: '回访完成' }).click();
    await township.getByText('近一周没有漏检').waitFor();
    expect(await visits()).toMatchObject([{ state: 'followed_up' }]);
    await township.getByText('回访已记下', { exact: true }).waitFor({ state: 'hidden' });
    await shot(township, 'ended');
    expect(await seriousFaults(township, 'ended')).toEqual([]);
    // The warning that it answered says so.
    await go(township, `township/warning/index?id=${warningId}`);
    await township.getByText(/^已回访 .* · /).waitFor();
    await township.getByRole('button', { name: '确认，我去' }).click();
    await township.getByText('已去帮扶过').waitFor();
    await shot(township, 'warning');
    expect(await seriousFaults(township, 'warning')).toEqual([]);
  });
});
