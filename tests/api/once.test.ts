import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import supertest from 'supertest';
import { z } from 'zod';
import { createAuthenticator } from '../../bff/src/core/authenticate';
import { MovableClock } from '../../bff/src/core/clock';
import { post, type Endpoint } from '../../bff/src/core/endpoint';
import { createLogger } from '../../bff/src/core/logger';
import { Metrics } from '../../bff/src/core/metrics';
import { Pressure } from '../../bff/src/core/pressure';
import { eraseKeptAnswers, KEPT_DAYS, Once } from '../../bff/src/core/once';
import { wire } from '../../bff/src/core/problem';
import { createServer as createApp } from '../../bff/src/core/server';
import { parseKeys, TokenKeys } from '../../bff/src/core/tokens';
import { id, instant, text, uuid } from '../../bff/src/core/wire';
import { createTestDatabase, type TestDatabase } from '../builders/database';

const OLD_KEY = `old:${Buffer.alloc(32, 1).toString('base64')}`;
const NEW_KEY = `new:${Buffer.alloc(32, 2).toString('base64')}`;
const clock = new MovableClock();
const tokens = new TokenKeys(OLD_KEY, clock);
const grants = [{ role: 'officer' as const, enterpriseId: 5, regionPrefix: null }];

let test: TestDatabase;
const servers: Server[] = [];

/** What the handler waits for, and how often it and the step before it ran. */
let gate: Promise<void>;
let done: number;
let outside: number;
let allowed: boolean;

const body = z.strictObject({ clientUuid: uuid, code: z.string(), name: text(20), sentAt: instant.optional() });
const answer = z.object({ secret: z.string(), n: z.number() });

/** Makes a region: a table with a unique column, and nothing else to look at. */
const make = (route: string) =>
  post({
    path: route as '/places/:id',
    summary: 'makes something',
    access: ['officer'],
    params: z.strictObject({ id }),
    body,
    answer,
    outside: async () => {
      outside += 1;
      if (!allowed) throw wire.NOT_FOUND();
    },
    handler: async ({ tx, body: given }) => {
      done += 1;
      await gate;
      await tx.execute("INSERT INTO region (code, name, level) VALUES (?, ?, 'city')", [given.code, given.name]);
      return { secret: `told once ${done}`, n: done };
    },
  });

const endpoints: Endpoint[] = [
  make('/places/:id'),
  make('/others/:id'),
  post({
    path: '/old',
    summary: 'makes what carries the uuid itself',
    access: ['officer'],
    body: z.strictObject({ clientUuid: uuid }),
    answer: z.object({}),
    handler: async ({ tx, body: given, now }) => {
      await tx.execute("INSERT INTO person (client_uuid, name, mobile, created_at) VALUES (?, '旧', ?, ?)", [
        given.clientUuid,
        String(13_000_000_000 + Math.floor(Math.random() * 1e9)),
        now,
      ]);
      return {};
    },
  }),
];

