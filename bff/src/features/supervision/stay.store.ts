import { scopeCondition, type Scope } from '../../core/actor';
import { addDays, shanghaiInstant, type BusinessDate } from '../../core/clock';
import { fromJson, namedQuery, type SqlValue, type Tx } from '../../core/database';
import { CHECK_DAYS, DECIDE_DAYS, type StayState } from './stay.rules';

export interface Stay {
  id: number;
  enterpriseId: number;
  enterpriseName: string;
  regionCode: string;
  state: StayState;
  proposedBy: number | null;
  proposerName: string | null;
  proposedAt: Date;
  reason: string;
  findings: number[];
  dueOn: BusinessDate | null;
  confirmedAt: Date | null;
  endedAt: Date | null;
}

const STAY = `SELECT s.id, s.enterprise_id AS enterpriseId, e.name AS enterpriseName, e.region_code AS regionCode,
    s.state, s.proposed_by AS proposedBy, p.name AS proposerName, s.proposed_at AS proposedAt, s.reason, s.evidence, s.due_on AS dueOn,
    s.confirmed_at AS confirmedAt, s.ended_at AS endedAt
  FROM supervision s JOIN enterprise e ON e.id = s.enterprise_id LEFT JOIN person p ON p.id = s.proposed_by`;

type Row = Omit<Stay, 'findings'> & { evidence: unknown };
const toStay = ({ evidence, ...row }: Row): Stay => ({
  ...row,
  findings: fromJson<{ findings: number[] }>(evidence).findings,
});

/** Stays within the scope; an enterprise sees its own once the bureau has confirmed. */
function within({ enterpriseIds, regionPrefixes }: Scope): { sql: string; values: SqlValue[] } {
  const official = scopeCondition({ enterpriseIds: [], regionPrefixes });
  const own = scopeCondition({ enterpriseIds, regionPrefixes: [] });
  return {
    sql: `(${official.sql} OR (${own.sql} AND s.confirmed_at IS NOT NULL))`,
    values: [...official.values, ...own.values],
  };
}

export async function findStay(tx: Tx, scope: Scope, id: number, lock = false): Promise<Stay | undefined> {
  const { sql, values } = within(scope);
  if (lock) await tx.query('SELECT id FROM supervision WHERE id = ? FOR UPDATE', [id]);
  const [row] = await tx.query<Row>(`${STAY} WHERE s.id = ? AND ${sql}`, [id, ...values]);
  return row === undefined ? undefined : toStay(row);
}

/** The stay of an enterprise that goes on now. */
export async function openStayOf(tx: Tx, enterpriseId: number): Promise<Stay | undefined> {
  const [row] = await tx.query<Row>(`${STAY} WHERE s.open_key = ?`, [enterpriseId]);
  return row === undefined ? undefined : toStay(row);
}

/** What stands for "nothing is due any more" in the order. */
export const NEVER = '9999-12-31';

/** Stays within the scope, what is due first comes first; within a day the newest. */
export async function searchStays(
  tx: Tx,
  scope: Scope,
  search: {
    state: StayState | undefined;
    enterpriseId: number | undefined;
    after: { dueOn: BusinessDate; id: number } | undefined;
    limit: number;
  },
): Promise<Stay[]> {
  const visible = within(scope);
  const conditions = [visible.sql];
  const values: SqlValue[] = [...visible.values];
  const due = `COALESCE(s.due_on, '${NEVER}')`;
  const { state, enterpriseId, after } = search;
  if (state !== undefined) {
    conditions.push('s.state = ?');
    values.push(state);
  }
  if (enterpriseId !== undefined) {
    conditions.push('s.enterprise_id = ?');
    values.push(enterpriseId);
  }
  if (after !== undefined) {
    conditions.push(`(${due} > ? OR (${due} = ? AND s.id < ?))`);
    values.push(after.dueOn, after.dueOn, after.id);
  }
  const rows = await tx.query<Row>(`${STAY} WHERE ${conditions.join(' AND ')} ORDER BY ${due}, s.id DESC LIMIT ?`, [
    ...values,
    search.limit,
  ]);
  return rows.map(toStay);
}

