import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { seriousFaults } from './axe';
import { goOffline, openBrowser, type PhoneBrowser } from './phone-browser';
import { startBrowserDay, type BrowserDay } from './browser-day';

/** The enterprise's own code: live, explained down to each point, and with something to do about it. */
describe("the officer's code page", () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let page: Page;
  const shot = async (name: string) => {
    const folder = process.env['PHONE_SHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/code-${name}.png`, fullPage: true });
  };
  const open = async () => {
    await page.getByText('我的', { exact: true }).click();
    await page.getByText('健康码', { exact: true }).click();
    await page.getByText('时钟不走或条纹不动的是截图').waitFor();
  };

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser(await day.doorOf(day.pointIds[0] ?? 0));
    for (const [index, amount] of [42_000, 80_000].entries()) {
      await day.post(day.regulatorId, '/api/penalties', {
        clientUuid: randomUUID(),
        enterpriseId: String(day.enterpriseId),
        documentNo: `湖德环罚〔2026〕${index + 18} 号`,
        decidedOn: '2026-11-10',
        kind: 'fine',
        amount,
        content: '废水超标排放。',
      });
    }
    await day.settle();
    await day.settle();
    page = await (await chromium.phone()).newPage();
    await day.enter(page);
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  test('shows the code in its colour with a clock that runs and a picture that a camera reads', async () => {
    await open();
    await page.getByText('黄码', { exact: true }).waitFor();
    await page.getByText('77', { exact: true }).waitFor();
    const clock = page.locator('.code-clock');
    const first = await clock.innerText();
    await page.waitForFunction(
      (before) =>
        (
          globalThis as unknown as { document: { querySelector(s: string): { textContent: string } } }
        ).document.querySelector('.code-clock').textContent !== before,
      first,
    );
    const source = await page.locator('.code-qr img').getAttribute('src');
    expect(decodeURIComponent(source ?? '')).toContain('<svg');
    // Whole: a frame that has its size already must not place the picture once more.
    expect(await page.locator('.code-qr img').boundingBox()).toEqual(await page.locator('.code-qr').boundingBox());
    await shot('home');
    expect(await seriousFaults(page, 'code')).toEqual([]);
  });

  test('names every point, until when it counts, and what can be done', async () => {
    const fine = page.locator('.item', { hasText: '罚款 5 万元及以下' });
    await fine.getByText('−8', { exact: true }).waitFor();
    await fine.getByText(/消除/).waitFor();
    await page.getByText('100 − 23').waitFor();
    await page.getByText('如实上报异常从不扣分', { exact: false }).waitFor();
    await page.getByText('还没有单位查过').waitFor();
    await fine.getByText('去修复').click();
    await page.getByText('申请信用修复').first().waitFor();
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByText('请先写清楚').waitFor();
    await page.getByLabel('做了哪些整改').fill('更换了加药泵，连续三周达标。');
    await shot('repair');
    expect(await seriousFaults(page, 'repair')).toEqual([]);
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByText('时钟不走或条纹不动的是截图').waitFor();
    const rows = await day.test.app.core.db.read.query<{ state: string }>('SELECT state FROM health_repair');
    expect(rows).toEqual([{ state: 'applied' }]);
    await fine.getByText('去修复').click();
    await page.getByText('等核查').waitFor();
    await page.getByLabel('返回').last().click();
  });

  test('is as plain at night', async () => {
    await page.getByText('时钟不走或条纹不动的是截图').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await shot('dark');
    expect(await seriousFaults(page, 'code, dark')).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test.each(['light', 'dark'] as const)(
    'whoever scans it reads the colour, %s, with scripts or without',
    async (look) => {
      const { url } = await day.get<{ url: string }>(day.officerId, `/api/enterprises/${day.enterpriseId}/code-token`);
      for (const javaScriptEnabled of [true, false]) {
        const context = await chromium.browser.newContext({
          viewport: { width: 390, height: 844 },
          colorScheme: look,
          javaScriptEnabled,
        });
        const stranger = await context.newPage();
        const asked: string[] = [];
        stranger.on('request', (request) => asked.push(request.url()));
        await stranger.goto(day.server + new URL(url).pathname);
        expect(await stranger.locator('.code').innerText()).toMatch(/^黄码\s+\d{4}-\d\d-\d\d 起$/);
        expect(await stranger.locator('main').innerText()).not.toContain('77');
        // The page is all there is: nothing else is fetched, and its own style is let through.
        expect(asked).toHaveLength(1);
        expect(await stranger.locator('.code strong').boundingBox()).toMatchObject({ height: 84 });
        if (javaScriptEnabled) expect(await seriousFaults(stranger, `public page, ${look}`)).toEqual([]);
        const folder = process.env['PHONE_SHOTS'];
        if (folder !== undefined) await stranger.screenshot({ path: `${folder}/code-public-${look}.png` });
        await context.close();
      }
    },
  );

  test('without signal it says what it cannot prove', async () => {
    await page.getByText('时钟不走或条纹不动的是截图').waitFor();
    await goOffline(page, ['/code']);
    await page.reload();
    await page.getByText(/不能证明现在的颜色/).waitFor();
    expect(await page.locator('.code-clock').count()).toBe(0);
    await shot('offline');
    await page.context().setOffline(false);
  });

  test('credit says that there is no grade yet', async () => {
    await page.goto('about:blank');
    await page.goto(`${day.server}/app/#/pages/code/credit/index`);
    await page.getByText('还没有评价结果').waitFor();
    await shot('credit');
    expect(await seriousFaults(page, 'credit')).toEqual([]);
  });
});
