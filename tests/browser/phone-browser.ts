import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import gcoord from 'gcoord';
import { chromium, type Browser, type BrowserContext, type Frame, type Page } from 'playwright-core';
import QRCode from 'qrcode';
import sharp from 'sharp';
import { BROWSER_FLAGS, ensureBrowser } from '../../scripts/setup/browser';

const [WIDTH, HEIGHT] = [640, 480];
const FRAMES = 5;
/** Where test points lie (GCJ-02), as a browser's position (WGS-84) tells it. */
const [longitude, latitude] = gcoord.transform([119.97, 30.54], gcoord.GCJ02, gcoord.WGS84);
const AT_THE_DOOR = { longitude, latitude };

export interface PhoneBrowser {
  browser: Browser;
  /** A phone: 390 x 844, in China, standing at `place`; what it keeps lasts as long as the context. */
  phone(options?: {
    place?: { longitude: number; latitude: number };
    dark?: boolean;
    /** Keeps nothing of the app: what goes past a service worker cannot be answered by a test instead. */
    forgetful?: boolean;
  }): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** A Chromium whose camera sees the code `text`, as on a door plate. One picture per browser: it is a launch flag. */
export async function openBrowser(text: string): Promise<PhoneBrowser> {
  const folder = mkdtempSync(path.join(tmpdir(), 'camera-'));
  const file = path.join(folder, 'door.y4m');
  writeFileSync(file, await doorVideo(text));
  const browser = await chromium.launch({
    executablePath: await ensureBrowser(console.error),
    args: [
      ...BROWSER_FLAGS,
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${file}`,
    ],
  });
  return {
    browser,
    phone: ({ place = AT_THE_DOOR, dark = false, forgetful = false } = {}) =>
      browser.newContext({
        serviceWorkers: forgetful ? 'block' : 'allow',
        viewport: { width: 390, height: 844 },
        locale: 'zh-CN',
        timezoneId: 'Asia/Shanghai',
        colorScheme: dark ? 'dark' : 'light',
        geolocation: { ...place, accuracy: 12 },
        permissions: ['geolocation', 'camera'],
      }),
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A YUV4MPEG2 film of a door with its code; Chromium plays it in a loop. */
async function doorVideo(text: string): Promise<Buffer> {
  const code = await QRCode.toBuffer(text, { errorCorrectionLevel: 'Q', margin: 4, width: 340 });
  const luma = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#8a949a' } })
    .composite([{ input: code, left: 150, top: 70 }])
    .greyscale()
    .raw()
    .toBuffer();
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma.subarray(0, WIDTH * HEIGHT), chroma]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame)]);
}

/** A phone in a window, or in a frame of the desk. */
export type Phone = Page | Frame;

/** Answers and photographs everything that still asks, as normal; numbers get what `numbers` says. */
export async function fillAll(page: Phone, numbers: Readonly<Record<string, number>> = {}): Promise<void> {
  // The page before has a main button too: only the list itself says that the form is there.
  await page.waitForURL(/officer\/checklist/);
  await page.locator('.card:has(.choices, .number-box)').locator('visible=true').first().waitFor();
  for (;;) {
    const cards = page.locator('.card:has(.choices, .number-box)');
    const open = cards.filter({ hasNot: page.locator('.choice.on, .choice.bad, .choice.tinted, .number-box') });
    if ((await open.count()) === 0) break;
    await open.first().locator('.choice').first().click();
  }
  const boxes = page.locator('.card:has(.number-box)');
  for (let index = 0; index < (await boxes.count()); index += 1) {
    const box = boxes.nth(index);
    const title = (await box.locator('.item-words').innerText()).trim();
    const input = box.locator('input');
    if ((await input.inputValue()) === '') await input.fill(String(numbers[title] ?? 7));
  }
  await shootAll(page);
}

/** Takes every photo that is still asked for. */
export async function shootAll(page: Phone): Promise<void> {
  const asks = page.locator('.photo-ask:not(.quiet)');
  for (let left = await asks.count(); left > 0; left = await asks.count()) {
    await asks.first().click();
    await page.getByRole('button', { name: '拍', exact: true }).click();
    await page.waitForFunction(
      (before) =>
        (
          globalThis as unknown as { document: { querySelectorAll(s: string): { length: number } } }
        ).document.querySelectorAll('.photo-ask:not(.quiet)').length < before,
      left,
    );
  }
}

export const mainButton = (page: Phone) => page.locator('.main-button');

/** Cuts the network once the whole app is on the phone; `keys` ends of what must lie in its store besides. */
export async function goOffline(page: Page, keys: readonly string[] = []): Promise<void> {
  const isKept = async (wanted: readonly string[]): Promise<boolean> => {
    const { navigator, caches, indexedDB } = globalThis as unknown as {
      navigator: { serviceWorker: { controller: object | null } };
      caches: { open(name: string): Promise<{ keys(): Promise<object[]> }> };
      indexedDB: {
        open(name: string): {
          onsuccess: () => void;
          result: {
            transaction(s: string): {
              objectStore(s: string): { getAllKeys(): { onsuccess: () => void; result: string[] } };
            };
            close(): void;
          };
        };
      };
    };
    // Every file of the build, and the page itself.
    const files = (await (await fetch('files.json')).json()) as string[];
    const kept = (await (await caches.open('app')).keys()).length;
    const stored = await new Promise<string[]>((resolve) => {
      const opening = indexedDB.open('inspection-values');
      opening.onsuccess = () => {
        const all = opening.result.transaction('values').objectStore('values').getAllKeys();
        all.onsuccess = () => {
          opening.result.close();
          resolve(all.result);
        };
      };
    });
    return (
      navigator.serviceWorker.controller !== null &&
      kept > files.length &&
      wanted.every((end) => stored.some((key) => key.endsWith(end)))
    );
  };
  // Asked again and again: for waitForFunction a promise is an answer, whatever it comes to.
  while (!(await page.evaluate(isKept, keys))) await page.waitForTimeout(100);
  await page.context().setOffline(true);
}
