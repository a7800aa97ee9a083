import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { buildActor, buildEnterprise, buildPoint, buildTask } from '../builders/directory';
import { buildFinding, buildWarning } from '../builders/warnings';
import { seriousFaults } from './axe';
import { officialCode, startBrowserDay, type BrowserDay } from './browser-day';
import { goOffline, openBrowser, type PhoneBrowser } from './phone-browser';

const shots = process.env['PHONE_SHOTS'];
const GRAVE = '德清恒泰电镀有限公司';
const SLIPPING = '浙江锦澜木业有限公司';
const LISTED = '浙江欣盛生物科技有限公司';

/** The township's phone in three looks: where to go first, what is near, one enterprise whole, one to leave alone. */
describe("the township's screens", () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let specialist: number;

  beforeAll(async () => {
    day = await startBrowserDay();
    chromium = await openBrowser('https://example.com/');
    const { read } = day.test.app.core.db;
    specialist = await buildActor(read, 'township', { region: '330521001' });
    const grave = await buildEnterprise(read, { name: GRAVE });
    const slipping = await buildEnterprise(read, { name: SLIPPING });
    const listed = await buildEnterprise(read, { name: LISTED });
    await read.execute('UPDATE enterprise SET lng = 119.99, lat = 30.55 WHERE id = ?', [grave]);
    await read.execute('UPDATE enterprise SET lng = 119.975, lat = 30.541 WHERE id = ?', [slipping]);
    await read.execute('UPDATE enterprise SET lng = 119.9701, lat = 30.5401 WHERE id = ?', [listed]);
    await buildFinding(read, { enterpriseId: grave, severity: 'major', dueAt: new Date('2026-11-20T12:00:00Z') });
    await buildFinding(read, { enterpriseId: grave, state: 'submitted', dueAt: new Date('2026-11-28T12:00:00Z') });
    await buildWarning(read, { enterpriseId: slipping });
    await buildWarning(read, { enterpriseId: grave, level: 'major', ackBy: new Date('2026-11-23T02:12:00Z') });
    await read.execute(
      `UPDATE warning SET reason = IF(level = 'major', '有 1 个重大问题超过控制或整改期限，最早的期限是 2026-11-20。', '有 2 个一般问题超过整改期限，最早的期限是 2026-11-18。')`,
    );
    const neighbour = await buildEnterprise(read, { region: '330521100' });
    await read.execute("INSERT IGNORE INTO enterprise_category VALUES (?, 'key_risk')", [slipping]);
    for (const enterpriseId of [slipping, listed, neighbour]) {
      const pointId = await buildPoint(read, { enterpriseId, type: 'WW' });
      for (let before = 28; before >= 0; before -= 1) {
        if (before % 7 === 2 || before % 7 === 3) continue;
        const date = new Date(Date.UTC(2026, 10, 23 - before)).toISOString().slice(0, 10);
        const id = await buildTask(read, { pointId, date });
        const missed = enterpriseId === slipping && before % 6 === 1;
        await read.execute('UPDATE task SET state = ? WHERE id = ?', [
          before === 0 ? 'open' : missed ? 'missed' : 'done',
          id,
        ]);
      }
    }
    await read.execute(
      `INSERT INTO health_code (enterprise_id, rule_set_version, score, colour, colour_since, evaluated_at, valid_until)
       VALUES (?, 1, 73, 'yellow', '2026-11-01', '2026-11-23', '2026-11-24'), (?, 1, 96, 'green', '2026-08-01', '2026-11-23', '2026-11-24')`,
      [slipping, listed],
    );
    await read.execute(
      `INSERT INTO visit (client_uuid, enterprise_id, state, owner_id, planned_on, purpose, created_at, closed_at, point_id, arrived_at, left_at)
       SELECT UUID(), ?, 'followed_up', ?, '2026-09-04', '教会分工', '2026-09-01', '2026-10-08', id, '2026-09-04', '2026-09-04 03:00:00'
       FROM point WHERE enterprise_id = ? LIMIT 1`,
      [slipping, specialist, slipping],
    );
    await read.execute(
      "INSERT INTO visit_agreed (visit_id, seq, text, by_date, done) SELECT id, 0, '装好格栅', '2026-09-30', FALSE FROM visit",
    );
    await read.execute(
      "INSERT INTO positive_list (enterprise_id, open_key, since, entered_because) VALUES (?, ?, '2026-08-20', '绿码满 90 天')",
      [listed, listed],
    );
  }, 240_000);
  afterAll(async () => {
    await chromium.close();
    await day.stop();
  });

  async function signedIn(dark: boolean): Promise<Page> {
    const page = await (await chromium.phone({ dark })).newPage();
    const { read } = day.test.app.core.db;
    const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [specialist]);
    const code = await officialCode(day, specialist);
    await page.goto(`${day.server}/app/#/pages/shared/sign-in/index?mobile=${person?.mobile}&code=${code}`);
    await page.getByText('先去哪').waitFor();
    return page;
  }
  const shown = (page: Page, selector: string) => page.locator(selector).locator('visible=true');
  const names = (page: Page) => shown(page, '.item .strong').allInnerTexts();

  test.each([
    ['light', false],
    ['dark', true],
    ['largest', false],
  ] as const)('%s', async (look, dark) => {
    const page = await signedIn(dark);
    const found: string[] = [];
    const check = async (screen: string) => {
      await page.waitForTimeout(350);
      if (shots !== undefined) {
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: path.join(shots, `township-${screen}-${look}.png`) });
      }
      found.push(...(await seriousFaults(page, screen)));
    };
    if (look === 'largest') {
      await page.getByText('我的', { exact: true }).click();
      await page.getByText('最大', { exact: true }).click();
      await check('me');
      await page.getByText('预警', { exact: true }).last().click();
    }

    const cards = shown(page, '.go-card');
    await cards.filter({ hasText: '为什么先去' }).first().waitFor();
    expect(await cards.locator('.go-name').allInnerTexts()).toEqual([GRAVE, SLIPPING]);
    expect(await cards.first().innerText()).toContain('1 条重大预警，1 个重大问题超期');
    await check('inbox');
    await page.getByText('离我近').click();
    await page.locator('.go-far').first().waitFor();
    expect(await cards.locator('.go-name').allInnerTexts()).toEqual([SLIPPING, GRAVE]);
    expect(await cards.first().locator('.go-far').innerText()).toMatch(/^4\d0 米$/);
    await check('near');

    await page.getByText('企业', { exact: true }).last().click();
    await shown(page, '.item').first().waitFor();
    expect((await names(page)).slice(0, 2)).toEqual([GRAVE, SLIPPING]);
    await check('enterprises');
    await shown(page, '.chip').filter({ hasText: '离我近' }).click();
    await page.waitForFunction(
      (name) =>
        (globalThis as unknown as { document: { body: { innerText: string } } }).document.body.innerText.includes(name),
      '无事不扰',
    );
    await page.locator('input').locator('visible=true').fill('木业');
    await page.locator('.item').nth(1).waitFor({ state: 'hidden' });
    expect(await names(page)).toEqual([SLIPPING]);
    await shown(page, '.item').click();

    await page.getByText('近 30 天上报').waitFor();
    await page.getByText('约定 9月30日前：装好格栅').waitFor();
    expect(await page.locator('body').innerText()).toContain('黄码');
    await check('enterprise');
    await page.goBack();
    await page.locator('input').locator('visible=true').fill('');
    await shown(page, '.item').filter({ hasText: LISTED }).click();
    await page.getByText('还是要去').click();
    await page.getByText('这家企业免打扰').waitFor();
    await check('undisturbed');
    await page.getByText('选好原因，照常走访').click();
    await page.getByText('请先选一个原因').waitFor();
    await page.getByText('不去了').click();
    await page.getByText('这家企业免打扰').waitFor({ state: 'hidden' });
    await page.goBack();

    await page.getByText('我的', { exact: true }).last().click();
    await page.getByText('辖区数字').click();
    await page.getByText('近 14 天').waitFor();
    await page.getByText('全县 2 个乡镇里排第 2').waitFor();
    await check('numbers');
    expect(found).toEqual([]);
  });

  test('without signal the last that was fetched is shown with its time', async () => {
    const page = await signedIn(false);
    await page.getByText('企业', { exact: true }).last().click();
    await shown(page, '.item').filter({ hasText: SLIPPING }).click();
    await page.getByText('近 30 天上报').waitFor();
    await goOffline(page);
    await page.reload();
    await page.getByText('近 30 天上报').waitFor();
    await page
      .getByText(/^现在没有信号/)
      .first()
      .waitFor();
    expect(await page.locator('.nav-line').locator('visible=true').innerText()).toMatch(/数据 09:\d\d/);
    await page.goBack();
    await page.getByText('企业', { exact: true }).last().click();
    await shown(page, '.item').filter({ hasText: GRAVE }).waitFor();
    await page.getByText('没有信号').first().waitFor();
  });

  test('a major warning is taken on from the list', async () => {
    const page = await signedIn(false);
    await page.locator('.framed-alert', { hasText: GRAVE }).getByText('确认，我去').click();
    await page.getByText('处理中').waitFor();
    const { read } = day.test.app.core.db;
    const [row] = await read.query<{ state: string }>("SELECT state FROM warning WHERE level = 'major'");
    expect(row?.state).toBe('acknowledged');
  });
});