export async function insertStay(
  tx: Tx,
  given: { clientUuid: string; enterpriseId: number; reason: string; personId: number; dueOn: BusinessDate },
  now: Date,
): Promise<number> {
  const { insertId } = await tx.execute(
    `INSERT INTO supervision (client_uuid, enterprise_id, open_key, proposed_by, proposed_at, reason, evidence, due_on)
     VALUES (?, ?, ?, ?, ?, ?, '{"findings": []}', ?)`,
    [given.clientUuid, given.enterpriseId, given.enterpriseId, given.personId, now, given.reason, given.dueOn],
  );
  return insertId;
}

export interface StayChange {
  state: StayState;
  due_on: BusinessDate | null;
  confirmed_at?: Date;
  ended_at?: Date;
  open_key?: null;
}

export async function changeStay(tx: Tx, id: number, change: StayChange): Promise<void> {
  const columns = Object.entries(change) as [string, SqlValue][];
  await tx.execute(`UPDATE supervision SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE id = ?`, [
    ...columns.map(([, value]) => value),
    id,
  ]);
}

export async function insertStayStep(
  tx: Tx,
  step: {
    stayId: number;
    clientUuid: string;
    kind: string;
    actorId: number;
    at: Date;
    note: string;
    evidence: object;
  },
): Promise<void> {
  await tx.execute(
    'INSERT INTO supervision_step (supervision_id, client_uuid, kind, actor_id, at, note, evidence) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [step.stayId, step.clientUuid, step.kind, step.actorId, step.at, step.note, JSON.stringify(step.evidence)],
  );
}

export interface StayStep {
  kind: string;
  by: string | null;
  at: Date;
  note: string;
  passed: boolean | null;
  door: string | null;
}

export async function stayStepsOf(tx: Tx, stayId: number): Promise<StayStep[]> {
  const rows = await tx.query<Omit<StayStep, 'passed'> & { evidence: unknown }>(
    `SELECT s.kind, p.name AS \`by\`, s.at, s.note, s.evidence, CONCAT(d.name, ' ', d.code) AS door
     FROM supervision_step s LEFT JOIN person p ON p.id = s.actor_id
     LEFT JOIN point d ON d.id = CAST(JSON_UNQUOTE(JSON_EXTRACT(s.evidence, '$.pointId')) AS UNSIGNED)
     WHERE s.supervision_id = ? ORDER BY s.id`,
    [stayId],
  );
  return rows.map(({ evidence, ...row }) => ({
    ...row,
    passed: fromJson<{ passed?: boolean }>(evidence).passed ?? null,
  }));
}

/** Whether an enterprise has a general or major finding past its deadline now. */
export async function hasOverdue(tx: Tx, enterpriseId: number, now: Date): Promise<boolean> {
  const [row] = await tx.query(
    `SELECT id FROM finding WHERE enterprise_id = ? AND state = 'open' AND severity IN ('major', 'general') AND due_at < ? LIMIT 1`,
    [enterpriseId, now],
  );
  return row !== undefined;
}

export function findingsBehind(
  tx: Tx,
  ids: readonly number[],
): Promise<{ id: number; item: string; severity: string; dueAt: Date; state: string }[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.query(
    'SELECT id, item_zh AS item, severity, due_at AS dueAt, state FROM finding WHERE id IN (?) ORDER BY due_at, id',
    [[...ids]],
  );
}

/** When the officers of a stay's enterprise were told of it, and when they read it. */
export function toldOf(tx: Tx, { id, enterpriseId }: Stay): Promise<{ name: string; at: Date; readAt: Date | null }[]> {
  return tx.query(
    `SELECT p.name, n.created_at AS at, n.read_at AS readAt
     FROM (SELECT DISTINCT person_id FROM person_grant WHERE role = 'officer' AND enterprise_id = ?) g
     JOIN notification n ON n.person_id = g.person_id AND n.kind = 'supervision.confirmed' AND n.subject = ?
     JOIN person p ON p.id = n.person_id ORDER BY n.id`,
    [enterpriseId, String(id)],
  );
}

/** The point of a scanned door, if it is one of the enterprise's and the code on it is the present one. */
export async function doorOf(
  tx: Tx,
  enterpriseId: number,
  code: { pointId: number; keyVersion: number },
): Promise<number | undefined> {
  const [row] = await tx.query<{ id: number }>(
    'SELECT id FROM point WHERE id = ? AND enterprise_id = ? AND key_version = ?',
    [code.pointId, enterpriseId, code.keyVersion],
  );
  return row?.id;
}

