import type { Page } from 'playwright-core';
import { buildActor, buildEnterprise, buildPoint } from '../builders/directory';
import { fillAll, mainButton, openBrowser, type PhoneBrowser } from './phone-browser';
import { startBrowserDay, type BrowserDay } from './browser-day';

/** What goes wrong at the door: a server in trouble, a full phone, a refusal, a foreign code. Nothing is lost by it. */
describe('trouble', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let page: Page;

  const failing = (status: number, body: object = {}) => ({
    status,
    contentType: 'application/json',
    body: JSON.stringify(body),
  });
  const scanByLink = async (url: string) => {
    await page.goto(`${day.server}/app/#/pages/officer/scan/index?q=${encodeURIComponent(url)}`);
  };

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser(await day.doorOf(day.pointIds[0] ?? 0));
  }, 240_000);
  beforeEach(async () => {
    page = await (await chromium.phone({ forgetful: true })).newPage();
  });
  afterEach(() => page.context().close());
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  test('a server that answers 500: nothing fetched is not nothing to do', async () => {
    await page.route('**/api/tasks/**', (route) => route.fulfill(failing(500)));
    await page.goto(
      `${day.server}/app/#/pages/shared/sign-in/index?mobile=${day.mobile}&code=${await day.oneTimeCode()}`,
    );
    await page.getByText('是我，看今天的任务').click();
    await page.getByText('今天的任务没有取到').waitFor();
    expect(await page.getByText('今天没有任务', { exact: true }).count()).toBe(0);
    await page.unroute('**/api/tasks/**');
    await page.getByText('再试一次').click();
    await page.getByText('今天还剩 2 处').waitFor();
  });

  test('a server that answers 500 for a while: the saved list with its time, the form from the phone, the report later', async () => {
    await day.enter(page);
    await page.getByText('待检').first().waitFor();
    await page.waitForTimeout(500);
    await page.route('**/api/**', (route) => route.fulfill(failing(500)));
    await page.reload();
    await page.getByText(/服务器暂时有问题，这是 \d\d:\d\d 存下的/).waitFor();
    await page.getByText('待检').first().waitFor();
    await page.getByText('扫码开始').click();
    await mainButton(page).waitFor();
    await fillAll(page);
    await mainButton(page).click();
    await page.getByText('已存在手机里，待发送').waitFor();
    expect(await day.reports()).toEqual([]);
    await page.unroute('**/api/**');
    // By itself: the first retry comes after seconds.
    await page.locator('.sent-top', { hasText: '已送达' }).waitFor();
    expect(await day.reports()).toHaveLength(1);
  });

  test('a full phone says so and keeps what was filled in', async () => {
    const second = await openBrowser(await day.doorOf(day.pointIds[1] ?? 0));
    try {
      page = await (await second.phone()).newPage();
      await day.enter(page);
      await page.getByText('扫码开始').click();
      await mainButton(page).waitFor();
      await page.locator('.choice').getByText('异常', { exact: true }).first().click();
      await page.locator('.note-field textarea').fill('漏水');
      // A full disk as the browser reports it; its own quota cannot be made small enough to be met within a test.
      const fill = (isFull: boolean) =>
        page.evaluate((on) => {
          const { IDBObjectStore, DOMException } = globalThis as unknown as {
            IDBObjectStore: { prototype: { put: () => unknown; whole?: () => unknown } };
            DOMException: new (text: string, name: string) => Error;
          };
          const { prototype } = IDBObjectStore;
          prototype.whole ??= prototype.put;
          prototype.put = on
            ? () => {
                throw new DOMException('disk full', 'QuotaExceededError');
              }
            : prototype.whole;
        }, isFull);
      await fill(true);
      const full = page.getByText('手机快满了');
      await page.locator('.photo-ask').first().click();
      await page.getByRole('button', { name: '拍', exact: true }).click();
      await full.waitFor();
      expect(await page.locator('.note-field textarea').inputValue()).toBe('漏水');
      await fill(false);
      await page.locator('.photo-ask').first().click();
      await page.getByRole('button', { name: '拍', exact: true }).click();
      await full.waitFor({ state: 'detached' });

      // The same form is refused by the server: it stays, with the reason, and can be mended.
      await fillAll(page);
      const problem = {
        code: 'REPORT.INCOMPLETE',
        message: '还有项目没有填写，请补齐后再上报。',
        requestId: 'request-77',
      };
      await page.route('**/api/reports', (route) => route.fulfill(failing(400, problem)));
      await mainButton(page).click();
      await page.getByText('被退回').filter({ visible: true }).first().waitFor();
      await page.getByText('去发件箱').click();
      await page.getByText(problem.message).filter({ visible: true }).first().waitFor();
      await page.getByText('request-77').waitFor();
      await page.unroute('**/api/reports');
      await page.getByText('打开修改').click();
      await mainButton(page).getByText('上报').waitFor();
      await mainButton(page).click();
      await page.locator('.sent-top', { hasText: '已送达' }).waitFor();
      expect(await day.reports()).toHaveLength(2);
    } finally {
      await second.close();
    }
  });

  test('every refusal of a code has its own screen with a next step', async () => {
    const { read } = day.test.app.core.db;
    const enterpriseId = await buildEnterprise(read);
    const foreign = await buildPoint(read, { enterpriseId });
    const colleague = await buildActor(read, 'officer', { enterpriseId: day.enterpriseId });
    const theirs = await buildPoint(read, { enterpriseId: day.enterpriseId, officerId: colleague, type: 'HW' });
    const rare = await buildPoint(read, {
      enterpriseId: day.enterpriseId,
      officerId: day.officerId,
      type: 'HW',
      intervalDays: 30,
      anchor: '2026-11-24',
    });
    const old = await day.doorOf(rare);
    await read.execute('UPDATE point SET key_version = 2 WHERE id = ?', [rare]);
    const seen: string[] = [];
    await day.enter(page);
    for (const [url, words] of [
      ['https://example.com/menu', '这不是点位码'],
      [await day.doorOf(foreign), '这不是您企业的点位码'],
      [await day.doorOf(theirs), '这一处由同事负责'],
      [old, '这张码已经作废'],
      [await day.doorOf(rare), '这一处今天没有任务'],
      [await day.doorOf(day.pointIds[0] ?? 0), '这一处今天查过了'],
    ] as const) {
      await page.goto('about:blank');
      await scanByLink(url);
      await page.getByText(words).waitFor();
      await page.getByText('重新扫码').waitFor();
      expect(await page.getByText('德清测试印染有限公司').count()).toBe(0);
      seen.push(words);
    }
    expect(seen).toHaveLength(6);
    await page.getByRole('button', { name: '加查一次' }).click();
    await mainButton(page).waitFor();
  });
});
