import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { testEnvironment } from '../builders/app';

/** Instances of the server as processes of their own, made to be killed. */
export class Fleet {
  /** Process of each instance that was started, by the id that its leases begin with. */
  readonly byId = new Map<string, ChildProcess>();

  /** Starts another one at an instant; its id. */
  async start(databaseUrl: string, now: string, env: Record<string, string> = {}): Promise<string> {
    const instance = fork(path.join(__dirname, 'instance.ts'), [], {
      execArgv: ['--import', 'tsx'],
      env: { PATH: process.env['PATH'], ...testEnvironment(databaseUrl, env), FAULT_NOW: now },
    });
    const id = await new Promise<string>((resolve) =>
      instance.once('message', (message) => resolve(message as string)),
    );
    this.byId.set(id, instance);
    return id;
  }

  /** Kills one, and waits until it is gone. */
  async kill(id: string): Promise<void> {
    const instance = this.byId.get(id);
    if (instance === undefined || instance.exitCode !== null || instance.signalCode !== null) return;
    const gone = new Promise((resolve) => instance.once('exit', resolve));
    instance.kill('SIGKILL');
    await gone;
  }

  /** Kills all that still live, and waits until they are gone. */
  async end(): Promise<void> {
    await Promise.all([...this.byId.keys()].map((id) => this.kill(id)));
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
