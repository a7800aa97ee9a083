import { buildApp } from '../../bff/src/app';
import { MovableClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';

/** One instance of the server without its HTTP face, made to be killed: rings its jobs five times a second. */
const clock = new MovableClock();
clock.moveTo(new Date(process.env['FAULT_NOW'] ?? ''));
const app = buildApp({ config: readConfig(process.env), clock });

async function ring(): Promise<void> {
  for (;;) {
    await app.jobs.tick();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

// Leases begin with this id: the test kills the one that holds some.
process.send?.(app.core.instanceId);
void ring();
