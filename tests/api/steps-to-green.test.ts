import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MovableClock } from '../../bff/src/core/clock';
import { parseKeys } from '../../bff/src/core/tokens';
import { inboxKey, qrToken } from '../../bff/src/features/inspection';
import { createObjectStore } from '../../bff/src/gateways/object-store-client';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise, buildPoint } from '../builders/directory';
import { hashOf, picture, postPhoto } from '../builders/phone';
import { buildFinding } from '../builders/warnings';
import { startOssStandin, type OssStandin } from '../standins/oss';

/** What the code advises is done for real, through the API; then every day must come as it was foretold. */

interface Step {
  kind: 'correct' | 'repair' | 'site_check';
  key: string | null;
}
interface Moment {
  at: string;
  score: number;
  colour: string;
}

let test: TestApp;
let clock: MovableClock;
let oss: OssStandin;
let folder: string;
let enterpriseId: number;
let pointId: number;
let ids: Record<'officer' | 'township' | 'enforcement' | 'regulator', number>;

beforeEach(async () => {
  clock = new MovableClock();
  clock.moveTo(new Date('2026-11-23T09:00:00+08:00'));
  folder = mkdtempSync(path.join(tmpdir(), 'steps-'));
  oss = await startOssStandin({
    clock,
    folder,
    bucket: 'test-photos',
    region: 'oss-cn-hangzhou',
    accessKeyId: 'test-id',
    accessKeySecret: 'test-key',
  });
  test = await createTestApp({ clock, env: { OSS_ENDPOINT: oss.url } });
  enterpriseId = await buildEnterprise(read());
  ids = {
    officer: await buildActor(read(), 'officer', { enterpriseId }),
    township: await buildActor(read(), 'township', { region: '330521001' }),
    enforcement: await buildActor(read(), 'enforcement'),
    regulator: await buildActor(read(), 'regulator'),
  };
  // Nothing is due there: what happens is what the test does.
  pointId = await buildPoint(read(), { enterpriseId, code: 'HW-01', anchor: '2030-01-01' });
  await test.app.jobs.tick();
});
afterEach(async () => {
  await test.close();
  await oss.stop();
  rmSync(folder, { recursive: true, force: true });
});

const read = () => test.app.core.db.read;
const bearer = async (who: keyof typeof ids) => ({ authorization: `Bearer ${await test.tokenOf(ids[who])}` });
const post = async (where: string, body: object, who: keyof typeof ids = 'officer') =>
  (
    await test.http
      .post(where)
      .set(await bearer(who))
      .send({ clientUuid: randomUUID(), ...body })
  ).body as Record<string, unknown>;
const code = async (query = '') =>
  (await test.http.get(`/api/enterprises/${enterpriseId}/health-code${query}`).set(await bearer('officer'))).body as {
    score: number;
    colour: string;
    outlook: { toBest: { steps: Step[]; score: number; colour: string; bestAt: string | null } };
    tried: { score: number; bestAt: string | null; path: Moment[] };
  };
const settle = async () => {
  await test.app.jobs.tickLoops();
  await test.app.jobs.tickLoops();
};
/** Lets everything happen that is due by then. */
const at = async (instant: number) => {
  clock.moveTo(new Date(instant));
  await test.app.jobs.tick();
  await test.app.jobs.tick();
};
const stored = async () => {
  const [row] = await read().query<{ score: number; colour: string }>(
    'SELECT score, colour FROM health_code WHERE enterprise_id = ?',
    [enterpriseId],
  );
  return row!;
};
const door = async (of = pointId) => {
  const [row] = await read().query<{ v: number }>('SELECT key_version AS v FROM point WHERE id = ?', [of]);
  return qrToken(parseKeys(test.app.core.config.qrKeys), { pointId: of, keyVersion: row!.v });
};

/** A photo that lies in the store; its hash. */
async function photograph(): Promise<string> {
  const bytes = await picture(Math.random());
  const sha256 = hashOf(bytes);
  const ticket = createObjectStore(test.app.core.config.oss, clock).postTicket({
    key: inboxKey(enterpriseId, sha256),
    contentType: 'image/jpeg',
    bytes: bytes.length,
    expiresAt: new Date(clock.now().getTime() + 60_000),
  });
  expect(await postPhoto(ticket, bytes)).toBe(200);
  return sha256;
}

const overdue = async (severity: 'general' | 'major') => {
  const id = await buildFinding(read(), {
    enterpriseId,
    severity,
    dueAt: new Date('2026-11-20T12:00:00Z'),
    openedAt: new Date('2026-11-10T12:00:00Z'),
    containedAt: new Date('2026-11-10T13:00:00Z'),
  });
  await read().execute('UPDATE finding SET officer_id = ? WHERE id = ?', [ids.officer, id]);
  await read().execute('UPDATE point SET officer_id = ?, anchor_date = ? WHERE enterprise_id = ?', [
    ids.officer,
    '2030-01-01',
    enterpriseId,
  ]);
  await test.app.core.db.transaction((tx) =>
    test.app.core.events.append(tx, [
      { type: 'finding.closed', enterpriseId, subject: { type: 'finding', id }, actorId: null, payload: {} },
    ]),
  );
};
const penalty = (kind: string, amount?: number) =>
  post(
    '/api/penalties',
    {
      enterpriseId: String(enterpriseId),
      documentNo: randomUUID().slice(0, 20),
      decidedOn: '2026-11-20',
      kind,
      ...(amount === undefined ? {} : { amount }),
      content: '废水超标',
    },
    'regulator',
  );
