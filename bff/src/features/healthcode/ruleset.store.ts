import { isSecondPerson, type Actor } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import { fromJson, type Tx } from '../../core/database';
import type { RuleSetBody } from './ruleset.schema';

export interface RuleSet {
  version: number;
  name: string;
  note: string;
  state: 'draft' | 'published' | 'retired';
  effectiveFrom: BusinessDate | null;
  body: RuleSetBody;
  createdBy: string | null;
  createdAt: Date;
  publishedBy: string | null;
  publishedAt: Date | null;
}

const RULE_SET = `SELECT s.version, s.name, s.note, s.state, s.effective_from AS effectiveFrom, s.body, c.name AS createdBy, s.created_at AS createdAt,
    p.name AS publishedBy, s.published_at AS publishedAt
  FROM health_rule_set s LEFT JOIN person c ON c.id = s.created_by LEFT JOIN person p ON p.id = s.published_by`;

type Row = Omit<RuleSet, 'body'> & { body: unknown };
const toRuleSet = (row: Row): RuleSet => ({ ...row, body: fromJson(row.body) });

/** The rule set that decides on a date. */
export async function ruleSetInForce(tx: Tx, date: BusinessDate): Promise<RuleSet> {
  const [row] = await tx.query<Row>(
    `${RULE_SET} WHERE s.state = 'published' AND s.effective_from <= ? ORDER BY s.effective_from DESC, s.version DESC LIMIT 1`,
    [date],
  );
  if (row === undefined) throw new Error(`no rule set of the health code is in force on ${date}`);
  return toRuleSet(row);
}

export async function ruleSetOf(tx: Tx, version: number): Promise<RuleSet | undefined> {
  const [row] = await tx.query<Row>(`${RULE_SET} WHERE s.version = ?`, [version]);
  return row === undefined ? undefined : toRuleSet(row);
}

/** The rule sets that these days were scored under. */
export async function ruleSetsOf(tx: Tx, versions: readonly number[]): Promise<RuleSet[]> {
  if (versions.length === 0) return [];
  return (await tx.query<Row>(`${RULE_SET} WHERE s.version IN (?)`, [[...versions]])).map(toRuleSet);
}

/** Rule sets with versions under `before`, newest first. */
export async function listRuleSets(tx: Tx, before: number | undefined, limit: number): Promise<RuleSet[]> {
  const rows = await tx.query<Row>(
    `${RULE_SET} ${before === undefined ? '' : 'WHERE s.version < ?'} ORDER BY s.version DESC LIMIT ?`,
    before === undefined ? [limit] : [before, limit],
  );
  return rows.map(toRuleSet);
}

export async function insertDraft(
  tx: Tx,
  given: { clientUuid: string; name: string; note: string; body: RuleSetBody },
  personId: number,
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO health_rule_set (client_uuid, name, note, body, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    [given.clientUuid, given.name, given.note, JSON.stringify(given.body), personId, now],
  );
  return insertId;
}

/**
 * Puts a draft into force from the start of a day. Says why not: 'own' its author may not, 'taken' another one begins on
 * that day, 'gone' it is no draft any more.
 */
export async function publishRuleSet(
  tx: Tx,
  given: { version: number; reason: string; effectiveFrom: BusinessDate; actor: Actor },
  now: Date,
): Promise<'done' | 'own' | 'taken' | 'gone'> {
  const { version, reason, effectiveFrom, actor } = given;
  // All that are published, too: two at once must not get the same day.
  const rows = await tx.query<{ version: number; state: string; day: BusinessDate | null; author: number | null }>(
    `SELECT version, state, effective_from AS day, created_by AS author FROM health_rule_set
     WHERE version = ? OR state = 'published' ORDER BY version FOR UPDATE`,
    [version],
  );
  const draft = rows.find((row) => row.version === version);
  if (draft?.state !== 'draft') return 'gone';
  if (!isSecondPerson(actor, draft.author)) return 'own';
  if (rows.some((row) => row.state === 'published' && row.day === effectiveFrom)) return 'taken';
  await tx.execute(
    `UPDATE health_rule_set SET state = 'published', effective_from = ?, published_by = ?, published_at = ?, publish_reason = ?
     WHERE version = ?`,
    [effectiveFrom, actor.personId, now, reason, version],
  );
  return 'done';
}
