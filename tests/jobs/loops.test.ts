import { systemClock } from '../../bff/src/core/clock';
import { JobRunner, type Loop } from '../../bff/src/core/jobs';
import { createLogger } from '../../bff/src/core/logger';
import { Pressure } from '../../bff/src/core/pressure';
import { createTestDatabase, type TestDatabase } from '../builders/database';

/** Queues share one runner: none may keep the others waiting for good. */

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const runner = (...loops: Loop[]) => {
  const jobs = new JobRunner(test.db, systemClock, createLogger('silent'), 'a');
  loops.forEach((loop) => jobs.addLoop(loop));
  return jobs;
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('a queue that fills as fast as it is emptied gives way, and has its turn again', async () => {
  const turns: string[] = [];
  let full = true;
  const greedy: Loop = {
    name: 'greedy',
    drain: async () => {
      if (turns.at(-1) !== 'greedy') turns.push('greedy');
      await pause(20);
      return full ? 1 : 0;
    },
  };
  const modest: Loop = {
    name: 'modest',
    drain: async () => {
      turns.push('modest');
      full = turns.length < 4;
      return 0;
    },
  };
  await runner(greedy, modest).tick();
  expect(turns).toEqual(['greedy', 'modest', 'greedy', 'modest', 'greedy', 'modest']);
});

it('the express queue is emptied while another is at work, once at a time, and a stop waits for it', async () => {
  const done: string[] = [];
  let left = 3;
  const express: Loop = {
    name: 'express',
    drain: async () => {
      await pause(10);
      if (left === 0) return 0;
      done.push('express');
      left -= 1;
      return 1;
    },
  };
  const slow: Loop = {
    name: 'slow',
    drain: async () => {
      await pause(200);
      done.push('slow');
      return 0;
    },
  };
  const jobs = runner(slow);
  jobs.setExpress(express);
  const round = jobs.tick();
  await Promise.all([jobs.tickExpress(), jobs.tickExpress()]);
  expect(done).toEqual(['express', 'express', 'express']);
  await round;
  expect(done.at(-1)).toBe('slow');
  left = 1;
  void jobs.tickExpress();
  await jobs.stop();
  expect(done.at(-1)).toBe('express');
});

it('work that gets no answer holds up no other, is seen, and a stop does not wait for it beyond its time', async () => {
  let served = 0;
  let answer = () => undefined as void;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const deaf: Loop = { name: 'deaf', drain: () => answered.then(() => 0) };
  const healthy: Loop = { name: 'healthy', drain: async () => ((served += 1), 0) };
  const jobs = runner(deaf, healthy);
  jobs.addDaily({
    name: 'stuck',
    at: '00:00',
    plan: () => answered.then(() => []),
    runChunk: async () => 0,
  });
  let rings = 0;
  while (served < 3) {
    jobs.ring();
    rings += 1;
    await pause(5);
  }
  expect(rings).toBeLessThan(50);
  expect(jobs.inHand().map(({ name }) => name)).toEqual(['stuck', 'deaf']);
  const began = performance.now();
  expect(await jobs.stop(100)).toEqual(['stuck', 'deaf']);
  expect(performance.now() - began).toBeLessThan(2000);
  answer();
  expect(await jobs.stop()).toEqual([]);
});

it('a job that waits for another begins when that is done, not a minute later', async () => {
  const done: string[] = [];
  const jobs = runner();
  const daily = (name: string, after: string[]) =>
    jobs.addDaily({
      name,
      at: '00:00',
      after,
      plan: () => Promise.resolve([{ from: 1, to: 1 }]),
      runChunk: async () => {
        await pause(50);
        return done.push(name);
      },
    });
  daily('third', ['second']);
  daily('second', ['first']);
  daily('first', []);
  jobs.ring();
  for (let waited = 0; waited < 200 && done.length < 3; waited += 1) await pause(20);
  expect(done).toEqual(['first', 'second', 'third']);
  await jobs.stop();
});

it('queues leave the machine to requests while many are in hand, go on nevertheless, and a stop waits for no rest', async () => {
  const pressure = new Pressure();
  const jobs = new JobRunner(test.db, systemClock, createLogger('silent'), 'a', pressure);
  let [worked, began, rested] = [0, 0, 0];
  jobs.addLoop({
    name: 'work',
    drain: async () => {
      if (worked > 0) rested = performance.now() - began;
      await pause(50);
      worked += 1;
      began = performance.now();
      return 1;
    },
  });
  const requests = Array.from({ length: 20 }, () => pressure.enter());
  jobs.ring();
  for (let waited = 0; waited < 500 && worked < 3; waited += 1) await pause(10);
  expect(worked).toBeGreaterThanOrEqual(3);
  expect(rested).toBeGreaterThan(100);
  for (const answered of requests) answered();
  expect(pressure.restAfter(1000)).toBe(0);
  requests.push(...Array.from({ length: 20 }, () => pressure.enter()));
  await jobs.stop();
});
