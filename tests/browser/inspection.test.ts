import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { fillAll, mainButton, openBrowser, shootAll, type PhoneBrowser } from './phone-browser';
import { startBrowserDay, type BrowserDay } from './browser-day';

/** A person's hand on the browser build, from the sign-in form to the receipt, with a real code before a fake camera. */
describe('a whole inspection in a browser', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let page: Page;

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser(await day.doorOf(day.pointIds[0] ?? 0));
    page = await (await chromium.phone()).newPage();
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  test('signs in with the one-time code, after the agreement', async () => {
    await page.goto(`${day.server}/app/`);
    await page.getByText('用绑定码登录').click();
    await page.getByText('请先勾选同意隐私指引').waitFor();
    await page.locator('.tick-box').click();
    await page.getByText('用绑定码登录').last().click();
    await page.locator('input').nth(0).fill(day.mobile);
    await page.locator('input').nth(1).fill('1234');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByText('绑定码是 8 位数字').waitFor();
    await page
      .locator('input')
      .nth(1)
      .fill(await day.oneTimeCode());
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByText('这是您吗？').waitFor();
    await page.getByText('德清锦澜印染有限公司').waitFor();
    await page.getByText('是我，看今天的任务').click();
    await page.getByText('今天还剩 2 处').waitFor();
  });

  test('scans the door, fills in, photographs, reports; the server has it all', async () => {
    const began = Date.now();
    await page.getByText('扫码开始').click();
    await mainButton(page).waitFor();
    expect(await page.getByText('人在点位').count()).toBe(1);
    await page.locator('.choice').getByText('异常', { exact: true }).first().click();
    await page.locator('.note-field textarea').fill('阀杆锈死，转不动');
    await fillAll(page);
    await shootAll(page);
    await mainButton(page).getByText('上报').waitFor();
    expect(await mainButton(page).innerText()).toMatch(/1 项异常/);
    await mainButton(page).click();
    await page.locator('.sent-top', { hasText: '已送达' }).waitFor();
    // What the machine needs of the minute that a person has.
    expect(Date.now() - began).toBeLessThan(30_000);

    const [report, ...others] = await day.reports();
    expect(others).toEqual([]);
    expect(report?.abnormal_count).toBe(1);
    const { read } = day.test.app.core.db;
    // Photos are looked for a few seconds after the report.
    day.clock.moveBy(10_000);
    await day.settle();
    const photos = await read.query<{ sha256: string; bytes: number; state: string; object_key: string }>(
      'SELECT sha256, bytes, state, object_key FROM report_photo WHERE report_id = ?',
      [report?.id ?? 0],
    );
    expect(photos.length).toBeGreaterThan(0);
    for (const photo of photos) {
      expect(photo.state).toBe('verified');
      expect(photo.bytes).toBeLessThan(300_000);
    }
    const { photos: shown } = await day.get<{ photos: { sha256: string; url: string }[] }>(
      day.officerId,
      `/api/reports/${report?.id ?? 0}`,
    );
    for (const { sha256, url } of shown) {
      const stored = Buffer.from(await (await fetch(url)).arrayBuffer());
      expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256);
    }
  });

  test('list, records and the report itself show it', async () => {
    await page.getByText('回到今日').click();
    await page.getByText('今天还剩 1 处').waitFor();
    await page.locator('.item.dim', { hasText: '已完成' }).click();
    await page.getByText('阀杆锈死，转不动').waitFor();
    await page.locator('.report-photo img').first().waitFor();
    await page.getByLabel('返回').click();
    await page.getByText('记录', { exact: true }).click();
    await page.getByText('已报 1 份').waitFor();
    await page.getByText('异常 1 项').first().waitFor();
  });
});
