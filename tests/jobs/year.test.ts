import { MovableClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { simulate } from '../../scripts/demo/simulation';
import { testEnvironment } from '../builders/app';
import { createTestDatabase } from '../builders/database';
import { factsMayMoveSilently } from '../facts-are-told';

/** Six weeks of a small county, every job at its time; `npm run bench -- year` lets the whole county live a year. */
// The county itself is made by the demo, not by the house.
factsMayMoveSilently();

it('nobody gets more than five messages on a day without a major finding', async () => {
  const test = await createTestDatabase();
  try {
    const config = readConfig(testEnvironment(test.url));
    const place = { config, clock: new MovableClock(), db: test.db };
    const counted = await simulate(place, { enterprises: 40, start: '2026-10-12', days: 42 });
    expect(counted.busiest[0]?.n).toBeLessThanOrEqual(5);
    // It was no quiet county: people were told of all sorts of things.
    const kinds = counted.byKind.map(({ kind }) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['dailyList', 'reminder', 'warning.digest', 'finding.due', 'finding.answered']),
    );
  } finally {
    await test.drop();
  }
}, 180_000);
