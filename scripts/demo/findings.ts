import { fromJson, type SqlValue, type Tx } from '../../bff/src/core/database';
import type { Severity } from '../../bff/src/features/checklists';
import { containDueAt, dueAt, RANK, RECURRENCE_DAYS } from '../../bff/src/features/findings/finding.rules';
import { chance, pick } from './dice';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Shares of corrections that come in time, and that a specialist sends back once. */
const IN_TIME = 0.86;
const SENT_BACK = 0.12;

const FIXES = [
  '清理干净，已重新贴好标牌。',
  '更换了密封件，试运行正常。',
  '疏通后冲洗，排水通畅。',
  '补做防渗，泼水试过不渗。',
  '重新校准，读数恢复正常。',
  '补齐了台账，以后由专人登记。',
];
const PASSED = ['看过照片，已改好。', '现场看过，符合要求。', '照片清楚，同意关闭。'];
const REJECTED = ['照片看不清，请补拍近照。', '还有一处没有改到。'];

/** An abnormal answer of the history. */
interface Abnormal {
  report_id: number;
  enterprise_id: number;
  point_id: number;
  officer_id: number;
  specialist_id: number | null;
  believed_at: Date;
  code: string;
  severity: Severity;
  note: string | null;
}

interface Finding {
  id: number;
  from: Abnormal;
  severity: Severity;
  lastReportId: number;
  occurrences: number;
  previousId: number | null;
  submittedAt: Date | null;
  closedAt: Date | null;
  steps: [kind: string, actor: number | null, at: Date, note: string, evidence: object][];
}

/** What followed from the abnormal answers of the points `from`..`to`: the same rules as the live system's. */
export async function seedFindings(tx: Tx, from: number, to: number, now: Date): Promise<number> {
  const abnormal = await abnormalAnswers(tx, from, to);
  if (abnormal.length === 0) return 0;
  const names = await itemNames(tx);
  const visits = await visitsOf(tx, from, to);
  const [last] = await tx.query<{ id: number | null }>('SELECT MAX(id) AS id FROM finding');
  let id = last?.id ?? 0;
  const findings: Finding[] = [];
  const latest = new Map<string, Finding>();
  for (const answer of abnormal) {
    const key = `${answer.point_id}:${answer.code}`;
    const before = latest.get(key);
    if (before !== undefined && (before.closedAt === null || before.closedAt > answer.believed_at)) {
      join(before, answer);
      continue;
    }
    const recent =
      before?.closedAt !== undefined &&
      before.closedAt !== null &&
      answer.believed_at.getTime() - before.closedAt.getTime() < RECURRENCE_DAYS * DAY_MS;
    id += 1;
    const finding = opened(id, answer, recent ? before.id : null);
    settle(finding, visits.get(answer.point_id) ?? [], now);
    findings.push(finding);
    latest.set(key, finding);
  }
  await insert(tx, findings, names);
  return findings.length;
}

function abnormalAnswers(tx: Tx, from: number, to: number): Promise<Abnormal[]> {
  return tx.query<Abnormal>(
    `SELECT r.id AS report_id, r.enterprise_id, r.point_id, r.officer_id, r.believed_at, a.code, a.severity, a.note,
       (SELECT MIN(g.person_id) FROM person_grant g WHERE g.role = 'township' AND g.region_prefix = e.region_code) AS specialist_id
     FROM report r JOIN enterprise e ON e.id = r.enterprise_id
     JOIN JSON_TABLE(r.answers, '$[*]' COLUMNS (code VARCHAR(8) PATH '$.code', state VARCHAR(10) PATH '$.state',
       severity VARCHAR(8) PATH '$.severity', note VARCHAR(500) PATH '$.note')) a
     WHERE r.point_id BETWEEN ? AND ? AND r.abnormal_count > 0 AND a.state = 'abnormal' AND a.severity IS NOT NULL
     ORDER BY r.point_id, r.believed_at, r.id`,
    [from, to],
  );
}

async function itemNames(tx: Tx): Promise<Map<string, string>> {
  const rows = await tx.query<{ items: unknown }>('SELECT items FROM checklist');
  return new Map(
    rows.flatMap(({ items }) =>
      fromJson<{ code: string; zh: string }[]>(items).map(({ code, zh }) => [code, zh] as const),
    ),
  );
}

interface Visit {
  id: number;
  point_id: number;
  believed_at: Date;
}

/** Reports by point in the order of time: a minor finding is closed by the next one. */
async function visitsOf(tx: Tx, from: number, to: number): Promise<Map<number, Visit[]>> {
  const rows = await tx.query<Visit>(
    'SELECT id, point_id, believed_at FROM report WHERE point_id BETWEEN ? AND ? ORDER BY point_id, believed_at',
    [from, to],
  );
  const visits = new Map<number, Visit[]>();
  for (const row of rows) visits.set(row.point_id, [...(visits.get(row.point_id) ?? []), row]);
  return visits;
}

