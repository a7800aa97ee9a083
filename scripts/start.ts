import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../bff/src/core/clock';
import { ConfigError, readConfig } from '../bff/src/core/config';
import { openDatabase } from '../bff/src/core/database';
import { migrate } from '../bff/src/core/migrations';
import { StartError, startServer } from '../bff/src/run';
import { DEMO_PASSWORD } from './demo/people';
import { seedWhenEmpty } from './setup/county';
import { claimDataFolder } from './setup/data-folder';
import { readyDatabase } from './setup/database';
import { SetupError } from './setup/database-server';
import { demoAccounts } from './setup/demo-people';
import { demoSecrets } from './setup/secrets';
import { startStandIns } from './setup/stand-ins';

/** Ends what was started, last first. */
type Stop = () => void | Promise<void>;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(started: Stop[]): Promise<void> {
  const { values: options } = parseArgs({
    options: { fresh: { type: 'boolean', default: false }, enterprises: { type: 'string', default: '240' } },
  });
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { env } = process;
  if (env['NODE_ENV'] === 'production') {
    throw new SetupError('npm start runs the demo with its stand-ins; in production use npm run serve.');
  }
  const enterprises = Number(options.enterprises);
  if (!Number.isInteger(enterprises) || enterprises < 1 || enterprises > 100_000) {
    throw new SetupError('--enterprises takes a whole number from 1 to 100000.');
  }
  if (options.fresh && env['DATABASE_URL']) {
    throw new SetupError('--fresh begins again in the private database only; empty the one of DATABASE_URL yourself.');
  }
  const port = env['PORT'] ?? '8080';
  await refuseBusyPort(Number(port));

  const folder = await claimDataFolder(path.resolve(env['DATA_DIR'] ?? '.data'), options.fresh);
  started.push(() => folder.release());
  const database = await readyDatabase(env['DATABASE_URL'], folder.path, say);
  started.push(() => database.stop());

  const clock = systemClock;
  const secrets = demoSecrets(folder.path);
  const standIns = await startStandIns(env, folder.path, clock, secrets);
  started.push(() => standIns.stop());

  const config = readConfig({
    PUBLIC_URL: `http://localhost:${port}`,
    LOG_LEVEL: 'warn',
    JWT_KEYS: secrets.jwtKeys,
    QR_KEYS: secrets.qrKeys,
    ...env,
    ...standIns.environment,
    PORT: port,
    DATABASE_URL: database.url,
  });
  await migrate(database.url);
  const db = openDatabase({ url: database.url, poolSize: 2 });
  try {
    await seedWhenEmpty(db, clock, enterprises);
    await standIns.load(db);
    const server = await startServer({ config, clock, mounts: [standIns.pages] });
    started.push(() => server.stop());
    say(await welcome(db, server.url));
  } finally {
    await db.close();
  }
}

/** The port is tried first: nothing else is worth starting when it is taken. */
async function refuseBusyPort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new SetupError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is in use; choose another: PORT=8090 npm start`
            : `Port ${port} cannot be used (${error.code ?? 'unknown reason'}).`,
        ),
      ),
    );
    probe.listen(port, () => probe.close(() => resolve()));
  });
}

async function welcome(db: Parameters<typeof demoAccounts>[0], url: string): Promise<string> {
  const lines = (await demoAccounts(db)).map(({ role, name, mobile, place, username }) => {
    const how =
      username !== null
        ? `web: POST ${url}/api/session/web {"username":"${username}","password":"${DEMO_PASSWORD}"}`
        : role === 'officer'
          ? `WeChat: POST ${url}/standin/wechat/login-code?mobile=${mobile}, then POST ${url}/api/session/wechat {"code":…}`
          : `DingTalk: POST ${url}/standin/dingtalk/login-code?mobile=${mobile}, then POST ${url}/api/session/work-chat {"code":…}`;
    return `  ${role.padEnd(12)}${name} (${place})\n              ${how}`;
  });
  return [
    `ready ${url}`,
    '',
    'Log in as',
    ...lines,
    '',
    `What the stand-ins received: ${url}/standin`,
    'Ctrl-C stops everything that was started here.',
  ].join('\n');
}

async function run(): Promise<void> {
  const started: Stop[] = [];
  let stopping: Promise<void> | undefined;
  const stopAll = () =>
    (stopping ??= (async () => {
      for (const stop of started.reverse()) await Promise.resolve(stop()).catch(() => undefined);
    })());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void stopAll().then(() => process.exit(0)));
  }
  try {
    await main(started);
  } catch (error) {
    await stopAll();
    const lines = error instanceof ConfigError ? error.problems : undefined;
    const known = error instanceof SetupError || error instanceof StartError;
    process.stderr.write(
      lines !== undefined
        ? `${lines.join('\n')}\n`
        : known
          ? `${error.message}\n`
          : `${String((error as Error).stack)}\n`,
    );
    process.exit(1);
  }
}

void run();
