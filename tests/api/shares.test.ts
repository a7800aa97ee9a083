import { createTestApp, type TestApp } from '../builders/app';
import { buildActor } from '../builders/directory';

/** Whoever takes all that his kind may have keeps no other kind from its work, and his own kind is told. */

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.close());

it('officials who ask for more than the database gives are told that it is busy, while officers and jobs go on', async () => {
  const { db } = test.app.core;
  const officer = { authorization: `Bearer ${await test.tokenOf(await buildActor(db.read, 'officer'))}` };
  const official = { authorization: `Bearer ${await test.tokenOf(await buildActor(db.read, 'regulator'))}` };
  // Known to the server, so that only what they ask for needs a connection.
  expect((await test.http.get('/api/enterprises').set(official)).status).toBe(200);
  let release = () => undefined as void;
  const free = new Promise<void>((resolve) => (release = resolve));
  const taken = ['one', 'other'].map((who) => db.of('officials', who).transaction(() => free));
  const began = performance.now();
  const refused = test.http.get('/api/enterprises').set(official);
  const [list] = await Promise.all([
    test.http.get('/api/tasks/today').set(officer),
    test.app.jobs.tickLoops(),
    test.http.get('/healthz'),
  ]);
  expect(list.status).toBe(200);
  const answer = await refused;
  expect([answer.status, answer.body.code, Number(answer.headers['retry-after']) > 0]).toEqual([
    503,
    'WIRE.BUSY',
    true,
  ]);
  expect(performance.now() - began).toBeLessThan(9000);
  release();
  await Promise.all(taken);
  expect((await test.http.get('/api/enterprises').set(official)).status).toBe(200);
});
