import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { buildActor } from '../builders/directory';
import { startBrowserDay, type BrowserDay } from './browser-day';
import { fillAll, mainButton, openBrowser, type PhoneBrowser } from './phone-browser';

/** Two phones side by side, nothing done behind their backs: a major finding from its report to its end. */
describe('from a major report to a closed warning', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let officer: Page;
  let township: Page;
  let findingId: number;
  let warningId: number;
  const go = (page: Page, where: string) =>
    page.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, `#/pages/${where}`);
  const rows = <T>(sql: string) => day.test.app.core.db.read.query<T>(sql);

  /** The visit leaves the phone by itself: its row, as soon as it is no longer the planned one, or after ten seconds. */
  const recorded = async () => {
    for (let tries = 0; ; tries += 1) {
      const visits = await rows<{ state: string; warning_id: number }>('SELECT state, warning_id FROM visit');
      if (tries === 100 || visits.some(({ state }) => state === 'recorded')) return visits;
      await township.waitForTimeout(100);
    }
  };

  beforeAll(async () => {
    day = await startBrowserDay();
    // One door: the officer scans it to report, the specialist to begin the visit and to verify.
    chromium = await openBrowser(await day.doorOf(day.pointIds[0] ?? 0));
    officer = await (await chromium.phone()).newPage();
    township = await (await chromium.phone()).newPage();
    const specialist = await buildActor(day.test.app.core.db.read, 'township', { region: '330521001' });
    const [person] = await rows<{ mobile: string }>(`SELECT mobile FROM person WHERE id = ${specialist}`);
    const { code } = await day.post<{ code: string }>(day.regulatorId, `/api/people/${specialist}/binding-code`, {
      clientUuid: randomUUID(),
    });
    await township.goto(`${day.server}/app/#/pages/shared/sign-in/index?mobile=${person?.mobile}&code=${code}`);
    await township.getByText('核验', { exact: true }).waitFor();
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  test('what the officer reports stands on the specialist’s phone within seconds', async () => {
    await day.enter(officer);
    await officer.getByText('扫码开始').click();
    await mainButton(officer).waitFor();
    await officer.locator('.choice', { hasText: '开启未审批' }).click();
    await officer.locator('.note-field textarea').fill('阀门没有审批就开着');
    await fillAll(officer);
    await mainButton(officer).click();
    await officer.locator('.sent-top', { hasText: '已送达' }).waitFor();
    const sent = Date.now();
    await day.settle();
    await township.reload();
    await township.locator('.framed-alert', { hasText: '德清锦澜印染有限公司' }).click();
    await township.locator('.foot').getByText('确认，我去').waitFor();
    expect(Date.now() - sent).toBeLessThan(10_000);
    [{ id: findingId }] = (await rows<{ id: number }>('SELECT id FROM finding')) as [{ id: number }];
    [{ id: warningId }] = (await rows<{ id: number }>("SELECT id FROM warning WHERE level = 'major'")) as [
      { id: number },
    ];
    await township.locator('.foot').getByText('确认，我去').click();
    await township.getByText('关闭预警').waitFor();
  });

  test('the specialist goes there, and writes down what was taught', async () => {
    await township.getByText('约一次帮扶').click();
    await township.getByLabel('去做什么').fill('看阀门关上没有，说清审批怎么办');
    await township.getByRole('button', { name: '约这一天，告诉企业' }).click();
    await township.waitForURL(/township\/visit\/index\?id=/);
    await township.getByRole('button', { name: '人已到，扫门上的码开始' }).last().click();
    await township.getByText(/到现场，已扫码/).waitFor();
    await township.locator('.photo-more').click();
    await township.getByRole('button', { name: '拍', exact: true }).click();
    await township.locator('.thumb').first().waitFor();
    await township.getByLabel('教了什么').fill('开阀要先审批，当场走了一遍');
    await township.getByRole('button', { name: '记录完成' }).click();
    expect(await recorded()).toEqual([{ state: 'recorded', warning_id: warningId }]);
  });

  test('the officer contains it, and shows how it was put right', async () => {
    await go(officer, `officer/finding/index?id=${findingId}`);
    await officer.getByLabel('先控制住').fill('已关阀上锁');
    await officer.getByRole('button', { name: '报告已控制住' }).click();
    await officer.getByRole('button', { name: '报告已控制住' }).waitFor({ state: 'detached' });
    await officer.locator('.photo-more').click();
    await officer.getByRole('button', { name: '拍', exact: true }).click();
    await officer.locator('.thumb').first().waitFor();
    await officer.getByLabel('怎么改的').fill('补办审批，阀门常闭上锁');
    await officer.getByRole('button', { name: /^提交/ }).click();
    await officer.getByText('提交整改').waitFor();
    expect(await rows('SELECT state FROM finding')).toEqual([{ state: 'submitted' }]);
  });

  test('the specialist verifies it at the door, and closes the warning with an outcome', async () => {
    await go(township, `township/verify/index?id=${findingId}`);
    await township.getByLabel('核验意见').fill('到场看过，阀门常闭，审批在墙上');
    await township.getByRole('button', { name: '扫门上的码，通过并关闭' }).click();
    await township.getByText('核验通过，关闭').waitFor();
    expect(await rows('SELECT state FROM finding')).toEqual([{ state: 'closed' }]);
    await officer.reload();
    await officer.getByText('核验通过，关闭').waitFor();

    await go(township, `township/warning/index?id=${warningId}`);
    await township.getByText('关闭预警').waitFor();
    await township.getByText('已改正', { exact: true }).click();
    await township.locator('textarea').locator('visible=true').fill('当天控制，已改正');
    await township.getByText('关闭预警').locator('visible=true').click();
    await township.getByText('已改正：当天控制，已改正').waitFor();
    expect(await rows("SELECT state, outcome FROM warning WHERE level = 'major'")).toEqual([
      { state: 'closed', outcome: 'corrected' },
    ]);
  });
});
