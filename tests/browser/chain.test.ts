import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { BROWSER_FLAGS, ensureBrowser } from '../../scripts/setup/browser';
import { ensurePhoneApp } from '../../scripts/setup/phone-app';
import { startDemo, type Demo } from '../builders/demo';
import { fillAll, mainButton, shootAll, type Phone } from './phone-browser';

const shots = process.env['PHONE_SHOTS'];

/** By type of point: the item that is major when it is not in order, and the answer that says so. */
const MAJOR: Readonly<Record<string, [item: string, answer: string]>> = {
  WW: ['无旁路、暗管、稀释排放', '异常'],
  WG: ['旁路阀关闭并铅封', '异常'],
  HW: ['容器密闭完好，不相容分区', '异常'],
  SW: ['未混入危废、生活垃圾', '异常'],
  EP: ['无直通外环境的出口', '异常'],
  EV: ['阀位', '开启未审批'],
  RW: ['浓水去向', '外排'],
};

interface DeskState {
  points: { id: number; code: string; name: string; type: string; state: string }[];
}

/** Officer and specialist side by side on the demo desk: from a major report to a closed warning, as a visitor does it. */
describe('the chain on the demo desk', () => {
  let demo: Demo;
  let browser: Browser;
  let desk: Page;
  let officer: Frame;
  let township: Page;
  let cookie: string;
  let enterprise: string;
  let warningId: string;
  let findingId: string;
  /** As the county's regulator reads it. */
  const get = async <T>(where: string) => (await (await fetch(demo.base + where, { headers: { cookie } })).json()) as T;
  const look = async (name: string) => {
    if (shots === undefined) return;
    mkdirSync(shots, { recursive: true });
    await desk.screenshot({ path: path.join(shots, `chain-${name}-desk.png`) });
    await township?.screenshot({ path: path.join(shots, `chain-${name}-township.png`) });
  };
  const go = (phone: Phone, where: string) =>
    phone.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, `#/pages/${where}`);
  const shown = (phone: Phone, text: string | RegExp) => phone.getByText(text).locator('visible=true').first();
  /** Waits for words; without them the error says what is there instead. */
  const see = async (phone: Phone, text: string | RegExp) => {
    try {
      await shown(phone, text).waitFor();
    } catch (cause) {
      const there = await phone.locator('.screen').locator('visible=true').last().innerText();
      throw new Error(`there is no ${text}, but: ${there.slice(0, 800)}`, { cause });
    }
  };
  const button = (phone: Phone, name: string | RegExp) =>
    phone.getByRole('button', { name, exact: true }).locator('visible=true').last();

  beforeAll(async () => {
    await ensurePhoneApp('h5', console.error);
    demo = await startDemo({ phoneApp: true, hour: 9 });
    const login = await fetch(`${demo.base}/api/session/web`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'regulator', password: 'demo-2026-deqing' }),
    });
    cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    browser = await chromium.launch({ executablePath: await ensureBrowser(console.error), args: BROWSER_FLAGS });
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    });
    desk = await context.newPage();
    await desk.goto(demo.base);
    const handle = await desk.locator('#phone').elementHandle();
    officer = (await handle?.contentFrame()) as Frame;
    await officer.getByText('是我，看今天的任务').click();
    await officer.getByText('扫码开始').waitFor();
    const opened = desk.waitForEvent('popup');
    await desk.locator('#township').click();
    township = await opened;
    await township.getByText('核验', { exact: true }).waitFor();
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await demo.remove();
  }, 60_000);

  test('a plate is scanned with one click, and what is reported stands on the specialist’s phone within seconds', async () => {
    const { points } = await get<DeskState>('/desk/state');
    const point = points.find(({ state }) => state === 'todo' || state === 'first')!;
    const plate = new RegExp(`^扫 ${point.code} `);
    await desk.getByRole('button', { name: plate }).click();
    await officer.waitForURL(/officer\/checklist/);
    const [item, answer] = MAJOR[point.type]!;
    const card = officer.locator('.card', { hasText: item }).locator('visible=true').first();
    await card.locator('.choice', { hasText: answer }).click();
    await card.locator('.note-field textarea').fill('现场看到，正在处理');
    await fillAll(officer);
    const notes = officer.locator('.note-field textarea').locator('visible=true');
    for (let index = 0; index < (await notes.count()); index += 1) {
      if ((await notes.nth(index).inputValue()) === '') await notes.nth(index).fill('仪表在检修');
    }
    await shootAll(officer);
    await mainButton(officer).click();
    await officer.locator('.sent-top', { hasText: '已送达' }).waitFor();
    const sent = Date.now();
    enterprise = (await desk.locator('.one-line').innerText()).split('，')[0] ?? '';
    // DingTalk brings it to him; then it is in his list.
    await desk.locator('#specialist-messages', { hasText: enterprise }).waitFor();
    await township.reload();
    await township.locator('.framed-alert', { hasText: enterprise }).first().waitFor();
    expect(Date.now() - sent).toBeLessThan(10_000);
    await look('warned');
    const { rows } = await get<{ rows: { id: string; rule: { code: string }; enterprise: { name: string } | null }[] }>(
      '/api/warnings?state=open&level=major&limit=100',
    );
    const warning = rows.find((row) => row.enterprise?.name === enterprise)!;
    warningId = warning.id;
    const findings = await get<{ rows: { id: string; item: { zh: string }; enterprise: { name: string } }[] }>(
      '/api/findings?state=open&severity=major&limit=100',
    );
    findingId = findings.rows.find((row) => row.enterprise.name === enterprise && row.item.zh === item)!.id;
    await township.locator('.framed-alert', { hasText: enterprise }).first().click();
    await township.locator('.foot').getByText('确认，我去').click();
    await see(township, '关闭预警');
  });

  test('the specialist goes there, and writes down what was taught', async () => {
    await shown(township, '约一次帮扶').click();
    await township.getByLabel('去做什么').fill('看现场控制住没有，说清怎么改');
    await button(township, '约这一天，告诉企业').click();
    await township.waitForURL(/township\/visit\/index\?id=/);
    await button(township, '人已到，扫门上的码开始').click();
    await see(township, /到现场，已扫码/);
    await township.locator('.photo-more').locator('visible=true').click();
    await button(township, '拍').click();
    await township.locator('.thumb', { hasText: '待送' }).waitFor();
    await township.getByLabel('教了什么').fill('当场走了一遍，讲清为什么不行');
    await button(township, '记录完成').click();
    await look('visited');
    for (let tries = 0; ; tries += 1) {
      const { rows } = await get<{ rows: { state: string; enterprise: { name: string } }[] }>('/api/visits?limit=100');
      const mine = rows.filter((row) => row.enterprise.name === enterprise);
      if (tries === 100 || mine.some(({ state }) => state === 'recorded')) {
        expect(mine.map(({ state }) => state)).toContain('recorded');
        break;
      }
      await township.waitForTimeout(100);
    }
  });

  test('the officer contains it, and shows how it was put right', async () => {
    await go(officer, `officer/finding/index?id=${findingId}`);
    await officer.getByLabel('先控制住').fill('已停下并上锁');
    await button(officer, '报告已控制住').click();
    await officer.getByRole('button', { name: '报告已控制住' }).waitFor({ state: 'detached' });
    await officer.locator('.photo-more').locator('visible=true').click();
    await button(officer, '拍').click();
    await officer.locator('.thumb', { hasText: '待送' }).waitFor();
    await officer.getByLabel('怎么改的').fill('已恢复原样，专人看管');
    await button(officer, /^提交/).click();
    await see(officer, '提交整改');
    expect(await get(`/api/findings/${findingId}`)).toMatchObject({ state: 'submitted' });
    await look('corrected');
  });

  test('the specialist verifies it at the door, and closes the warning with an outcome', async () => {
    // Both phones still stand at this door: nobody has moved them.
    await go(township, `township/verify/index?id=${findingId}`);
    await township.getByLabel('核验意见').fill('到场看过，已恢复原样');
    await button(township, '扫门上的码，通过并关闭').click();
    await see(township, '核验通过，关闭');
    expect(await get(`/api/findings/${findingId}`)).toMatchObject({ state: 'closed' });
    await go(officer, 'officer/today/index');
    await go(officer, `officer/finding/index?id=${findingId}&again`);
    await see(officer, '核验通过，关闭');

    await go(township, `township/warning/index?id=${warningId}`);
    await see(township, '关闭预警');
    await township.getByText('已改正', { exact: true }).locator('visible=true').click();
    await township.locator('textarea').locator('visible=true').fill('当天控制，已改正');
    await shown(township, '关闭预警').click();
    await see(township, '已改正：当天控制，已改正');
    expect(await get(`/api/warnings/${warningId}`)).toMatchObject({
      state: 'closed',
      closed: { outcome: 'corrected' },
    });
    await look('closed');
  });
});
