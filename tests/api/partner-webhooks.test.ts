import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPrivateAddress, retryAfter, urlIsAllowed } from '../../bff/src/features/partner/webhook.rules';
import { createWebhookCall } from '../../bff/src/gateways/webhook-call';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';
import { buildClient, buildCode, partnerToken, usccOf, type BuiltClient } from '../builders/partner';

/** Messages to partners when a colour changes: signed, at least once, tried again, given up, sent again. */

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

let test: TestApp;
let bank: BuiltClient;
let enterpriseId: number;
let receiver: Server;
let received: Received[];
let status: number;
let location: string | undefined;

beforeEach(async () => {
  test = await createTestApp();
  const { read } = test.app.core.db;
  bank = await buildClient(read);
  enterpriseId = await buildEnterprise(read);
  await buildCode(read, enterpriseId);
  [received, status, location] = [[], 204, undefined];
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status, location === undefined ? {} : { location }).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await test.close();
});

const read = () => test.app.core.db.read;
const headers = (client = bank) => ({ authorization: `Bearer ${partnerToken(test, client.id)}` });
const here = (path = '/hook') => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;
const register = (url: string, client = bank, clientUuid: string = randomUUID()) =>
  test.http.post('/api/partner/v1/webhooks').set(headers(client)).send({ clientUuid, url });

async function change(to = 'red'): Promise<void> {
  const { db, events } = test.app.core;
  await db.transaction((tx) =>
    events.append(tx, [
      {
        type: 'code.changed',
        enterpriseId,
        subject: { type: 'enterprise', id: enterpriseId },
        actorId: null,
        payload: { from: 'green', to, score: 41, version: 4 },
      },
    ]),
  );
}

const states = () =>
  read().query<{ state: string; attempts: number; outcome: string }>(
    'SELECT state, attempts, outcome FROM partner_delivery ORDER BY id',
  );