function opened(id: number, answer: Abnormal, previousId: number | null): Finding {
  const { officer_id: officer, believed_at: at, report_id: reportId, note } = answer;
  return {
    id,
    from: answer,
    severity: answer.severity,
    lastReportId: reportId,
    occurrences: 1,
    previousId,
    submittedAt: null,
    closedAt: null,
    steps: [['opened', officer, at, note ?? '', { reportId }]],
  };
}

function join(finding: Finding, answer: Abnormal): void {
  finding.occurrences += 1;
  finding.lastReportId = answer.report_id;
  if (RANK[answer.severity] > RANK[finding.severity]) finding.severity = answer.severity;
  const { officer_id: officer, believed_at: at, report_id: reportId, note } = answer;
  finding.steps.push(['joined', officer, at, note ?? '', { reportId }]);
}

/** How it went on, as far as that has happened by now. */
function settle(finding: Finding, visits: readonly Visit[], now: Date): void {
  const { from, severity, id, steps } = finding;
  const roll = (what: string) => chance('finding', what, id);
  if (severity === 'minor') {
    const next = visits.find((visit) => visit.believed_at > from.believed_at);
    if (next === undefined || next.believed_at > now) return;
    finding.closedAt = next.believed_at;
    steps.push(['verified_by_report', null, next.believed_at, '', { reportId: next.id }]);
    return;
  }
  const span = dueAt(severity, from.believed_at).getTime() - from.believed_at.getTime();
  const share = roll('in time') < IN_TIME ? 0.15 + 0.75 * roll('share') : 1.1 + 0.8 * roll('late');
  let at = from.believed_at.getTime() + share * span;
  const step = (kind: string, actor: number | null, note: string, afterH: number): boolean => {
    at += afterH * HOUR_MS;
    if (at > now.getTime()) return false;
    steps.push([kind, actor, new Date(at), note, {}]);
    return true;
  };
  const fixed = () => step('submitted', from.officer_id, pick(FIXES, 'fix', id, steps.length), 2 + 20 * roll('fix'));
  const contained = from.believed_at.getTime() + 6 * HOUR_MS;
  if (severity === 'major' && contained < now.getTime()) {
    steps.push(['contained', from.officer_id, new Date(contained), '已停用，围堰收集，没有外流。', {}]);
  }
  if (!fixed()) return;
  finding.submittedAt = new Date(at);
  if (roll('sent back') < SENT_BACK) {
    if (!step('rejected', from.specialist_id, pick(REJECTED, 'no', id), 12)) return;
    finding.submittedAt = null;
    if (!fixed()) return;
    finding.submittedAt = new Date(at);
  }
  if (!step('verified', from.specialist_id, pick(PASSED, 'yes', id), 6 + 90 * roll('yes'))) return;
  finding.closedAt = new Date(at);
}

async function insert(tx: Tx, findings: readonly Finding[], names: ReadonlyMap<string, string>): Promise<void> {
  await tx.execute(
    `INSERT INTO finding (id, enterprise_id, point_id, item_code, item_zh, severity, state, open_key, officer_id, report_id,
       last_report_id, occurrences, previous_id, opened_at, due_at, contain_due_at, contained_at, submitted_at, submitted_by, closed_at)
     VALUES ?`,
    [findings.map((finding) => rowOf(finding, names))],
  );
  await tx.execute('INSERT INTO finding_step (finding_id, kind, actor_id, at, note, evidence) VALUES ?', [
    findings.flatMap(({ id, steps }) =>
      steps.map(([kind, actor, at, note, evidence]): SqlValue[] => [
        id,
        kind,
        actor,
        at,
        note,
        JSON.stringify(evidence),
      ]),
    ),
  ]);
}

function rowOf(finding: Finding, names: ReadonlyMap<string, string>): SqlValue[] {
  const { from, severity, closedAt, submittedAt, steps } = finding;
  const state = closedAt !== null ? 'closed' : submittedAt !== null ? 'submitted' : 'open';
  return [
    finding.id,
    from.enterprise_id,
    from.point_id,
    from.code,
    names.get(from.code) ?? from.code,
    severity,
    state,
    closedAt === null ? `${from.point_id}:${from.code}` : null,
    from.officer_id,
    from.report_id,
    finding.lastReportId,
    finding.occurrences,
    finding.previousId,
    from.believed_at,
    dueAt(severity, from.believed_at),
    containDueAt(severity, from.believed_at),
    steps.find(([kind]) => kind === 'contained')?.[2] ?? null,
    submittedAt,
    submittedAt === null ? null : from.officer_id,
    closedAt,
  ];
}
