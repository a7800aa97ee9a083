import type { Actor } from '../../core/actor';
import { addDays, businessDate, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { tell } from '../notifications';
import { MOST_DAYS } from './duty.rules';
import { ableIn, dropDuties, dutiesWithin, putDuties, regionNamed, type DutyRow } from './duty.store';
import { warningProblems } from './warning.problems';

export interface Roster {
  region: string;
  /** Nobody on a date: whoever watches the region is told there, as without a roster. */
  days: readonly { date: BusinessDate; personId: number | null }[];
}

/**
 * Enters who answers for a county (or the city) outside office hours; the same again changes nothing. Whoever is new on a
 * day is told. Throws WIRE.NOT_FOUND for a region outside the scope, WARNING.DUTY_*.
 */
export async function enterRoster(
  { tx, events, actor, now }: { tx: Tx; events: EventLog; actor: Actor; now: Date },
  { region, days }: Roster,
): Promise<DutyRow[]> {
  const known = await regionNamed(tx, region);
  const within = actor.scope.regionPrefixes.some((prefix) => region.startsWith(prefix));
  if (known === undefined || !within) throw wire.NOT_FOUND();
  if (known.level === 'township') throw warningProblems.DUTY_REGION();
  const today = businessDate(now);
  // Yesterday's duty lasts until this morning.
  const [first, last] = [addDays(today, -1), addDays(today, MOST_DAYS)];
  if (days.some(({ date }) => date < first || date > last)) throw warningProblems.DUTY_DATES();
  const able = await ableIn(
    tx,
    region,
    days.flatMap(({ personId }) => personId ?? []),
  );
  if (days.some(({ personId }) => personId !== null && !able.has(personId))) throw warningProblems.DUTY_PERSON();
  const span = { from: first, to: last };
  const before = await dutiesWithin(tx, [region], span);
  const held = new Map(before.filter((row) => row.region_code === region).map((row) => [row.on_date, row.person_id]));
  const filled = days.flatMap(({ date, personId }) => (personId === null ? [] : [{ date, personId }]));
  const changed = filled.filter(({ date, personId }) => held.get(date) !== personId);
  const dropped = days.filter(({ date, personId }) => personId === null && held.has(date)).map(({ date }) => date);
  await putDuties(tx, region, changed, { personId: actor.personId, now });
  await dropDuties(tx, region, dropped);
  if (changed.length + dropped.length > 0) {
    const payload = { region, changed, dropped };
    await events.append(tx, [
      { type: 'duty.entered', subject: { type: 'region', id: region }, actorId: actor.personId, payload },
    ]);
  }
  for (const personId of new Set(changed.map((each) => each.personId))) {
    const dates = changed.filter((each) => each.personId === personId).map(({ date }) => date);
    const subject = `${region} ${dates[0] ?? ''} ${dates.length}`;
    const values = { region: known.name, dates: dates.join('、') };
    await tell(tx, 'duty.given', { persons: [personId], subject, values }, now);
  }
  return (await dutiesWithin(tx, [region], span)).filter((row) => row.region_code === region);
}
