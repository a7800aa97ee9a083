import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { buildApp } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import type { Database } from '../../bff/src/core/database';
import { inboxKey } from '../../bff/src/features/inspection';
import { Objects } from '../../tests/standins/oss-objects';
import { benchCounty, benchTokens } from './county';
import { benchEnvironment, best, round, serve, type Bench, type Load } from './frame';
import { bareTransactions, reportBodies, type Body } from './submit';

const OFFICERS = 160;
const POINTS = 75;
const TURNS = 2;
const WARM_UP = 1000;
/** As a server is configured that nobody has tuned. */
const AS_SERVED = { LOG_LEVEL: 'info', DATABASE_POOL: '20' };
/** All that followed from the reports is done in this time, or the bench fails, ms. */
const PATIENCE_MS = 120_000;

/**
 * Full reports over HTTP at a server as `npm run serve` starts it: its loops follow up what comes in, its log is written,
 * the photos lie in a store that answers. Against the same floor as `submit`; what is left to do at the end is waited for.
 */
export const submitWorking: Bench = async ({ url, db, say }) => {
  await benchCounty(db, OFFICERS, POINTS);
  const environment = benchEnvironment(url);
  const app = buildApp({ config: readConfig(environment), clock: systemClock });
  await app.jobs.runOnly('dispatch');
  await app.close();
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-photos-'));
  say('taking photos');
  const bodies = await withPhotos(await reportBodies(db), new Objects(folder));
  const { OSS_BUCKET = '', OSS_REGION = '', OSS_ACCESS_KEY_ID = '', OSS_ACCESS_KEY_SECRET = '' } = environment;
  const store = fork(
    path.join(__dirname, 'photo-store.ts'),
    [folder, OSS_BUCKET, OSS_REGION, OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET],
    { execArgv: ['--import', 'tsx'] },
  );
  try {
    const endpoint = await new Promise<string>((resolve) => store.once('message', (url) => resolve(url as string)));
    const floor = await bareTransactions(url, WARM_UP);
    const served = await serve('working', url, { ...AS_SERVED, OSS_ENDPOINT: endpoint });
    try {
      const tokens = benchTokens(OFFICERS);
      const [bare, own]: [Load[], Load[]] = [[], []];
      const size = bodies.length / TURNS;
      for (let turn = 0; turn < TURNS; turn += 1) {
        const slice = bodies.slice(turn * size, (turn + 1) * size);
        say(`turn ${turn + 1} of ${TURNS}: ${slice.length} bare transactions, as many reports over HTTP`);
        bare.push(await floor.run(slice));
        await db.read.execute("UPDATE task SET state = 'open', report_id = NULL WHERE report_id = 1");
        own.push(
          await served.load(
            slice.map(({ officer, body }) => ({ path: '/api/reports', token: tokens[officer - 1] ?? '', body })),
            WARM_UP,
          ),
        );
        say(`${Math.round(own.at(-1)?.perSecond ?? 0)} reports/s; all followed up ${round(await settled(db))} s later`);
      }
      await floor.close();
      const [load, least] = [best(own), best(bare)];
      return [
        {
          bench: 'submit-working',
          figure: 'submit-working',
          value: Math.round(load.perSecond),
          unit: 'reports/s',
          floor: Math.round(least.perSecond),
          ratio: round(load.perSecond / least.perSecond),
          p50Ms: round(load.p50Ms),
          p99Ms: round(load.p99Ms),
        },
      ];
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

/** Gives each report small pictures of its own, which lie in the store already. */
async function withPhotos(bodies: readonly Body[], objects: Objects): Promise<Body[]> {
  const given: Body[] = [];
  for (const each of bodies) {
    const report = JSON.parse(each.body) as { photos: { sha256: string; bytes: number }[] };
    const taken = await Promise.all(report.photos.map((_, index) => picture(`${each.taskId} ${index}`)));
    for (const [index, bytes] of taken.entries()) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      report.photos[index] = Object.assign(report.photos[index] ?? {}, { sha256, bytes: bytes.length });
      // One officer to an enterprise, with the same number.
      objects.put(inboxKey(each.officer, sha256), bytes, 'image/jpeg');
    }
    given.push({ ...each, body: JSON.stringify(report) });
  }
  return given;
}

function picture(seed: string): Promise<Buffer> {
  const greys = createHash('sha512').update(seed).digest().subarray(0, 63);
  return sharp(greys, { raw: { width: 9, height: 7, channels: 1 } })
    .resize(96, 72, { fit: 'fill' })
    .jpeg({ quality: 70 })
    .toBuffer();
}

/** Waits until nothing follows from the reports any more; how long that took, s. Throws when it takes too long. */
async function settled({ read }: Database): Promise<number> {
  const began = performance.now();
  for (;;) {
    const [row] = await read.query<{ left: number }>(
      `SELECT (SELECT COUNT(*) FROM report_photo WHERE state = 'waiting') + (SELECT COUNT(*) FROM event WHERE handled_at IS NULL)
         + (SELECT COUNT(*) FROM health_mark) AS \`left\``,
    );
    const ms = performance.now() - began;
    if (row?.left === 0) return ms / 1000;
    if (ms > PATIENCE_MS) throw new Error(`${row?.left} things were still to be done after the reports`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
