import { createSecretKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import { z } from 'zod';
import { createAuthenticator } from '../../bff/src/core/authenticate';
import { MovableClock } from '../../bff/src/core/clock';
import { get, post, type Endpoint } from '../../bff/src/core/endpoint';
import { createLogger } from '../../bff/src/core/logger';
import { Metrics } from '../../bff/src/core/metrics';
import { Pressure } from '../../bff/src/core/pressure';
import { Once } from '../../bff/src/core/once';
import { createServer as createApp } from '../../bff/src/core/server';
import { TokenKeys } from '../../bff/src/core/tokens';
import { date, id, instant, page, text } from '../../bff/src/core/wire';
import { createTestDatabase, type TestDatabase } from '../builders/database';

const KEY = Buffer.alloc(32, 1).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 2).toString('base64');
const clock = new MovableClock();
const keys = new TokenKeys(`new:${KEY},old:${OTHER_KEY}`, clock);

let test: TestDatabase;
let server: Server;
let http: ReturnType<typeof supertest>;

const endpoints: Endpoint[] = [
  post({
    path: '/echo',
    summary: 'echo',
    access: 'public',
    limit: { calls: 1000, perSeconds: 1 },
    body: z.strictObject({
      name: text(10),
      on: date.optional(),
      at: instant.optional(),
      n: z.number().int().max(9).optional(),
    }),
    answer: z.object({ name: z.string() }),
    handler: async ({ body }) => ({ name: body.name }),
  }),
  post({
    path: '/half',
    summary: 'writes, then fails',
    access: 'public',
    body: z.strictObject({}),
    answer: z.object({}),
    handler: async ({ tx }) => {
      await tx.execute("INSERT INTO region (code, name, level) VALUES ('77', 'half', 'city')");
      throw new Error("value '13812345678' is secret");
    },
  }),
  get({
    path: '/rows/:id',
    summary: 'one row',
    access: ['officer'],
    params: z.strictObject({ id }),
    query: z.strictObject(page),
    answer: z.object({ id: z.string(), person: z.string() }),
    handler: async ({ params, actor }) => ({ id: params.id, person: String(actor.personId) }),
  }),
  post({
    path: '/mine',
    summary: 'a write of a person',
    access: ['officer'],
    body: z.strictObject({}),
    answer: z.object({}),
    handler: async () => ({}),
  }),
  get({
    path: '/rare',
    summary: 'twice a minute',
    access: 'public',
    limit: { calls: 2, perSeconds: 60 },
    answer: z.object({}),
    handler: async () => ({}),
  }),
];

const people = new Map([
  [
    1,
    { name: '甲', active: true, epoch: 1, grants: [{ role: 'officer' as const, enterpriseId: 5, regionPrefix: null }] },
  ],
  [2, { name: '乙', active: false, epoch: 1, grants: [] }],
  [
    3,
    {
      name: '丙',
      active: true,
      epoch: 1,
      grants: [{ role: 'township' as const, enterpriseId: null, regionPrefix: '330521001' }],
    },
  ],
]);
const token = (personId: number, epoch = 1, ttlS = 60) => keys.sign('access', String(personId), { epoch }, ttlS);

beforeAll(async () => {
  test = await createTestDatabase(2);
  const app = createApp(
    {
      db: test.db,
      clock,
      logger: createLogger('silent'),
      metrics: new Metrics(),
      pressure: new Pressure(),
      authenticator: createAuthenticator(
        keys,
        { find: async (personId) => people.get(personId) },
        { isEnded: async () => false },
        'https://example.test',
      ),
      partners: { admit: async () => Promise.reject(new Error('no partner comes here')) },
      once: new Once(new Map([['k1', createSecretKey(Buffer.alloc(32, 7))]])),
      verifyAnswers: true,
      trustedProxies: 0,
      https: false,
    },
    endpoints,
  );
  server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  http = supertest(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await test.drop();
});

describe('a request with a bad body', () => {
  const refused: [string, unknown, string][] = [
    ['a missing field', {}, 'body.name'],
    ['an unknown field', { name: 'a', more: 1 }, 'body.more'],
    ['a wrong type', { name: 5 }, 'body.name'],
    ['only blanks', { name: '   ' }, 'body.name'],
    ['a text that is too long', { name: '12345678901' }, 'body.name'],
    ['right-to-left override in a text', { name: 'ab\u202ecd' }, 'body.name'],
    ['a NUL in a text', { name: 'a\u0000b' }, 'body.name'],
    ['a date that does not exist', { name: 'a', on: '2026-02-30' }, 'body.on'],
    ['an instant without zone', { name: 'a', at: '2026-11-23T08:00:00' }, 'body.at'],
    ['a huge number', { name: 'a', n: 1e300 }, 'body.n'],
  ];
  it.each(refused)('is refused with the path of the fault: %s', async (_what, body, field) => {
    const answer = await http.post('/echo').send(body as object);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'WIRE.INVALID', message: expect.stringMatching(/[\u4e00-\u9fff]/) });
    expect(answer.body.details.faults.map((fault: { field: string }) => fault.field)).toContain(field);
  });

  it('is refused when the JSON is broken, of another type, a scalar, or too large', async () => {
    const raw = (type: string, body: string) => http.post('/echo').set('content-type', type).send(body);
    expect((await raw('application/json', '{"name":')).body.code).toBe('WIRE.BROKEN_JSON');
    expect((await raw('text/plain', 'name=a')).body.code).toBe('WIRE.WRONG_CONTENT_TYPE');
    expect((await raw('application/json', '"a"')).status).toBe(400);
    expect((await raw('application/json', '{"__proto__":{"a":1},"name":"a"}')).status).toBe(400);
    const large = await raw('application/json', JSON.stringify({ name: 'a'.repeat(70_000) }));
    expect([large.status, large.body.code]).toEqual([413, 'WIRE.TOO_LARGE']);
  });

  it('keeps emoji and rare characters as they are', async () => {
    expect((await http.post('/echo').send({ name: '𠮷🏭﷽' })).body).toEqual({ name: '𠮷🏭﷽' });
  });
});

