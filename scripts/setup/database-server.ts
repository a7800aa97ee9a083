import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { aptAccess, lastLine } from './apt';
import { SetupError } from './setup-error';

const run = promisify(execFile);

export interface PrivateServer {
  /** mysql:// URL of the server without a database name. */
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

const CANDIDATES = ['mariadbd', '/usr/sbin/mariadbd', '/usr/local/bin/mariadbd', '/opt/homebrew/bin/mariadbd'];
const START_TIMEOUT_MS = 60_000;

async function findServer(): Promise<string | undefined> {
  for (const candidate of CANDIDATES) {
    const version = await run(candidate, ['--version']).catch(() => undefined);
    if (version !== undefined) return candidate;
  }
  return undefined;
}

/**
 * The path of a MariaDB server program; installs Debian's package when there is none and we may. Throws SetupError
 * with the choices otherwise.
 */
export async function ensureServer(say: (line: string) => void): Promise<string> {
  const found = await findServer();
  if (found !== undefined) return found;
  const apt = await aptAccess();
  if (apt !== undefined) {
    say('Installing MariaDB (Debian packages mariadb-server, mariadb-client) ...');
    await apt.install(['mariadb-server', 'mariadb-client']);
    // Only the private server runs: a service that the package started would hold port and memory for nothing.
    if (existsSync('/run/systemd/system')) {
      const stop = ['systemctl', 'disable', '--now', 'mariadb'];
      await apt.run(stop).catch(() => undefined);
    }
    const installed = await findServer();
    if (installed !== undefined) return installed;
  }
  throw new SetupError(
    'No database server was found. Choose one: install the package mariadb-server (10.11 or newer); or run one in a container ' +
      '(docker run -e MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1 -p 3306:3306 mariadb:10.11); or set DATABASE_URL=mysql://user:password@host:3306/database.',
  );
}

/** What the server is for: `durable` keeps every commit through a power cut, `throwaway` is for tests. */
export type ServerMode = 'durable' | 'throwaway';

/**
 * Starts a private MariaDB on 127.0.0.1 with its data under `folder` (made when missing), on a free port. The process
 * is ours alone; `stop` ends it and waits.
 */
export async function startServer(program: string, folder: string, mode: ServerMode): Promise<PrivateServer> {
  const data = path.join(folder, 'data');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(path.join(data, 'mysql'))) {
      rmSync(data, { recursive: true, force: true });
      await run(program.replace(/mariadbd$/, 'mariadb-install-db').replace('/sbin/', '/bin/'), [
        '--no-defaults',
        ...asRoot,
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        '--skip-name-resolve',
      ]);
    }
  } catch (error) {
    throw new SetupError(`The database could not be created under ${folder}: ${lastLine(error)}`);
  }
  const port = await freePort();
  const socket = path.join('/tmp', `hz-${process.pid}-${port}.sock`);
  const relaxed = [
    '--skip-log-bin',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-doublewrite=0',
    '--innodb-flush-method=nosync',
    '--performance-schema=0',
    '--innodb-log-file-size=64M',
    // As strict as MySQL 8, and with its small defaults: what passes here is not held up there.
    '--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    '--group-concat-max-len=1024',
    '--sort-buffer-size=256K',
    '--max-heap-table-size=16M',
    '--tmp-table-size=16M',
  ];
  const child = spawn(
    program,
    [
      '--no-defaults',
      ...asRoot,
      `--datadir=${data}`,
      `--tmpdir=${folder}`,
      `--socket=${socket}`,
      `--pid-file=${path.join(folder, 'server.pid')}`,
      `--log-error=${path.join(folder, 'server.log')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_unicode_ci',
      '--default-time-zone=+00:00',
      '--max-connections=400',
      '--innodb-buffer-pool-size=512M',
      ...(mode === 'throwaway' ? relaxed : ['--innodb-log-file-size=512M', '--performance-schema=0']),
    ],
    // A group of its own: Ctrl-C reaches our process, which stops the server in order.
    { stdio: 'ignore', detached: true },
  );
  let exited = false;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      exited = true;
      resolve();
    });
    child.once('error', () => {
      exited = true;
      resolve();
    });
  });
  const url = `mysql://root@127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (exited) throw new SetupError(`The database server did not start; see ${path.join(folder, 'server.log')}`);
    const connection = await createConnection({ uri: url, connectTimeout: 2000 }).catch(() => undefined);
    if (connection !== undefined) {
      await connection.end();
      break;
    }
    if (Date.now() > deadline) {
      child.kill('SIGTERM');
      throw new SetupError(`The database server did not answer; see ${path.join(folder, 'server.log')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    process: child,
    stop: async () => {
      if (!exited) child.kill('SIGTERM');
      await gone;
    },
  };
}

/** A TCP port that was free a moment ago. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
