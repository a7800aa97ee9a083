import type { Page } from 'playwright-core';
import { fillAll, mainButton, openBrowser, type PhoneBrowser } from './phone-browser';
import { startBrowserDay, type BrowserDay } from './browser-day';

/** The oldest browsers that are promised (iOS 14.5, Chrome 87), and one that keeps nothing. */
describe('an old browser', () => {
  let day: BrowserDay;
  let chromium: PhoneBrowser;
  let page: Page;

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

  test('without everything that came after iOS 14.5 a whole inspection is done, and nothing is said to be full', async () => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.addInitScript(() => {
      const world = globalThis as unknown as Record<
        string,
        { prototype: Record<string, unknown> } & Record<string, unknown>
      >;
      delete world['AbortSignal']?.['timeout'];
      delete world['AbortSignal']?.['any'];
      delete world['AbortSignal']?.prototype['throwIfAborted'];
      for (const name of ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with']) {
        delete world['Array']?.prototype[name];
      }
      delete world['String']?.prototype['at'];
      for (const name of ['hasOwn', 'groupBy']) delete world['Object']?.[name];
      for (const name of ['structuredClone', 'BarcodeDetector', 'requestIdleCallback']) delete world[name];
      delete world['Promise']?.['withResolvers'];
      delete world['Crypto']?.prototype['randomUUID'];
      delete world['StorageManager'];
      delete world['Navigator']?.prototype['storage'];
      // iOS 14 knows no listener that a signal ends: it stays for good.
      const { prototype } = world['EventTarget']!;
      const listen = prototype['addEventListener'] as (...given: unknown[]) => void;
      prototype['addEventListener'] = function (this: unknown, kind: unknown, work: unknown, options: unknown) {
        if (typeof options === 'object' && options !== null && 'signal' in options) throw new Error('no such option');
        listen.call(this, kind, work, options);
      };
    });
    await day.enter(page);
    expect(await page.getByText('手机快满了').count()).toBe(0);
    await page.getByText('扫码开始').click();
    await mainButton(page).waitFor();
    await fillAll(page);
    await mainButton(page).click();
    await page.locator('.sent-top', { hasText: '已送达' }).waitFor();
    expect(await day.reports()).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  test.each([
    ['has no IndexedDB', 'missing'],
    ['refuses it, as private windows do', 'refused'],
  ])('that %s says so instead of showing zeros and empty lists', async (_how, kind) => {
    await page.addInitScript((way) => {
      const refuse = () => {
        throw new DOMException('no', 'SecurityError');
      };
      const value = way === 'missing' ? undefined : { open: refuse };
      Object.defineProperty(globalThis, 'indexedDB', { value, configurable: true });
    }, kind);
    await page.goto(`${day.server}/app/`);
    await page.getByText('这个浏览器存不住内容').waitFor();
    const again = page.getByRole('button', { name: '再试一次' });
    expect((await again.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    await again.click();
    await page.getByText('这个浏览器存不住内容').waitFor();
    for (const lie of ['都已送达', '没有任务', '没有要整改的', '0 处']) {
      expect(await page.getByText(lie).filter({ visible: true }).count()).toBe(0);
    }
  });
});
