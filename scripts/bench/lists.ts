import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'undici';
import { buildApp, type App } from '../../bff/src/app';
import { businessDate, systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { seedDemoCounty } from '../demo/seed';
import { benchEnvironment, round, withDatabase, type Figure } from './frame';
import { demoReaders, listCalls } from './list-calls';

const ENTERPRISES = 240;
const DAYS = 400;
/** The same county with 20 times as many rows of history: pages are full in both, so that they can be compared. */
const [FEW_DAYS, MANY_DAYS] = [80, 1600];
const WARM_UP = 3;
const CALLS = 20;
const SHOWN = 12;

/** How long a read took, one caller, and how many rows it brought. */
interface Took {
  medianMs: number;
  p95Ms: number;
  rows: number;
}

/**
 * The slowest list of the house, in ms (p95 of one caller), over every read of every role with each documented filter, in
 * the demo county of 240 enterprises and 400 days; and how much more the same page costs with 20 times as many rows behind
 * it (medians, since single milliseconds are compared).
 */
export async function lists(say: (line: string) => void): Promise<Figure[]> {
  const usual = await measured(say, DAYS);
  const slowest = [...usual].sort(([, a], [, b]) => b.p95Ms - a.p95Ms);
  for (const [name, { p95Ms }] of slowest.slice(0, SHOWN)) say(`${p95Ms.toFixed(1)} ms: ${name}`);
  const few = await measured(say, FEW_DAYS);
  const many = await measured(say, MANY_DAYS);
  const growing = [...many].flatMap(([name, { medianMs, rows }]) => {
    const before = few.get(name);
    // A page that has more on it costs more: that is no growth.
    return before?.rows !== rows ? [] : [{ name, medianMs, times: medianMs / before.medianMs }];
  });
  growing.sort((a, b) => b.times - a.times);
  say(`${growing.length} reads brought as many rows:`);
  for (const { name, medianMs, times } of growing.slice(0, SHOWN))
    say(`x ${times.toFixed(2)}, ${medianMs.toFixed(1)} ms: ${name}`);
  return [
    { bench: 'lists', figure: 'lists', value: round(slowest[0]?.[1].p95Ms ?? 0), unit: 'ms' },
    { bench: 'lists', figure: 'lists-growth', value: round(growing[0]?.times ?? 0), unit: 'times' },
  ];
}

function measured(say: (line: string) => void, days: number): Promise<Map<string, Took>> {
  return withDatabase(say, async ({ url, db }) => {
    say(`${ENTERPRISES} enterprises, ${days} days`);
    await seedDemoCounty(db, { enterprises: ENTERPRISES, now: systemClock.now(), days });
    const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
    const server = createServer(app.koa.callback());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      const today = businessDate(systemClock.now());
      const calls = await listCalls(db, app.endpoints, await demoReaders(db), today);
      say(`${calls.length} reads`);
      const took = new Map<string, Took>();
      for (const call of calls) {
        const token = app.core.keys.sign('access', String(call.reader.personId), { epoch: 1 }, 7200);
        took.set(`${call.reader.name} ${call.name}`, await timed(client, call.path, token));
      }
      return took;
    } finally {
      await client.close();
      await closed(server, app);
    }
  });
}

async function closed(server: ReturnType<typeof createServer>, app: App): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
  await app.close();
}

async function timed(client: Client, path: string, token: string): Promise<Took> {
  const took: number[] = [];
  let rows = 0;
  for (let call = 0; call < WARM_UP + CALLS; call += 1) {
    const began = performance.now();
    const { statusCode, body } = await client.request({
      path,
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${text.slice(0, 200)}`);
    if (call >= WARM_UP) took.push(performance.now() - began);
    else rows = (JSON.parse(text) as { rows?: unknown[] }).rows?.length ?? 0;
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.ceil(share * CALLS) - 1] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95), rows };
}
