import { scopeCondition, type Scope } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import { namedQuery, type SqlValue, type Tx } from '../../core/database';
import type { CaseResult, CaseState } from './case.rules';

export interface Case {
  id: number;
  enterpriseId: number;
  enterpriseName: string;
  regionCode: string;
  supervisionId: number | null;
  warningId: number | null;
  title: string;
  state: CaseState;
  ownerId: number;
  ownerName: string;
  dueOn: BusinessDate | null;
  fromDay: BusinessDate;
  toDay: BusinessDate | null;
  openedAt: Date;
  documentNo: string | null;
  result: CaseResult | null;
  closedAt: Date | null;
  factsSha256: string | null;
}

const CASE = `SELECT c.id, c.enterprise_id AS enterpriseId, e.name AS enterpriseName, e.region_code AS regionCode,
    c.supervision_id AS supervisionId, c.warning_id AS warningId, c.title, c.state, c.owner_id AS ownerId, o.name AS ownerName,
    c.due_on AS dueOn, c.from_day AS fromDay, c.to_day AS toDay, c.opened_at AS openedAt, c.document_no AS documentNo, c.result,
    c.closed_at AS closedAt, c.facts_sha256 AS factsSha256
  FROM enforcement_case c JOIN enterprise e ON e.id = c.enterprise_id JOIN person o ON o.id = c.owner_id`;

export async function findCase(tx: Tx, scope: Scope, id: number, lock = false): Promise<Case | undefined> {
  const within = scopeCondition(scope);
  if (lock) await tx.query('SELECT id FROM enforcement_case WHERE id = ? FOR UPDATE', [id]);
  const [row] = await tx.query<Case>(`${CASE} WHERE c.id = ? AND ${within.sql}`, [id, ...within.values]);
  return row;
}

/** Cases within the scope, the newest first. */
export function searchCases(
  tx: Tx,
  scope: Scope,
  search: { state: CaseState | undefined; enterpriseId: number | undefined; before: number | undefined; limit: number },
): Promise<Case[]> {
  const within = scopeCondition(scope);
  const conditions = [within.sql];
  const values: SqlValue[] = [...within.values];
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    conditions.push(sql);
    values.push(value);
  };
  add('c.state = ?', search.state);
  add('c.enterprise_id = ?', search.enterpriseId);
  add('c.id < ?', search.before);
  return tx.query<Case>(`${CASE} WHERE ${conditions.join(' AND ')} ORDER BY c.id DESC LIMIT ?`, [
    ...values,
    search.limit,
  ]);
}

/** Whether what a case is said to follow from is about this enterprise and still goes on. */
export async function sourceFits(
  tx: Tx,
  enterpriseId: number,
  { supervisionId, warningId }: { supervisionId: number | null; warningId: number | null },
): Promise<boolean> {
  const [row] = await tx.query<{ stay: number; warning: number }>(
    `SELECT ? IS NULL OR EXISTS (SELECT 1 FROM supervision s WHERE s.id = ? AND s.enterprise_id = ? AND s.open_key IS NOT NULL) AS stay,
       ? IS NULL OR EXISTS (SELECT 1 FROM warning w WHERE w.id = ? AND w.enterprise_id = ? AND w.state <> 'closed') AS warning`,
    [supervisionId, supervisionId, enterpriseId, warningId, warningId, enterpriseId],
  );
  return row?.stay === 1 && row.warning === 1;
}

export async function insertCase(
  tx: Tx,
  given: {
    clientUuid: string;
    enterpriseId: number;
    supervisionId: number | null;
    warningId: number | null;
    title: string;
    ownerId: number;
    dueOn: BusinessDate;
    fromDay: BusinessDate;
  },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO enforcement_case (client_uuid, enterprise_id, supervision_id, warning_id, title, owner_id, due_on, from_day, opened_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      given.clientUuid,
      given.enterpriseId,
      given.supervisionId,
      given.warningId,
      given.title,
      given.ownerId,
      given.dueOn,
      given.fromDay,
      now,
    ],
  );
  return insertId;
}

