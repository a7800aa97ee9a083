import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import type { SqlValue, Tx } from '../../core/database';

/** Disputes (异议) and repairs (修复): what an enterprise asks for about one deduction. */

export interface Dispute {
  id: number;
  enterpriseId: number;
  enterpriseName: string;
  factKey: string;
  code: string;
  reason: string;
  photos: unknown;
  filedBy: number;
  filedAt: Date;
  decideBy: BusinessDate;
  state: 'open' | 'upheld' | 'refused';
  decidedAt: Date | null;
  note: string | null;
}

const DISPUTE = `SELECT d.id, d.enterprise_id AS enterpriseId, e.name AS enterpriseName, d.fact_key AS factKey, d.code,
    d.reason, d.photos, d.filed_by AS filedBy, d.filed_at AS filedAt, d.decide_by AS decideBy, d.state, d.decided_at AS decidedAt, d.note
  FROM health_dispute d JOIN enterprise e ON e.id = d.enterprise_id`;

export interface Repair {
  id: number;
  enterpriseId: number;
  enterpriseName: string;
  factKey: string;
  code: string;
  statement: string;
  photos: unknown;
  filedBy: number;
  filedAt: Date;
  checkBy: BusinessDate;
  state: 'applied' | 'verified' | 'refused';
  checkedAt: Date | null;
  note: string | null;
}

const REPAIR = `SELECT r.id, r.enterprise_id AS enterpriseId, e.name AS enterpriseName, r.fact_key AS factKey, r.code,
    r.statement, r.photos, r.filed_by AS filedBy, r.filed_at AS filedAt, r.check_by AS checkBy, r.state, r.checked_at AS checkedAt, r.note
  FROM health_repair r JOIN enterprise e ON e.id = r.enterprise_id`;

export interface CaseSearch {
  state: string | undefined;
  enterpriseId: number | undefined;
  after: number | undefined;
  limit: number;
}

export const searchDisputes = (tx: Tx, scope: Scope, search: CaseSearch): Promise<Dispute[]> =>
  searchCases<Dispute>(tx, DISPUTE, 'd', scope, search);

export const searchRepairs = (tx: Tx, scope: Scope, search: CaseSearch): Promise<Repair[]> =>
  searchCases<Repair>(tx, REPAIR, 'r', scope, search);

/** Within the scope, newest first. */
function searchCases<T>(tx: Tx, select: string, alias: string, scope: Scope, search: CaseSearch): Promise<T[]> {
  const within = scopeCondition(scope);
  const conditions = [within.sql];
  const values: SqlValue[] = [...within.values];
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    conditions.push(sql);
    values.push(value);
  };
  add(`${alias}.state = ?`, search.state);
  add(`${alias}.enterprise_id = ?`, search.enterpriseId);
  add(`${alias}.id < ?`, search.after);
  return tx.query<T>(`${select} WHERE ${conditions.join(' AND ')} ORDER BY ${alias}.id DESC LIMIT ?`, [
    ...values,
    search.limit,
  ]);
}

export async function findDispute(tx: Tx, scope: Scope, id: number, lock = false): Promise<Dispute | undefined> {
  const within = scopeCondition(scope);
  if (lock) await tx.query('SELECT id FROM health_dispute WHERE id = ? FOR UPDATE', [id]);
  const [row] = await tx.query<Dispute>(`${DISPUTE} WHERE d.id = ? AND ${within.sql}`, [id, ...within.values]);
  return row;
}

export async function findRepair(tx: Tx, scope: Scope, id: number, lock = false): Promise<Repair | undefined> {
  const within = scopeCondition(scope);
  if (lock) await tx.query('SELECT id FROM health_repair WHERE id = ? FOR UPDATE', [id]);
  const [row] = await tx.query<Repair>(`${REPAIR} WHERE r.id = ? AND ${within.sql}`, [id, ...within.values]);
  return row;
}

export interface NewCase {
  clientUuid: string;
  enterpriseId: number;
  factKey: string;
  code: string;
  text: string;
  photos: readonly string[];
  personId: number;
  /** Until when it has to be decided or checked. */
  by: BusinessDate;
}

export async function insertDispute(tx: Tx, given: NewCase, now: Date): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO health_dispute (client_uuid, enterprise_id, fact_key, code, reason, photos, filed_by, filed_at, decide_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      given.clientUuid,
      given.enterpriseId,
      given.factKey,
      given.code,
      given.text,
      JSON.stringify(given.photos),
      given.personId,
      now,
      given.by,
    ],
  );
  return insertId;
}

export async function insertRepair(tx: Tx, given: NewCase, now: Date): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO health_repair (client_uuid, enterprise_id, fact_key, code, statement, photos, filed_by, filed_at, check_by, open_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      given.clientUuid,
      given.enterpriseId,
      given.factKey,
      given.code,
      given.text,
      JSON.stringify(given.photos),
      given.personId,
      now,
      given.by,
      `${given.enterpriseId}:${given.factKey}`,
    ],
  );
  return insertId;
}

