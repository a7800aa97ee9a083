import type { Page } from 'playwright-core';
import { fillAll, goOffline, mainButton, openBrowser, type PhoneBrowser } from './phone-browser';
import { startBrowserDay, type BrowserDay } from './browser-day';

/** For so long a browser goes on with the free space that it knew. */
const SPACE_KNOWN_MS = 32_000;

/** The browser's own quota is met: what waits still gets out and makes room, what is on the screen stays. */
describe('a phone without room', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let page: Page;

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser('https://example.com/menu');
    page = await (await chromium.phone()).newPage();
    await day.enter(page);
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  const go = (where: string) =>
    page.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, `#/pages/${where}`);
  const scan = async (index: number) => {
    await go(`officer/scan/index?q=${encodeURIComponent(await day.doorOf(day.pointIds[index] ?? 0))}`);
    await mainButton(page).waitFor();
  };
  const shoot = async () => {
    await page.locator('.photo-ask').first().click();
    await page.getByRole('button', { name: '拍', exact: true }).click();
  };

  test('the outbox empties, the form goes on, and nothing is said to be kept that is not', async () => {
    await scan(0);
    await fillAll(page);
    await goOffline(page);
    await mainButton(page).click();
    await page.getByText('已存在手机里，待发送').waitFor();
    // Without signal the second door's form comes from the phone.
    await scan(1);
    await page.locator('.choice').getByText('异常', { exact: true }).first().click();
    await page.locator('.note-field textarea').fill('漏水');
    const device = await page.context().newCDPSession(page);
    const quota = (quotaSize?: number) =>
      device.send('Storage.overrideQuotaForOrigin', {
        origin: day.server,
        ...(quotaSize === undefined ? {} : { quotaSize }),
      });
    await quota(1);
    await page.waitForTimeout(SPACE_KNOWN_MS);

    await shoot();
    await page.getByText('手机快满了').waitFor();
    await page.locator('.note-field textarea').fill('漏水，约半平方米');
    await page.getByText('草稿没有存下').waitFor();
    // The advice stays beside it.
    expect(await page.getByText('手机快满了').isVisible()).toBe(true);
    expect(await page.locator('.note-field textarea').inputValue()).toBe('漏水，约半平方米');

    await page.getByText('去发件箱').click();
    await page.getByText('没有信号，都存在这部手机里').waitFor();
    await page.context().setOffline(false);
    await page.getByText('都已送达').first().waitFor();
    expect(await day.reports()).toHaveLength(1);

    await quota();
    await page.waitForTimeout(SPACE_KNOWN_MS);
    await page.getByLabel('返回').filter({ visible: true }).click();
    expect(await page.locator('.note-field textarea').inputValue()).toBe('漏水，约半平方米');
    await fillAll(page);
    await mainButton(page).getByText('上报').waitFor();
    await mainButton(page).click();
    await page.locator('.sent-top', { hasText: '已送达' }).waitFor();
    expect(await day.reports()).toHaveLength(2);
  }, 240_000);
});
