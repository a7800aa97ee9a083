import type { Tx } from '../../core/database';
import type { RuleCode } from './rule.schema';

export interface Standing {
  id: number;
  rule_code: RuleCode;
}

/** Warnings of an enterprise that nobody has closed and whose reason still holds, as far as is known. */
export function standingOf(tx: Tx, enterpriseId: number): Promise<Standing[]> {
  return tx.query<Standing>(
    `SELECT id, rule_code FROM warning
     WHERE enterprise_id = ? AND state IN ('open', 'acknowledged', 'snoozed') AND eased_at IS NULL`,
    [enterpriseId],
  );
}

export async function easeWarnings(tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute('UPDATE warning SET eased_at = ? WHERE id IN (?) AND eased_at IS NULL', [now, [...ids]]);
}

/** Those of these warnings that were eased at this instant. */
export function easedOf(tx: Tx, ids: readonly number[], now: Date): Promise<Standing[]> {
  return tx.query<Standing>('SELECT id, rule_code FROM warning WHERE id IN (?) AND eased_at = ?', [[...ids], now]);
}
