import { createHash, type KeyObject } from 'node:crypto';
import type { Actor } from '../../core/actor';
import { isDuplicate, isLockWait, isUnavailable, type Statement, type Tx } from '../../core/database';
import type { NewEvent } from '../../core/events';
import type { Core } from '../../core/feature';
import { InGroups, type Settled } from '../../core/in-groups';
import { Problem, wire } from '../../core/problem';
import { toId } from '../../core/wire';
import type { Checklist, ChecklistReader, ItemHistory } from '../checklists';
import { presence, scanEvidence } from './evidence.service';
import { itemHistory, needsHistory } from './history.service';
import { reportProblems } from './inspection.problems';
import { judgeReport, pointFacts } from './judge.service';
import { insertPhotos } from './photo.store';
import type { NewReport } from './report.schema';
import {
  closeTasks,
  findReportTasks,
  insertReports,
  reportsInPlace,
  selectIds,
  type NewRow,
  type ReportId,
  type ReportTask,
  type StoredReport,
  type TaskState,
} from './report.store';
import { believedTime, stateAfter } from './time.rules';
import { trustScore } from './trust.rules';

export interface ReportParts {
  core: Core;
  reader: ChecklistReader;
  qrKeys: ReadonlyMap<string, KeyObject>;
}

/** A report as it came in. */
export interface Submission {
  actor: Actor;
  report: NewReport;
  now: Date;
  /** It could not be stored beside one that is there already. */
  doubled?: boolean;
}

export interface Accepted {
  outcome: 'stored' | 'repeated' | 'already_closed';
  report: StoredReport;
}

/** A submission that will be stored. */
interface Ready extends Submission {
  row: NewRow;
  state: TaskState;
}

interface Stored extends Ready {
  id: number;
}

/** Reports taken together. Their transaction waits for no row: whoever needs one that somebody holds is taken out of it. */
const GROUPS = {
  most: 64,
  lanes: 4,
  quickMs: 50,
  isWhole: (failure: unknown) => isUnavailable(failure) && !isLockWait(failure),
};
const MOST_TRIES = 3;

/**
 * Takes reports: what arrives at the same time is looked up and judged together, and stored together in one
 * transaction; while one group is with the database, the next is being judged. The same client uuid, or the same task
 * from another phone, leads to the report that is there already. A report whose rows somebody else holds waits for them
 * by itself, a second or two. Refusals: WIRE.NOT_FOUND outside the actor's enterprises, REPORT.*, WIRE.BUSY.
 */
export function reportIntake(parts: ReportParts): (submission: Submission) => Promise<Accepted> {
  const { read } = parts.core.db.of('phones');
  const judging = new InGroups<Submission, Accepted | Ready>((group) => judgeGroup(read, parts, group), GROUPS);
  const storing = new InGroups<Ready, Accepted>((group) => storeGroup(parts, group), GROUPS);
  return async (submission) => {
    for (let tries = 1; ; tries += 1) {
      const judged = await judging.submit({ ...submission, doubled: tries > 1 });
      if (!('row' in judged)) return judged;
      try {
        return await storing.submit(judged).catch((error: unknown) => {
          if (!isLockWait(error)) throw error;
          return storeAlone(parts, judged);
        });
      } catch (error) {
        // Somebody else was first: now that it is committed, it is found.
        if (tries === MOST_TRIES || !isDuplicate(error)) throw error;
      }
    }
  };
}

async function judgeGroup(
  tx: Tx,
  parts: ReportParts,
  submissions: readonly Submission[],
): Promise<Settled<Accepted | Ready>[]> {
  const idOf = ({ report }: Submission) => toId(report.taskId);
  const tasks = await findReportTasks(tx, submissions.map(idOf));
  // Nearly every report is new; the rare client uuid that was used for another task shows when it is stored.
  const known = await reportsInPlace(
    tx,
    submissions.filter((each) => each.doubled === true || typeof tasks.get(idOf(each))?.report_id === 'number'),
  );
  const histories = await historiesOf(tx, parts.reader, submissions, tasks);
  const results: Settled<Accepted | Ready>[] = [];
  for (const submission of submissions) results.push(await consider(tx, parts, submission, tasks, known, histories));
  return results;
}