/** The same routes with other keys, as after a restart. */
async function serverWith(keys: string): Promise<ReturnType<typeof supertest>> {
  const app = createApp(
    {
      db: test.db,
      clock,
      logger: createLogger('silent'),
      metrics: new Metrics(),
      pressure: new Pressure(),
      authenticator: createAuthenticator(
        tokens,
        { find: async () => ({ name: '甲', active: true, epoch: 1, grants }) },
        { isEnded: async () => false },
        'https://example.test',
      ),
      partners: { admit: async () => Promise.reject(new Error('no partner comes here')) },
      once: new Once(parseKeys(keys)),
      verifyAnswers: true,
      trustedProxies: 0,
      https: false,
    },
    endpoints,
  );
  const server = createServer(app.callback());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return supertest(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

let http: ReturnType<typeof supertest>;
const call = (route: string, given: object, person = 1, to = http) =>
  to
    .post(route)
    .set('authorization', `Bearer ${tokens.sign('access', String(person), { epoch: 1 }, 600)}`)
    .send(given);

async function until(fact: () => boolean): Promise<void> {
  for (let turns = 0; turns < 500 && !fact(); turns += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(fact()).toBe(true);
}

let next = 100;
const sending = () => ({ clientUuid: randomUUID(), code: `t${(next += 1)}`, name: '甲地' });

beforeAll(async () => {
  test = await createTestDatabase(20);
  http = await serverWith(OLD_KEY);
});
beforeEach(() => {
  gate = Promise.resolve();
  done = 0;
  outside = 0;
  allowed = true;
});
afterAll(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  await test.drop();
});

describe('a sending under a uuid that is known', () => {
  it('is refused with other content, for something else, by another route or from another person', async () => {
    const given = sending();
    expect((await call('/places/1', given)).status).toBe(200);
    const others = [
      await call('/places/1', { ...given, name: '乙地' }),
      await call('/places/2', given),
      await call('/others/1', given),
      await call('/places/1', given, 2),
      await call('/places/1', { ...given, clientUuid: given.clientUuid.toUpperCase(), name: '乙地' }),
    ];
    expect(others.map(({ status, body: { code } }) => [status, code])).toEqual(
      others.map(() => [409, 'WIRE.DIFFERENT_CONTENT']),
    );
    expect(done).toBe(1);
  });

  it('is answered as the first time, whatever the order of its fields, when it was sent and what is refused by now', async () => {
    const given = sending();
    const first = await call('/places/1', { ...given, sentAt: '2026-11-23T01:00:00Z' });
    allowed = false;
    const { code, name, clientUuid } = given;
    const again = await call('/places/1', { name, sentAt: '2026-11-23T02:00:00Z', code, clientUuid });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect([done, outside]).toEqual([1, 1]);
  });

  it('waits for the first when both come at once, and gets its answer', async () => {
    const given = sending();
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const first = call('/places/1', given).then();
    await until(() => done === 1);
    const second = call('/places/1', given).then();
    // The second is in its transaction as well before the first may go on.
    await until(() => outside === 2);
    open();
    const [one, other] = await Promise.all([first, second]);
    expect([one.status, other.status, other.body]).toEqual([200, 200, one.body]);
    expect(done).toBe(1);
  });

  it('may be mended after a refusal, which keeps nothing', async () => {
    const taken = sending();
    await call('/places/1', taken);
    const given = { ...sending(), code: taken.code };
    expect((await call('/places/1', given)).body.code).toBe('WIRE.CONFLICT');
    expect((await call('/places/1', { ...given, code: `t${(next += 1)}` })).status).toBe(200);
  });

  it('is told to have been taken where the answer is older than what is kept', async () => {
    const given = { clientUuid: randomUUID() };
    await call('/old', given);
    await test.db.read.execute('DELETE FROM once_answer WHERE client_uuid = ?', [given.clientUuid]);
    expect((await call('/old', given)).body.code).toBe('WIRE.ALREADY');
    const [row] = await test.db.read.query<{ n: number }>('SELECT COUNT(*) AS n FROM person WHERE client_uuid = ?', [
      given.clientUuid,
    ]);
    expect(row?.n).toBe(1);
  });
});

describe('a kept answer', () => {
  it('cannot be read in the database, is read with an older key, and without it only said to have been given', async () => {
    const given = sending();
    const first = await call('/places/1', given);
    const [row] = await test.db.read.query<{ answer: Buffer }>('SELECT answer FROM once_answer WHERE client_uuid = ?', [
      given.clientUuid,
    ]);
    expect(row?.answer.toString('latin1')).not.toContain('told once');
    expect((await call('/places/1', given, 1, await serverWith(`${NEW_KEY},${OLD_KEY}`))).body).toEqual(first.body);
    expect((await call('/places/1', given, 1, await serverWith(NEW_KEY))).body.code).toBe('WIRE.ALREADY');
    expect(done).toBe(1);
  });

  it(`is erased after ${KEPT_DAYS} days and not before`, async () => {
    const given = sending();
    clock.moveTo(new Date('2026-11-23T09:00:00+08:00'));
    await call('/places/1', given);
    const left = async (date: string) => {
      await test.db.transaction((tx) => eraseKeptAnswers().runChunk(tx, date, { from: 1, to: 1 }));
      return (await test.db.read.query('SELECT 1 FROM once_answer WHERE client_uuid = ?', [given.clientUuid])).length;
    };
    expect(await left('2026-12-23')).toBe(1);
    expect(await left('2026-12-24')).toBe(0);
  });
});

describe('what features know of client uuids', () => {
  it('is to store them: none looks for one by itself but the intake of reports and the visit that a red code plans', () => {
    const features = path.resolve(__dirname, '../../bff/src/features');
    const files = readdirSync(features, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(200);
    const looking = files.filter((name) =>
      /WHERE [^`']*client_uuid (=|IN)/.test(readFileSync(path.join(features, name), 'utf8')),
    );
    expect(looking.sort()).toEqual(['assistance/visit.store.ts', 'inspection/report.store.ts']);
  });
});
