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
    `SELECT s.enterprise_id, s.better, s.site_check_at, s.next_at, s.digest, CAST(c.score AS DOUBLE) AS score, c.colour, c.colour_since,
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
    `SELECT s.enterprise_id, s.better, s.site_check_at, s.next_at, s.digest, CAST(c.score AS DOUBLE) AS score, c.colour, c.colour_since,
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

/** Enterprises to which something has happened, or whose time has come; theirs until the transaction ends. */
export async function claimDirty(tx: Tx, now: Date, limit: number): Promise<{ dirty: number[]; due: number[] }> {
  const dirty = await tx.query<{ enterprise_id: number }>(
    'SELECT enterprise_id FROM health_dirty ORDER BY since LIMIT ? FOR UPDATE SKIP LOCKED',
    [limit],
  );
  const due = await tx.query<{ enterprise_id: number }>(
    'SELECT enterprise_id FROM health_state WHERE next_at <= ? ORDER BY next_at LIMIT ? FOR UPDATE SKIP LOCKED',
    [now, limit],
  );
  return { dirty: dirty.map((row) => row.enterprise_id), due: due.map((row) => row.enterprise_id) };
}

export async function cleanDirty(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await tx.execute('DELETE FROM health_dirty WHERE enterprise_id IN (?)', [[...ids]]);
}

export async function markDirty(tx: Tx, enterpriseId: number, now: Date): Promise<void> {
  // A row that an evaluation holds makes this wait, so that what happened meanwhile is not lost.
  await tx.execute(
    'INSERT INTO health_dirty (enterprise_id, since) VALUES (?, ?) ON DUPLICATE KEY UPDATE since = LEAST(since, VALUES(since))',
    [enterpriseId, now],
  );
}

/** Marks those with a task among these ids that was missed at this instant. */
export async function markMissed(tx: Tx, from: number, to: number, since: Date, now: Date): Promise<void> {
  await tx.execute(
    `INSERT INTO health_dirty (enterprise_id, since)
     SELECT DISTINCT t.enterprise_id, ? FROM task t WHERE t.id BETWEEN ? AND ? AND t.state = 'missed' AND t.closed_at >= ?
     ON DUPLICATE KEY UPDATE since = LEAST(health_dirty.since, VALUES(since))`,
    [now, from, to, since],
  );
}

/** Marks those with a grade of this half-year. */
export async function markGraded(tx: Tx, period: string, now: Date): Promise<void> {
  await tx.execute(
    `INSERT INTO health_dirty (enterprise_id, since) SELECT DISTINCT g.enterprise_id, ? FROM credit_grade g WHERE g.period = ?
     ON DUPLICATE KEY UPDATE since = LEAST(health_dirty.since, VALUES(since))`,
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
    `INSERT INTO health_dirty (enterprise_id, since) SELECT DISTINCT r.enterprise_id, ? FROM ${kind} r WHERE r.import_id = ?
     ON DUPLICATE KEY UPDATE since = LEAST(health_dirty.since, VALUES(since))`,
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
