import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../bff/src/core/clock';
import { openDatabase, type Tx } from '../bff/src/core/database';
import { EventLog } from '../bff/src/core/events';
import { createLogger } from '../bff/src/core/logger';
import { Metrics } from '../bff/src/core/metrics';
import { pendingMigrations } from '../bff/src/core/migrations';
import { createFounder, FounderRefused } from '../bff/src/features/identity';

/** npm run admin -- create-regulator …: what has to be there before anybody can sign in. */
const USAGE = 'npm run admin -- create-regulator --name 张三 --mobile 13900000000 --region 3305 --username zhangsan';

class Refused extends Error {}

const order = z.object({
  name: z.string('must be given').trim().min(1, 'must be given').max(60, 'is longer than 60 characters'),
  mobile: z.string('must be given').regex(/^1\d{10}$/, 'must be 11 digits, beginning with 1'),
  region: z.string('must be given').regex(/^(\d{4}|\d{6}|\d{9})$/, 'must be the 4, 6 or 9 digits of a region code'),
  // A letter first: accounts that two officials open are named by a mobile number.
  username: z
    .string('must be given')
    .regex(/^[a-z][a-z0-9._-]{3,39}$/, 'must be 4 to 40 of a-z, 0-9, dot, dash and underscore, a letter first'),
});

function orderOf(args: string[]): z.infer<typeof order> {
  const [command, ...rest] = args;
  if (command !== 'create-regulator') throw new Refused(`Usage: ${USAGE}`);
  const option = { type: 'string' } as const;
  const { values } = parsed(rest, { name: option, mobile: option, region: option, username: option });
  const checked = order.safeParse(values);
  if (checked.success) return checked.data;
  throw new Refused(checked.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`).join('; '));
}

function parsed<T extends Record<string, { type: 'string' }>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new Refused(`${(error as Error).message.split('. ')[0]}. Usage: ${USAGE}`);
  }
}

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const founder = orderOf(process.argv.slice(2));
  const url = process.env['DATABASE_URL'] ?? '';
  if (!URL.canParse(url) || !url.startsWith('mysql:')) {
    throw new Refused('DATABASE_URL must name the database: mysql://user:password@host/name');
  }
  const db = openDatabase({ url, poolSize: 2 });
  try {
    await refuseUnready(db.read, new URL(url).host);
    const events = new EventLog(db, systemClock, createLogger('silent'), new Metrics(), randomUUID());
    const password = await createFounder({ db, events }, founder, systemClock.now());
    process.stdout.write(
      `${founder.name} signs in as ${founder.username} with the one-time password\n\n  ${password}\n\n` +
        'It is shown only here, holds for 24 hours, and has to be changed at the first sign-in.\n',
    );
  } finally {
    await db.close();
  }
}

async function refuseUnready(read: Tx, host: string): Promise<void> {
  const notPrepared = new Refused('The database is not prepared for this version: npm run serve once does that.');
  const pending = await pendingMigrations(read).catch((error: unknown) => {
    const { code, parent } = error as { code?: string; parent?: { code?: string } };
    const reason = parent?.code ?? code ?? 'unknown reason';
    if (reason === 'ER_NO_SUCH_TABLE') throw notPrepared;
    throw new Refused(`The database of DATABASE_URL at ${host} cannot be reached (${reason}).`);
  });
  if (pending.length > 0) throw notPrepared;
}

main().catch((error: unknown) => {
  const expected = error instanceof Refused || error instanceof FounderRefused;
  process.stderr.write(`${expected ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
});
