import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensurePhoneApp } from '../../scripts/setup/phone-app';
import { buildActor } from '../builders/directory';
import type { PhoneDay } from '../builders/phone';
import { card, codeOf, fill, itemsOf, reportsOf, scanDoor, shoot, submit } from './officer';
import { settled, type SetDataCount } from './runtime';
import { signInByPhoneNumber, startWechatOfficer } from './wechat-officer';

/** Figures of the built WeChat app. They need no test runner: tests assert them, the measuring run prints them. */

export interface MeasureOptions {
  /** A server on which databases may be made; without it, the one that the test run has started. */
  databaseServer?: string;
}

const ITEMS = 14;
const PHOTOS = 10;
const CUT_AFTER = 4;

/** Bytes of the package that every officer waits for, as WeChat counts it: the build without its subpackages. */
export function measureMainPackage(weapp: string): number {
  const { subPackages } = JSON.parse(readFileSync(path.join(weapp, 'app.json'), 'utf8')) as {
    subPackages: { root: string }[];
  };
  const under = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(path.join(folder, name)))
      .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  return subPackages.reduce((left, { root }) => left - under(path.join(weapp, root)), under(weapp));
}

async function begun(options: MeasureOptions, given: Parameters<typeof startWechatOfficer>[1] = {}) {
  if (options.databaseServer !== undefined) process.env['TEST_DATABASE_SERVER'] = options.databaseServer;
  return startWechatOfficer(await ensurePhoneApp('weapp', console.error), given);
}

/** Publishes a checklist of 14 shown items for the day after. */
async function publishLong(day: PhoneDay): Promise<void> {
  const { read } = day.test.app.core.db;
  const regulator = await buildActor(read, 'regulator', { region: '3305' });
  const list = await day.get<{ rows: { id: string; pointType: string }[] }>(regulator, '/api/checklists');
  const current = list.rows.find((row) => row.pointType === 'EV');
  const { items } = await day.get<{ items: { code: string; type: string }[] }>(
    regulator,
    `/api/checklists/${current?.id ?? ''}`,
  );
  const scans = items.filter((item) => item.type === 'scan');
  const shown = items.filter((item) => item.type !== 'scan');
  const pattern = shown.find((item) => item.type === 'ok');
  const more = Array.from({ length: ITEMS - shown.length }, (_, index) => ({ ...pattern, code: `EV${80 + index}` }));
  const answer = await day.post<{ version?: number }>(regulator, '/api/checklists', {
    clientUuid: randomUUID(),
    pointType: 'EV',
    effectiveFrom: '2026-11-24',
    note: '十四项',
    items: [...scans, ...shown, ...more],
  });
  if (answer.version === undefined) throw new Error(`no checklist was published: ${JSON.stringify(answer)}`);
}

/** One tap on 正常 in a checklist of 14 items: what goes from the app's thread to the page. */
export async function measureTap(options: MeasureOptions = {}): Promise<SetDataCount> {
  const officer = await begun(options, { before: publishLong, until: '2026-11-24T09:00:00+08:00' });
  const { day, phone } = officer;
  try {
    const app = await signInByPhoneNumber(officer);
    const [pointId = 0] = day.pointIds;
    const items = await itemsOf(day, pointId);
    if (items.length !== ITEMS) throw new Error(`the checklist has ${items.length} items`);
    phone.code = await codeOf(day, pointId);
    await scanDoor(app);
    const worst: SetDataCount = { calls: 0, bytes: 0 };
    for (const item of items.filter(({ type }) => type === 'ok')) {
      const shown = await card(app, item.code);
      await quiet(app.counted);
      const before = { ...app.counted };
      await app.tap('正常', shown);
      await quiet(app.counted);
      worst.calls = Math.max(worst.calls, app.counted.calls - before.calls);
      worst.bytes = Math.max(worst.bytes, app.counted.bytes - before.bytes);
    }
    return worst;
  } finally {
    await officer.stop();
  }
}

/** Waits until the page has been still for a while. */
async function quiet(counted: SetDataCount): Promise<void> {
  for (let still = 0, last = -1; still < 5;) {
    await settled();
    still = counted.calls === last ? still + 1 : 0;
    last = counted.calls;
  }
}

/** Ten photos, the line cut in the middle of one: how many of those that had arrived are sent again. */
export async function measureResentPhotos(options: MeasureOptions = {}): Promise<number> {
  const officer = await begun(options);
  const { day, phone } = officer;
  try {
    let app = await signInByPhoneNumber(officer);
    const [pointId = 0] = day.pointIds;
    const items = await itemsOf(day, pointId);
    phone.code = await codeOf(day, pointId);
    await scanDoor(app);
    phone.setOnline(false);
    await fill(app, items);
    const pictured = items.find((item) => item.photo === 'always');
    const taken = items.filter((item) => item.photo === 'always').length;
    await shoot(app, pictured?.code ?? '', PHOTOS - taken);
    phone.beforeUpload = (count) => {
      if (count < CUT_AFTER) return;
      // The photo is on its way when the signal goes: the store has it, the phone does not know.
      phone.loseAnswers = true;
    };
    await submit(app);
    phone.setOnline(true);
    await app.until('the cut', () => phone.uploads.length > CUT_AFTER);
    phone.setOnline(false);
    phone.beforeUpload = () => undefined;
    phone.loseAnswers = false;
    app = await phone.start();
    await app.untilAt('today');
    phone.setOnline(true);
    await app.until('the receipt', () => phone.calls.includes('request /api/reports'));
    for (let tries = 0; tries < 500; tries += 1) {
      const [report] = await reportsOf(day, pointId);
      // The report may go ahead of its photos.
      if (report?.photos.length === PHOTOS && new Set(phone.uploads.map(({ key }) => key)).size === PHOTOS) break;
      await settled();
    }
    const [report] = await reportsOf(day, pointId);
    if (report?.photos.length !== PHOTOS) throw new Error(`the report has ${report?.photos.length ?? 0} photos`);
    const keys = phone.uploads.map(({ key }) => key);
    if (new Set(keys).size !== PHOTOS) throw new Error(`${new Set(keys).size} photos were sent`);
    return keys.length - PHOTOS;
  } finally {
    await officer.stop();
  }
}
