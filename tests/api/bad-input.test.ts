import { request as createRequest } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { isForPartners, type Endpoint } from '../../bff/src/core/endpoint';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';
import { buildClient, partnerToken } from '../builders/partner';

/** Walks every registered route with input that no client of ours would send: each is refused in words, none breaks. */

let test: TestApp;
const tokens = new Map<string, string>();

beforeAll(async () => {
  test = await createTestApp();
  const { db } = test.app.core;
  const enterpriseId = await buildEnterprise(db.read);
  for (const role of ['officer', 'township', 'enforcement', 'regulator'] as const) {
    tokens.set(role, await test.tokenOf(await buildActor(db.read, role, { enterpriseId, region: '3305' })));
  }
  tokens.set('partner', partnerToken(test, (await buildClient(db.read)).id));
});
afterAll(() => test.close());

function call(endpoint: Endpoint, path = endpoint.path.replace(/:\w+/g, '999999999999')) {
  const request = endpoint.method === 'GET' ? test.http.get(path) : test.http.post(path);
  if (endpoint.form) void request.type('form');
  const { access } = endpoint;
  const role = access === 'public' ? undefined : isForPartners(access) ? 'partner' : access[0];
  return role === undefined ? request : request.set('authorization', `Bearer ${tokens.get(role)}`);
}

const writes = () => test.app.endpoints.filter((endpoint) => endpoint.method === 'POST');
/** Those that take text; a file is another matter. */
const posts = () => writes().filter(({ file }) => file === undefined);
const uploads = () => writes().filter(({ file }) => file !== undefined);
const inWords = { code: expect.stringMatching(/^[A-Z]+\.[A-Z_]+$/), message: expect.stringMatching(/[\u4e00-\u9fff]/) };

describe('every write', () => {
  const bodies: [string, unknown][] = [
    ['an unknown field', { surprise: 1 }],
    ['an array', []],
    ['numbers where text belongs', { clientUuid: 5, code: 5, name: 7, token: 1, id: {} }],
    ['huge numbers', { clientUuid: 1e308, mobile: 1e308, pointId: Number.MAX_SAFE_INTEGER }],
    ['nested rubbish', { answers: [[[{}]]], photos: 'x', results: [null], items: { a: 1 } }],
    ['nulls', { clientUuid: null, code: null, username: null, password: null }],
  ];
  it.each(bodies)('refuses %s', async (_what, body) => {
    for (const endpoint of posts()) {
      const answer = await call(endpoint).send(body as object);
      expect([endpoint.path, answer.status]).toEqual([endpoint.path, 400]);
      expect(answer.body).toMatchObject({ ...inWords, code: 'WIRE.INVALID' });
    }
  });

  it('refuses a body that says gzip, deflate or br and is not, or is cut off', async () => {
    const whole = gzipSync('{"surprise": 1}');
    for (const endpoint of posts()) {
      for (const [encoding, sent] of [
        ['gzip', Buffer.from('{"surprise": 1}')],
        ['gzip', whole.subarray(0, 12)],
        ['deflate', Buffer.from('{"surprise": 1}')],
        ['br', Buffer.from('{"surprise": 1}')],
      ] as const) {
        const request = call(endpoint).set('content-encoding', encoding);
        if (!endpoint.form) void request.set('content-type', 'application/json');
        const answer = await request.serialize((body: unknown) => body as string).send(sent);
        expect([endpoint.path, answer.body.code]).toEqual([endpoint.path, 'WIRE.BROKEN_JSON']);
      }
    }
  });

  it('refuses half a character in any text, and names the field', async () => {
    for (const endpoint of posts().filter(({ form }) => !form)) {
      for (const body of ['{"note":"\\ud83d"}', '{"deep":[{"text":"a\\uDE00b"}]}', '{"\\ud800":1}']) {
        const answer = await call(endpoint).set('content-type', 'application/json').send(body);
        expect([endpoint.path, answer.body.code, answer.body.details.faults[0].problem]).toEqual([
          endpoint.path,
          'WIRE.INVALID',
          '有不完整的字符，请删去后重新输入',
        ]);
      }
    }
  });

  it('refuses what is nested without end', async () => {
    for (const endpoint of posts().filter(({ form }) => !form)) {
      const deep = `{"a":${'['.repeat(20_000)}"\\ud83d"${']'.repeat(20_000)}}`;
      const answer = await call(endpoint).set('content-type', 'application/json').send(deep);
      expect([endpoint.path, answer.body.code]).toEqual([endpoint.path, 'WIRE.INVALID']);
    }
  });

  it('refuses broken JSON, another content type and a body over its limit', async () => {
    for (const endpoint of posts()) {
      const [mine, other] = ['application/json', 'application/x-www-form-urlencoded'];
      if (!endpoint.form) {
        const broken = await call(endpoint).set('content-type', mine).send('{"a":');
        expect([endpoint.path, broken.body.code]).toEqual([endpoint.path, 'WIRE.BROKEN_JSON']);
      }
      const wrong = await call(endpoint)
        .set('content-type', endpoint.form ? mine : other)
        .send(endpoint.form ? '{}' : 'a=1');
      expect([endpoint.path, wrong.body.code]).toEqual([endpoint.path, 'WIRE.WRONG_CONTENT_TYPE']);
      const large = await call(endpoint).send({ surprise: 'x'.repeat(endpoint.maxBytes + 1) });
      expect([endpoint.path, large.status, large.body.code]).toEqual([endpoint.path, 413, 'WIRE.TOO_LARGE']);
    }
  });
});

