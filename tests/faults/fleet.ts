import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { testEnvironment } from '../builders/app';

/** Instances of the server as processes of their own, made to be killed. */
export class Fleet {
  private readonly instances: ChildProcess[] = [];
  /** Process of each instance that was started, by the id that its leases begin with. */
  readonly byId = new Map<string, ChildProcess>();

  /** Starts another one at an instant; its id. */
  async start(databaseUrl: string, now: string, env: Record<string, string> = {}): Promise<string> {
    const instance = fork(path.join(__dirname, 'instance.ts'), [], {
      execArgv: ['--import', 'tsx'],
      env: { PATH: process.env['PATH'], ...testEnvironment(databaseUrl, env), FAULT_NOW: now },
    });
    this.instances.push(instance);
    const id = await new Promise<string>((resolve) =>
      instance.once('message', (message) => resolve(message as string)),
    );
    this.byId.set(id, instance);
    return id;
  }

  /** Kills all that still live, and waits until they are gone. */
  async end(): Promise<void> {
    await Promise.all(
      this.instances
        .filter((each) => each.exitCode === null && each.signalCode === null)
        .map((each) => {
          const gone = new Promise((resolve) => each.once('exit', resolve));
          each.kill('SIGKILL');
          return gone;
        }),
    );
  }
}

/** Waits until something holds; throws after three quarters of a minute. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 45_000; waited += 20) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited too long for: ${what}`);
}
