import { createHash, randomUUID } from 'node:crypto';
import { createPool } from 'mysql2/promise';
import { buildApp } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { fromJson, type Database } from '../../bff/src/core/database';
import type { Item } from '../../bff/src/features/checklists';
import { benchCounty, benchTokens } from './county';
import { benchEnvironment, round, underLoad, type Bench } from './frame';

const OFFICERS = 400;
const POINTS = 40;
const CONNECTIONS = 32;

/** Full reports (12 answers, 3 photos) over HTTP, against a bare transaction of one JSON row and a guarded UPDATE. */
export const submit: Bench = async ({ url, db, say }) => {
  await benchCounty(db, OFFICERS, POINTS);
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  await app.jobs.runOnly('dispatch');
  await app.close();
  const bodies = await reports(db);
  say(`floor: ${bodies.length} bare transactions`);
  const floor = await bareRate(url, bodies);
  await db.read.execute("UPDATE task SET state = 'open', report_id = NULL");
  say(`${bodies.length} reports over HTTP`);
  const tokens = benchTokens(OFFICERS);
  const requests = bodies.map(({ officer, body }) => ({
    path: '/api/reports',
    token: tokens[officer - 1] ?? '',
    body,
  }));
  const load = await underLoad('app', url, requests);
  const [stored] = await db.read.query<{ n: number }>('SELECT COUNT(*) AS n FROM report');
  if (stored?.n !== bodies.length) throw new Error(`${stored?.n} reports were stored`);
  return [
    {
      bench: 'submit',
      figure: 'submit',
      value: Math.round(load.perSecond),
      unit: 'reports/s',
      floor: Math.round(floor),
      ratio: round(load.perSecond / floor),
      p50Ms: round(load.p50Ms),
      p99Ms: round(load.p99Ms),
    },
  ];
};

interface Body {
  taskId: number;
  officer: number;
  body: string;
}

async function reports(db: Database): Promise<Body[]> {
  const tasks = await db.read.query<{ id: number; officer_id: number }>('SELECT id, officer_id FROM task ORDER BY id');
  const [list] = await db.read.query<{ id: number; items: unknown }>(
    "SELECT id, items FROM checklist WHERE point_type = 'EV'",
  );
  const items = fromJson<Item[]>(list?.items);
  const answers = items
    .filter((item) => item.type !== 'scan' && item.type !== 'photo')
    .map(({ code, type, options }) => ({
      code,
      value: type === 'num' ? 7 : type === 'choice' ? options?.[0]?.zh : 'ok',
    }));
  const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1000).toISOString();
  return tasks.map(({ id, officer_id: officer }) => ({
    taskId: id,
    officer,
    body: JSON.stringify({
      clientUuid: randomUUID(),
      taskId: String(id),
      checklistId: String(list?.id),
      answers,
      photos: items
        .filter((item) => item.photo === 'always')
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
  }));
}

/** Transactions a second of mysql2 alone: one row with the body as JSON, one guarded UPDATE, 32 connections. */
async function bareRate(url: string, bodies: readonly Body[]): Promise<number> {
  const pool = createPool({ uri: url, connectionLimit: CONNECTIONS, timezone: 'Z' });
  await pool.query(
    'CREATE TABLE report_floor (id BIGINT AUTO_INCREMENT PRIMARY KEY, client_uuid CHAR(36) UNIQUE, task_id BIGINT UNIQUE, body JSON NOT NULL)',
  );
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
  const seconds = (performance.now() - began) / 1000;
  await pool.end();
  return bodies.length / seconds;
}
