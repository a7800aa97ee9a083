import type { BusinessDate } from '../../core/clock';
import type { SqlValue, Tx } from '../../core/database';

export interface DutyRow {
  region_code: string;
  on_date: BusinessDate;
  person_id: number;
  name: string;
}

const DUTY = `SELECT d.region_code, d.on_date, d.person_id, p.name FROM duty d JOIN person p ON p.id = d.person_id`;

/** The roster of regions within these prefixes, by date. */
export function dutiesWithin(
  tx: Tx,
  prefixes: readonly string[],
  { from, to }: { from: BusinessDate; to: BusinessDate },
): Promise<DutyRow[]> {
  if (prefixes.length === 0) return Promise.resolve([]);
  const within = prefixes.map(() => 'd.region_code LIKE ?').join(' OR ');
  return tx.query<DutyRow>(
    `${DUTY} WHERE d.on_date BETWEEN ? AND ? AND (${within}) ORDER BY d.on_date, d.region_code`,
    [from, to, ...prefixes.map((prefix) => `${prefix}%`)],
  );
}

/** Who is on duty on a date, in office, for each of these regions or what lies above them. */
export function onDuty(tx: Tx, date: BusinessDate, regions: readonly string[]): Promise<DutyRow[]> {
  const above = new Set(regions.flatMap((code) => [code.slice(0, 4), code.slice(0, 6), code]));
  if (above.size === 0) return Promise.resolve([]);
  return tx.query<DutyRow>(
    // The nearest last: a county's own roster goes before the city's.
    `${DUTY} AND p.active WHERE d.on_date = ? AND d.region_code IN (?) ORDER BY CHAR_LENGTH(d.region_code)`,
    [date, [...above]],
  );
}

/** Enters who is on duty, in place of whoever was. */
export async function putDuties(
  tx: Tx,
  region: string,
  days: readonly { date: BusinessDate; personId: number }[],
  by: { personId: number; now: Date },
): Promise<void> {
  if (days.length === 0) return;
  await tx.execute(
    `INSERT INTO duty (region_code, on_date, person_id, entered_by, entered_at) VALUES ?
     ON DUPLICATE KEY UPDATE person_id = VALUES(person_id), entered_by = VALUES(entered_by), entered_at = VALUES(entered_at)`,
    [days.map(({ date, personId }): SqlValue[] => [region, date, personId, by.personId, by.now])],
  );
}

export async function dropDuties(tx: Tx, region: string, dates: readonly BusinessDate[]): Promise<void> {
  if (dates.length === 0) return;
  await tx.execute('DELETE FROM duty WHERE region_code = ? AND on_date IN (?)', [region, [...dates]]);
}

/** Those of these people who may act on what climbs in a region: enforcement or regulators whose scope covers it. */
export async function ableIn(tx: Tx, region: string, personIds: readonly number[]): Promise<ReadonlySet<number>> {
  if (personIds.length === 0) return new Set();
  const rows = await tx.query<{ id: number }>(
    `SELECT DISTINCT p.id FROM person p JOIN person_grant g ON g.person_id = p.id AND g.role IN ('enforcement', 'regulator')
     WHERE p.id IN (?) AND p.active AND ? LIKE CONCAT(g.region_prefix, '%')`,
    [[...new Set(personIds)], region],
  );
  return new Set(rows.map(({ id }) => id));
}

export async function regionNamed(tx: Tx, code: string): Promise<{ name: string; level: string } | undefined> {
  return (await tx.query<{ name: string; level: string }>('SELECT name, level FROM region WHERE code = ?', [code]))[0];
}
