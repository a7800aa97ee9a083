import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../bff/src/core/config';
import { openDatabase } from '../bff/src/core/database';
import { migrate } from '../bff/src/core/migrations';
import { StartError, startServer } from '../bff/src/run';
import { Desk } from './demo/desk/desk';
import { DEMO_PASSWORD } from './demo/people';
import { seedWhenEmpty } from './setup/county';
import { claimDataFolder } from './setup/data-folder';
import { readyDatabase } from './setup/database';
import { SetupError } from './setup/setup-error';
import { DemoClock } from './setup/demo-clock';
import { demoAccounts } from './setup/demo-people';
import { ensurePhoneApp } from './setup/phone-app';
import { demoSecrets } from './setup/secrets';
import { startStandIns } from './setup/stand-ins';

/** Ends what was started, last first. */
type Stop = () => void | Promise<void>;

const say = (line: string) => void process.stdout.write(`${line}\n`);

const HELP = `npm start -- [options]
  --fresh            begin again: empties the private database, sets the clock back to now
  --enterprises N    size of the demo county (240), counts for a new one
  --no-phone-app     do not build the phone app for the browser; the one that is there, if any, is served
PORT, DATA_DIR, DATABASE_URL and the rest: .env.example`;

async function main(started: Stop[]): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      enterprises: { type: 'string', default: '240' },
      'no-phone-app': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) return say(HELP);
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

  const clock = new DemoClock(folder.path);
  const secrets = demoSecrets(folder.path);
  const origins = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  if (env['PUBLIC_URL']) origins.push(new URL(env['PUBLIC_URL']).origin);
  const standIns = await startStandIns(env, folder.path, clock, secrets, origins);
  started.push(() => standIns.stop());

  const config = readConfig({
    PUBLIC_URL: `http://localhost:${port}`,
    LOG_LEVEL: 'warn',
    JWT_KEYS: secrets.jwtKeys,
    QR_KEYS: secrets.qrKeys,
    ANSWER_KEYS: secrets.answerKeys,
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
    if (!options['no-phone-app']) await ensurePhoneApp('h5', say);
    const desk = new Desk({ clock, folder: folder.path, standIns: standIns.desk });
    const officer = await desk.prepare(db);
    const server = await startServer({ config, clock, before: desk.before, mounts: [standIns.pages, desk.pages] });
    started.push(() => server.stop());
    started.push(() => desk.stop());
    desk.start(server.app, server.url, officer);
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
    `Open ${url} in a browser: a phone on a desk, and a clock that can be moved.`,
    '',
    'Or log in as',
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
