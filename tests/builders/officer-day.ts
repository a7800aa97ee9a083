import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MovableClock } from '../../bff/src/core/clock';
import { seedChecklists } from '../../bff/src/features/checklists';
import { startOssStandin } from '../standins/oss';
import { startWechatStandin, type WechatStandin } from '../standins/wechat';
import { createTestApp, type TestApp } from './app';
import { buildActor, buildEnterprise, buildPoint } from './directory';

const OPENID = 'openid-1';
const FIELDS = ['thing1', 'number2', 'time3', 'thing4'];

/** An officer with two emergency valves that are due every day, WeChat and OSS beside the app, just before 00:05. */
export interface OfficerDay {
  test: TestApp;
  clock: MovableClock;
  wechat: WechatStandin;
  officerId: number;
  pointIds: number[];
  /** Makes it this instant, and lets everything happen that is due by then. */
  at: (instant: string) => Promise<void>;
  /** Signs in by WeChat, binding the phone the first time; the header of the requests that follow. */
  signIn: () => Promise<{ authorization: string }>;
  stop: () => Promise<void>;
}

export async function startOfficerDay(): Promise<OfficerDay> {
  const now = '2026-11-23T00:04:00+08:00';
  const clock = new MovableClock();
  clock.moveTo(new Date(now));
  const folder = mkdtempSync(path.join(tmpdir(), 'day-'));
  const wechat = await startWechatStandin({
    clock,
    appId: 'wx0000000000000000',
    secret: 'test-secret',
    templates: { 'tpl-daily-list': FIELDS, 'tpl-reminder': FIELDS },
  });
  const oss = await startOssStandin({
    clock,
    folder,
    bucket: 'test-photos',
    region: 'oss-cn-hangzhou',
    accessKeyId: 'test-id',
    accessKeySecret: 'test-key',
  });
  const test = await createTestApp({ clock, now, env: { WECHAT_API: wechat.url, OSS_ENDPOINT: oss.url } });
  const { read } = test.app.core.db;
  await seedChecklists(read, clock.now());
  const enterpriseId = await buildEnterprise(read, { name: '德清锦澜印染有限公司' });
  const officerId = await buildActor(read, 'officer', { enterpriseId });
  const point = { enterpriseId, officerId, type: 'EV', intervalDays: 1, anchor: '2026-11-01' };
  const pointIds = [await buildPoint(read, point), await buildPoint(read, point)];
  const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [officerId]);
  wechat.addUser({ openid: OPENID, mobile: person?.mobile ?? '' });
  return {
    test,
    clock,
    wechat,
    officerId,
    pointIds,
    at: async (instant) => {
      clock.moveTo(new Date(instant));
      await test.app.jobs.tick();
    },
    signIn: async () => {
      const login = await test.http.post('/api/session/wechat').send({ code: wechat.issueLoginCode(OPENID) });
      if (login.body.outcome === 'signed_in') return { authorization: `Bearer ${login.body.accessToken}` };
      const bound = await test.http
        .post('/api/session/wechat/bind')
        .send({ bindingToken: login.body.bindingToken, phoneCode: wechat.issuePhoneCode(OPENID) });
      expect(bound.body.outcome).toBe('signed_in');
      return { authorization: `Bearer ${bound.body.accessToken}` };
    },
    stop: async () => {
      await test.close();
      await wechat.stop();
      await oss.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
