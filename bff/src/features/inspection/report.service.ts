import { createHash, type KeyObject } from 'node:crypto';
import type { Actor } from '../../core/actor';
import { fromJson, type Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import { wire } from '../../core/problem';
import type { TokenKeys } from '../../core/tokens';
import { toId } from '../../core/wire';
import type { ChecklistReader } from '../checklists';
import { reportProblems } from './inspection.problems';
import { judgeReport } from './judge.service';
import { insertPhotos } from './photo.store';
import { readQr } from './qr.rules';
import type { NewReport } from './report.schema';
import {
  closeTask,
  findReportTask,
  insertReport,
  reportInPlace,
  type ReportTask,
  type StoredReport,
} from './report.store';
import { believedTime, stateAfter, type BelievedTime } from './time.rules';
import { distanceM, trustScore, type Evidence } from './trust.rules';

export interface ReportParts {
  core: Core;
  reader: ChecklistReader;
  qrKeys: ReadonlyMap<string, KeyObject>;
}

export interface Accepted {
  outcome: 'stored' | 'repeated' | 'already_closed';
  report: StoredReport;
}

/** Photos are looked for after this: the phone posts them beside the report. */
const FIRST_CHECK_MS = 3000;

/**
 * Takes a report: judges it, stores it, closes its task, all in `tx`. The same client uuid, or the same task from
 * another phone, leads to the report that is there already. Throws WIRE.NOT_FOUND outside the actor's enterprises and
 * REPORT.*.
 */
export async function acceptReport(
  tx: Tx,
  parts: ReportParts,
  actor: Actor,
  report: NewReport,
  now: Date,
): Promise<Accepted> {
  const task = await findReportTask(tx, toId(report.taskId));
  if (task === undefined || !actor.scope.enterpriseIds.includes(task.enterprise_id)) throw wire.NOT_FOUND();
  if (![task.task_officer_id, task.officer_id, task.deputy_id].includes(actor.personId))
    throw reportProblems.NOT_YOUR_TASK();
  const startedAt = new Date(report.startedAt);
  const filledAt = new Date(report.filledAt);
  if (filledAt < startedAt) throw reportProblems.TIMES_OUT_OF_ORDER();
  const checklist = await parts.reader.byId(tx, toId(report.checklistId));
  if (checklist === undefined || checklist.pointType !== task.point_type) throw reportProblems.WRONG_CHECKLIST();
  const judged = await judgeReport(tx, parts.reader, checklist, task, report, now);

  const scan = scanEvidence(parts, actor, task, report);
  const believed = believedTime({
    filledAt,
    sentAt: new Date(report.sentAt),
    receivedAt: now,
    scannedAt: scan.at,
    taskDate: task.task_date,
  });
  const evidence = presence(task, report, scan.kind, believed);
  const bodySha256 = hashOf(report);
  const reportId = await insertReport(tx, {
    clientUuid: report.clientUuid,
    task,
    officerId: actor.personId,
    checklistId: checklist.id,
    ...judged,
    startedAt,
    filledAt,
    believedAt: believed.at,
    receivedAt: now,
    evidence,
    trust: trustScore(evidence),
    bodySha256,
  });
  if (reportId === undefined) return inPlace(tx, report, actor, bodySha256);

  const owner = { id: reportId, enterpriseId: task.enterprise_id, pointId: task.point_id, officerId: actor.personId };
  const photos = report.photos.map((photo) => ({ ...photo, takenAt: new Date(photo.takenAt) }));
  await insertPhotos(tx, owner, distinct(photos), new Date(now.getTime() + FIRST_CHECK_MS));
  const state = task.state === 'excused' ? 'excused' : stateAfter(believed.at, task.due_at, task.grace_until);
  if (!(await closeTask(tx, task.id, reportId, state, believed.at))) throw wire.CONFLICT();
  const abnormal = judged.answers.filter((answer) => answer.state === 'abnormal');
  await parts.core.events.append(tx, [
    {
      type: 'report.accepted',
      enterpriseId: task.enterprise_id,
      subject: { type: 'report', id: reportId },
      actorId: actor.personId,
      payload: {
        taskId: task.id,
        pointId: task.point_id,
        state,
        abnormal: abnormal.map(({ code, severity }) => ({ code, severity })),
      },
    },
  ]);
  const row: StoredReport = {
    id: reportId,
    client_uuid: report.clientUuid,
    task_id: task.id,
    point_id: task.point_id,
    enterprise_id: task.enterprise_id,
    officer_id: actor.personId,
    officer_name: actor.name,
    checklist_id: checklist.id,
    answers: judged.answers,
    abnormal_count: judged.abnormalCount,
    worst_severity: judged.worst,
    started_at: startedAt,
    filled_at: filledAt,
    believed_at: believed.at,
    received_at: now,
    trust_score: 0,
    trust_reasons: [],
    body_sha256: bodySha256,
    task_date: task.task_date,
    task_state: state,
    code: task.code,
    point_name: task.name,
    point_type: task.point_type,
    enterprise_name: task.enterprise_name,
  };
  return { outcome: 'stored', report: row };
}

async function inPlace(tx: Tx, report: NewReport, actor: Actor, bodySha256: string): Promise<Accepted> {
  const before = await reportInPlace(tx, report.clientUuid, toId(report.taskId));
  if (before === undefined || !actor.scope.enterpriseIds.includes(before.enterprise_id)) throw wire.CONFLICT();
  if (before.client_uuid !== report.clientUuid) return { outcome: 'already_closed', report: before };
  if (before.body_sha256 !== bodySha256) throw reportProblems.DIFFERENT_CONTENT();
  return { outcome: 'repeated', report: before };
}

/** What was reported, without what changes from one sending to the next. */
function hashOf({ sentAt: _sentAt, ...content }: NewReport): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function distinct<T extends { itemCode: string; sha256: string }>(photos: readonly T[]): T[] {
  return [...new Map(photos.map((photo) => [`${photo.itemCode} ${photo.sha256}`, photo])).values()];
}

type ScanKind = Evidence['scan'];

function scanEvidence(
  parts: ReportParts,
  actor: Actor,
  task: ReportTask,
  { scan }: NewReport,
): { kind: ScanKind; at: Date | null } {
  if (scan.ticket !== undefined) {
    const claims = ticketClaims(parts.core.keys, scan.ticket);
    if (claims?.sub === String(actor.personId) && claims['pointId'] === task.point_id) {
      return { kind: 'ticket', at: new Date((claims.iat ?? 0) * 1000) };
    }
  }
  const code = scan.token === undefined ? undefined : readQr(parts.qrKeys, scan.token);
  if (code?.pointId !== task.point_id) return { kind: 'none', at: null };
  return { kind: code.keyVersion === task.key_version ? 'code' : 'old_code', at: null };
}

/** A forged or expired ticket is no evidence, but no reason to refuse a report either. */
function ticketClaims(keys: TokenKeys, ticket: string) {
  try {
    return keys.verify('scan', ticket);
  } catch {
    return undefined;
  }
}

function presence(task: ReportTask, report: NewReport, scan: ScanKind, believed: BelievedTime): Evidence {
  const { position } = report;
  const placed = task.lng !== null && task.lat !== null ? { lng: task.lng, lat: task.lat } : null;
  return {
    scan,
    distanceM: position === undefined || placed === null ? null : Math.round(distanceM(position, placed)),
    accuracyM: position?.accuracyM ?? null,
    fenceM: task.fence_m,
    cameraMinutesOff: null,
    repeatedPhotos: 0,
    clockMinutesOff: Math.abs(believed.skewMs) / 60_000,
    secondsSpent: (Date.parse(report.filledAt) - Date.parse(report.startedAt)) / 1000,
    answers: report.answers.length,
    timeDoubted: believed.doubt !== null,
  };
}

/** Weighs the evidence of a stored report again, now with what its photos say. */
export async function reweigh(
  tx: Tx,
  reportId: number,
  photos: { minutesOff: number | null; repeated: number },
): Promise<void> {
  const [row] = await tx.query<{ evidence: unknown }>('SELECT evidence FROM report WHERE id = ? FOR UPDATE', [
    reportId,
  ]);
  if (row === undefined) return;
  const evidence: Evidence = {
    ...fromJson<Evidence>(row.evidence),
    cameraMinutesOff: photos.minutesOff,
    repeatedPhotos: photos.repeated,
  };
  const { score, reasons } = trustScore(evidence);
  await tx.execute('UPDATE report SET evidence = ?, trust_score = ?, trust_reasons = ? WHERE id = ?', [
    JSON.stringify(evidence),
    score,
    JSON.stringify(reasons),
    reportId,
  ]);
}
