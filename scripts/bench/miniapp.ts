import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { startServer } from '../../bff/src/run';
import { measureMainPackage, measureResentPhotos, measureTap, type MeasureOptions } from '../../tests/phone/measure';
import { BROWSER_FLAGS, ensureBrowser } from '../setup/browser';
import { ensurePhoneApp } from '../setup/phone-app';
import { benchCounty, benchTokens } from './county';
import { benchEnvironment, round, withDatabase, type Figure, type Place } from './frame';

const PORT = '18098';
const OFFICER_MOBILE = '13900000001';
const POINTS = 6;
const RUNS = 3;
/** Lighthouse's slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms; and a phone a quarter as fast as this machine. */
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1638.4 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
};
const CPU_SLOWDOWN = 4;

/** What an officer's phone pays: the size of the WeChat app, and the wait for the first list in a browser. */
export async function miniapp(say: (line: string) => void): Promise<Figure[]> {
  const weapp = await ensurePhoneApp('weapp', say);
  const h5 = await ensurePhoneApp('h5', say);
  const size: Figure = {
    bench: 'miniapp',
    figure: 'weapp-main-kb',
    value: round(measureMainPackage(weapp) / 1024),
    unit: 'KB',
  };
  const [list, ...phone] = await withDatabase(say, async (place) => {
    const databaseServer = new URL(place.url);
    databaseServer.pathname = '';
    const options = { databaseServer: databaseServer.href.replace(/\/$/, '') };
    return [await firstList(place, h5), await tap(options, say), await resent(options, say)] as const;
  });
  return [size, list, ...phone];
}

/** What one tap sends from the app's thread to the page, in a checklist of 14 items of the built WeChat app. */
async function tap(options: MeasureOptions, say: (line: string) => void): Promise<Figure> {
  const { calls, bytes } = await measureTap(options);
  say(`one tap: ${calls} setData calls`);
  return { bench: 'miniapp', figure: 'tap-setdata-kb', value: round(bytes / 1024), unit: `KB in ${calls} calls` };
}

/** Photos sent again after an upload of ten was cut, in the built WeChat app. */
async function resent(options: MeasureOptions, say: (line: string) => void): Promise<Figure> {
  say('an upload of 10 photos, cut in the middle');
  return { bench: 'miniapp', figure: 'resent-photos', value: await measureResentPhotos(options), unit: 'photos' };
}

/** Seconds from opening the page to the list, with nothing kept from an earlier visit but the session; median of runs. */
async function firstList({ url, db, say }: Place, h5: string): Promise<Figure> {
  await benchCounty(db, 1, POINTS);
  await db.read.execute('UPDATE person SET mobile = ? WHERE id = 1', [OFFICER_MOBILE]);
  await db.read.execute("INSERT INTO person (id, name, mobile, created_at) VALUES (2, '监管', '13900000002', ?)", [
    systemClock.now(),
  ]);
  await db.read.execute("INSERT INTO person_grant (person_id, role, region_prefix) VALUES (2, 'regulator', '330521')");
  const config = readConfig({ ...benchEnvironment(url), PORT, PUBLIC_URL: `http://localhost:${PORT}` });
  const server = await startServer({ config, clock: systemClock, phoneApp: h5 });
  const browser = await chromium.launch({ executablePath: await ensureBrowser(say), args: BROWSER_FLAGS });
  try {
    await server.app.jobs.runOnly('dispatch');
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
    const page = await context.newPage();
    await signIn(page, server.url);
    const device = await context.newCDPSession(page);
    await device.send('Network.enable');
    await device.send('Network.setCacheDisabled', { cacheDisabled: true });
    await device.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
    await page.addInitScript({ path: path.join(__dirname, 'first-list.page.js') });
    await page.reload();
    const seconds: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      await page.evaluate(() => (globalThis as unknown as { forgetVisit(): Promise<void> }).forgetVisit());
      await page.goto('about:blank');
      await device.send('Network.emulateNetworkConditions', SLOW_4G);
      await page.goto(`${server.url}/app/`, { waitUntil: 'commit' });
      const ms = await page.waitForFunction(() => (globalThis as { listAt?: number }).listAt);
      seconds.push(Number(await ms.jsonValue()) / 1000);
      await device.send('Network.emulateNetworkConditions', {
        ...SLOW_4G,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
    }
    seconds.sort((a, b) => a - b);
    say(`first list: ${seconds.map((each) => each.toFixed(2)).join(', ')} s`);
    return { bench: 'miniapp', figure: 'first-list-s', value: round(seconds[RUNS >> 1] ?? 0), unit: 's' };
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function signIn(page: Page, url: string): Promise<void> {
  const issued = await page.request.post(`${url}/api/people/1/binding-code`, {
    headers: { authorization: `Bearer ${benchTokens(2)[1] ?? ''}` },
    data: { clientUuid: '6f1f9ad2-2d2e-4d0f-9ec2-0d6a1f0d0001' },
  });
  const { code } = (await issued.json()) as { code: string };
  await page.goto(`${url}/app/#/pages/shared/sign-in/index?mobile=${OFFICER_MOBILE}&code=${code}`);
  await page.getByText('是我，看今天的任务').click();
  await page.getByText('待检').first().waitFor();
}