const confirmed = (factCode: string) =>
  post(
    '/api/health-facts',
    { enterpriseId: String(enterpriseId), code: factCode, occurredAt: clock.now(), note: '现场核实' },
    'enforcement',
  );

/** The officer corrects and applies, officials check at the door. */
const take: Record<Step['kind'], (key: string) => Promise<void>> = {
  repair: async (key) => {
    const filed = { enterpriseId: String(enterpriseId), factKey: key, statement: '已改', photos: [] };
    const { id } = await post('/api/health-repairs', filed);
    const check = { passed: true, note: '属实', token: await door() };
    expect(await post(`/api/health-repairs/${String(id)}/check`, check, 'enforcement')).toMatchObject({
      state: 'verified',
    });
  },
  correct: async (key) => {
    const about = `/api/findings/${key.split(':')[2] ?? ''}`;
    const photos = [{ sha256: await photograph(), when: 'after' }];
    expect(await post(`${about}/correct`, { note: '已改好', photos })).toMatchObject({ state: 'submitted' });
    const [row] = await read().query<{ point: number }>('SELECT point_id AS point FROM finding WHERE id = ?', [
      key.split(':')[2] ?? '',
    ]);
    const seen = { passed: true, note: '到场看过', token: await door(row!.point) };
    expect(await post(`${about}/verify`, seen, 'township')).toMatchObject({ state: 'closed' });
  },
  site_check: async () => {
    const check = { passed: true, note: '现场正常', token: await door() };
    const where = `/api/enterprises/${enterpriseId}/site-checks`;
    expect(await post(where, check, 'township')).toMatchObject({ passed: true });
  },
};

it.each<[string, () => Promise<void>, object, Step['kind'][], { score: number; green: boolean }]>([
  [
    'two fines repaired',
    async () => {
      for (const amount of [60_000, 40_000, 30_000]) await penalty('fine', amount);
    },
    { score: 69, colour: 'yellow' },
    ['repair', 'repair'],
    { score: 80.5, green: true },
  ],
  [
    'two major findings, which only together stop barring the best colour',
    async () => {
      await overdue('major');
      await overdue('major');
    },
    { score: 84, colour: 'yellow' },
    ['correct', 'correct'],
    { score: 84, green: true },
  ],
  [
    'a fine repaired, and no correction that would bring nothing sooner',
    async () => {
      await overdue('general');
      await penalty('fine', 60_000);
      await penalty('order');
    },
    { score: 78, colour: 'yellow' },
    ['repair'],
    { score: 85.5, green: true },
  ],
  [
    'a red code with something to repair: the repair is its check on site',
    async () => {
      await overdue('major');
      await overdue('general');
      await penalty('fine', 60_000);
      await penalty('sealing');
    },
    { score: 30, colour: 'red' },
    ['correct', 'correct', 'repair', 'repair'],
    { score: 60, green: false },
  ],
  [
    'a red code with nothing to repair: corrected, then checked on site',
    async () => {
      await overdue('major');
      for (const fact of ['H03', 'H03', 'H11', 'H11', 'H11']) await confirmed(fact);
    },
    { score: 57, colour: 'red' },
    ['correct', 'site_check'],
    { score: 57, green: true },
  ],
])('the steps to the best colour are right: %s', async (_what, arrange, begin, kinds, { score, green }) => {
  await arrange();
  await settle();
  const before = await code();
  expect(before).toMatchObject(begin);
  const { toBest } = before.outlook;
  expect(toBest.steps.map(({ kind }) => kind)).toEqual(kinds);
  expect(toBest).toMatchObject({ score, bestAt: green ? expect.any(String) : null });
  const doing = toBest.steps.map(({ kind, key }) => (key === null ? kind : `${kind}~${key}`)).join(',');
  const { tried } = await code(`?doing=${doing}`);
  expect(tried).toMatchObject({ score, bestAt: toBest.bestAt });

  for (const { kind, key } of toBest.steps) await take[kind](key ?? '');
  await settle();
  expect(await stored()).toEqual({ score, colour: toBest.colour });
  // From here on nothing new happens: a red code would have its points inspected, and nobody does.
  await read().execute('UPDATE point SET active = FALSE');
  for (const foretold of tried.path) {
    const was = await stored();
    await at(Date.parse(foretold.at) - 60_000);
    expect(await stored()).toEqual(was);
    await at(Date.parse(foretold.at) + 60_000);
    expect(await stored()).toEqual({ score: foretold.score, colour: foretold.colour });
    if (foretold.at === toBest.bestAt) expect((await stored()).colour).toBe('green');
  }
  expect((await stored()).colour).toBe(tried.path[tried.path.length - 1]?.colour);
});
