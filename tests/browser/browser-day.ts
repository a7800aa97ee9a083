import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { ensurePhoneApp } from '../../scripts/setup/phone-app';
import { buildActor, buildPoint } from '../builders/directory';
import { startPhoneDay, type PhoneDay } from '../builders/phone';

export interface BrowserDay extends PhoneDay {
  regulatorId: number;
  /** A one-time code for the officer, as the regulator issues it. */
  oneTimeCode(): Promise<string>;
  /** What the code on a door says. */
  doorOf(pointId: number): Promise<string>;
  /** Lets the queues work: photos are verified, events handled. */
  settle(): Promise<void>;
  /** Signs in on a fresh phone by a link with a code in it, up to Today. */
  enter(page: Page): Promise<void>;
  /** Reports in the database. */
  reports(): Promise<{ id: number; task_id: number; client_uuid: string; abnormal_count: number }[]>;
}

/** A one-time code for an official: one asks for it, another one issues it. */
export async function officialCode(day: BrowserDay, personId: number): Promise<string> {
  const path = `/api/people/${personId}/binding-code`;
  const second = await buildActor(day.test.app.core.db.read, 'regulator', { region: '3305' });
  await day.post(day.regulatorId, path, { clientUuid: randomUUID() });
  return (await day.post<{ code: string }>(second, path, { clientUuid: randomUUID() })).code;
}

/** An officer's day with the browser build of the phone app served beside the API; `types` are points beside the valves. */
export async function startBrowserDay(types: readonly string[] = []): Promise<BrowserDay> {
  await ensurePhoneApp('h5', console.error);
  const day = await startPhoneDay({
    before: async ({ test, enterpriseId, officerId, pointIds }) => {
      for (const type of types) {
        const point = { enterpriseId, officerId, type, intervalDays: 1, anchor: '2026-11-01' };
        pointIds.push(await buildPoint(test.app.core.db.read, point));
      }
    },
  });
  const { read } = day.test.app.core.db;
  const regulatorId = await buildActor(read, 'regulator', { region: '330521' });
  const oneTimeCode = async () => {
    const path = `/api/people/${day.officerId}/binding-code`;
    return (await day.post<{ code: string }>(regulatorId, path, { clientUuid: randomUUID() })).code;
  };
  return {
    ...day,
    regulatorId,
    oneTimeCode,
    doorOf: async (pointId) => (await day.get<{ url: string }>(regulatorId, `/api/points/${pointId}/qr`)).url,
    settle: () => day.test.app.jobs.tickLoops(),
    enter: async (page) => {
      const code = await oneTimeCode();
      await page.goto(`${day.server}/app/#/pages/shared/sign-in/index?mobile=${day.mobile}&code=${code}`);
      await page.getByText('是我，看今天的任务').click();
      await page.getByText('扫码开始').waitFor();
    },
    reports: () => read.query('SELECT id, task_id, client_uuid, abnormal_count FROM report ORDER BY id'),
  };
}
