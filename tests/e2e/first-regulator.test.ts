import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { createTestApp, type TestApp } from '../builders/app';

/** On an empty database nobody is there to enter anybody: the command makes the first two regulators, and no third. */

const ROOT = path.resolve(__dirname, '../..');
const ORDER = { name: '张三', mobile: '13900000001', region: '3305', username: 'zhangsan' };

let test: TestApp;
let folder: string;
beforeAll(async () => {
  test = await createTestApp();
  test.clock.moveTo(new Date());
  folder = mkdtempSync(path.join(tmpdir(), 'admin-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await test?.close();
});

const read = () => test.app.core.db.read;
const run = (args: string[], databaseUrl = test.databaseUrl) => {
  const { status, stdout, stderr } = spawnSync(
    path.join(ROOT, 'node_modules/.bin/tsx'),
    [path.join(ROOT, 'scripts/admin.ts'), ...args],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', DATABASE_URL: databaseUrl },
      encoding: 'utf8',
      timeout: 50_000,
    },
  );
  return { status, lines: stderr.trim().split('\n'), password: /^ {2}(\S+)$/m.exec(stdout)?.[1] ?? '' };
};
const create = (changed: Partial<typeof ORDER> = {}) =>
  run([
    'create-regulator',
    ...Object.entries({ ...ORDER, ...changed }).flatMap(([name, value]) => [`--${name}`, value]),
  ]);
const refusal = (result: ReturnType<typeof run>) => {
  expect([result.status, result.lines.length, result.password]).toEqual([1, 1, '']);
  return result.lines[0];
};
const logIn = (username: string, password: string) => test.http.post('/api/session/web').send({ username, password });
const people = async () => (await read().query('SELECT id FROM person')).length;

it('refuses what it cannot read, and a database that is not there or not prepared, in one line', async () => {
  expect(refusal(run([]))).toMatch(/^Usage: npm run admin -- create-regulator --name/);
  expect(refusal(run(['create-regulator', '--nam', 'x']))).toMatch(/'--nam'.*Usage/);
  expect(refusal(create({ mobile: '139', region: '33051', username: '13900000001' }))).toMatch(
    /^--mobile must be 11 digits.*; --region must be.*; --username must be/,
  );
  expect(refusal(run(['create-regulator', '--name', '张三']))).toMatch(/--mobile must be given/);
  const args = ['create-regulator', ...Object.entries(ORDER).flatMap(([name, value]) => [`--${name}`, value])];
  expect(refusal(run(args, ''))).toMatch(/^DATABASE_URL must name/);
  expect(refusal(run(args, 'mysql://a:b@127.0.0.1:9/c'))).toMatch(/cannot be reached \(ECONNREFUSED\)\.$/);
  const server = await createConnection(test.databaseUrl.replace(/\/[^/]*$/, ''));
  const empty = `empty_${test.databaseUrl.split('/').pop()}`;
  await server.query(`CREATE DATABASE ${empty}`);
  const notPrepared = () => refusal(run(args, test.databaseUrl.replace(/[^/]*$/, empty)));
  expect(notPrepared()).toMatch(/^The database is not prepared/);
  // As an older version leaves it.
  await server.query(`CREATE TABLE ${empty}.migration (name VARCHAR(120))`);
  expect(notPrepared()).toMatch(/^The database is not prepared/);
  await server.query(`DROP DATABASE ${empty}`);
  await server.end();
  expect(await people()).toBe(0);
});

it('makes two, who can then enter the others, and no third', async () => {
  const zhang = create();
  expect([zhang.status, zhang.lines]).toEqual([0, ['']]);
  const begun = await logIn('zhangsan', zhang.password);
  expect(begun.body).toMatchObject({
    passwordChangeNeeded: true,
    person: { name: '张三', roles: ['regulator'], scopes: [{ region: { code: '3305' } }] },
  });
  // Lost before he has come in to stay: the same order gives another one, and no other person.
  const again = create();
  expect((await logIn('zhangsan', zhang.password)).status).toBe(401);
  const cookie = String((await logIn('zhangsan', again.password)).headers['set-cookie']?.[0]).split(';')[0]!;
  expect(await people()).toBe(1);
  const mine = { oldPassword: again.password, newPassword: 'a lake with much wind' };
  const changed = await test.http
    .post('/api/session/password')
    .set('cookie', cookie)
    .set('origin', 'http://localhost:8080')
    .send(mine);
  expect(changed.status).toBe(200);
  expect(refusal(create())).toMatch(/^The mobile number 13900000001 belongs to somebody/);
  expect((await logIn('zhangsan', mine.newPassword)).status).toBe(200);

  expect(refusal(create({ mobile: '13900000002' }))).toBe('The username zhangsan is taken; choose another.');
  expect(create({ mobile: '13900000002', name: '李四', username: 'lisi' }).status).toBe(0);
  const third = { mobile: '13900000003', name: '王五', username: 'wangwu' };
  const full = /has 2 active regulators: one of them enters him, another one confirms him\.$/;
  expect(refusal(create(third))).toMatch(full);
  // Within their region as well.
  expect(refusal(create({ ...third, region: '330521' }))).toMatch(full);
  expect(await people()).toBe(2);
  await read().execute("UPDATE person SET active = FALSE WHERE name = '李四'");
  expect(create(third).status).toBe(0);
});
