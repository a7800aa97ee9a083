import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import Koa from 'koa';
import { createPool, type RowDataPacket } from 'mysql2/promise';
import { buildApp } from '../../bff/src/app';
import { businessDate, systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { namedQuery } from '../../bff/src/core/database';
import { parseKeys } from '../../bff/src/core/tokens';
import { startServer } from '../../bff/src/run';

/** The server under measurement: the app as production runs it, without its jobs or (`working`) with them; or the floor of one of its answers. */
const kinds: Readonly<Record<string, () => Koa>> = { app, 'bare-list': bareList, 'bare-jwt': bareJwt };
const kind = process.argv[2] ?? '';
if (kind === 'working') void work();
else serve((kinds[kind] ?? app)());
process.on('SIGTERM', () => process.exit(0));
// Also when the bench has ended by an error.
process.on('disconnect', () => process.exit(0));

function serve(koa: Koa): void {
  const server = createServer(koa.callback());
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function work(): Promise<void> {
  const config = { ...readConfig(process.env), production: true, port: 0 };
  const { url } = await startServer({ config, clock: systemClock });
  process.send?.(Number(new URL(url).port));
}

function app(): Koa {
  return buildApp({ config: { ...readConfig(process.env), production: true }, clock: systemClock }).koa;
}

/** Koa and the check of a token, nothing else: no database. The answer is as long as a partner's. */
function bareJwt(): Koa {
  const [key] = parseKeys(process.env['JWT_KEYS'] ?? '').values();
  if (key === undefined) throw new Error('no key');
  const bare = new Koa();
  bare.use((ctx) => {
    const { sub } = jwt.verify(ctx.get('authorization').slice(7), key, {
      algorithms: ['HS256'],
      audience: 'partner',
    }) as jwt.JwtPayload;
    ctx.body = { sub, uscc: ctx.path.slice(-18), text: 'x'.repeat(600) };
  });
  return bare;
}

/** Koa and one mysql2 query, nothing else: the officer's id stands in the path. */
function bareList(): Koa {
  const pool = createPool({ uri: process.env['DATABASE_URL'] ?? '', connectionLimit: 32, timezone: 'Z' });
  const sql = namedQuery('task-list');
  const date = businessDate(systemClock.now());
  const bare = new Koa();
  bare.use(async (ctx) => {
    const [rows] = await pool.query<RowDataPacket[]>(sql, [
      Number(ctx.path.slice(1)),
      date,
      date,
      date,
      systemClock.now(),
    ]);
    ctx.body = rows;
  });
  return bare;
}