/**
 * Writes reports, then photos, tasks and events by the reports' ids. Two of the same task or client uuid are a unique
 * violation: the group is then taken apart.
 */
async function storeGroup(parts: ReportParts, ready: readonly Ready[], patient = false): Promise<Settled<Accepted>[]> {
  const rows = ready.map(({ row }) => row);
  let stored: Stored[] = [];
  await parts.core.db.inTwoSteps(
    [insertReports(rows), selectIds(rows.map((row) => row.clientUuid))],
    ([, made]) => {
      const ids = new Map((made as ReportId[]).map((row) => [row.client_uuid, row.id]));
      stored = ready.map((each) => {
        const id = ids.get(each.row.clientUuid);
        if (id === undefined) throw new Error('a report was not found after it had been stored');
        return { ...each, id };
      });
      return followUps(parts, stored);
    },
    { patient },
  );
  return stored.map((each) => ({ value: { outcome: 'stored', report: storedReport(each) } }));
}

async function storeAlone(parts: ReportParts, ready: Ready): Promise<Accepted> {
  const [settled] = await storeGroup(parts, [ready], true);
  if (settled === undefined || !('value' in settled)) throw new Error('a report was stored without an answer');
  return settled.value;
}

/** Earlier answers, for the reports whose checklist asks for them. */
async function historiesOf(
  tx: Tx,
  reader: ChecklistReader,
  submissions: readonly Submission[],
  tasks: ReadonlyMap<number, ReportTask>,
): Promise<Map<number, Map<string, ItemHistory>>> {
  const pointIds = new Set<number>();
  for (const { report } of submissions) {
    const task = tasks.get(toId(report.taskId));
    const checklist = await reader.byId(tx, toId(report.checklistId));
    if (task !== undefined && checklist !== undefined && needsHistory(checklist.items)) pointIds.add(task.point_id);
  }
  const [first] = submissions;
  return first === undefined ? new Map() : itemHistory(tx, [...pointIds], first.now);
}

/** What is to become of one submission: ready to be stored, there already, or refused. */
async function consider(
  tx: Tx,
  parts: ReportParts,
  submission: Submission,
  tasks: ReadonlyMap<number, ReportTask>,
  known: readonly StoredReport[],
  histories: ReadonlyMap<number, ReadonlyMap<string, ItemHistory>>,
): Promise<Settled<Accepted | Ready>> {
  const { report, actor } = submission;
  try {
    const task = admit(actor, tasks.get(toId(report.taskId)));
    const before =
      known.find((each) => each.client_uuid === report.clientUuid) ?? known.find((each) => each.task_id === task.id);
    if (before !== undefined) return { value: inPlace(before, report, actor) };
    const checklist = await parts.reader.byId(tx, toId(report.checklistId));
    if (checklist === undefined || checklist.pointType !== task.point_type) throw reportProblems.WRONG_CHECKLIST();
    const facts = await pointFacts(tx, parts.reader, task);
    const judged = judgeReport(
      checklist,
      facts,
      histories.get(task.point_id) ?? new Map<string, ItemHistory>(),
      report,
    );
    return { value: weigh(parts, submission, task, checklist, judged) };
  } catch (problem) {
    if (problem instanceof Problem) return { refusal: problem };
    throw problem;
  }
}

function admit(actor: Actor, task: ReportTask | undefined): ReportTask {
  if (task === undefined || !actor.scope.enterpriseIds.includes(task.enterprise_id)) throw wire.NOT_FOUND();
  if (![task.task_officer_id, task.officer_id, task.deputy_id].includes(actor.personId)) {
    throw reportProblems.NOT_YOUR_TASK();
  }
  return task;
}