export interface CaseChange {
  state: CaseState;
  due_on: BusinessDate | null;
  owner_id?: number;
  document_no?: string;
  result?: CaseResult;
  closed_at?: Date;
  to_day?: BusinessDate;
  facts?: string;
  facts_sha256?: string;
}

export async function changeCase(tx: Tx, id: number, change: CaseChange): Promise<void> {
  const columns = Object.entries(change) as [string, SqlValue][];
  await tx.execute(`UPDATE enforcement_case SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE id = ?`, [
    ...columns.map(([, value]) => value),
    id,
  ]);
}

export async function insertCaseStep(
  tx: Tx,
  step: { caseId: number; clientUuid: string; kind: string; actorId: number; at: Date; note: string },
): Promise<void> {
  await tx.execute('INSERT INTO case_step (case_id, client_uuid, kind, actor_id, at, note) VALUES (?, ?, ?, ?, ?, ?)', [
    step.caseId,
    step.clientUuid,
    step.kind,
    step.actorId,
    step.at,
    step.note,
  ]);
}

export function caseStepsOf(tx: Tx, caseId: number): Promise<{ kind: string; by: string; at: Date; note: string }[]> {
  return tx.query(
    `SELECT s.kind, p.name AS \`by\`, s.at, s.note FROM case_step s JOIN person p ON p.id = s.actor_id
     WHERE s.case_id = ? ORDER BY s.id`,
    [caseId],
  );
}

export interface Fact {
  at: Date;
  kind: string;
  /** Tells facts of one instant and kind apart. */
  n: number;
  type: string;
  id: number;
  text: string;
  who: string | null;
}

const facts = namedQuery('case-facts');
/** Who is to be told of cases past their day, and of how many: who conducts them; the region's regulators once he has left. */
export function lateCases(tx: Tx, today: BusinessDate): Promise<{ personId: number; n: number }[]> {
  return tx.query(
    `SELECT x.personId, COUNT(*) AS n FROM (
       SELECT c.id, c.owner_id AS personId FROM enforcement_case c JOIN person p ON p.id = c.owner_id AND p.active
       WHERE c.state IN ('opened', 'investigating', 'transferred') AND c.due_on < ?
       UNION
       SELECT c.id, g.person_id FROM enforcement_case c
       JOIN person o ON o.id = c.owner_id AND NOT o.active
       JOIN enterprise e ON e.id = c.enterprise_id
       JOIN person_grant g ON g.role = 'regulator' AND e.region_code LIKE CONCAT(g.region_prefix, '%')
       JOIN person p ON p.id = g.person_id AND p.active
       WHERE c.state IN ('opened', 'investigating', 'transferred') AND c.due_on < ?
     ) x GROUP BY x.personId`,
    [today, today],
  );
}

/** How often the query asks for the enterprise and the span. */
const SOURCES = 9;

/** What is known of an enterprise in a span, the newest first, after (at, kind, n). */
export function factsOf(
  tx: Tx,
  enterpriseId: number,
  span: { from: Date; to: Date },
  after: { at: Date; kind: string; n: number } | undefined,
  limit: number,
): Promise<Fact[]> {
  const values: SqlValue[] = Array.from({ length: SOURCES }, () => [enterpriseId, span.from, span.to]).flat();
  const next = after === undefined ? 'TRUE' : '(x.at < ? OR (x.at = ? AND (x.kind > ? OR (x.kind = ? AND x.n < ?))))';
  return tx.query<Fact>(`${facts} ${next} ORDER BY x.at DESC, x.kind, x.n DESC LIMIT ?`, [
    ...values,
    ...(after === undefined ? [] : [after.at, after.at, after.kind, after.kind, after.n]),
    limit,
  ]);
}

/** The facts as they were handed over. */
export async function frozenFacts(tx: Tx, caseId: number): Promise<string | undefined> {
  const [row] = await tx.query<{ facts: string | null }>('SELECT facts FROM enforcement_case WHERE id = ?', [caseId]);
  return row?.facts ?? undefined;
}
