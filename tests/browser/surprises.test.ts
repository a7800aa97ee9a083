import type { Page } from 'playwright-core';
import { fillAll, goOffline, mainButton, openBrowser, type PhoneBrowser } from './phone-browser';
import { startBrowserDay, type BrowserDay } from './browser-day';

const DAY_MS = 86_400_000;

/** What nobody plans: the back key before the camera, a line that breaks at the wrong moment, a page left open overnight. */
describe('surprises', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let page: Page;

  beforeAll(async () => {
    day = await startBrowserDay(['EV']);
    chromium = await openBrowser('https://example.com/menu');
  }, 240_000);
  afterEach(() => page.context().close());
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  const dialog = () => page.getByRole('dialog');
  const go = (where: string) =>
    page.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, `#/pages/${where}`);
  const scanByLink = async (index: number) => {
    const door = await day.doorOf(day.pointIds[index] ?? 0);
    await go(`officer/scan/index?q=${encodeURIComponent(door)}`);
    await page.waitForURL(/officer\/(checklist|scan)/);
    await mainButton(page).waitFor();
  };

  test('the back key closes the camera', async () => {
    page = await (await chromium.phone()).newPage();
    await day.enter(page);
    await scanByLink(0);
    await page.locator('.choice').getByText('异常', { exact: true }).first().click();
    await page.locator('.photo-ask').first().click();
    await dialog().waitFor();
    await page.goBack();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('接着上次填？').waitFor();
  });

  test('a camera that is refused is told, with the way on', async () => {
    page = await (await chromium.phone()).newPage();
    await page.addInitScript(() => {
      const { mediaDevices } = (globalThis as unknown as { navigator: { mediaDevices: object } }).navigator;
      Object.assign(mediaDevices, { getUserMedia: () => Promise.reject(new DOMException('no', 'NotAllowedError')) });
    });
    await day.enter(page);
    await page.getByText('扫码开始').click();
    await page.getByText('相机没有打开').waitFor();
    await page.getByText('回到今日').click();
    await page.getByText('今天还剩 3 处').waitFor();
  });

  test('the reader of codes does not arrive: no dead camera, and it can be tried again', async () => {
    page = await (await chromium.phone({ forgetful: true })).newPage();
    await day.enter(page);
    await go('officer/scan/index?q=x');
    await page.getByText('这不是点位码').waitFor();
    // The page of the scanner is there now; the decoder comes with the first scan.
    await page.route('**/app/js/*.js', (route) => route.abort());
    await page.getByText('重新扫码').click();
    await page.getByText('没有扫到码').waitFor();
    expect(await dialog().count()).toBe(0);
    await page.unroute('**/app/js/*.js');
    await page.getByText('扫门上的码').click();
    await page.getByText('这不是点位码').waitFor();
  });

  test('one report that the server cannot take does not keep back the others', async () => {
    page = await (await chromium.phone({ forgetful: true })).newPage();
    await day.enter(page);
    await page.route('**/api/reports', (route) => route.fulfill({ status: 500, body: '{}' }));
    for (const index of [0, 1]) {
      await scanByLink(index);
      await fillAll(page);
      await mainButton(page).click();
      await page.waitForURL(/officer\/sent/);
      await page.getByText('已存在手机里，待发送').waitFor();
    }
    let first: string | undefined;
    await page.unroute('**/api/reports');
    await page.route('**/api/reports', async (route) => {
      const { taskId } = route.request().postDataJSON() as { taskId: string };
      first ??= taskId;
      if (taskId === first) await route.fulfill({ status: 500, body: '{}' });
      else await route.continue();
    });
    await go('officer/outbox/index');
    await page.getByText('1 份待发送').waitFor();
    const [stored, ...others] = await day.reports();
    expect(others).toEqual([]);
    expect(String(stored?.task_id)).not.toBe(first);
    await page.unroute('**/api/reports');
    await page.getByText('再试一次').click();
    await page.getByText('都已送达').first().waitFor();
    expect(await day.reports()).toHaveLength(2);
  });

  test('a page left open overnight does not show yesterday’s list as today’s', async () => {
    page = await (await chromium.phone()).newPage();
    await day.enter(page);
    // The signal goes first: an answer of the server would put the clock right.
    await goOffline(page);
    await page.evaluate((ms) => {
      const before = Date.now.bind(Date);
      Date.now = () => before() + ms;
    }, DAY_MS);
    await page.getByText('我的', { exact: true }).click();
    await page.getByText('怎么用').click();
    await page.getByText('常见情况').waitFor();
    await page.getByLabel('返回').click();
    await page.getByText('字号').waitFor();
    await page.getByText('今日', { exact: true }).last().click();
    await page.getByText('今天的任务没有取到').waitFor();
    expect(await page.getByText('待检').count()).toBe(0);
  });

  test('a form begun yesterday, past its grace, is not what today’s scan opens', async () => {
    page = await (await chromium.phone()).newPage();
    await day.enter(page);
    await scanByLink(2);
    await page.locator('.choice').first().click();
    await page.getByText(/草稿已存/).waitFor();
    await day.at('2026-11-24T00:06:00+08:00');
    await day.at('2026-11-24T11:00:00+08:00');
    // The session has ended overnight; who was here before is not asked again who he is.
    await go('officer/today/index');
    await page.getByText('登录过期了').waitFor();
    await page.goto('about:blank');
    await page.goto(
      `${day.server}/app/#/pages/shared/sign-in/index?mobile=${day.mobile}&code=${await day.oneTimeCode()}`,
    );
    await page.getByText(/11月24日/).waitFor();
    await scanByLink(2);
    await page.getByText('还差').first().waitFor();
    expect(await page.locator('.folded, .choice.on').count()).toBe(0);
    await fillAll(page);
    await mainButton(page).click();
    await page.getByText('已送达', { exact: true }).first().waitFor();
    const { read } = day.test.app.core.db;
    const tasks = await read.query<{ task_date: string; state: string }>(
      'SELECT task_date, state FROM task WHERE point_id = ? ORDER BY task_date',
      [day.pointIds[2] ?? 0],
    );
    expect(tasks.map(({ state }) => state)).toEqual(['missed', 'done']);
  });
});
