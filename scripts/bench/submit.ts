import { createHash, randomUUID } from 'node:crypto';
import { createPool } from 'mysql2/promise';
import { buildApp } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { fromJson, type Database } from '../../bff/src/core/database';
import type { Item } from '../../bff/src/features/checklists';
import { benchCounty, benchTokens } from './county';
import { benchEnvironment, best, round, serve, type Bench, type Load } from './frame';

const OFFICERS = 400;
const POINTS = 75;
const TURNS = 3;
/** Reports of each turn that are not measured. */
const WARM_UP = 2000;
const CONNECTIONS = 32;

/** Full reports (12 answers, 3 photos) over HTTP, against a bare transaction of one JSON row and a guarded UPDATE. */
export const submit: Bench = async ({ url, db, say }) => {
  await benchCounty(db, OFFICERS, POINTS);
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  await app.jobs.runOnly('dispatch');
  await app.close();
  const bodies = await reportBodies(db);
  const tokens = benchTokens(OFFICERS);
  const floor = await bareTransactions(url, WARM_UP);
  const served = await serve('app', url);
  // In turn, and the best of each: what else runs on the machine meets both.
  const [bare, own]: [Load[], Load[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const size = bodies.length / TURNS;
    const slice = bodies.slice(turn * size, (turn + 1) * size);
    say(`turn ${turn + 1} of ${TURNS}: ${slice.length} bare transactions, as many reports over HTTP`);
    bare.push(await floor.run(slice));
    await db.read.execute("UPDATE task SET state = 'open', report_id = NULL WHERE report_id = 1");
    own.push(
      await served.load(
        slice.map(({ officer, body }) => ({ path: '/api/reports', token: tokens[officer - 1] ?? '', body })),
        WARM_UP,
      ),
    );
  }
  await floor.close();
  served.stop();
  const [load, least] = [best(own), best(bare)];
  const [stored] = await db.read.query<{ n: number }>('SELECT COUNT(*) AS n FROM report');
  if (stored?.n !== bodies.length) throw new Error(`${stored?.n} reports were stored`);
  return [
    {
      bench: 'submit',
      figure: 'submit',
      value: Math.round(load.perSecond),
      unit: 'reports/s',
      floor: Math.round(least.perSecond),
      ratio: round(load.perSecond / least.perSecond),
      p50Ms: round(load.p50Ms),
      p99Ms: round(load.p99Ms),
    },
  ];
};

export interface Body {
  taskId: number;
  officer: number;
  body: string;
}

/** A full report of each open task; the items that `abnormal` names for it are found wrong. */
export async function reportBodies(
  db: Database,
  abnormal: (taskId: number, items: readonly Item[]) => readonly string[] = () => [],
): Promise<Body[]> {
  const tasks = await db.read.query<{ id: number; officer_id: number }>('SELECT id, officer_id FROM task ORDER BY id');
  const [list] = await db.read.query<{ id: number; items: unknown }>(
    "SELECT id, items FROM checklist WHERE point_type = 'EV'",
  );
  const items = fromJson<Item[]>(list?.items);
  const answersOf = (wrong: readonly string[]) =>
    items
      .filter((item) => item.type !== 'scan' && item.type !== 'photo')
      .map(({ code, type, options }) => ({
        code,
        value: wrong.includes(code)
          ? 'abnormal'
          : type === 'num'
            ? 7
            : type === 'choice'
              ? options?.find(({ severity }) => severity === null)?.zh
              : 'ok',
        ...(wrong.includes(code) ? { note: '看到了' } : {}),
      }));
  const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1000).toISOString();
  return tasks.map(({ id, officer_id: officer }) => {
    const wrong = abnormal(id, items);
    return {
      taskId: id,
      officer,
      body: JSON.stringify({
        clientUuid: randomUUID(),
        taskId: String(id),
        checklistId: String(list?.id),
        answers: answersOf(wrong),
        photos: items
          .filter((item) => item.photo === 'always' || (item.photo === 'on_abnormal' && wrong.includes(item.code)))
          .map((item) => ({
            itemCode: item.code,
            sha256: createHash('sha256').update(`${id}${item.code}`).digest('hex'),
            bytes: 250_000,
            contentType: 'image/jpeg',
            takenAt: at(30),
          })),
        scan: {},
        position: { lng: 119.97, lat: 30.54, accuracyM: 12 },
        startedAt: at(120),
        filledAt: at(5),
        sentAt: at(0),
      }),
    };
  });
}

/** mysql2 alone: one row with the body as JSON, one guarded UPDATE, 32 connections. */
export async function bareTransactions(
  url: string,
  warmUp: number,
): Promise<{ run(bodies: readonly Body[]): Promise<Load>; close(): Promise<void> }> {
  const pool = createPool({ uri: url, connectionLimit: CONNECTIONS, timezone: 'Z' });
  await pool.query(
    'CREATE TABLE report_floor (id BIGINT AUTO_INCREMENT PRIMARY KEY, client_uuid CHAR(36) UNIQUE, task_id BIGINT UNIQUE, body JSON NOT NULL)',
  );
  const write = async (bodies: readonly Body[]) => {
    let next = 0;
    const began = performance.now();
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        const connection = await pool.getConnection();
        for (let each = bodies[next++]; each !== undefined; each = bodies[next++]) {
          await connection.beginTransaction();
          await connection.query('INSERT INTO report_floor (client_uuid, task_id, body) VALUES (?, ?, ?)', [
            randomUUID(),
            each.taskId,
            each.body,
          ]);
          await connection.query("UPDATE task SET state = 'done', report_id = 1 WHERE id = ? AND state = 'open'", [
            each.taskId,
          ]);
          await connection.commit();
        }
        connection.release();
      }),
    );
    return { perSecond: (bodies.length / (performance.now() - began)) * 1000, p50Ms: 0, p99Ms: 0 };
  };
  return {
    run: async (bodies) => {
      await write(bodies.slice(0, warmUp));
      return write(bodies.slice(warmUp));
    },
    close: () => pool.end(),
  };
}