interface Thresholds {
  major: number;
  general: number;
  spanDays: number;
  quietDays: number;
}

/** The thresholds in force, with their version. */
async function thresholds(tx: Tx): Promise<{ version: number; params: Thresholds }> {
  const [row] = await tx.query<{ version: number; params: unknown }>(
    'SELECT version, params FROM supervision_rule ORDER BY version DESC LIMIT 1',
  );
  if (row === undefined) throw new Error('there is no rule of key supervision');
  return { version: row.version, params: fromJson(row.params) };
}

/** Days without anything overdue that lead to the check on site. */
export const quietDays = async (tx: Tx): Promise<number> => (await thresholds(tx)).params.quietDays;

const propose = namedQuery('supervision-propose');
const quiet = namedQuery('supervision-quiet');

interface Night {
  date: BusinessDate;
  now: Date;
  from: number;
  to: number;
}

/** Proposes the enterprises of a range that the rule points at. Returns how many. */
export async function proposeByRule(tx: Tx, { date, now, from, to }: Night): Promise<number> {
  const { version, params } = await thresholds(tx);
  const ago = (days: number) => shanghaiInstant(addDays(date, -days), '00:00');
  const { affectedRows } = await tx.execute(propose, [
    version,
    now,
    addDays(date, DECIDE_DAYS),
    params.spanDays,
    from,
    to,
    now,
    now,
    ago(params.spanDays),
    ago(params.quietDays),
    params.major,
    params.general,
  ]);
  if (affectedRows > 0) {
    await tx.execute(
      `INSERT INTO supervision_step (supervision_id, kind, at, note, evidence)
       SELECT id, 'propose', proposed_at, reason, evidence FROM supervision
       WHERE proposed_at = ? AND proposed_by IS NULL AND state = 'proposed' AND enterprise_id BETWEEN ? AND ?`,
      [now, from, to],
    );
  }
  return affectedRows;
}

/** Sends to the check those of a range that have had nothing overdue for long enough. Returns how many. */
export async function sendToCheck(tx: Tx, { date, now, from, to }: Night): Promise<number> {
  const { params } = await thresholds(tx);
  const since = shanghaiInstant(addDays(date, -params.quietDays), '00:00');
  const dueOn = addDays(date, CHECK_DAYS);
  const { affectedRows } = await tx.execute(quiet, [dueOn, from, to, since, since, now, now, since]);
  if (affectedRows > 0) {
    await tx.execute(
      `INSERT INTO supervision_step (supervision_id, kind, at, note, evidence)
       SELECT id, 'quiet', ?, '', '{}' FROM supervision
       WHERE state = 'checking' AND due_on = ? AND enterprise_id BETWEEN ? AND ?
         AND NOT EXISTS (SELECT 1 FROM supervision_step t WHERE t.supervision_id = supervision.id AND t.kind = 'quiet' AND t.at >= ?)`,
      [now, dueOn, from, to, since],
    );
  }
  return affectedRows;
}

export async function enterpriseSpan(tx: Tx): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    'SELECT MIN(id) AS low, MAX(id) AS high FROM enterprise',
  );
  return [row?.low ?? null, row?.high ?? null];
}

/** Officials whose region has stays that wait for their step, and how many: proposals, checks, and what is past its day. */
export function waitingForOfficials(
  tx: Tx,
  today: BusinessDate,
): Promise<{ personId: number; role: 'regulator' | 'enforcement'; n: number }[]> {
  return tx.query(
    `SELECT g.person_id AS personId, g.role, COUNT(DISTINCT s.id) AS n
     FROM supervision s JOIN enterprise e ON e.id = s.enterprise_id
     JOIN person_grant g ON g.role = IF(s.state = 'proposed', 'regulator', 'enforcement') AND e.region_code LIKE CONCAT(g.region_prefix, '%')
     JOIN person p ON p.id = g.person_id AND p.active
     WHERE s.state IN ('proposed', 'checking') OR (s.state = 'active' AND s.due_on < ?)
     GROUP BY g.person_id, g.role`,
    [today],
  );
}
