import { fromJson, type Tx } from '../../core/database';
import type { Rule } from './rule.store';
import { ackBy } from './warning.rules';

/** Ids kept as evidence, at most. */
const MAX_IDS = 50;

export interface FindingFacts {
  id: number;
  item_zh: string;
  enterprise_id: number;
  region_code: string;
}

/** A finding, with its enterprise locked: two findings of one enterprise at once must not open two warnings. */
export async function lockFinding(tx: Tx, findingId: number): Promise<FindingFacts | undefined> {
  const [row] = await tx.query<FindingFacts>(
    `SELECT f.id, f.item_zh, f.enterprise_id, e.region_code FROM finding f JOIN enterprise e ON e.id = f.enterprise_id
     WHERE f.id = ? FOR UPDATE`,
    [findingId],
  );
  return row;
}

export interface RaisedRow {
  id: number;
  open: number;
  evidence: unknown;
}

/** Warnings of major findings that the enterprise has or had, newest first. */
export async function raisedFor(tx: Tx, enterpriseId: number): Promise<RaisedRow[]> {
  const found = await tx.query<{ id: number }>(
    "SELECT id FROM warning WHERE rule_code = 'major_finding' AND subject_id = ?",
    [String(enterpriseId)],
  );
  if (found.length === 0) return [];
  // By key: a search that locks stops at rows of other enterprises that somebody has in hand.
  return tx.query<RaisedRow>(
    "SELECT id, state <> 'closed' AS open, evidence FROM warning WHERE id IN (?) ORDER BY id DESC FOR UPDATE",
    [found.map(({ id }) => id)],
  );
}

interface Evidence {
  type: 'finding';
  ids: number[];
  count: number;
}

export function mentions(row: RaisedRow, findingId: number): boolean {
  return fromJson<Evidence>(row.evidence).ids.includes(findingId);
}

export async function openMajor(tx: Tx, rule: Rule, facts: FindingFacts, reason: string, now: Date, date: string) {
  const evidence: Evidence = { type: 'finding', ids: [facts.id], count: 1 };
  const { insertId } = await tx.execute(
    `INSERT INTO warning (rule_code, rule_version, level, subject_type, subject_id, enterprise_id, region_code, open_key, reason,
       evidence, newest_id, ack_hours, ack_by, opened_at, last_seen_at, last_seen_on)
     VALUES (?, ?, ?, 'enterprise', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      rule.code,
      rule.version,
      rule.level,
      String(facts.enterprise_id),
      facts.enterprise_id,
      facts.region_code,
      `${rule.code}:${facts.enterprise_id}`,
      reason.slice(0, 300),
      JSON.stringify(evidence),
      facts.id,
      rule.ackHours,
      ackBy(now, rule.ackHours, rule.level),
      now,
      now,
      date,
    ],
  );
  return insertId;
}

/**
 * Another major finding joins the warning, and is open with it, whoever had taken on or put off the earlier ones. Where
 * nobody had, the time to acknowledge them goes on: a new finding gains the old ones no delay.
 */
export async function joinMajor(
  tx: Tx,
  row: RaisedRow,
  rule: Rule,
  facts: FindingFacts,
  reason: string,
  now: Date,
  date: string,
): Promise<void> {
  const before = fromJson<Evidence>(row.evidence);
  const evidence: Evidence = {
    type: 'finding',
    ids: [facts.id, ...before.ids].slice(0, MAX_IDS),
    count: before.count + 1,
  };
  await tx.execute(
    `UPDATE warning SET ack_by = IF(state = 'open', ack_by, ?), state = 'open', snoozed_until = NULL, acknowledged_at = NULL, acknowledged_by = NULL,
       reason = ?, evidence = ?, newest_id = ?, repeats = repeats + 1, last_seen_at = ?, last_seen_on = ?, eased_at = NULL WHERE id = ?`,
    [
      ackBy(now, rule.ackHours, rule.level),
      reason.slice(0, 300),
      JSON.stringify(evidence),
      facts.id,
      now,
      date,
      row.id,
    ],
  );
}

/** What the findings of a warning that are not closed yet are about, the newest first. */
export async function itemsOf(tx: Tx, row: RaisedRow): Promise<string[]> {
  const { ids } = fromJson<Evidence>(row.evidence);
  const rows = await tx.query<{ item_zh: string }>(
    "SELECT item_zh FROM finding WHERE id IN (?) AND state <> 'closed' ORDER BY id DESC",
    [ids],
  );
  return rows.map(({ item_zh }) => item_zh);
}
