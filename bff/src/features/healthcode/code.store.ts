import type { BusinessDate } from '../../core/clock';
import { fromJson, type SqlValue, type Tx } from '../../core/database';
import type { ColourState } from './colour.rules';
import type { Colour, Deduction } from './evaluate.rules';

/** How an enterprise's code stood before this evaluation. */
export interface Standing {
  enterpriseId: number;
  state: ColourState | null;
  score: number | null;
  ruleSetVersion: number | null;
  version: number;
  nextAt: number | null;
  digest: string;
}

interface StandingRow {
  enterprise_id: number;
  better: unknown;
  site_check_at: Date | null;
  next_at: Date | null;
  digest: string;
  score: number | null;
  colour: Colour | null;
  colour_since: Date | null;
  rule_set_version: number | null;
  version: number | null;
}

/** The codes of these enterprises, kept from changing until the transaction ends; ids that do not exist are left out. */
export async function lockStandings(tx: Tx, ids: readonly number[]): Promise<Standing[]> {
  if (ids.length === 0) return [];
  await tx.execute(
    `INSERT IGNORE INTO health_state (enterprise_id, better)
     SELECT e.id, '{}' FROM enterprise e LEFT JOIN health_state s ON s.enterprise_id = e.id
     WHERE e.id IN (?) AND s.enterprise_id IS NULL ORDER BY e.id`,
    [[...ids]],
  );
  const rows = await tx.query<StandingRow>(
    `SELECT s.enterprise_id, s.better, s.site_check_at, s.next_at, s.digest, c.score, c.colour, c.colour_since,
       c.rule_set_version, c.version
     FROM health_state s LEFT JOIN health_code c ON c.enterprise_id = s.enterprise_id
     WHERE s.enterprise_id IN (?) ORDER BY s.enterprise_id FOR UPDATE`,
    [[...ids]],
  );
  return rows.map(toStanding);
}

/** How the code of one enterprise stands, for reading. */
export async function standingOf(tx: Tx, id: number): Promise<Standing | undefined> {
  const [row] = await tx.query<StandingRow>(
    `SELECT s.enterprise_id, s.better, s.site_check_at, s.next_at, s.digest, c.score, c.colour, c.colour_since,
       c.rule_set_version, c.version
     FROM health_state s JOIN health_code c ON c.enterprise_id = s.enterprise_id WHERE s.enterprise_id = ?`,
    [id],
  );
  return row === undefined ? undefined : toStanding(row);
}

function toStanding(row: StandingRow): Standing {
  const { colour, colour_since: since, site_check_at: checked } = row;
  const state =
    colour === null || since === null
      ? null
      : {
          colour,
          since: since.getTime(),
          better: fromJson<ColourState['better']>(row.better),
          siteCheckAt: checked?.getTime() ?? null,
        };
  return {
    enterpriseId: row.enterprise_id,
    state,
    score: row.score,
    ruleSetVersion: row.rule_set_version,
    version: row.version ?? 0,
    nextAt: row.next_at?.getTime() ?? null,
    digest: row.digest,
  };
}

export interface CodeRow {
  enterpriseId: number;
  ruleSetVersion: number;
  score: number;
  colour: Colour;
  since: number;
  version: number;
}

/** Writes codes that are new or have changed. */
export async function writeCodes(tx: Tx, codes: readonly CodeRow[], now: Date, validUntil: Date): Promise<void> {
  if (codes.length === 0) return;
  await tx.execute(
    `INSERT INTO health_code (enterprise_id, rule_set_version, score, colour, colour_since, evaluated_at, valid_until, version) VALUES ?
     ON DUPLICATE KEY UPDATE rule_set_version = VALUES(rule_set_version), score = VALUES(score), colour = VALUES(colour),
       colour_since = VALUES(colour_since), evaluated_at = VALUES(evaluated_at), valid_until = VALUES(valid_until), version = VALUES(version)`,
    [
      codes.map(({ enterpriseId, ruleSetVersion, score, colour, since, version }): SqlValue[] => [
        enterpriseId,
        ruleSetVersion,
        score,
        colour,
        new Date(since),
        now,
        validUntil,
        version,
      ]),
    ],
  );
}

