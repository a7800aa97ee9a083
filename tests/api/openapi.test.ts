import { Validator } from '@seriousme/openapi-schema-validator';
import type { z } from 'zod';
import { until } from '../faults/fleet';
import { createTestApp, type TestApp } from '../builders/app';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

interface Operation {
  operationId: string;
  summary: string;
  security: unknown[];
}

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const { body } = await test.http.get('/openapi.json');
    const result = await new Validator().validate(body);
    expect(result).toMatchObject({ valid: true });
    expect(body.openapi).toBe('3.1.0');
  });

  it('describes every registered route with a Chinese summary and a name of its own', async () => {
    const { body } = await test.http.get('/openapi.json');
    const paths = body.paths as Record<string, Record<string, Operation>>;
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(test.app.endpoints.length);
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
    for (const operation of operations) expect(operation.summary).toMatch(/[\u4e00-\u9fff]/);
    const secured = operations.filter((operation) => operation.security.length > 0).length;
    expect(secured).toBe(test.app.endpoints.filter((endpoint) => endpoint.access !== 'public').length);
  });

  it('shows partners examples that fit the schemas', async () => {
    const { body } = await test.http.get('/openapi.json');
    const shown = JSON.stringify(body.paths['/api/partner/v1/codes/{uscc}']);
    expect(shown).toContain('"example":{"uscc":');
    const endpoints = test.app.endpoints.filter(({ examples }) => examples.answer !== undefined);
    expect(endpoints.length).toBeGreaterThan(4);
    for (const { path, examples, answer, body: schema } of endpoints) {
      const faults = (value: unknown, of: unknown) => (of as z.ZodType).safeParse(value).error?.issues;
      expect([path, faults(examples.answer, answer)]).toEqual([path, undefined]);
      if (schema !== undefined) expect([path, faults(examples.body, schema)]).toEqual([path, undefined]);
    }
  });

  it('lists every problem code', async () => {
    const { body } = await test.http.get('/openapi.json');
    expect(body.info.description).toContain('| WIRE.INVALID | 400 |');
    expect(body.info.description).toContain('| AUTH.TOKEN_EXPIRED | 401 |');
  });
});

describe('the operations pages', () => {
  it('tell that the process is alive and ready, and what it measures', async () => {
    expect((await test.http.get('/healthz')).body).toEqual({ status: 'alive' });
    expect((await test.http.get('/readyz')).body).toEqual({ status: 'ready' });
    const metrics = await test.http.get('/metrics');
    expect(metrics.text).toContain('http_request_seconds_bucket');
    expect(metrics.text).toContain('route="/readyz"');
  });

  it('give figures to nobody who comes through a proxy, and from elsewhere only by token', async () => {
    for (const header of ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'via', 'x-real-ip']) {
      const answer = await test.http.get('/metrics').set(header, '127.0.0.1');
      expect([header, answer.status, answer.body.code]).toEqual([header, 403, 'HEALTH.INSIDE_ONLY']);
    }
    const guarded = await createTestApp({ env: { METRICS_TOKEN: 'a-token-of-the-city' } });
    try {
      const asked = (token?: string) => {
        const request = guarded.http.get('/metrics');
        return token === undefined ? request : request.set('authorization', `Bearer ${token}`);
      };
      expect((await asked()).status).toBe(403);
      expect((await asked('another')).status).toBe(403);
      expect((await asked('a-token-of-the-city').set('x-forwarded-for', '10.0.0.9')).status).toBe(403);
      expect((await asked('a-token-of-the-city')).text).toContain('http_request_seconds');
    } finally {
      await guarded.close();
    }
  });

  it('are made once, however many ask: the figures in a second, the document for good', async () => {
    let made = 0;
    const { registry } = test.app.core.metrics;
    const render = registry.metrics.bind(registry);
    registry.metrics = () => {
      made += 1;
      return render();
    };
    const answers = await Promise.all(Array.from({ length: 40 }, () => test.http.get('/metrics')));
    registry.metrics = render;
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    // A burst may lie across the end of a second, on a slow machine of several.
    expect(made).toBeLessThan(20);
    const stringify = jest.spyOn(JSON, 'stringify');
    const documents = [];
    for (let time = 0; time < 5; time += 1) documents.push((await test.http.get('/openapi.json')).text);
    const rendered = stringify.mock.calls.filter(
      ([value]) => (value as { openapi?: string } | null)?.openapi === '3.1.0',
    );
    stringify.mockRestore();
    expect(new Set(documents).size).toBe(1);
    expect(rendered.length).toBeLessThanOrEqual(1);
  });

  it('do not say ready while migrations are missing', async () => {
    await test.app.core.db.read.execute("DELETE FROM migration WHERE name = '0004_notifications.sql'");
    // The answer of before is given for a second.
    await until('/readyz to turn', async () => (await test.http.get('/readyz')).status === 503);
    await test.app.core.db.read.execute("INSERT INTO migration (name) VALUES ('0004_notifications.sql')");
    await until('/readyz to turn back', async () => (await test.http.get('/readyz')).status === 200);
  });
});
