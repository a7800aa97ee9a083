import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { createPool, type RowDataPacket } from 'mysql2/promise';
import { buildApp } from '../../bff/src/app';
import { businessDate, systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { namedQuery } from '../../bff/src/core/database';

/** The server under measurement: the app as production runs it, without its jobs; or the floor of the task list. */
const koa = process.argv[2] === 'app' ? app() : bareList();
const server = createServer(koa.callback());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('SIGTERM', () => process.exit(0));

function app(): Koa {
  return buildApp({ config: { ...readConfig(process.env), production: true }, clock: systemClock }).koa;
}

/** Koa and one mysql2 query, nothing else: the officer's id stands in the path. */
function bareList(): Koa {
  const pool = createPool({ uri: process.env['DATABASE_URL'] ?? '', connectionLimit: 32, timezone: 'Z' });
  const sql = namedQuery('task-list');
  const date = businessDate(systemClock.now());
  const bare = new Koa();
  bare.use(async (ctx) => {
    const [rows] = await pool.query<RowDataPacket[]>(sql, [Number(ctx.path.slice(1)), date]);
    ctx.body = rows;
  });
  return bare;
}