/** What is known already about a fact: whether it was disputed, and whether a repair waits. */
export async function casesOf(
  tx: Tx,
  enterpriseId: number,
  factKey: string,
): Promise<{ disputed: boolean; repairWaits: boolean }> {
  const disputes = await tx.query('SELECT 1 FROM health_dispute WHERE enterprise_id = ? AND fact_key = ?', [
    enterpriseId,
    factKey,
  ]);
  const repairs = await tx.query('SELECT 1 FROM health_repair WHERE open_key = ?', [`${enterpriseId}:${factKey}`]);
  return { disputed: disputes.length > 0, repairWaits: repairs.length > 0 };
}

export interface Decision {
  state: string;
  personId: number;
  note: string;
}

export async function decideDispute(tx: Tx, id: number, { state, personId, note }: Decision, now: Date): Promise<void> {
  await tx.execute('UPDATE health_dispute SET state = ?, decided_by = ?, decided_at = ?, note = ? WHERE id = ?', [
    state,
    personId,
    now,
    note,
    id,
  ]);
}

export async function decideRepair(tx: Tx, id: number, { state, personId, note }: Decision, now: Date): Promise<void> {
  await tx.execute(
    'UPDATE health_repair SET state = ?, checked_by = ?, checked_at = ?, note = ?, open_key = NULL WHERE id = ?',
    [state, personId, now, note, id],
  );
}

/** Who entered the rows behind a fact, where a person did: nobody decides about what he entered himself. */
const ENTERED_BY: Readonly<Record<string, string>> = {
  fact: 'SELECT entered_by AS id FROM health_fact WHERE id = ?',
  penalty: 'SELECT entered_by AS id FROM penalty WHERE id = ?',
  petition: 'SELECT decided_by AS id FROM petition WHERE id = ?',
  incident: 'SELECT entered_by AS id FROM incident WHERE id = ?',
  step: 'SELECT actor_id AS id FROM finding_step WHERE id = ?',
};

export async function enteredBy(tx: Tx, factKey: string): Promise<number | null> {
  const [, type = '', id = ''] = factKey.split(':');
  const sql = ENTERED_BY[type];
  if (sql === undefined) return null;
  const [row] = await tx.query<{ id: number | null }>(sql, [Number(id)]);
  return row?.id ?? null;
}

export async function insertSiteCheck(
  tx: Tx,
  given: {
    clientUuid: string;
    enterpriseId: number;
    pointId: number;
    repairId: number | null;
    passed: boolean;
    note: string;
    position: object | null;
    personId: number;
  },
  now: Date,
): Promise<void> {
  await tx.execute(
    `INSERT INTO health_site_check (client_uuid, enterprise_id, point_id, repair_id, passed, note, position, checked_by, checked_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      given.clientUuid,
      given.enterpriseId,
      given.pointId,
      given.repairId,
      given.passed,
      given.note,
      given.position === null ? null : JSON.stringify(given.position),
      given.personId,
      now,
    ],
  );
  if (!given.passed) return;
  await tx.execute(
    `INSERT INTO health_state (enterprise_id, better, site_check_at) VALUES (?, '{}', ?)
     ON DUPLICATE KEY UPDATE site_check_at = VALUES(site_check_at)`,
    [given.enterpriseId, now],
  );
}

/** Whether the point is this enterprise's, with this version of its door's code. */
export async function isDoorOf(tx: Tx, enterpriseId: number, pointId: number, keyVersion: number): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM point WHERE id = ? AND enterprise_id = ? AND key_version = ?', [
    pointId,
    enterpriseId,
    keyVersion,
  ]);
  return rows.length > 0;
}

export interface EnteredFact {
  id: number;
  enterpriseId: number;
  code: string;
  occurredAt: Date;
  endedAt: Date | null;
  note: string;
  enteredBy: number | null;
  enteredAt: Date;
}

const FACT = `SELECT h.id, h.enterprise_id AS enterpriseId, h.code, h.occurred_at AS occurredAt, h.ended_at AS endedAt,
    h.note, h.entered_by AS enteredBy, h.entered_at AS enteredAt
  FROM health_fact h JOIN enterprise e ON e.id = h.enterprise_id`;

export async function findFact(tx: Tx, scope: Scope, id: number): Promise<EnteredFact | undefined> {
  const within = scopeCondition(scope);
  await tx.query('SELECT id FROM health_fact WHERE id = ? FOR UPDATE', [id]);
  const [row] = await tx.query<EnteredFact>(`${FACT} WHERE h.id = ? AND ${within.sql}`, [id, ...within.values]);
  return row;
}

export async function insertFact(
  tx: Tx,
  given: {
    clientUuid: string;
    enterpriseId: number;
    code: string;
    occurredAt: Date;
    note: string;
    personId: number | null;
  },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO health_fact (client_uuid, enterprise_id, code, occurred_at, note, entered_by, entered_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [given.clientUuid, given.enterpriseId, given.code, given.occurredAt, given.note, given.personId, now],
  );
  return insertId;
}

export async function endFact(tx: Tx, id: number, at: Date): Promise<void> {
  await tx.execute('UPDATE health_fact SET ended_at = ? WHERE id = ?', [at, id]);
}
