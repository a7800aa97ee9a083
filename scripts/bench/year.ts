import { addDays, businessDate, MovableClock, shanghaiInstant, systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { simulate } from '../demo/simulation';
import { benchEnvironment, type Bench } from './frame';

const ENTERPRISES = Number(process.env['YEAR_ENTERPRISES'] ?? 240);
const DAYS = Number(process.env['YEAR_DAYS'] ?? 365);
const SHOWN = 10;

/** A year of the demo county with all jobs: how many messages the busiest person gets on a day without a major finding. */
export const year: Bench = async ({ url, db, say }) => {
  const clock = new MovableClock();
  const start = addDays(businessDate(systemClock.now()), 1 - DAYS);
  clock.moveTo(shanghaiInstant(start, '00:00'));
  const config = readConfig({ ...benchEnvironment(url), LOG_LEVEL: 'silent' });
  const counted = await simulate({ config, clock, db }, { enterprises: ENTERPRISES, start, days: DAYS }, (date) => {
    if (date.endsWith('-01')) say(date);
  });
  say(counted.byKind.map(({ kind, n }) => `${kind} ${n}`).join(', '));
  for (const { person, role, date, n, kinds } of counted.busiest.slice(0, SHOWN)) {
    say(`${date} ${role} ${person}: ${n} messages (${kinds})`);
  }
  return [
    { bench: 'year', figure: 'year', value: counted.busiest[0]?.n ?? 0, unit: 'messages/person/day' },
    { bench: 'year', figure: 'year-messages', value: counted.messages, unit: 'messages' },
    { bench: 'year', figure: 'year-majors', value: counted.busiestOnMajorDays, unit: 'messages/person/day' },
  ];
};
