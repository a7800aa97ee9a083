import type { SqlValue, Tx } from '../../core/database';
import type { Severity } from '../checklists';

/** What a report says that findings follow from. */
export interface ReportFacts {
  id: number;
  enterprise_id: number;
  point_id: number;
  officer_id: number;
  checklist_id: number;
  answers: unknown;
  believed_at: Date;
}

/** The report, with the officer who looks after its point. */
export async function reportFacts(tx: Tx, reportId: number): Promise<ReportFacts | undefined> {
  const [row] = await tx.query<ReportFacts>(
    `SELECT r.id, r.enterprise_id, r.point_id, p.officer_id, r.checklist_id, r.answers, r.believed_at
     FROM report r JOIN point p ON p.id = r.point_id WHERE r.id = ?`,
    [reportId],
  );
  return row;
}

export interface OpenFinding {
  id: number;
  item_code: string;
  severity: Severity;
  opened_at: Date;
  last_report_id: number;
}

/** Whether a point has findings that are not closed. */
export async function hasOpen(tx: Tx, pointId: number): Promise<boolean> {
  const rows = await tx.query("SELECT 1 FROM finding WHERE point_id = ? AND state <> 'closed' LIMIT 1", [pointId]);
  return rows.length > 0;
}

/** Findings of a point that are not closed, kept from changing until the transaction ends. */
export async function openFindings(tx: Tx, pointId: number): Promise<OpenFinding[]> {
  const found = await tx.query<{ id: number }>("SELECT id FROM finding WHERE point_id = ? AND state <> 'closed'", [
    pointId,
  ]);
  if (found.length === 0) return [];
  // By key: a search that locks stops at rows of other enterprises that somebody has in hand.
  return tx.query<OpenFinding>(
    `SELECT id, item_code, severity, opened_at, last_report_id FROM finding
     WHERE id IN (?) AND state <> 'closed' ORDER BY id FOR UPDATE`,
    [found.map(({ id }) => id)],
  );
}

/** The latest finding of each item of a point that was closed since an instant. */
export async function closedSince(
  tx: Tx,
  pointId: number,
  codes: readonly string[],
  since: Date,
): Promise<Map<string, number>> {
  if (codes.length === 0) return new Map();
  const rows = await tx.query<{ item_code: string; id: number }>(
    'SELECT item_code, MAX(id) AS id FROM finding WHERE point_id = ? AND item_code IN (?) AND closed_at >= ? GROUP BY item_code',
    [pointId, [...codes], since],
  );
  return new Map(rows.map((row) => [row.item_code, row.id]));
}

export interface NewFinding {
  facts: ReportFacts;
  itemCode: string;
  itemZh: string;
  severity: Severity;
  previousId: number | null;
  openedAt: Date;
  dueAt: Date;
  containDueAt: Date | null;
}

/** Stores new findings; their ids by item code. */
export async function insertFindings(tx: Tx, findings: readonly NewFinding[]): Promise<Map<string, number>> {
  const [first] = findings;
  if (first === undefined) return new Map();
  await tx.execute(
    `INSERT INTO finding (enterprise_id, point_id, item_code, item_zh, severity, open_key, officer_id, report_id, last_report_id,
       previous_id, opened_at, due_at, contain_due_at) VALUES ?`,
    [
      findings.map(({ facts, ...finding }): SqlValue[] => [
        facts.enterprise_id,
        facts.point_id,
        finding.itemCode,
        finding.itemZh,
        finding.severity,
        `${facts.point_id}:${finding.itemCode}`,
        facts.officer_id,
        facts.id,
        facts.id,
        finding.previousId,
        finding.openedAt,
        finding.dueAt,
        finding.containDueAt,
      ]),
    ],
  );
  const rows = await tx.query<{ id: number; item_code: string }>(
    'SELECT id, item_code FROM finding WHERE report_id = ?',
    [first.facts.id],
  );
  return new Map(rows.map((row) => [row.item_code, row.id]));
}

/** Notes that an open finding was seen again; a graver one takes over severity and the earlier deadline. */
export async function joinFinding(
  tx: Tx,
  findingId: number,
  seen: { reportId: number; severity: Severity; dueAt: Date; containDueAt: Date | null },
): Promise<void> {
  await tx.execute(
    `UPDATE finding SET occurrences = occurrences + 1, last_report_id = ?, severity = ?, due_at = LEAST(due_at, ?),
       contain_due_at = COALESCE(contain_due_at, ?) WHERE id = ?`,
    [seen.reportId, seen.severity, seen.dueAt, seen.containDueAt, findingId],
  );
}
