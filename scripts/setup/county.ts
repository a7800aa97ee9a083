import { Presets, SingleBar } from 'cli-progress';
import type { Clock } from '../../bff/src/core/clock';
import type { Database } from '../../bff/src/core/database';
import { seedDemoCounty } from '../demo/seed';
import { SetupError } from './setup-error';

/**
 * Seeds the demo county into a database without enterprises, with a progress bar. A seeding that was broken off is
 * refused: half a county would look like a whole one.
 */
export async function seedWhenEmpty(db: Database, clock: Clock, enterprises: number): Promise<void> {
  const [people] = await db.read.query<{ n: number }>('SELECT COUNT(*) AS n FROM person');
  const half = await db.read.query(
    "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'demo_day'",
  );
  if (half.length > 0)
    throw new SetupError('The demo county was not finished last time; begin again with: npm start -- --fresh');
  if ((people?.n ?? 0) > 0) return;
  const bar = new SingleBar(
    { format: 'Seeding the demo county |{bar}| {percentage}% {what}', noTTYOutput: true, notTTYSchedule: 5000 },
    Presets.shades_classic,
  );
  bar.start(100, 0, { what: '' });
  const seeded = await seedDemoCounty(db, {
    enterprises,
    now: clock.now(),
    onProgress: (share, what) => bar.update(Math.round(share * 100), { what }),
  });
  bar.stop();
  process.stdout.write(
    `${seeded.enterprises} enterprises, ${seeded.points} points, ${seeded.tasks} tasks, ${seeded.reports} reports, ${seeded.findings} findings\n`,
  );
}
