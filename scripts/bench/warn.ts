import { fork } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { buildApp } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import type { Database } from '../../bff/src/core/database';
import { benchCounty, benchTokens } from './county';
import { benchEnvironment, round, type Bench } from './frame';
import { reportBodies } from './submit';

const OFFICERS = 400;
const POINTS = 20;
const PER_SECOND = 200;
const SECONDS = 35;
/** The first reports only warm up. */
const WARM_UP_S = 5;
/** One report in so many finds something major, each at another enterprise; one in ten something minor. */
const MAJOR_EVERY = 25;
const MINOR_EVERY = 10;
/** How often the township's phone looks. */
const LOOK_MS = 20;
const PATIENCE_MS = 20_000;

/**
 * Reports come in at a steady rate, whatever the server does, while its jobs run as in production. For each major one:
 * the time from the answer to its report, which was committed then, until its warning stands in the officials' list.
 */
export const warn: Bench = async ({ url, db, say }) => {
  await benchCounty(db, OFFICERS, POINTS);
  await officials(db);
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  await app.jobs.runOnly('dispatch');
  await app.close();
  const all = await reportBodies(db, (task) =>
    task % MAJOR_EVERY === 0 ? ['EV06'] : task % MINOR_EVERY === 1 ? ['EV04'] : [],
  );
  const { sent, majors } = inOrder(all);
  const tokens = benchTokens(2 * OFFICERS);
  const options = {
    execArgv: ['--max-semi-space-size=64', '--import', 'tsx'],
    env: { ...process.env, ...benchEnvironment(url) },
  };
  const server = fork(path.join(__dirname, 'server.ts'), ['working'], options);
  try {
    const port = await new Promise<number>((resolve, reject) => {
      server.once('message', (message) => resolve(message as number));
      server.once('exit', () => reject(new Error('the server under measurement ended')));
    });
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 64, pipelining: 1 });
    const ask = async (where: string, token: string, body?: string) => {
      const { statusCode, body: answer } = await pool.request({
        path: where,
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      });
      const text = await answer.text();
      if (statusCode !== 200) throw new Error(`${where} answered ${statusCode}: ${text.slice(0, 300)}`);
      return text;
    };
    const visible = async (officer: number): Promise<number> => {
      const committed = performance.now();
      while (performance.now() - committed < PATIENCE_MS) {
        const text = await ask(
          `/api/warnings?level=major&enterpriseId=${officer}`,
          tokens[OFFICERS + officer - 1] ?? '',
        );
        if (text.includes('"major_finding"')) break;
        await sleep(LOOK_MS);
      }
      return performance.now() - committed;
    };
    say(`${sent.length} reports, ${PER_SECOND} a second`);
    const answered: number[] = [];
    const seen: number[] = [];
    const began = performance.now();
    const work: Promise<void>[] = [];
    for (const [index, { officer, body }] of sent.entries()) {
      const due = began + (index * 1000) / PER_SECOND;
      if (due > performance.now()) await sleep(due - performance.now());
      const measured = index >= WARM_UP_S * PER_SECOND;
      const one = async () => {
        await ask('/api/reports', tokens[officer - 1] ?? '', body);
        // From when it should have left: a queue on our side counts as waiting.
        if (measured) answered.push(performance.now() - due);
        if (!majors.has(index)) return;
        const ms = await visible(officer);
        if (measured) seen.push(ms);
      };
      work.push(one());
    }
    await Promise.all(work);
    const seconds = (performance.now() - began) / 1000;
    await pool.close();
    say(`reports answered: p50 ${Math.round(at(answered, 0.5))} ms, p99 ${Math.round(at(answered, 0.99))} ms`);
    return [
      {
        bench: 'warn',
        figure: 'warn',
        value: round(at(seen, 0.99)),
        unit: 'ms',
        p50Ms: round(at(seen, 0.5)),
        p99Ms: round(at(seen, 0.99)),
      },
      { bench: 'warn', figure: 'warn-slowest', value: round(at(seen, 1)), unit: 'ms' },
      { bench: 'warn', figure: 'warn-majors', value: seen.length, unit: 'warnings' },
      { bench: 'warn', figure: 'warn-rate', value: Math.round(sent.length / seconds), unit: 'reports/s' },
    ];
  } finally {
    server.kill('SIGTERM');
  }
};

/** A regulator who watches each enterprise, since nobody may ask as often as all of them together; one person who is told. */
async function officials(db: Database): Promise<void> {
  const now = systemClock.now();
  await db.read.execute(
    "INSERT INTO person (id, name, mobile, created_at) SELECT ? + i + 1, CONCAT('监管员', i), 20000000000 + i, ? FROM n WHERE i < ?",
    [OFFICERS, now, OFFICERS],
  );
  await db.read.execute(
    "INSERT INTO person_grant (person_id, role, region_prefix) SELECT ? + i + 1, 'regulator', '330521' FROM n WHERE i < ?",
    [OFFICERS, OFFICERS],
  );
  await db.read.execute(
    "INSERT INTO person_grant (person_id, role, region_prefix) VALUES (?, 'township', '330521001'), (?, 'enforcement', '330521')",
    [OFFICERS + 1, OFFICERS + 1],
  );
}

interface Body {
  taskId: number;
  officer: number;
  body: string;
}

/** As many as are sent, with the majors at their places: each of another enterprise, so that each opens a warning. */
function inOrder(all: readonly Body[]): { sent: Body[]; majors: ReadonlySet<number> } {
  const major = new Map<number, Body>();
  for (const each of all) if (each.taskId % MAJOR_EVERY === 0) major.set(each.officer, each);
  const firsts = [...major.values()];
  const others = all.filter((each) => each.taskId % MAJOR_EVERY !== 0);
  const majors = new Set<number>();
  const sent: Body[] = [];
  while (sent.length < PER_SECOND * SECONDS) {
    const next = sent.length % MAJOR_EVERY === 0 ? firsts.pop() : undefined;
    if (next !== undefined) majors.add(sent.length);
    const body = next ?? others.pop();
    if (body === undefined) throw new Error('too few tasks for the load');
    sent.push(body);
  }
  return { sent, majors };
}

function at(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(share * (values.length - 1))] ?? 0;
}