function inPlace(before: StoredReport, report: NewReport, actor: Actor): Accepted {
  if (!actor.scope.enterpriseIds.includes(before.enterprise_id)) throw wire.CONFLICT();
  if (before.client_uuid !== report.clientUuid) return { outcome: 'already_closed', report: before };
  if (before.body_sha256 !== hashOf(report)) throw wire.DIFFERENT_CONTENT();
  return { outcome: 'repeated', report: before };
}

/** The row of a judged report: believed time, presence evidence, trust. Throws REPORT.TIMES_OUT_OF_ORDER. */
function weigh(
  parts: ReportParts,
  submission: Submission,
  task: ReportTask,
  checklist: Checklist,
  judged: ReturnType<typeof judgeReport>,
): Ready {
  const { actor, report, now } = submission;
  const startedAt = new Date(report.startedAt);
  const filledAt = new Date(report.filledAt);
  if (filledAt < startedAt) throw reportProblems.TIMES_OUT_OF_ORDER();
  const scan = scanEvidence({ tokens: parts.core.keys, qrKeys: parts.qrKeys }, actor, task, report);
  const believed = believedTime({
    filledAt,
    sentAt: new Date(report.sentAt),
    receivedAt: now,
    scannedAt: scan.at,
    taskDate: task.task_date,
  });
  const evidence = presence(task, report, scan.kind, believed);
  return {
    ...submission,
    state: task.state === 'excused' ? 'excused' : stateAfter(believed.at, task.due_at, task.grace_until),
    row: {
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
      bodySha256: hashOf(report),
    },
  };
}

/** What is written once reports have their ids. */
function followUps(parts: ReportParts, stored: readonly Stored[]): Statement[] {
  const outcomes = [...new Set(stored.map(({ state }) => state))];
  return [
    // At most four outcomes, nearly always one.
    ...outcomes.map((state) =>
      closeTasks(
        stored.filter((each) => each.state === state).map(({ id }) => id),
        state,
      ),
    ),
    ...insertPhotos(
      stored.map(({ id, row, actor, report, now }) => ({
        report: {
          id,
          enterpriseId: row.task.enterprise_id,
          pointId: row.task.point_id,
          officerId: actor.personId,
        },
        photos: distinct(report.photos.map((photo) => ({ ...photo, takenAt: new Date(photo.takenAt) }))),
        checkAt: now,
      })),
    ),
    parts.core.events.statement(stored.map(acceptedEvent)),
  ];
}

function acceptedEvent({ id, row, state, actor }: Stored): NewEvent {
  const abnormal = row.answers.filter((answer) => answer.state === 'abnormal');
  return {
    type: 'report.accepted',
    enterpriseId: row.task.enterprise_id,
    subject: { type: 'report', id },
    actorId: actor.personId,
    payload: {
      taskId: row.task.id,
      pointId: row.task.point_id,
      state,
      abnormal: abnormal.map(({ code, severity }) => ({ code, severity })),
    },
  };
}

function storedReport({ id, row, state, actor }: Stored): StoredReport {
  const { task } = row;
  return {
    id,
    client_uuid: row.clientUuid,
    task_id: task.id,
    point_id: task.point_id,
    enterprise_id: task.enterprise_id,
    officer_id: row.officerId,
    officer_name: actor.name,
    checklist_id: row.checklistId,
    answers: row.answers,
    abnormal_count: row.abnormalCount,
    worst_severity: row.worst,
    started_at: row.startedAt,
    filled_at: row.filledAt,
    believed_at: row.believedAt,
    received_at: row.receivedAt,
    trust_score: row.trust.score,
    trust_reasons: row.trust.reasons,
    body_sha256: row.bodySha256,
    task_date: task.task_date,
    task_state: state,
    code: task.code,
    point_name: task.name,
    point_type: task.point_type,
    enterprise_name: task.enterprise_name,
  };
}

/** What was reported, without what changes from one sending to the next. */
function hashOf({ sentAt: _sentAt, ...content }: NewReport): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function distinct<T extends { itemCode: string; sha256: string }>(photos: readonly T[]): T[] {
  return [...new Map(photos.map((photo) => [`${photo.itemCode} ${photo.sha256}`, photo])).values()];
}
