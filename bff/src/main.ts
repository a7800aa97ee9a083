import { existsSync } from 'node:fs';
import { systemClock } from './core/clock';
import { ConfigError, readConfig } from './core/config';
import { StartError, startServer } from './run';

/** Reads the configuration, serves until told to stop. Everything that keeps it from starting is one line per cause. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig(process.env);
  const server = await startServer({ config, clock: systemClock });
  process.stdout.write(`ready ${server.url}\n`);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void server.stop().then(() => process.exit(0));
    });
  }
}

main().catch((error: unknown) => {
  const lines =
    error instanceof ConfigError
      ? error.problems
      : [error instanceof StartError ? error.message : String((error as Error).stack)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
});
