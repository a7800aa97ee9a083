import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SetupError } from './setup-error';

const run = promisify(execFile);
const succeeds = (file: string, args: string[]) =>
  run(file, args).then(
    () => true,
    () => false,
  );

export interface Apt {
  /** Installs Debian packages without questions, fetching the lists first. Throws SetupError. */
  install(packages: readonly string[]): Promise<void>;
  /** Runs a command with the rights that installing has. */
  run(line: readonly string[]): Promise<void>;
}

/** Debian's package manager, where there is one and we may use it: as root, or by sudo without a password. */
export async function aptAccess(): Promise<Apt | undefined> {
  const root = process.getuid?.() === 0;
  if (!root && !(await succeeds('sudo', ['-n', 'true']))) return undefined;
  if (!(await succeeds('apt-get', ['--version']))) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const privileged = async (line: readonly string[]) => {
    const [file = '', ...args] = root ? line : ['sudo', '-E', ...line];
    await run(file, args, { env });
  };
  return {
    run: privileged,
    install: async (packages) => {
      try {
        await privileged(['apt-get', '-qq', 'update']);
        await privileged(['apt-get', '-qq', 'install', '-y', '--no-install-recommends', ...packages]);
      } catch (error) {
        throw new SetupError(`apt-get could not install ${packages.join(', ')}: ${lastLine(error)}`);
      }
    },
  };
}

/** What a failed command said last. */
export function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = (stderr?.trim() || message || 'unknown reason').split('\n');
  return lines[lines.length - 1] ?? '';
}
