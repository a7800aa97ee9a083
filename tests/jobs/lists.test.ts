import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { businessDate } from '../../bff/src/core/clock';
import { ensureServer, startServer } from '../../scripts/setup/database-server';
import { demoReaders, listCalls, type ListCall } from '../../scripts/bench/list-calls';
import { seedDemoCounty } from '../../scripts/demo/seed';
import { factsMayMoveSilently } from '../facts-are-told';
import { createTestApp, type TestApp } from '../builders/app';

/**
 * Every read of every role with each documented filter over a seeded county: what the database reads for it, counted by
 * the database. On a server of its own, so that nobody else's reads are counted.
 */

const ENTERPRISES = 130;
const DAYS = 60;
/** Rows that the database may touch for a page; the county has some 9,000 tasks and as many reports. */
const MOST_ROWS = 3000;
/** For numbers about a month of a whole region, counted from its rows. */
const MOST_COUNTED = 9000;
const COUNTED = /\/township\/(statistics|priorities)/;
/** What grows with every day: never read as a whole, and never sorted by a region. */
const GROWING =
  'task|report|report_photo|finding|finding_step|warning|warning_step|notification|event|health_snapshot|visit|partner_query';

let test: TestApp;
let admin: Connection;
let calls: ListCall[];
let folder: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  factsMayMoveSilently();
  folder = mkdtempSync(path.join(tmpdir(), 'hz-lists-'));
  const server = await startServer(await ensureServer(console.error), folder, 'throwaway');
  stop = () => server.stop();
  const usual = process.env['TEST_DATABASE_SERVER'];
  process.env['TEST_DATABASE_SERVER'] = server.url;
  test = await createTestApp();
  process.env['TEST_DATABASE_SERVER'] = usual;
  const { db } = test.app.core;
  await seedDemoCounty(db, { enterprises: ENTERPRISES, days: DAYS, now: test.clock.now() });
  admin = await createConnection(test.databaseUrl);
  calls = await listCalls(db, test.app.endpoints, await demoReaders(db), businessDate(test.clock.now()));
}, 120_000);
afterAll(async () => {
  await admin?.end();
  await test?.close();
  await stop?.();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows that all statements of the server have read so far. */
async function rowsRead(): Promise<number> {
  const [rows] = await admin.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
  return rows.reduce((sum, row) => sum + Number(row['Value']), 0);
}

const ask = async ({ path: at, reader }: ListCall) =>
  test.http.get(at).set('authorization', `Bearer ${await test.tokenOf(reader.personId)}`);

const mostOf = (name: string) => (COUNTED.test(name) ? MOST_COUNTED : MOST_ROWS);

it('reads few rows for any page and for the one behind it, which begins where the first ends', async () => {
  await admin.query("SET GLOBAL log_output = 'TABLE', GLOBAL general_log = ON");
  const tooMany: [string, number][] = [];
  for (const call of calls) {
    const before = await rowsRead();
    const answer = await ask(call);
    const read = (await rowsRead()) - before;
    expect([call.name, answer.status]).toEqual([call.name, 200]);
    if (read > mostOf(call.name)) tooMany.push([`${call.reader.name} ${call.name}`, read]);
    const { next, rows } = answer.body as { next?: string | null; rows?: { id?: string }[] };
    if (typeof next !== 'string') continue;
    const between = await rowsRead();
    const behind = await ask({ ...call, path: `${call.path}${call.path.includes('?') ? '&' : '?'}cursor=${next}` });
    const readBehind = (await rowsRead()) - between;
    if (readBehind > mostOf(call.name)) tooMany.push([`${call.reader.name} ${call.name} cursor`, readBehind]);
    expect([call.name, behind.status]).toEqual([call.name, 200]);
    const seen = new Set(rows?.map(({ id }) => id));
    const again = (behind.body as { rows: { id?: string }[] }).rows.filter(
      ({ id }) => id !== undefined && seen.has(id),
    );
    expect([call.name, again]).toEqual([call.name, []]);
  }
  await admin.query('SET GLOBAL general_log = OFF');
  expect(tooMany).toEqual([]);
}, 120_000);

interface Plan {
  table: string | null;
  type: string | null;
  rows: number | null;
  Extra: string | null;
}

it('plans none of these reads over a whole table that grows, and sorts none by a region', async () => {
  const [logged] = await admin.query<RowDataPacket[]>(
    "SELECT DISTINCT CONVERT(argument USING utf8mb4) AS statement FROM mysql.general_log WHERE command_type = 'Query'",
  );
  const statements = logged.map((row) => String(row['statement'])).filter((text) => /^\s*(SELECT|WITH)/i.test(text));
  expect(statements.length).toBeGreaterThan(200);
  const faults: string[] = [];
  for (const statement of statements) {
    const [plan] = await admin.query<RowDataPacket[]>(`EXPLAIN ${statement}`);
    for (const { table, type, rows, Extra } of plan as Plan[]) {
      if (
        table === null ||
        !new RegExp(`\\b(${GROWING})\\s+(AS\\s+)?${table}\\b|\\b(${GROWING})\\b(?<=${table})`).test(statement)
      )
        continue;
      const sorts = /filesort/.test(Extra ?? '');
      // In the order of an index, with a LIMIT, reading stops when the page is full: the first test counts that.
      const whole = type === 'ALL' || (type === 'index' && (sorts || !/LIMIT/.test(statement)));
      const sorted = sorts && !/GROUP BY/.test(statement) && (rows ?? 0) > 1000;
      if ((whole && (rows ?? 0) > 200) || sorted)
        faults.push(`${table} ${type} ${rows} ${Extra}: ${statement.slice(0, 300)}`);
    }
  }
  expect(faults).toEqual([]);
}, 120_000);
