import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'undici';
import { buildApp, type App } from '../../bff/src/app';
import { ROLES } from '../../bff/src/core/actor';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { isForPartners, type Endpoint } from '../../bff/src/core/endpoint';
import { PARTNER_SCOPES } from '../../bff/src/core/partner';
import { seedDemoCounty } from '../demo/seed';
import { benchEnvironment, type Bench } from './frame';
import { Fuzzer } from './fuzz-requests';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 105_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const ENTERPRISES = 20;
const DAYS = 40;
const CONNECTIONS = 8;
const SHOWN = 30;
/** People of each role: a person may call 600 times a minute. */
const PEOPLE = 150;

/** How many of 105,000 nearly right requests over all routes are answered by 500 or not at all: none may be. */
export const fuzz: Bench = async ({ url, db, say }) => {
  await seedDemoCounty(db, { enterprises: ENTERPRISES, days: DAYS, now: systemClock.now() });
  const config = readConfig({ ...benchEnvironment(url), LOG_LEVEL: 'silent', TRUSTED_PROXIES: '1' });
  const app = buildApp({ config, clock: systemClock });
  const server = createServer(app.koa.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { statuses, faults } = await fuzzed(app, base, { requests: REQUESTS, seed: SEED });
  say(
    [...statuses]
      .sort()
      .map(([status, n]) => `${status}: ${n}`)
      .join(', '),
  );
  for (const fault of faults.slice(0, SHOWN)) say(fault);
  await new Promise((resolve) => server.close(resolve));
  await app.close();
  return [{ bench: 'fuzz', figure: 'fuzz', value: faults.length, unit: `answers of ${REQUESTS}` }];
};

/** Sends nearly right requests to all routes of an app that serves a demo county; what it answers, and what is no answer. */
export async function fuzzed(
  app: App,
  base: string,
  { requests, seed }: { requests: number; seed: number },
): Promise<{ statuses: Map<number, number>; faults: string[] }> {
  const fuzzer = new Fuzzer(seed, app.core.clock.now());
  const tokens = await callers(app);
  const statuses = new Map<number, number>();
  const faults: string[] = [];
  let sent = 0;
  const line = async () => {
    const client = new Client(base);
    while (sent < requests) {
      const endpoint = app.endpoints[sent % app.endpoints.length] as Endpoint;
      const turn = Math.floor(sent / app.endpoints.length);
      sent += 1;
      const { method, path, headers, body } = fuzzer.request(endpoint);
      const token = tokens(endpoint, turn);
      const { statusCode, body: answer } = await client.request({
        method,
        path,
        body,
        headers: {
          ...headers,
          'x-forwarded-for': `10.${turn % 250}.${Math.floor(sent / 250) % 250}.${sent % 250}`,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      const text = await answer.text();
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      // 503: WeChat, DingTalk and the photo store are away here, which is told rightly.
      if (statusCode < 500 || statusCode === 503) continue;
      const asked = `${method} ${path.slice(0, 200)} ${JSON.stringify(headers)} ${(body ?? '').slice(0, 600)}`;
      faults.push(`${statusCode} ${asked} -> ${text.slice(0, 200)}`);
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, line));
  return { statuses, faults };
}

/** Who calls a route: somebody of a role that it admits, each time another person. */
async function callers(app: App): Promise<(endpoint: Endpoint, turn: number) => string | undefined> {
  const first = 900_000;
  const people: (string | number | boolean | Date)[][] = [];
  const grants: (string | number | null)[][] = [];
  for (const [index, role] of ROLES.entries()) {
    for (let nth = 0; nth < PEOPLE; nth += 1) {
      const id = first + index * PEOPLE + nth;
      people.push([id, `试者${id}`, `2${String(id).padStart(10, '0')}`, true, systemClock.now()]);
      grants.push([id, role, role === 'officer' ? (nth % ENTERPRISES) + 1 : null, role === 'officer' ? null : '3305']);
    }
  }
  const { read } = app.core.db;
  await read.execute('INSERT INTO person (id, name, mobile, demo, created_at) VALUES ?', [people]);
  await read.execute('INSERT INTO person_grant (person_id, role, enterprise_id, region_prefix) VALUES ?', [grants]);
  return ({ access }, turn) => {
    if (access === 'public') return undefined;
    if (isForPartners(access))
      return app.core.keys.sign('partner', '1', { epoch: 1, scopes: [...PARTNER_SCOPES] }, 7200);
    const role = access[turn % access.length] ?? access[0];
    return app.core.keys.sign(
      'access',
      String(first + ROLES.indexOf(role) * PEOPLE + (turn % PEOPLE)),
      { epoch: 1 },
      7200,
    );
  };
}
