import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import decodeQr from 'qr/decode.js';
import sharp from 'sharp';
import { buildClient, partnerToken, usccOf } from '../builders/partner';
import { buildSnapshots } from '../builders/snapshots';
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
    if (folder === undefined) return;
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${folder}/code-${name}.png`, fullPage: true });
  };
  const open = async () => {
    await page.getByText('我的', { exact: true }).click();
    await page.getByText('健康码', { exact: true }).click();
    await page.getByText('时钟不走或条纹不动的是截图').waitFor();
  };

  const back = () => page.getByLabel('返回').locator('visible=true').last().click();

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
    // What a camera reads leads to the public page of this very code.
    const picture = sharp(await page.locator('.code-white').screenshot()).ensureAlpha();
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    const read = new URL(decodeQr({ width: info.width, height: info.height, data }));
    expect(await (await fetch(day.server + read.pathname)).text()).toContain('黄码');
    await shot('home');
    expect(await seriousFaults(page, 'code')).toEqual([]);
  });

  test('shows where the score stands, and what one thing done would bring', async () => {
    await page.getByText('77，差 3 分').waitFor();
    expect(await page.locator('.code-marks').innerText()).toMatch(/^红\s+60 黄\s+80 绿$/);
    await page.getByText('办好 1 件，11月30日转绿').waitFor();
    await page.locator('.item', { hasText: '罚款 5 万元以上' }).getByText('办好加 7.5 分，11月30日转绿').waitFor();
  });

  test('names every point, until when it counts, and what can be done', async () => {
    const fine = page.locator('.item', { hasText: '罚款 5 万元及以下' });
    await fine.getByText('−8', { exact: true }).waitFor();
    await fine.getByText(/消除/).waitFor();
    await page.getByText('100 − 23').waitFor();
    await page.getByText('如实上报异常从不扣分', { exact: false }).waitFor();
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
    await back();
  });

  test('takes an objection also against what could be repaired', async () => {
    const fine = page.locator('.item', { hasText: '罚款 5 万元以上' });
    await fine.getByText('有异议').click();
    await page.getByLabel('为什么不该扣').fill('处罚对象是隔壁企业，文书附后。');
    await shot('dispute');
    await page.getByRole('button', { name: '提交' }).click();
    await fine.getByText('异议处理中，暂时照扣').waitFor();
    expect(await fine.getByText('有异议').count()).toBe(0);
    await fine.getByText('去修复').waitFor();
    await page.getByText('77', { exact: true }).waitFor();
  });

  test('tells how it has been, and why it changed', async () => {
    const { read } = day.test.app.core.db;
    await buildSnapshots(read, { enterpriseId: day.enterpriseId, from: '2026-09-01', to: '2026-11-22', score: 100 });
    await read.execute(
      `UPDATE health_snapshot SET score = 92, deductions = '[["H21", 1, 8]]' WHERE enterprise_id = ? AND day >= '2026-11-11'`,
      [day.enterpriseId],
    );
    await page.getByText('颜色和分数的变化').locator('visible=true').click();
    const move = page.locator('.item', { hasText: '11月11日' }).locator('visible=true');
    await move.getByText('100 → 92 分').waitFor();
    await move.getByText('罚款 5 万元及以下 −8').waitFor();
    await shot('days');
    expect(await seriousFaults(page, 'days')).toEqual([]);
    await back();
  });

  test('tells who looked, and lets the enterprise decide what more they see', async () => {
    const { read } = day.test.app.core.db;
    const bank = await buildClient(read, { name: '德清农商银行' });
    const about = `/api/partner/v1/codes/${await usccOf(read, day.enterpriseId)}`;
    const ask = async (path: string) =>
      (await day.test.http.get(path).set({ authorization: `Bearer ${partnerToken(day.test, bank.id)}` })).body;
    expect(await ask(about)).toMatchObject({ colour: 'yellow' });
    expect((await ask(`${about}/details`)).score).toBeUndefined();
    // The log is written once a second.
    await page.waitForTimeout(1200);
    const visible = (text: string | RegExp) => page.getByText(text).locator('visible=true');
    const button = (name: string) => page.getByRole('button', { name, exact: true }).locator('visible=true').last();
    await visible('谁看过我的码').click();
    await visible('德清农商银行（信贷）').waitFor();
    await visible('看了颜色').first().waitFor();
    await visible('只能看颜色和等级').waitFor();
    await shot('lookers');
    expect(await seriousFaults(page, 'lookers')).toEqual([]);
    await button('授权').click();
    await button('确定授权').click();
    await visible('请选一项').waitFor();
    await button('分数').click();
    await button('半年').click();
    await shot('consent');
    expect(await seriousFaults(page, 'consent')).toEqual([]);
    await button('确定授权').click();
    await visible('可以看分数，到2027年5月22日').waitFor();
    expect(await ask(`${about}/details`)).toMatchObject({ score: 77, history: null });
    await button('收回').click();
    await visible('只能看颜色和等级').waitFor();
    expect((await ask(`${about}/details`)).score).toBeUndefined();
    await back();
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

  test('a veto stands first, and can be objected to as well', async () => {
    await day.post(day.regulatorId, '/api/health-facts', {
      clientUuid: randomUUID(),
      enterpriseId: String(day.enterpriseId),
      code: 'hidden_pipe',
      occurredAt: '2026-11-22T02:00:00Z',
      note: '厂区东侧发现暗管。',
    });
    await day.settle();
    await page.reload();
    const veto = page.locator('.item', { hasText: '暗管' }).first();
    await veto.getByText(/2027年11月22日前是红码/).waitFor();
    await shot('red');
    expect(await seriousFaults(page, 'red code')).toEqual([]);
    await veto.getByText('有异议').click();
    await page.getByLabel('为什么不该扣').fill('那是雨水管，图纸附后。');
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByText('红码', { exact: true }).waitFor();
    const rows = await day.test.app.core.db.read.query<{ code: string }>(
      "SELECT code FROM health_dispute WHERE state = 'open' ORDER BY id",
    );
    expect(rows.map(({ code }) => code)).toEqual(['H22', 'hidden_pipe']);
  });

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