describe('an unknown failure', () => {
  it('answers 500 with a request id, hides the reason, and leaves nothing half-written', async () => {
    const answer = await http.post('/half').send({});
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('WIRE.INTERNAL');
    expect(answer.body.requestId).toBe(answer.headers['x-request-id']);
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(await test.db.read.query("SELECT 1 FROM region WHERE code = '77'")).toEqual([]);
  });

  it('knows unknown paths and methods', async () => {
    expect((await http.get('/nowhere')).body.code).toBe('WIRE.NOT_FOUND');
    expect((await http.put('/echo').send({})).body.code).toBe('WIRE.METHOD_NOT_ALLOWED');
    expect((await http.get('/rows/%E0%A4%A')).status).toBeLessThan(500);
  });
});

describe('a token', () => {
  const list = (value: string) => http.get('/rows/7').set('authorization', `Bearer ${value}`);

  it('is asked for', async () => {
    expect((await http.get('/rows/7')).body.code).toBe('AUTH.TOKEN_MISSING');
  });

  it('is refused when forged, of another kind, expired, of another epoch, or of a disabled person', async () => {
    const forged = new TokenKeys(`new:${Buffer.alloc(32, 9).toString('base64')}`, clock);
    expect((await list(forged.sign('access', '1', { epoch: 1 }, 60))).body.code).toBe('AUTH.TOKEN_INVALID');
    expect((await list('a.b.c')).body.code).toBe('AUTH.TOKEN_INVALID');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"1"}').toString('base64url')}.`;
    expect((await list(unsigned)).body.code).toBe('AUTH.TOKEN_INVALID');
    expect((await list(keys.sign('scan', '1', { epoch: 1 }, 60))).body.code).toBe('AUTH.TOKEN_INVALID');
    expect((await list(token(1, 1, -1))).body.code).toBe('AUTH.TOKEN_EXPIRED');
    expect((await list(token(1, 0))).body.code).toBe('AUTH.TOKEN_REVOKED');
    expect((await list(token(2))).body.code).toBe('AUTH.TOKEN_REVOKED');
    expect((await list(token(99))).body.code).toBe('AUTH.TOKEN_REVOKED');
  });

  it('does not open what another role may do', async () => {
    expect((await list(token(3))).body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
  });

  it('of the old key still opens after the keys have rotated', async () => {
    const before = new TokenKeys(`old:${OTHER_KEY}`, clock);
    expect((await list(before.sign('access', '1', { epoch: 1 }, 60))).body).toEqual({ id: '7', person: '1' });
  });

  it('in a cookie opens reads, and writes only from our own pages', async () => {
    const cookie = `session=${token(1)}`;
    expect((await http.get('/rows/7').set('cookie', cookie)).status).toBe(200);
    expect((await http.post('/mine').set('cookie', cookie).send({})).body.code).toBe('AUTH.FOREIGN_ORIGIN');
    const foreign = http.post('/mine').set('cookie', cookie).set('origin', 'https://evil.test');
    expect((await foreign.send({})).body.code).toBe('AUTH.FOREIGN_ORIGIN');
    const own = http.post('/mine').set('cookie', cookie).set('origin', 'https://example.test');
    expect((await own.send({})).status).toBe(200);
  });
});

describe('parameters', () => {
  it.each(['0', '-1', '1e5', 'abc', '9999999999999999999'])('refuse the id %s', async (value) => {
    const answer = await http.get(`/rows/${value}`).set('authorization', `Bearer ${token(1)}`);
    expect(answer.body.code).toBe('WIRE.INVALID');
  });

  it('refuse a page size of 0, of 201, or given twice', async () => {
    for (const query of ['limit=0', 'limit=201', 'limit=1&limit=2', 'more=1']) {
      const answer = await http.get(`/rows/7?${query}`).set('authorization', `Bearer ${token(1)}`);
      expect(answer.body.code).toBe('WIRE.INVALID');
    }
  });
});

describe('limits', () => {
  it('answer 429 with the time to wait', async () => {
    await http.get('/rare');
    await http.get('/rare');
    const third = await http.get('/rare');
    expect([third.status, third.body.code]).toEqual([429, 'WIRE.TOO_MANY_REQUESTS']);
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
  });
});
