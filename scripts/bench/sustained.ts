import { fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { Pool } from 'undici';
import { buildApp } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import type { Database } from '../../bff/src/core/database';
import { benchCounty, benchTokens } from './county';
import { benchEnvironment, round, serve, type Bench, type Figure } from './frame';
import { reportBodies } from './submit';

/** Officers, each with an enterprise of his own: of one group without a history, of the other with one; the last warms up. */
const GROUP = 8;
const OFFICERS = 2 * GROUP + 1;
/** Photos of an enterprise that has been inspected for years. */
const HISTORY = 6000;
const CONNECTIONS = 32;
const LOOK_MS = 20;

interface Size {
  /** Reports of each officer. */
  points: number;
  width: number;
  height: number;
  quality: number;
  /** Standard deviation of the camera's noise: what fills a JPEG. */
  noise: number;
}

/**
 * Reports with three photos each as phones send them: tickets, the photos to the store, the report; from the first request
 * until nothing waits in any queue. With and without thousands of earlier photos of the same enterprise.
 */
const bench =
  (name: string, size: Size): Bench =>
  async ({ url, db, say }) => {
    await benchCounty(db, OFFICERS, size.points);
    const environment = benchEnvironment(url);
    const app = buildApp({ config: readConfig(environment), clock: systemClock });
    await app.jobs.runOnly('dispatch');
    await app.close();
    say(`taking ${OFFICERS * size.points * 3} photos`);
    const orders = await ordersOf(db, size);
    say(`${HISTORY} earlier photos of each of ${GROUP} enterprises`);
    await seedHistory(db);
    const folder = mkdtempSync(path.join(tmpdir(), 'bench-photos-'));
    const { OSS_BUCKET = '', OSS_REGION = '', OSS_ACCESS_KEY_ID = '', OSS_ACCESS_KEY_SECRET = '' } = environment;
    const store = fork(
      path.join(__dirname, 'photo-store.ts'),
      [folder, OSS_BUCKET, OSS_REGION, OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET],
      { execArgv: ['--import', 'tsx'] },
    );
    try {
      const endpoint = await new Promise<string>((resolve, reject) => {
        store.once('message', (message) => resolve(message as string));
        store.once('exit', () => reject(new Error('the photo store ended')));
      });
      const served = await serve('working', url, { OSS_ENDPOINT: endpoint, LOG_LEVEL: 'info' });
      try {
        const turn = (from: number, to: number) =>
          send(
            db,
            served.origin,
            endpoint,
            orders.filter(({ officer }) => officer > from && officer <= to),
            say,
          );
        await turn(2 * GROUP, OFFICERS);
        const fresh = await turn(0, GROUP);
        const old = await turn(GROUP, 2 * GROUP);
        await everyPhotoVerified(db, orders.length * 3);
        return figures(name, fresh, old, meanBytes(orders));
      } finally {
        served.stop();
      }
    } finally {
      const gone = new Promise((resolve) => store.once('exit', resolve));
      store.disconnect();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    }
  };

/** Photos of a phone's camera as the app sends them, 200 KB. */
export const sustained = bench('sustained', { points: 25, width: 1600, height: 1200, quality: 70, noise: 16 });
/** The smallest that are still pictures, 3 KB: what is left is the cost of the handling. */
export const sustainedSmall = bench('sustained-small', {
  points: 150,
  width: 320,
  height: 240,
  quality: 45,
  noise: 3,
});

function figures(name: string, fresh: number, old: number, bytes: number): Figure[] {
  return [
    { bench: name, figure: name, value: round(Math.min(fresh, old)), unit: 'reports/s' },
    {
      bench: name,
      figure: `${name}-history`,
      value: round(old),
      unit: 'reports/s',
      floor: round(fresh),
      ratio: round(old / fresh),
    },
    { bench: name, figure: `${name}-photo`, value: Math.round(bytes), unit: 'bytes' },
  ];
}

interface Order {
  officer: number;
  report: { photos: { sha256: string; bytes: number; contentType: string }[] };
  photos: Map<string, Buffer>;
}

const meanBytes = (orders: readonly Order[]) => {
  const all = orders.flatMap(({ photos }) => [...photos.values()]);
  return all.reduce((sum, bytes) => sum + bytes.length, 0) / all.length;
};

/** Full reports of all open tasks, each with pictures of its own. */
async function ordersOf(db: Database, size: Size): Promise<Order[]> {
  const { width, height, noise } = size;
  const grain = await sharp({
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: noise } },
  })
    .raw()
    .toBuffer();
  const take = (seed: string) => picture(seed, size, grain);
  const orders: Order[] = [];
  for (const { taskId, officer, body } of await reportBodies(db)) {
    const report = JSON.parse(body) as Order['report'];
    const taken = await Promise.all(report.photos.map((_, index) => take(`${taskId} ${index}`)));
    const photos = new Map(taken.map((bytes) => [createHash('sha256').update(bytes).digest('hex'), bytes]));
    const named = [...photos].map(([sha256, { length: bytes }]) => ({ sha256, bytes }));
    report.photos = report.photos.map((photo, index) => ({ ...photo, ...named[index] }));
    orders.push({ officer, report, photos });
  }
  return orders;
}

/** A scene of its own for each seed, under the camera's grain. */
async function picture(seed: string, { width, height, quality }: Size, grain: Buffer): Promise<Buffer> {
  const greys = createHash('sha512').update(seed).digest().subarray(0, 63);
  const scene = await sharp(greys, { raw: { width: 9, height: 7, channels: 1 } })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return sharp(scene.data, { raw: { width, height, channels: scene.info.channels } })
    .composite([{ input: grain, raw: { width, height, channels: 3 }, blend: 'overlay' }])
    .jpeg({ quality })
    .toBuffer();
}

