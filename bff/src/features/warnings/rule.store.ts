import { fromJson, type Tx } from '../../core/database';
import type { RuleCode } from './rule.schema';
import type { Level } from './warning.rules';

export interface Rule {
  code: RuleCode;
  version: number;
  zh: string;
  params: Record<string, number>;
  level: Level;
  ackHours: number;
  message: string;
  createdAt: Date;
}

interface RuleRow {
  code: RuleCode;
  version: number;
  zh: string;
  params: unknown;
  level: Level;
  ack_hours: number;
  message: string;
  created_at: Date;
}

const RULE = 'SELECT code, version, zh, params, level, ack_hours, message, created_at FROM warning_rule';

const toRule = (row: RuleRow): Rule => ({
  code: row.code,
  version: row.version,
  zh: row.zh,
  params: fromJson(row.params),
  level: row.level,
  ackHours: row.ack_hours,
  message: row.message,
  createdAt: row.created_at,
});

/** The newest version of each rule. */
export async function currentRules(tx: Tx): Promise<Rule[]> {
  const rows = await tx.query<RuleRow>(
    `${RULE} WHERE (code, version) IN (SELECT code, MAX(version) FROM warning_rule GROUP BY code) ORDER BY code`,
  );
  return rows.map(toRule);
}

/** The newest version of one rule; `lock` lets two editors get two numbers. */
export async function currentRule(tx: Tx, code: RuleCode, lock = false): Promise<Rule | undefined> {
  // The first version is never changed, so it is the row that stands for the rule.
  if (lock) await tx.query('SELECT code FROM warning_rule WHERE code = ? AND version = 1 FOR UPDATE', [code]);
  const [row] = await tx.query<RuleRow>(`${RULE} WHERE code = ? ORDER BY version DESC LIMIT 1`, [code]);
  return row === undefined ? undefined : toRule(row);
}

export async function insertRule(tx: Tx, rule: Rule, clientUuid: string, personId: number): Promise<void> {
  await tx.execute(
    `INSERT INTO warning_rule (code, version, client_uuid, zh, params, level, ack_hours, message, created_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      rule.code,
      rule.version,
      clientUuid,
      rule.zh,
      JSON.stringify(rule.params),
      rule.level,
      rule.ackHours,
      rule.message,
      personId,
      rule.createdAt,
    ],
  );
}