/** The same codes as before, evaluated anew. */
export async function renewCodes(tx: Tx, ids: readonly number[], now: Date, validUntil: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute('UPDATE health_code SET evaluated_at = ?, valid_until = ? WHERE enterprise_id IN (?)', [
    now,
    validUntil,
    [...ids],
  ]);
}

export interface StateRow {
  enterpriseId: number;
  better: ColourState['better'];
  nextAt: number | null;
  digest: string;
}

export async function writeStates(tx: Tx, states: readonly StateRow[]): Promise<void> {
  if (states.length === 0) return;
  await tx.execute(
    `INSERT INTO health_state (enterprise_id, better, next_at, digest) VALUES ?
     ON DUPLICATE KEY UPDATE better = VALUES(better), next_at = VALUES(next_at), digest = VALUES(digest)`,
    [
      states.map(({ enterpriseId, better, nextAt, digest }): SqlValue[] => [
        enterpriseId,
        JSON.stringify(better),
        nextAt === null ? null : new Date(nextAt),
        digest,
      ]),
    ],
  );
}

/** Puts the deductions of these enterprises in place of those that were there. */
export async function replaceDeductions(tx: Tx, given: ReadonlyMap<number, readonly Deduction[]>): Promise<void> {
  if (given.size === 0) return;
  await tx.execute('DELETE FROM health_deduction WHERE enterprise_id IN (?)', [[...given.keys()]]);
  const rows = [...given].flatMap(([enterpriseId, deductions]) =>
    deductions.map((deduction): SqlValue[] => [
      enterpriseId,
      deduction.key,
      deduction.code,
      deduction.dimension,
      deduction.points,
      deduction.counted,
      new Date(deduction.since),
      deduction.expiresAt === null ? null : new Date(deduction.expiresAt),
      JSON.stringify(deduction.rows),
      deduction.disputed,
      deduction.restored,
    ]),
  );
  if (rows.length === 0) return;
  await tx.execute(
    'INSERT INTO health_deduction (enterprise_id, fact_key, code, dimension, points, counted, since, expires_at, source, disputed, restored) VALUES ?',
    [rows],
  );
}

export interface SnapshotRow {
  day: BusinessDate;
  enterpriseId: number;
  ruleSetVersion: number;
  score: number;
  colour: Colour;
  dimensions: Record<string, number>;
  deductions: [code: string, facts: number, points: number][];
  vetoes: number;
}

/** Keeps the days; one that is kept already stays as it is. Returns how many were new. */
export async function insertSnapshots(tx: Tx, rows: readonly SnapshotRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { affectedRows } = await tx.execute(
    'INSERT IGNORE INTO health_snapshot (day, enterprise_id, rule_set_version, score, colour, dimensions, deductions, vetoes) VALUES ?',
    [
      rows.map((row): SqlValue[] => [
        row.day,
        row.enterpriseId,
        row.ruleSetVersion,
        row.score,
        row.colour,
        JSON.stringify(row.dimensions),
        JSON.stringify(row.deductions),
        row.vetoes,
      ]),
    ],
  );
  return affectedRows;
}

/** Marked enterprises that have never been evaluated get the row that an evaluation holds; in a statement of its own, which is done at once. */
export async function admitMarked(tx: Tx): Promise<void> {
  await tx.execute(
    `INSERT IGNORE INTO health_state (enterprise_id, better)
     SELECT DISTINCT m.enterprise_id, '{}' FROM health_mark m JOIN enterprise e ON e.id = m.enterprise_id
     LEFT JOIN health_state s ON s.enterprise_id = m.enterprise_id WHERE s.enterprise_id IS NULL`,
  );
}

