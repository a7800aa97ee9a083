import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { MovableClock } from '../../bff/src/core/clock';
import { seedChecklists } from '../../bff/src/features/checklists';
import { startDingtalkStandin, type DingtalkUser, type WorkChatStandin } from '../standins/dingtalk';
import { startOssStandin, type OssStandin } from '../standins/oss';
import { startWechatStandin, type WechatStandin } from '../standins/wechat';
import { createTestApp, type TestApp } from './app';
import { buildActor, buildEnterprise, buildPoint } from './directory';

export const OPENID = 'openid-phone';
export const DING_USER = 'ding-phone';
export const ENTERPRISE = '德清锦澜印染有限公司';
const FIELDS = ['thing1', 'number2', 'time3', 'thing4'];

/** What stands around a phone: the app with its list of the day out, both chat apps' servers and the photo store. */
export interface PhoneDay {
  test: TestApp;
  clock: MovableClock;
  wechat: WechatStandin;
  dingtalk: WorkChatStandin<DingtalkUser>;
  oss: OssStandin;
  /** The address of the app. */
  server: string;
  enterpriseId: number;
  officerId: number;
  pointIds: number[];
  mobile: string;
  /** Makes it this instant, and lets everything happen that is due by then. */
  at: (instant: string) => Promise<void>;
  /** Asks the app for something as a person. */
  get: <T>(personId: number, path: string) => Promise<T>;
  post: <T>(personId: number, path: string, body: object) => Promise<T>;
  stop: () => Promise<void>;
}

/** An officer with two doors that are due every day; it is 2026-11-23 09:00 unless told otherwise. */
export async function startPhoneDay(
  given: { before?: (day: PhoneDay) => Promise<void>; from?: string; until?: string } = {},
): Promise<PhoneDay> {
  const now = given.from ?? '2026-11-23T00:04:00+08:00';
  const clock = new MovableClock();
  clock.moveTo(new Date(now));
  const folder = mkdtempSync(path.join(tmpdir(), 'phone-day-'));
  const wechat = await startWechatStandin({
    clock,
    appId: 'wx0000000000000000',
    secret: 'test-secret',
    templates: { 'tpl-daily-list': FIELDS, 'tpl-reminder': FIELDS },
  });
  const dingtalk = await startDingtalkStandin({ clock, appKey: 'ding-test', appSecret: 'ding-secret' });
  const oss = await startOssStandin({
    clock,
    folder,
    bucket: 'test-photos',
    region: 'oss-cn-hangzhou',
    accessKeyId: 'test-id',
    accessKeySecret: 'test-key',
  });
  const env = { WECHAT_API: wechat.url, DINGTALK_API: dingtalk.url, OSS_ENDPOINT: oss.url };
  const test = await createTestApp({ clock, now, env });
  const { read } = test.app.core.db;
  await seedChecklists(read, clock.now());
  const enterpriseId = await buildEnterprise(read, { name: ENTERPRISE });
  const officerId = await buildActor(read, 'officer', { enterpriseId });
  const point = { enterpriseId, officerId, type: 'EV', intervalDays: 1, anchor: '2026-11-01' };
  const pointIds = [await buildPoint(read, point), await buildPoint(read, point)];
  const [person] = await read.query<{ mobile: string }>('SELECT mobile FROM person WHERE id = ?', [officerId]);
  const mobile = person?.mobile ?? '';
  wechat.addUser({ openid: OPENID, mobile });
  dingtalk.addUser({ userid: DING_USER, name: '测试员', mobile, unionid: 'union-phone' });
  const headers = async (personId: number) => ({ authorization: `Bearer ${await test.tokenOf(personId)}` });
  const day: PhoneDay = {
    test,
    clock,
    wechat,
    dingtalk,
    oss,
    server: new URL(test.http.get('/').url).origin,
    enterpriseId,
    officerId,
    pointIds,
    mobile,
    at: async (instant) => {
      clock.moveTo(new Date(instant));
      await test.app.jobs.tick();
    },
    get: async <T>(personId: number, where: string) =>
      (await test.http.get(where).set(await headers(personId))).body as T,
    post: async <T>(personId: number, where: string, body: object) =>
      (
        await test.http
          .post(where)
          .set(await headers(personId))
          .send(body)
      ).body as T,
    stop: async () => {
      await test.close();
      await wechat.stop();
      await dingtalk.stop();
      await oss.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await given.before?.(day);
  const until = given.until ?? '2026-11-23T09:00:00+08:00';
  await day.at(`${until.slice(0, 10)}T00:06:00+08:00`);
  await day.at(until);
  return day;
}

/** Puts a photo into the store as a phone does; its hash. */
export async function uploadPhoto(day: PhoneDay, personId: number, given?: Buffer): Promise<string> {
  const bytes = given ?? (await picture());
  const { sha256, ticket } = await askTicket(day, personId, bytes);
  if (ticket !== undefined) expect(await postPhoto(ticket, bytes)).toBe(200);
  return sha256;
}

export interface PhotoTicket {
  url: string;
  fields: Record<string, string>;
}

/** A ticket for a photo; none when it has been checked already. `length` may differ from the photo's. */
export async function askTicket(
  day: PhoneDay,
  personId: number,
  bytes: Buffer,
  length = bytes.length,
): Promise<{ sha256: string; ticket: PhotoTicket | undefined }> {
  const sha256 = hashOf(bytes);
  const { tickets } = await day.post<{ tickets: { url: string | null; fields: Record<string, string> }[] }>(
    personId,
    '/api/photos/tickets',
    {
      enterpriseId: String(day.enterpriseId),
      photos: [{ sha256, bytes: length, contentType: 'image/jpeg' }],
    },
  );
  const [ticket] = tickets;
  if (ticket === undefined) throw new Error('no ticket was answered');
  return { sha256, ticket: ticket.url === null ? undefined : { url: ticket.url, fields: ticket.fields } };
}

/** Posts a file with a ticket; the store's status. */
export async function postPhoto({ url, fields }: PhotoTicket, bytes: Buffer): Promise<number> {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'photo.jpg');
  return (await fetch(url, { method: 'POST', body: form })).status;
}

export const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A picture of its own for each seed, the same each time. */
export function picture(seed = 1): Promise<Buffer> {
  const greys = createHash('sha512').update(`picture ${seed}`).digest();
  return sharp(greys.subarray(0, 63), { raw: { width: 9, height: 7, channels: 1 } })
    .resize(320, 240, { fit: 'fill' })
    .jpeg({ quality: 80 })
    .toBuffer();
}
