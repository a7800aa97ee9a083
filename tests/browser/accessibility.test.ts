import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { seriousFaults } from './axe';
import { fillAll, goOffline, mainButton, openBrowser, type PhoneBrowser } from './phone-browser';
import { startBrowserDay, type BrowserDay } from './browser-day';

/** Each screen, in light, dark and the largest text, has no serious fault for people who do not see it as we do. */
describe('accessibility', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;

  beforeAll(async () => {
    // A door for each look, with numbers in its checklist.
    day = await startBrowserDay(['WW', 'WW', 'WW']);
    chromium = await openBrowser('https://example.com/');
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  const shots = process.env['PHONE_SHOTS'];

  /** Serious faults of the screen that is shown, as `screen: rule selector`. */
  async function faults(page: Page, look: string, screen: string): Promise<string[]> {
    await page.waitForTimeout(400);
    if (shots !== undefined) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: path.join(shots, `${screen}-${look}.png`) });
    }
    return seriousFaults(page, screen);
  }

  test.each([
    ['light', false, 2],
    ['dark', true, 3],
    ['largest', false, 4],
  ] as const)(
    '%s',
    async (look, dark, door) => {
      const page = await (await chromium.phone({ dark })).newPage();
      const found: string[] = [];
      const check = async (screen: string) => void found.push(...(await faults(page, look, screen)));
      const go = (where: string) =>
        page.evaluate((hash) => {
          (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
        }, `#/pages/${where}`);

      await page.goto(`${day.server}/app/`);
      await page.locator('.tick-box').waitFor();
      await check('sign-in');
      await page.locator('.tick-box').click();
      await page.getByText('用绑定码登录').last().click();
      await check('code');
      await page.goto('about:blank');
      await page.goto(
        `${day.server}/app/#/pages/shared/sign-in/index?mobile=${day.mobile}&code=${await day.oneTimeCode()}`,
      );
      await page.getByText('是我，看今天的任务').waitFor();
      await check('who');
      await page.getByText('是我，看今天的任务').click();
      await page.getByText('扫码开始').waitFor();
      if (look === 'largest') {
        await page.getByText('我的', { exact: true }).click();
        await page.getByText('最大', { exact: true }).click();
        await page.getByText('今日', { exact: true }).last().click();
      }
      await check('today');
      await page.getByText(/^明日/).click();
      await check('tomorrow');
      await page.getByText(/^本周/).click();
      await check('week');
      await page.getByText('记录', { exact: true }).click();
      await page.getByText('已报').waitFor();
      await check('records');
      await page.getByText('我的', { exact: true }).click();
      await page.getByText('字号').waitFor();
      await check('me');
      for (const [where, screen] of [
        ['officer/outbox/index', 'outbox-empty'],
        ['officer/leave/index', 'leave'],
        ['officer/suspension/index', 'suspension'],
        ['shared/privacy/index', 'privacy'],
        ['shared/help/index', 'help'],
        [`officer/scan/index?q=${encodeURIComponent('https://example.com')}`, 'refused'],
      ] as const) {
        await go(where);
        await page.waitForTimeout(600);
        await check(screen);
      }
      await go(`officer/scan/index?q=${encodeURIComponent(await day.doorOf(day.pointIds[door] ?? 0))}`);
      await mainButton(page).waitFor();
      await check('checklist');
      await page.locator('.choice').getByText('异常', { exact: true }).first().click();
      await page.locator('.number-box input').first().fill('99');
      await page.locator('.help-dot').first().click();
      await check('checklist-abnormal');
      await page.locator('.photo-ask').first().click();
      await page.getByRole('button', { name: '拍', exact: true }).waitFor();
      await check('camera');
      await page.getByRole('button', { name: '不拍了' }).click();
      await fillAll(page);
      await page.locator('.folded', { hasText: '张' }).first().click();
      await page.locator('.thumb').first().click();
      await page.locator('.photo-frame').waitFor();
      await check('annotate');
      await page.getByText('就用这张').click();
      await mainButton(page).waitFor();
      for (const note of await page.locator('.note-field textarea').all()) await note.fill('数值偏高，已通知车间');
      await fillAll(page);
      await mainButton(page).getByText('上报').waitFor();
      await goOffline(page);
      await mainButton(page).click();
      await page.getByText('已存在手机里，待发送').waitFor();
      await check('kept');
      await go('officer/outbox/index');
      await page.getByText('没有信号，都存在这部手机里').waitFor();
      await check('outbox');
      await page.context().setOffline(false);
      if (look === 'light') {
        await page.getByText('都已送达').first().waitFor();
        const [report] = await day.reports();
        await go(`officer/report/index?id=${report?.id ?? 0}`);
        await page.getByText('上报人').waitFor();
        await check('report');
        await day.settle();
        await go('officer/today/index');
        await page.reload();
        await page.getByText('整改', { exact: true }).click();
        await page.getByText('要整改', { exact: true }).waitFor();
        await check('findings');
        await page.locator('.item').first().click();
        await page.getByText('怎么改的').waitFor();
        await check('finding');
      }
      await page.context().close();
      expect(found).toEqual([]);
    },
    120_000,
  );
});