/** Reports and photos of the past two years, checked long ago, for the second group. */
async function seedHistory(db: Database): Promise<void> {
  const { read } = db;
  const reports = HISTORY / 3;
  for (let enterprise = GROUP + 1; enterprise <= 2 * GROUP; enterprise += 1) {
    const first = enterprise * 100_000;
    for (let from = 0; from < reports; from += 1000) {
      const ids = Array.from({ length: Math.min(1000, reports - from) }, (_, step) => first + from + step);
      await read.execute(
        `INSERT INTO report (id, client_uuid, task_id, point_id, enterprise_id, officer_id, checklist_id, answers, abnormal_count,
           started_at, filled_at, believed_at, received_at, evidence, trust_score, trust_reasons, body_sha256)
         SELECT j.id, UUID(), j.id, p.id, p.enterprise_id, p.officer_id, 1, '[]', 0, j.at, j.at, j.at, j.at, '{}', 100, '[]', REPEAT('0', 64)
         FROM (SELECT id + 0 AS id, UTC_TIMESTAMP(3) - INTERVAL (id % 350) DAY AS at FROM (${ids.map((id) => `SELECT ${id} AS id`).join(' UNION ALL ')}) i) j
         JOIN (SELECT MIN(id) AS id, enterprise_id, officer_id FROM point WHERE enterprise_id = ? GROUP BY enterprise_id, officer_id) p`,
        [enterprise],
      );
    }
    await read.execute(
      `INSERT INTO report_photo (report_id, enterprise_id, point_id, officer_id, item_code, sha256, bytes, content_type, object_key, taken_at, state, phash, check_at)
       SELECT r.id, r.enterprise_id, r.point_id, r.officer_id, CONCAT('EV0', n.i), SHA2(CONCAT(r.id, '-', n.i), 256), 200000, 'image/jpeg', '-', r.believed_at, 'verified',
         (CAST(FLOOR(RAND() * 4294967296) AS UNSIGNED) << 32) | CAST(FLOOR(RAND() * 4294967296) AS UNSIGNED), r.believed_at
       FROM report r JOIN n ON n.i BETWEEN 1 AND 3 WHERE r.enterprise_id = ?`,
      [enterprise],
    );
    await read.execute(
      `INSERT INTO photo_print (enterprise_id, slot, photo_id, report_id, phash, believed_at)
       SELECT h.enterprise_id, n.i * 65536 + ((h.phash >> (48 - 16 * n.i)) & 65535), h.id, h.report_id, h.phash, h.taken_at
       FROM report_photo h JOIN n ON n.i < 4 WHERE h.enterprise_id = ?`,
      [enterprise],
    );
  }
  await read.execute('ANALYZE TABLE report, report_photo, photo_print');
}

/** Reports a second, from the first request until nothing waits in any queue. */
async function send(
  db: Database,
  server: string,
  store: string,
  orders: readonly Order[],
  say: (line: string) => void,
): Promise<number> {
  const tokens = benchTokens(OFFICERS);
  const [api, objects] = [server, store].map((origin) => new Pool(origin, { connections: CONNECTIONS }));
  if (api === undefined || objects === undefined) throw new Error('no connection');
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let order = orders[next++]; order !== undefined; order = orders[next++]) {
        await sendOne(api, objects, tokens[order.officer - 1] ?? '', order);
      }
    }),
  );
  const accepted = (performance.now() - began) / 1000;
  while (await waiting(db)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const seconds = (performance.now() - began) / 1000;
  await Promise.all([api.close(), objects.close()]);
  say(`${orders.length} reports accepted after ${round(accepted)} s, all done after ${round(seconds)} s`);
  return orders.length / seconds;
}

async function sendOne(api: Pool, objects: Pool, token: string, { report, photos }: Order): Promise<void> {
  const ask = async (at: string, body: object) => {
    const answer = await api.request({
      path: at,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${at} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as { tickets: { sha256: string; url: string; fields: Record<string, string> }[] };
  };
  const asked = report.photos.map(({ sha256, bytes, contentType }) => ({ sha256, bytes, contentType }));
  const { tickets } = await ask('/api/photos/tickets', { photos: asked });
  for (const { sha256, url, fields } of tickets) {
    const { boundary, body } = formOf(fields, photos.get(sha256) ?? Buffer.alloc(0));
    const answer = await objects.request({
      path: new URL(url).pathname,
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body,
    });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`the store answered ${answer.statusCode}`);
  }
  await ask('/api/reports', report);
}

function formOf(fields: Readonly<Record<string, string>>, file: Buffer): { boundary: string; body: Buffer } {
  const boundary = randomUUID();
  const head = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const part = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
  return {
    boundary,
    body: Buffer.concat([Buffer.from(head.join('') + part), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

/** Whether anything of the reports is still to be done: photos, events, codes. */
async function waiting({ read }: Database): Promise<boolean> {
  const [row] = await read.query<{ any: number }>(
    `SELECT EXISTS (SELECT 1 FROM report_photo WHERE state = 'waiting') OR EXISTS (SELECT 1 FROM event WHERE handled_at IS NULL)
       OR EXISTS (SELECT 1 FROM health_mark) AS \`any\``,
  );
  return row?.any === 1;
}

async function everyPhotoVerified({ read }: Database, sent: number): Promise<void> {
  const [row] = await read.query<{ n: number }>(
    "SELECT COUNT(*) AS n FROM report_photo WHERE state = 'verified' AND object_key <> '-'",
  );
  if (row?.n !== sent) throw new Error(`${row?.n} of ${sent} photos were verified`);
}
