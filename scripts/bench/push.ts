import { setTimeout as sleep } from 'node:timers/promises';
import { buildApp } from '../../bff/src/app';
import { businessDate, MovableClock, shanghaiInstant, systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import type { Database } from '../../bff/src/core/database';
import { startWechatStandin, type WechatStandin } from '../../tests/standins/wechat';
import { benchCounty } from './county';
import { benchEnvironment, round, type Bench } from './frame';

const OFFICERS = 20_000;
const LATENCY_MS = 120;
/** How often a call is carried out and its answer lost. */
const LOST_EACH_MS = 2_000;
const LOSING_ENDS = 0.9 * OFFICERS;
/** As the server rings its loops. */
const EVERY_MS = 500;
const PATIENCE_MS = 20 * 60_000;
const SEND = '/cgi-bin/message/subscribe/send';
const TEMPLATE = 'a';

/**
 * The morning's push: 20,000 officers, each with a list, by a WeChat that takes 120 ms for each call and now and then
 * loses an answer. From the ring of 08:00, whatever the hour is, until the outbox is empty: all of them told, and twice
 * only those whose answer was lost.
 */
export const push: Bench = async ({ url, db, say }) => {
  await benchCounty(db, OFFICERS, 1);
  const clock = new MovableClock();
  clock.moveTo(shanghaiInstant(businessDate(systemClock.now()), '08:00'));
  const wechat = await startWechatStandin({
    clock,
    appId: 'wx',
    secret: 's',
    templates: { [TEMPLATE]: ['thing1', 'number2', 'time3', 'thing4'] },
    latencyMs: LATENCY_MS,
  });
  await officersInWechat(db, wechat);
  const config = readConfig({ ...benchEnvironment(url), WECHAT_API: wechat.url });
  const app = buildApp({ config, clock });
  // The last ones meet a platform that is well, as in the morning everybody else does.
  const losing = setInterval(() => {
    if (wechat.messages().length < LOSING_ENDS) wechat.fail(SEND, 'lost');
  }, LOST_EACH_MS);
  try {
    say(`${OFFICERS} officers, ${LATENCY_MS} ms a call`);
    await app.jobs.runOnly('dispatch');
    const began = performance.now();
    await app.jobs.runOnly('push-list');
    let told = performance.now();
    for (let left = OFFICERS; left > 0; left = await waiting(db)) {
      if (told - began > PATIENCE_MS) throw new Error(`${left} messages still wait`);
      const round = performance.now();
      await app.jobs.tickLoops();
      await sleep(Math.max(0, EVERY_MS - (performance.now() - round)));
      told = performance.now();
    }
    const { lost, twice } = counted(wechat);
    if (lost > 0) throw new Error(`${lost} officers were told nothing`);
    if (twice > 0) throw new Error(`${twice} officers were told twice though the first answer had come`);
    const repeats = wechat.messages().filter(({ answerLost }) => answerLost).length;
    const minutes = (told - began) / 60_000;
    return [
      { bench: 'push', figure: 'push', value: round(minutes), unit: 'min' },
      { bench: 'push', figure: 'push-rate', value: Math.round(OFFICERS / (minutes * 60)), unit: 'messages/s' },
      { bench: 'push', figure: 'push-lost-answers', value: repeats, unit: 'messages' },
    ];
  } finally {
    clearInterval(losing);
    await app.close();
    await wechat.stop();
  }
};

async function officersInWechat(db: Database, wechat: WechatStandin): Promise<void> {
  const now = systemClock.now();
  await db.read.execute(
    "INSERT INTO person_identity (provider, subject, person_id, bound_at) SELECT 'wechat', CONCAT('openid-', i + 1), i + 1, ? FROM n WHERE i < ?",
    [now, OFFICERS],
  );
  await db.read.execute(
    "INSERT INTO consent (person_id, template, remaining) SELECT i + 1, 'dailyList', 2 FROM n WHERE i < ?",
    [OFFICERS],
  );
  for (let id = 1; id <= OFFICERS; id += 1) {
    wechat.addUser({ openid: `openid-${id}`, mobile: String(13_000_000_000 + id) });
    // One more than one message needs: a repeat must be possible to be seen.
    wechat.grantConsent(`openid-${id}`, TEMPLATE, 2);
  }
}

async function waiting(db: Database): Promise<number> {
  const [row] = await db.read.query<{ n: number }>("SELECT COUNT(*) AS n FROM notification WHERE state = 'queued'");
  return row?.n ?? 0;
}

/** How many were told nothing, and how many more often than lost answers excuse. */
function counted(wechat: WechatStandin): { lost: number; twice: number } {
  const arrived = new Map<string, { all: number; lost: number }>();
  for (const { openid, answerLost } of wechat.messages()) {
    const count = arrived.get(openid) ?? { all: 0, lost: 0 };
    arrived.set(openid, { all: count.all + 1, lost: count.lost + (answerLost ? 1 : 0) });
  }
  const twice = [...arrived.values()].filter(({ all, lost }) => all > 1 + lost).length;
  return { lost: OFFICERS - arrived.size, twice };
}
