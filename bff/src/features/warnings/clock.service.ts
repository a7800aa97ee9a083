import type { Tx } from '../../core/database';
import type { EventLog, NewEvent } from '../../core/events';
import {
  desertedTiers,
  escalate,
  lockDeserted,
  lockSlept,
  lockUnacknowledged,
  lockUnhandled,
  lockWhereNobodyIs,
  reopen,
  type TimedRow,
} from './clock.store';
import { CLIMBED, tellMajor } from './telling.service';
import { nextTier, TIER_ROLE, type Tier } from './warning.rules';
import { insertSteps, type NewStep } from './warning.store';

/** Sends what nobody acknowledged in time one tier up, and tells the officials there about major ones. Returns how many. */
export async function escalateDue(tx: Tx, events: EventLog, now: Date): Promise<number> {
  return climb(tx, events, await lockUnacknowledged(tx, now), now);
}

/** The same for what was taken on and not brought to an end; at the top it is open again. Returns how many. */
export async function escalateUnhandled(tx: Tx, events: EventLog, now: Date): Promise<number> {
  return climb(tx, events, await lockUnhandled(tx, now), now);
}

/** Nothing waits where nobody is in office: it goes up at once. Returns how many. */
export async function escalateDeserted(tx: Tx, events: EventLog, now: Date): Promise<number> {
  let moved = 0;
  // The tier above may be deserted too; each round leaves one behind.
  for (let deserted = await desertedTiers(tx); deserted.length > 0; deserted = await desertedTiers(tx)) {
    moved += await climb(tx, events, await lockDeserted(tx, deserted), now);
  }
  return moved;
}

/** The same for one warning that an event has just opened: it does not wait for the night. */
export async function leaveDeserted(tx: Tx, events: EventLog, id: number, now: Date): Promise<void> {
  let deserted = await lockWhereNobodyIs(tx, id);
  while (deserted.length > 0) {
    await climb(tx, events, deserted, now);
    deserted = await lockWhereNobodyIs(tx, id);
  }
}

async function climb(tx: Tx, events: EventLog, due: readonly TimedRow[], now: Date): Promise<number> {
  if (due.length === 0) return 0;
  await escalate(tx, due, now);
  const moved = due.map((row) => ({ row, to: nextTier(row.tier) ?? row.tier }));
  await insertSteps(
    tx,
    moved.map(({ row, to }) => stepOf(row, kindOf(row), now, to)),
  );
  await events.append(
    tx,
    moved.map(({ row, to }) => eventOf(`warning.${kindOf(row)}`, row, { from: row.tier, to })),
  );
  for (const tier of ['enforcement', 'county'] satisfies Tier[]) {
    const major = moved.filter(({ row, to }) => to === tier && row.level === 'major').map(({ row }) => row);
    await tellMajor(tx, major, now, { roles: [TIER_ROLE[tier]], about: `${CLIMBED}${tier}` });
  }
  return due.length;
}

/** What lies at the top already has nowhere to climb. */
const kindOf = ({ tier }: TimedRow): string => (nextTier(tier) === undefined ? 'reopened' : 'escalated');

/** Opens again what was put off until now, with all its hours to be acknowledged. Returns how many. */
export async function wakeSnoozed(tx: Tx, events: EventLog, now: Date): Promise<number> {
  const slept = await lockSlept(tx, now);
  if (slept.length === 0) return 0;
  await reopen(tx, slept, now);
  await insertSteps(
    tx,
    slept.map((row) => stepOf(row, 'reopened', now, row.tier)),
  );
  await events.append(
    tx,
    slept.map((row) => eventOf('warning.reopened', row, { tier: row.tier })),
  );
  return slept.length;
}

function stepOf(row: TimedRow, kind: string, at: Date, detail: string): NewStep {
  return { warningId: row.id, kind, actorId: null, at, note: '', detail };
}

function eventOf(type: string, row: TimedRow, payload: Record<string, unknown>): NewEvent {
  return {
    type,
    enterpriseId: row.enterprise_id,
    subject: { type: 'warning', id: row.id },
    actorId: null,
    payload: { rule: row.rule_code, level: row.level, region: row.region_code, ...payload },
  };
}