/** Rings the queues and waits until nothing is being sent any more. */
async function ring(): Promise<void> {
  await test.app.jobs.tickLoops();
  for (let i = 0; i < 200; i += 1) {
    const held = await read().query(
      "SELECT 1 FROM partner_delivery WHERE state = 'queued' AND (lease_owner IS NOT NULL OR next_attempt_at <= ?)",
      [test.clock.now()],
    );
    if (held.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('messages are still on their way');
}

describe('a change', () => {
  it('reaches the receiver once, signed, without the score', async () => {
    const { body: webhook } = await register(here());
    await change();
    await ring();
    await ring();
    expect(received).toHaveLength(1);
    const [message] = received;
    expect(JSON.parse(message!.body)).toEqual({
      type: 'code.changed',
      timestamp: expect.any(String),
      data: {
        uscc: await usccOf(read(), enterpriseId),
        name: expect.any(String),
        from: 'green',
        colour: 'red',
        since: expect.any(String),
        version: 4,
      },
    });
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = message!.headers;
    const secret = Buffer.from(webhook.secret.replace('whsec_', ''), 'base64');
    const wanted = createHmac('sha256', secret)
      .update(`${String(id)}.${String(at)}.${message!.body}`)
      .digest('base64');
    expect(signature).toBe(`v1,${wanted}`);
    expect(Number(at) * 1000).toBeGreaterThan(test.clock.now().getTime() - 10_000);
    expect(await states()).toEqual([{ state: 'sent', attempts: 1, outcome: 'ok' }]);
  });

  it('is told to those alone who are told of such and have the enterprise in their region', async () => {
    const away = await buildClient(read(), { region: '330522' });
    await register(here('/away'), away);
    const off = await buildClient(read());
    await register(here('/off'), off);
    await read().execute('UPDATE partner_client SET active = FALSE WHERE id = ?', [off.id]);
    const { body: gone } = await register(here('/gone'));
    await change();
    await test.app.core.events.drain();
    await test.http.post(`/api/partner/v1/webhooks/${gone.id}/remove`).set(headers()).send({});
    await ring();
    expect(received).toEqual([]);
    expect((await states()).map(({ state }) => state)).toEqual(['cancelled']);
  });

  it('is queued once, however often its event is handled', async () => {
    await register(here());
    await change();
    await test.app.core.events.drain();
    await read().execute("UPDATE event SET handled_at = NULL WHERE type = 'code.changed'");
    await test.app.core.events.drain();
    expect(await states()).toHaveLength(1);
  });
});

describe('a receiver that fails', () => {
  it('is tried again later and later with the same id, then given up, and sent again by the regulator', async () => {
    await register(here());
    status = 500;
    await change();
    await ring();
    for (const wait of [12, 72, 360, 2160, 8640, 25_920]) {
      test.clock.moveBy(wait * 1000);
      await ring();
    }
    expect(received).toHaveLength(7);
    expect(new Set(received.map((message) => message.headers['webhook-id'])).size).toBe(1);
    expect(await states()).toEqual([{ state: 'dead', attempts: 7, outcome: 'http 500' }]);

    const regulator = { authorization: `Bearer ${await test.tokenOf(await buildActor(read(), 'regulator'))}` };
    const other = await test.tokenOf(await buildActor(read(), 'regulator', { region: '330522' }));
    const dead = await test.http.get('/api/partner-deliveries?state=dead').set(regulator);
    expect(dead.body.rows).toEqual([expect.objectContaining({ name: '测试银行', url: here(), outcome: 'http 500' })]);
    // The agency sees its own, nobody else's.
    const rival = await buildClient(test.app.core.db.read, { name: '别的银行' });
    const listed = async (client: BuiltClient) =>
      (await test.http.get('/api/partner/v1/deliveries?state=dead').set(headers(client))).body.rows;
    expect(await listed(bank)).toEqual(dead.body.rows);
    expect(await listed(rival)).toEqual([]);
    const foreign = `/api/partner/v1/deliveries/${dead.body.rows[0].id}/resend`;
    expect((await test.http.post(foreign).set(headers(rival)).send({})).body.code).toBe('WIRE.NOT_FOUND');
    const again = `/api/partner-deliveries/${dead.body.rows[0].id}/resend`;
    expect((await test.http.post(again).set('authorization', `Bearer ${other}`).send({})).status).toBe(404);
    status = 200;
    expect((await test.http.post(again).set(regulator).send({})).body).toEqual({ queued: true });
    await ring();
    expect(received).toHaveLength(8);
    expect((await states())[0]?.state).toBe('sent');
  });

  it('leads nobody astray: a redirect counts as a failure', async () => {
    await register(here());
    status = 302;
    location = here('/elsewhere');
    await change();
    await ring();
    expect(received).toHaveLength(1);
    expect(await states()).toEqual([{ state: 'queued', attempts: 1, outcome: 'http 302' }]);
  });

  it('that is not there does not hold up the other queues', async () => {
    await register('http://127.0.0.1:9/hook');
    await change();
    await ring();
    expect(await states()).toEqual([{ state: 'queued', attempts: 1, outcome: 'ECONNREFUSED' }]);
  });
});

describe('an address', () => {
  it('is registered once, and five at most', async () => {
    const uuid = randomUUID();
    const first = await register(here(), bank, uuid);
    expect(first.body.secret).toMatch(/^whsec_/);
    expect((await register(here(), bank, uuid)).body).toEqual(first.body);
    expect((await register(here('/other'), bank, uuid)).body.code).toBe('WIRE.DIFFERENT_CONTENT');
    for (let n = 1; n < 5; n += 1) await register(here(`/${n}`));
    expect((await register(here('/6'))).body.code).toBe('PARTNER.TOO_MANY_WEBHOOKS');
    const other = await buildClient(read());
    const strange = await test.http
      .post(`/api/partner/v1/webhooks/${first.body.id}/remove`)
      .set(headers(other))
      .send({});
    expect(strange.status).toBe(404);
    expect((await test.http.get('/api/partner/v1/webhooks').set(headers(other))).body.rows).toEqual([]);
    for (const url of ['http://bank.example.com/', 'ftp://bank.example.com/', 'not an address']) {
      expect((await register(url, other)).body.code).toBe('PARTNER.URL_NOT_ALLOWED');
    }
  });

  it('is public and https in production', () => {
    expect(urlIsAllowed('https://bank.example.com/hooks?x=1', true)).toBe(true);
    for (const url of [
      'http://bank.example.com/',
      'https://user:pass@bank.example.com/',
      'https://localhost/',
      'https://intranet/',
      'https://db.internal/',
      'https://127.0.0.1/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://10.1.2.3/',
      'https://169.254.169.254/latest/meta-data',
      'https://100.100.100.200/',
      'https://[::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://[fd00::1]/',
      'file:///etc/passwd',
    ]) {
      expect([url, urlIsAllowed(url, true)]).toEqual([url, false]);
    }
    expect(urlIsAllowed('http://127.0.0.1:8080/', false)).toBe(true);
    expect(urlIsAllowed('http://10.0.0.1/', false)).toBe(false);
  });

  it('that a name resolves to is looked at too', async () => {
    expect([
      isPrivateAddress('93.184.216.34'),
      isPrivateAddress('2400:3200::1'),
      isPrivateAddress('192.168.1.1'),
    ]).toEqual([false, false, true]);
    const call = createWebhookCall(isPrivateAddress);
    const { port } = receiver.address() as AddressInfo;
    expect(await call(`http://localhost:${port}/`, {}, '{}')).toBe('ADDRESS_NOT_ALLOWED');
    expect(received).toEqual([]);
  });
});

it('waits longer each time, with some luck, and not for ever', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((attempts) => retryAfter(attempts, 0.5))).toEqual([
    10,
    60,
    300,
    1800,
    7200,
    21_600,
    undefined,
  ]);
  expect([retryAfter(1, 0), retryAfter(1, 1)]).toEqual([8, 12]);
});
