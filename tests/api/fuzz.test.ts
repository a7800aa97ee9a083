import { fuzzed } from '../../scripts/bench/fuzz';
import { seedDemoCounty } from '../../scripts/demo/seed';
import { factsMayMoveSilently } from '../facts-are-told';
import { createTestApp, type TestApp } from '../builders/app';

/** Nearly right requests to every route over a small county: the same ones each time, others by FUZZ_SEED. */

const ENTERPRISES = 20;
const DAYS = 40;
const REQUESTS = 3000;

let test: TestApp;
beforeAll(async () => {
  factsMayMoveSilently();
  test = await createTestApp({ env: { TRUSTED_PROXIES: '1' } });
  await seedDemoCounty(test.app.core.db, { enterprises: ENTERPRISES, days: DAYS, now: test.clock.now() });
});
afterAll(() => test?.close());

it('answers each of them, and none by a fault of its own', async () => {
  const { statuses, faults } = await fuzzed(test.app, test.base, {
    requests: REQUESTS,
    seed: Number(process.env['FUZZ_SEED'] ?? 1),
  });
  expect(faults).toEqual([]);
  // Most are refused by their schema; enough get through to what lies behind it.
  expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 10);
  expect(statuses.get(404)).toBeGreaterThan(REQUESTS / 20);
});
