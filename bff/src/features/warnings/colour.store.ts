import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { Rule } from './rule.store';
import { ackBy } from './warning.rules';

/** The enterprise, locked: two changes at once must not open two warnings. */
export async function lockEnterprise(tx: Tx, enterpriseId: number): Promise<{ region_code: string } | undefined> {
  const [row] = await tx.query<{ region_code: string }>('SELECT region_code FROM enterprise WHERE id = ? FOR UPDATE', [
    enterpriseId,
  ]);
  return row;
}

/** Opens the warning of a colour, or finds the one that is open already; undefined then. */
export async function openColour(
  tx: Tx,
  rule: Rule,
  about: { enterpriseId: number; region: string; reason: string },
  now: Date,
  date: BusinessDate,
): Promise<number | undefined> {
  const key = `${rule.code}:${about.enterpriseId}`;
  const { affectedRows } = await tx.execute(
    `UPDATE warning SET last_seen_at = ?, last_seen_on = ?, repeats = repeats + 1, eased_at = NULL, reason = ? WHERE open_key = ?`,
    [now, date, about.reason, key],
  );
  if (affectedRows > 0) return undefined;
  const { insertId } = await tx.execute(
    `INSERT INTO warning (rule_code, rule_version, level, subject_type, subject_id, enterprise_id, region_code, open_key, reason, evidence,
       ack_hours, ack_by, opened_at, last_seen_at, last_seen_on)
     VALUES (?, ?, ?, 'enterprise', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      rule.code,
      rule.version,
      rule.level,
      String(about.enterpriseId),
      about.enterpriseId,
      about.region,
      key,
      about.reason,
      JSON.stringify({ type: 'enterprise', ids: [about.enterpriseId], count: 1 }),
      rule.ackHours,
      ackBy(now, rule.ackHours, rule.level),
      now,
      now,
      date,
    ],
  );
  return insertId;
}

/** The colour was left: what it warned of does not hold any more. */
export async function easeColour(tx: Tx, enterpriseId: number, now: Date): Promise<void> {
  await tx.execute('UPDATE warning SET eased_at = ? WHERE open_key = ? AND eased_at IS NULL', [
    now,
    `code_red:${enterpriseId}`,
  ]);
}