/** What one evaluation takes on: marks of something that has happened, and enterprises whose time has come. */
export interface Claimed {
  marks: number[];
  enterpriseIds: number[];
}

/** Marks that one evaluation reads; an enterprise may have several. */
const MOST_MARKS = 1000;

/**
 * Enterprises to which something has happened, or whose time has come; theirs until the transaction ends. Those that
 * somebody else has in hand are passed over, and those of `except`; of `only`, when it is given.
 */
export async function claimMarked(
  tx: Tx,
  now: Date,
  { limit, except, only }: { limit: number; except: readonly number[]; only?: number },
): Promise<Claimed> {
  const [within, values] =
    only !== undefined
      ? ['AND s.enterprise_id = ?', [only]]
      : except.length > 0
        ? ['AND s.enterprise_id NOT IN (?)', [[...except]]]
        : ['', []];
  const marked = await tx.query<{ id: number; enterprise_id: number }>(
    `SELECT m.id, m.enterprise_id FROM health_mark m JOIN health_state s ON s.enterprise_id = m.enterprise_id
     WHERE TRUE ${within} ORDER BY m.id LIMIT ${MOST_MARKS} FOR UPDATE SKIP LOCKED`,
    values,
  );
  const due = await tx.query<{ enterprise_id: number }>(
    `SELECT s.enterprise_id FROM health_state s WHERE s.next_at <= ? ${within} ORDER BY s.next_at LIMIT ? FOR UPDATE SKIP LOCKED`,
    [now, ...values, limit],
  );
  const ids = new Set([...marked, ...due].map((row) => row.enterprise_id));
  const taken = new Set([...ids].slice(0, limit));
  return {
    marks: marked.filter((row) => taken.has(row.enterprise_id)).map((row) => row.id),
    enterpriseIds: [...taken].sort((one, other) => one - other),
  };
}

export async function removeMarks(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await tx.execute('DELETE FROM health_mark WHERE id IN (?)', [[...ids]]);
}

/** Something has happened to an enterprise; an evaluation that has it in hand is not waited for, and another follows. */
export async function mark(tx: Tx, enterpriseId: number, now: Date): Promise<void> {
  await tx.execute('INSERT INTO health_mark (enterprise_id, since) VALUES (?, ?)', [enterpriseId, now]);
}

/** Marks those with a task among these ids that was missed at this instant. */
export async function markMissed(tx: Tx, from: number, to: number, since: Date, now: Date): Promise<void> {
  await tx.execute(
    `INSERT INTO health_mark (enterprise_id, since)
     SELECT DISTINCT t.enterprise_id, ? FROM task t WHERE t.id BETWEEN ? AND ? AND t.state = 'missed' AND t.closed_at >= ?`,
    [now, from, to, since],
  );
}

/** Marks those with a grade of this half-year. */
export async function markGraded(tx: Tx, period: string, now: Date): Promise<void> {
  await tx.execute(
    'INSERT INTO health_mark (enterprise_id, since) SELECT DISTINCT g.enterprise_id, ? FROM credit_grade g WHERE g.period = ?',
    [now, period],
  );
}

/** Marks those of whom records came in with a file. */
export async function markImported(
  tx: Tx,
  kind: 'petition' | 'penalty' | 'incident',
  importId: number,
  now: Date,
): Promise<void> {
  await tx.execute(
    `INSERT INTO health_mark (enterprise_id, since) SELECT DISTINCT r.enterprise_id, ? FROM ${kind} r WHERE r.import_id = ?`,
    [now, importId],
  );
}

export async function idsBetween(tx: Tx, from: number, to: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>('SELECT id FROM enterprise WHERE id BETWEEN ? AND ? ORDER BY id', [
    from,
    to,
  ]);
  return rows.map((row) => row.id);
}

export async function enterpriseSpan(tx: Tx): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    'SELECT MIN(id) AS low, MAX(id) AS high FROM enterprise',
  );
  return [row?.low ?? null, row?.high ?? null];
}