describe('every upload', () => {
  const sent = (endpoint: Endpoint, type: string, content: Buffer) =>
    call(endpoint, `${endpoint.path}?clientUuid=6f1f9f0e-3f0c-4b7e-9a55-0a5cbd1f6a10&fileName=a.xlsx`)
      .set('content-type', type)
      .serialize((body: unknown) => body as string)
      .send(content);

  it('refuses another content type, a packed body, one over its limit, and one without its number', async () => {
    expect(uploads().length).toBeGreaterThan(3);
    for (const endpoint of uploads().filter(({ query }) => 'fileName' in query.shape)) {
      const { path, file = '', maxBytes } = endpoint;
      const answers = [
        await sent(endpoint, 'application/json', Buffer.from('{}')),
        await sent(endpoint, file, Buffer.from('{}')).set('content-encoding', 'gzip'),
        await sent(endpoint, file, Buffer.alloc(maxBytes + 1)),
        await call(endpoint).set('content-type', file).send('PK'),
      ];
      expect([path, ...answers.map(({ body }) => body.code as string)]).toEqual([
        path,
        'WIRE.WRONG_CONTENT_TYPE',
        'WIRE.WRONG_CONTENT_TYPE',
        'WIRE.TOO_LARGE',
        'WIRE.INVALID',
      ]);
    }
  });

  it('answers one that grows beyond its limit without having said so', async () => {
    const endpoint = uploads().find(({ path }) => path === '/api/penalties-imports');
    const { path, file = '', maxBytes } = endpoint!;
    const query = 'clientUuid=6f1f9f0e-3f0c-4b7e-9a55-0a5cbd1f6a10&fileName=a.xlsx';
    const pieces = function* () {
      for (let sentBytes = 0; sentBytes <= maxBytes; sentBytes += 65_536) yield Buffer.alloc(65_536);
    };
    const code = await new Promise<string>((resolve, reject) => {
      const request = createRequest(`${test.http.get('/').url.replace(/\/$/, '')}${path}?${query}`, {
        method: 'POST',
        headers: { 'content-type': file, authorization: `Bearer ${tokens.get('enforcement')}` },
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve((JSON.parse(Buffer.concat(chunks).toString()) as { code: string }).code));
      });
      request.on('error', reject);
      Readable.from(pieces()).pipe(request);
    });
    expect(code).toBe('WIRE.TOO_LARGE');
  });
});

describe('every route with a parameter', () => {
  it('refuses one that is no id, or knows no such row; never breaks', async () => {
    for (const endpoint of test.app.endpoints.filter(({ path }) => path.includes(':'))) {
      for (const value of ['0', '-1', 'abc', '1%27%20OR%201=1', '%F0%9F%92%A5', '9'.repeat(40), '%E0%A4%A']) {
        const answer = await call(endpoint, endpoint.path.replace(/:\w+/g, value)).send({});
        expect([endpoint.path, value, answer.status >= 400 && answer.status < 500]).toEqual([
          endpoint.path,
          value,
          true,
        ]);
      }
    }
  });
});

describe('every read', () => {
  it('refuses an unknown query field', async () => {
    for (const endpoint of test.app.endpoints.filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/api/'),
    )) {
      const answer = await call(endpoint).query({ surprise: '1' });
      expect([endpoint.path, answer.body.code]).toEqual([endpoint.path, 'WIRE.INVALID']);
    }
  });
});
