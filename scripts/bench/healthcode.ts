import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildApp, type App } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import type { Database } from '../../bff/src/core/database';
import { TokenKeys } from '../../bff/src/core/tokens';
import { usccCheck } from '../../bff/src/features/directory';
import { hashSecret } from '../../bff/src/features/partner';
import { benchCounty } from './county';
import { BENCH_KEY, benchEnvironment, best, round, serve, type Bench, type Figure, type Load } from './frame';

const ENTERPRISES = 3500;
const REQUESTS = 50_000;
const TURNS = 3;
/** Every answer has been signed once before the measuring begins. */
const WARM_UP = 10_000;
const CHANGES = 20;
const INSTANCES = 2;

/**
 * A partner's single query with its signed answer, against koa with the same check of a token and no database; and how
 * long a change of colour takes until every instance tells it.
 */
export const healthcode: Bench = async ({ url, db, say }) => {
  await benchCounty(db, ENTERPRISES, 1);
  const token = await partner(db);
  const usccs = await codes(db);
  const requests = Array.from({ length: REQUESTS }, (_, index) => ({
    path: `/api/partner/v1/codes/${usccs[(index * 1009) % ENTERPRISES] ?? ''}`,
    token,
  }));
  // In turn, and the best of each: what else runs on the machine meets both.
  const [app, bare]: [Load[], Load[]] = [[], []];
  const [served, servedBare] = [await serve('app', url), await serve('bare-jwt', url)];
  for (let turn = 1; turn <= TURNS; turn += 1) {
    say(`turn ${turn} of ${TURNS}: the app, the floor`);
    app.push(await served.load(requests, WARM_UP));
    bare.push(await servedBare.load(requests, WARM_UP));
  }
  served.stop();
  servedBare.stop();
  const [single, floor] = [best(app), best(bare)];
  say('a change of colour');
  return [
    {
      bench: 'healthcode',
      figure: 'healthcode',
      value: Math.round(single.perSecond),
      unit: 'requests/s',
      floor: Math.round(floor.perSecond),
      ratio: round(single.perSecond / floor.perSecond),
      p50Ms: round(single.p50Ms),
      p99Ms: round(single.p99Ms),
    },
    await propagation(url, db, token, usccs[0] ?? ''),
  ];
};

async function partner(db: Database): Promise<string> {
  const { insertId } = await db.read.execute(
    `INSERT INTO partner_client (client_key, name, agency, region_prefix, scopes, secret_hash, daily_quota, per_second, created_at)
     VALUES ('bench', 'bench', 'loan', '330521', 'code:read grade:read', ?, 100000000, 1000000, ?)`,
    [hashSecret('bench'), systemClock.now()],
  );
  const scope = 'code:read grade:read';
  return new TokenKeys(BENCH_KEY, systemClock).sign('partner', String(insertId), { epoch: 1, scope }, 3600);
}

/** Real numbers, a code and a grade for every enterprise. */
async function codes(db: Database): Promise<string[]> {
  const usccs = Array.from({ length: ENTERPRISES }, (_, index) => {
    const body = `91330521${String(index).padStart(9, '0')}`;
    return body + usccCheck(body);
  });
  const now = systemClock.now();
  const later = new Date(now.getTime() + 86_400_000);
  await db.read.execute(
    `INSERT INTO enterprise (id, uscc, name, region_code, industry, address, created_at) VALUES ?
     ON DUPLICATE KEY UPDATE uscc = VALUES(uscc)`,
    [usccs.map((uscc, index) => [index + 1, uscc, `企业${index}`, '330521001', '印染', '某路', now])],
  );
  await db.read.execute(
    `INSERT INTO health_code (enterprise_id, rule_set_version, score, colour, colour_since, evaluated_at, valid_until)
     SELECT id, 1, 90, 'green', ?, ?, ? FROM enterprise`,
    [now, now, later],
  );
  await db.read.execute(
    `INSERT INTO credit_grade (enterprise_id, period, source, grade, published_at, valid_until)
     SELECT id, '2026H1', 'ours', 'B', ?, ? FROM enterprise`,
    [now, later],
  );
  return usccs;
}

interface Instance {
  app: App;
  server: Server;
  url: string;
}

/** From the commit of a change to the first answer with it on the slowest instance, all of them being asked all the time. */
async function propagation(url: string, db: Database, token: string, uscc: string): Promise<Figure> {
  const instances = await Promise.all(Array.from({ length: INSTANCES }, () => instance(url)));
  const [first] = instances;
  if (first === undefined) throw new Error('no instance');
  let slowest = 0;
  try {
    for (let version = 2; version < 2 + CHANGES; version += 1) {
      // Both know the version before, so that none reads the new one by chance.
      await Promise.all(instances.map((each) => seen(each, token, uscc, version - 1)));
      await change(first.app, db, version);
      const began = performance.now();
      await Promise.all(instances.map((each) => seen(each, token, uscc, version)));
      slowest = Math.max(slowest, performance.now() - began);
    }
  } finally {
    for (const { app, server } of instances) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
    }
  }
  return {
    bench: 'healthcode',
    figure: 'change seen on every instance',
    value: Math.round(slowest),
    unit: 'ms at most',
  };
}

async function instance(url: string): Promise<Instance> {
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  const server = createServer(app.koa.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { app, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function change(app: App, db: Database, version: number): Promise<void> {
  const to = version % 2 === 0 ? 'red' : 'green';
  return db.transaction(async (tx) => {
    await tx.execute('UPDATE health_code SET colour = ?, version = ? WHERE enterprise_id = 1', [to, version]);
    await app.core.events.append(tx, [
      {
        type: 'code.changed',
        enterpriseId: 1,
        subject: { type: 'enterprise', id: 1 },
        actorId: null,
        payload: { from: null, to, score: 50, version },
      },
    ]);
  });
}

async function seen({ url }: Instance, token: string, uscc: string, version: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/api/partner/v1/codes/${uscc}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = (await answer.json()) as { version?: number };
    if (!answer.ok) throw new Error(`the query was answered ${answer.status}`);
    if (body.version === version) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
