import { EventLog, type StoredEvent } from '../../bff/src/core/events';
import { createLogger } from '../../bff/src/core/logger';
import { Metrics } from '../../bff/src/core/metrics';
import { systemClock } from '../../bff/src/core/clock';
import { createTestDatabase, type TestDatabase } from '../builders/database';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const logOf = (name: string) => new EventLog(test.db, systemClock, createLogger('silent'), new Metrics(), name);
const fact = (subject: number, type = 'thing.happened') => ({
  type,
  subject: { type: 'thing', id: subject },
  actorId: null,
  payload: { n: subject },
});

describe('EventLog', () => {
  it('appends nothing when the transaction around it fails', async () => {
    const log = logOf('a');
    const work = test.db.transaction(async (tx) => {
      await log.append(tx, [fact(1)]);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await test.db.read.query('SELECT 1 FROM event')).toEqual([]);
  });

  it('stores what nobody waits for as handled', async () => {
    const log = logOf('a');
    await test.db.transaction((tx) => log.append(tx, [fact(1)]));
    expect(await log.drain()).toBe(0);
    expect(await test.db.read.query('SELECT 1 FROM event WHERE handled_at IS NOT NULL')).toHaveLength(1);
  });

  it('hands each event to its handlers once, whatever number of instances drain at the same time', async () => {
    const seen: number[] = [];
    const logs = ['a', 'b', 'c'].map((name) => {
      const log = logOf(name);
      log.register({
        type: 'thing.happened',
        handle: async (_tx, event: StoredEvent) => {
          seen.push(event.payload['n'] as number);
        },
      });
      return log;
    });
    const facts = Array.from({ length: 250 }, (_, index) => fact(index));
    await test.db.transaction((tx) => logs[0]!.append(tx, facts));
    for (let round = 0; round < 5; round += 1) await Promise.all(logs.map((log) => log.drain()));
    expect(seen.sort((a, b) => a - b)).toEqual(facts.map((_, index) => index));
  });

  it('handles several enterprises at the same time, and the events of each in their order', async () => {
    const log = logOf('a');
    const seen: string[] = [];
    let atOnce = 0;
    let most = 0;
    log.register({
      type: 'thing.happened',
      handle: async (_tx, event: StoredEvent) => {
        most = Math.max(most, (atOnce += 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        atOnce -= 1;
        seen.push(`${event.enterpriseId}:${String(event.payload['n'])}`);
      },
    });
    const facts = Array.from({ length: 30 }, (_, n) => ({ ...fact(n), enterpriseId: n % 3 }));
    await test.db.transaction((tx) => log.append(tx, facts));
    const [one, other] = await Promise.all([log.drain(), log.drain()]);
    expect([one, other]).toEqual([30, 30]);
    expect(most).toBeGreaterThan(1);
    for (const enterprise of [0, 1, 2]) {
      const order = seen.filter((each) => each.startsWith(`${enterprise}:`)).map((each) => Number(each.split(':')[1]));
      expect(order).toEqual(Array.from({ length: 10 }, (_, n) => 3 * n + enterprise));
    }
  });

  it('rolls a failing handler back, keeps the event, and handles it again after the lease', async () => {
    const log = logOf('a');
    let broken = true;
    log.register({
      type: 'thing.happened',
      handle: async (tx) => {
        await tx.execute("INSERT INTO region (code, name, level) VALUES ('9', 'x', 'city')");
        if (broken) throw new Error('not yet');
      },
    });
    await test.db.transaction((tx) => log.append(tx, [fact(1)]));
    expect(await log.drain()).toBe(0);
    expect(await test.db.read.query('SELECT 1 FROM region')).toEqual([]);
    broken = false;
    expect(await log.drain()).toBe(0);
    await test.db.read.execute('UPDATE event SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND');
    expect(await log.drain()).toBe(1);
    expect(await test.db.read.query('SELECT 1 FROM region')).toHaveLength(1);
  });
});
