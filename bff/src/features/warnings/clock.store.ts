import type { Tx } from '../../core/database';
import type { RuleCode } from './rule.schema';
import { ackBy, levelsAt, type Level, type Tier } from './warning.rules';

/** Warnings in one transaction of the clock. Those that somebody has in hand are passed over: the clock comes again. */
const BATCH = 500;

export interface TimedRow {
  id: number;
  rule_code: RuleCode;
  level: Level;
  enterprise_id: number | null;
  region_code: string;
  reason: string;
  tier: Tier;
  ack_hours: number;
}

const COLUMNS = 'id, rule_code, level, enterprise_id, region_code, reason, tier, ack_hours';

/** Whose reason is over is not sent on: nobody is ordered to do what is done. */

/** Open warnings whose time to be acknowledged is over and that have somewhere to go; locked. */
export function lockUnacknowledged(tx: Tx, now: Date): Promise<TimedRow[]> {
  return tx.query<TimedRow>(
    `SELECT ${COLUMNS} FROM warning WHERE state = 'open' AND eased_at IS NULL AND tier <> 'county' AND ack_by <= ? AND level IN (?) ORDER BY ack_by, id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
    [now, levelsAt(now)],
  );
}

/** Warnings that somebody took on and did not bring to an end in time; locked. */
export function lockUnhandled(tx: Tx, now: Date): Promise<TimedRow[]> {
  return tx.query<TimedRow>(
    `SELECT ${COLUMNS} FROM warning WHERE handle_by <= ? AND eased_at IS NULL AND level IN (?) ORDER BY handle_by, id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
    [now, levelsAt(now)],
  );
}

/** Tiers and regions with something open and nobody in office there. */
export function desertedTiers(tx: Tx): Promise<{ tier: Tier; region_code: string }[]> {
  return tx.query<{ tier: Tier; region_code: string }>(
    `SELECT w.tier, w.region_code FROM (SELECT DISTINCT tier, region_code FROM warning WHERE state = 'open' AND tier <> 'county') w
     WHERE NOT EXISTS (SELECT 1 FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
       WHERE g.role = w.tier AND w.region_code LIKE CONCAT(g.region_prefix, '%'))`,
  );
}

/** What is open at such tiers; locked. */
export function lockDeserted(tx: Tx, at: readonly { tier: Tier; region_code: string }[]): Promise<TimedRow[]> {
  return tx.query<TimedRow>(
    `SELECT ${COLUMNS} FROM warning WHERE state = 'open' AND (tier, region_code) IN (?) ORDER BY id FOR UPDATE SKIP LOCKED`,
    [at.map(({ tier, region_code }) => [tier, region_code])],
  );
}

/** One warning, if it is open where nobody is in office; locked. */
export function lockWhereNobodyIs(tx: Tx, id: number): Promise<TimedRow[]> {
  return tx.query<TimedRow>(
    `SELECT ${COLUMNS} FROM warning w WHERE w.id = ? AND w.state = 'open' AND w.tier <> 'county'
       AND NOT EXISTS (SELECT 1 FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
         WHERE g.role = w.tier AND w.region_code LIKE CONCAT(g.region_prefix, '%')) FOR UPDATE`,
    [id],
  );
}

/** One tier up if there is one, open, with as many hours again. */
export async function escalate(tx: Tx, rows: readonly TimedRow[], now: Date): Promise<void> {
  for (const { ids, by } of sameClocks(rows, now)) {
    // MariaDB assigns from left to right: the tier is read before it is written.
    await tx.execute(
      `UPDATE warning SET tier = IF(tier = 'township', 'enforcement', 'county'), state = 'open', acknowledged_at = NULL,
         acknowledged_by = NULL, ack_by = ? WHERE id IN (?)`,
      [by, ids],
    );
  }
}

/** Rows by the time that each has: as few statements as there are kinds of clocks. */
function sameClocks(rows: readonly TimedRow[], now: Date): { ids: number[]; by: Date }[] {
  const clocks = new Map<string, { ids: number[]; by: Date }>();
  for (const { id, level, ack_hours: hours } of rows) {
    const key = `${level} ${hours}`;
    const clock = clocks.get(key);
    if (clock === undefined) clocks.set(key, { ids: [id], by: ackBy(now, hours, level) });
    else clock.ids.push(id);
  }
  return [...clocks.values()];
}

/** Snoozed warnings whose time is over; locked. */
export function lockSlept(tx: Tx, now: Date): Promise<TimedRow[]> {
  return tx.query<TimedRow>(
    `SELECT ${COLUMNS} FROM warning WHERE state = 'snoozed' AND eased_at IS NULL AND snoozed_until <= ? ORDER BY snoozed_until, id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
    [now],
  );
}

/** Open as on the first day: who had acknowledged it before stands in its steps. */
export async function reopen(tx: Tx, rows: readonly TimedRow[], now: Date): Promise<void> {
  for (const { ids, by } of sameClocks(rows, now)) {
    await tx.execute(
      `UPDATE warning SET state = 'open', snoozed_until = NULL, acknowledged_at = NULL, acknowledged_by = NULL, ack_by = ?
       WHERE id IN (?)`,
      [by, ids],
    );
  }
}
