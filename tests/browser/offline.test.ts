import type { BrowserContext, Page } from 'playwright-core';
import { buildActor } from '../builders/directory';
import { fillAll, goOffline, mainButton, openBrowser, type PhoneBrowser } from './phone-browser';
import { startBrowserDay, type BrowserDay } from './browser-day';

const ANSWERED = '.folded, .choice.on';

/** The network is cut after one visit, and the page is killed twice: what was filled in arrives once. */
describe('a cellar without signal', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let context: BrowserContext;

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser(await day.doorOf(day.pointIds[0] ?? 0));
    context = await chromium.phone();
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  /** A first visit; then the signal goes. What the day needs is on the phone. */
  async function visited(page: Page): Promise<void> {
    await day.enter(page);
    await goOffline(page, ['/pack']);
  }

  test('one report, all photos, nothing asked twice', async () => {
    let page = await context.newPage();
    await visited(page);
    await page.getByText('扫码开始').click();
    await mainButton(page).waitFor();
    await page.locator('.card:has(.choices) .choice').first().click();
    expect(await page.locator(ANSWERED).count()).toBe(1);
    // Faster than a hand could end the app: the write to the phone's store takes a moment.
    await page.waitForTimeout(500);
    await page.close();

    // Killed: the app opens from the phone, and goes on where it was.
    page = await context.newPage();
    await page.goto(`${day.server}/app/`);
    await page.getByText('接着上次填？').waitFor();
    await page.getByText('接着填', { exact: true }).click();
    await mainButton(page).waitFor();
    expect(await page.locator(ANSWERED).count()).toBe(1);
    await fillAll(page);
    await mainButton(page).getByText('上报').waitFor();
    await mainButton(page).click();
    await page.getByText('已存在手机里，待发送').waitFor();
    expect(await page.getByText('已送达', { exact: true }).count()).toBe(0);
    await page.close();
    expect(await day.reports()).toEqual([]);

    // Killed again, still without signal: it waits, and can be seen.
    page = await context.newPage();
    await page.goto(`${day.server}/app/`);
    await page.getByText('1 份待发送').click();
    await page.getByText('没有信号，都存在这部手机里').waitFor();

    await context.setOffline(false);
    await page.getByText('都已送达').first().waitFor({ timeout: 30_000 });
    const reports = await day.reports();
    expect(reports).toHaveLength(1);
    day.clock.moveBy(10_000);
    await day.settle();
    const photos = await day.test.app.core.db.read.query<{ state: string; n: number }>(
      'SELECT state, COUNT(*) AS n FROM report_photo GROUP BY state',
    );
    expect(photos).toEqual([{ state: 'verified', n: expect.any(Number) as number }]);
    await page.close();
  });

  test('a colleague was faster: it is told, and the own report is still there', async () => {
    const { read } = day.test.app.core.db;
    const before = (await day.reports()).length;
    const deputy = await buildActor(read, 'officer', { enterpriseId: day.enterpriseId });
    const pointId = day.pointIds[1] ?? 0;
    await read.execute('UPDATE point SET deputy_id = ? WHERE id = ?', [deputy, pointId]);
    const second = await openBrowser(await day.doorOf(pointId));
    try {
      const phone = await second.phone();
      const page = await phone.newPage();
      await visited(page);
      await page.getByText('扫码开始').click();
      await mainButton(page).waitFor();
      await fillAll(page);
      await mainButton(page).click();
      await page.getByText('已存在手机里，待发送').waitFor();
      const scan = await day.post<{
        task: { id: string };
        checklist: { id: string; items: { code: string; type: string; photo: string; options?: { zh: string }[] }[] };
      }>(deputy, '/api/scan', { token: await day.doorOf(pointId) });
      const at = day.clock.now().toISOString();
      await day.post(deputy, '/api/reports', {
        clientUuid: '6f1f9ad2-2d2e-4d0f-9ec2-0d6a1f0d00aa',
        taskId: scan.task.id,
        checklistId: scan.checklist.id,
        answers: scan.checklist.items
          .filter((item) => item.type !== 'scan' && item.type !== 'photo')
          .map((item) => ({
            code: item.code,
            value: item.type === 'num' ? 7 : item.type === 'choice' ? item.options?.[0]?.zh : 'ok',
          })),
        photos: scan.checklist.items
          .filter((item) => item.photo === 'always')
          .map((item) => ({
            itemCode: item.code,
            sha256: 'cd'.repeat(32),
            bytes: 1000,
            contentType: 'image/jpeg',
            takenAt: at,
          })),
        scan: {},
        startedAt: at,
        filledAt: at,
        sentAt: at,
      });
      await phone.setOffline(false);
      await page.getByText('已经报过这一处').first().waitFor({ timeout: 30_000 });
      await page.getByText('去发件箱').click();
      await page.locator('.outbox-reason').waitFor();
      await page.getByText('看先到的那份').click();
      await page.getByText('上报人').waitFor();
      expect(await day.reports()).toHaveLength(before + 1);
    } finally {
      await second.close();
    }
  });
});
