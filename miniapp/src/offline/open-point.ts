import { api } from '../api/client';
import { dateOf, now } from '../api/clock';
import { ApiProblem, isTemporary, SignedOut } from '../api/http';
import { currentPerson } from '../api/session';
import type { TaskRow } from '../api/types';
import type { Position } from '../device/device';
import type { FillItem } from './checks';
import { pack, today } from './day';
import { draftFromPack, draftFromScan, drafts, type Draft } from './drafts';
import { withReceipts } from './held';
import { isStuck, outbox, sent } from './outbox';
import { readToken, tokenOf } from './point-code';

/** Why a scanned code opens nothing: a code of `words.scan.refusals`, and what may be done instead. */
export interface Refusal {
  code: string;
  /** The server's own sentence, where the phone has none of its own. */
  message?: string;
  nextDue?: string;
  offerExtra?: boolean;
  requestId?: string;
  /** For another try, or an extra inspection. */
  token: string;
}

export type Opened = { draft: Draft } | { refusal: Refusal } | { expired: true };

/** The tasks on this phone that can still be reported. */
function heldTasks(): TaskRow[] {
  const { value } = today.store.get();
  if (value === undefined) return [];
  const { overdue, tasks } = withReceipts(value, sent.all());
  return [...overdue, ...tasks];
}

/**
 * Opens the checklist of a scanned door: a form begun before, the server's, or, without an answer from it, the one
 * that the phone keeps.
 */
export async function openPoint(
  scanned: string,
  position: Promise<Position | undefined>,
  extra = false,
): Promise<Opened> {
  const token = tokenOf(scanned);
  const scannedAt = now().toISOString();
  const code = readToken(token);
  // A form of a day that cannot be made up any more would be reported for that day, and leave today's undone.
  const begun = drafts
    .all()
    .find((draft) => draft.point.id === code?.pointId && Date.parse(draft.graceUntil) > now().getTime());
  // A form that was begun goes on, but not behind a door plate that has been replaced.
  const known = pack.store.get().value?.points.find((each) => each.id === code?.pointId);
  const replaced = code !== undefined && known !== undefined && code.keyVersion < known.keyVersion;
  if (begun !== undefined && !replaced) return { draft: begun };
  const waiting = outbox
    .all()
    .find((each) => each.draft.point.id === code?.pointId && each.draft.taskDate === dateOf(now()) && !isStuck(each));
  if (waiting !== undefined && !extra) return { refusal: { code: 'WAITING', token } };
  const place = await position;
  try {
    const answer = await (extra ? api.scanExtra(token) : api.scan(token, place));
    return keepDraft(draftFromScan(answer, enterpriseOf(answer.point.id), token, scannedAt, place));
  } catch (error) {
    if (error instanceof SignedOut) return { expired: true };
    if (error instanceof ApiProblem && !isTemporary(error)) return { refusal: refusalOf(error, token) };
    return withoutServer(token, code, scannedAt, place);
  }
}

async function keepDraft(draft: Draft): Promise<Opened> {
  await drafts.set(draft.taskId, draft);
  return { draft };
}

function enterpriseOf(pointId: string): string {
  const task = heldTasks().find((each) => each.point.id === pointId);
  const point = pack.store.get().value?.points.find((each) => each.id === pointId);
  return task?.enterprise.id ?? point?.enterprise.id ?? currentPerson()?.enterprise?.id ?? '';
}

function refusalOf(problem: ApiProblem, token: string): Refusal {
  const { nextDue, offerExtra } = problem.details as { nextDue?: string; offerExtra?: boolean };
  return {
    code: problem.code.replace(/^SCAN\./, ''),
    message: problem.message,
    requestId: problem.requestId,
    ...(nextDue === undefined ? {} : { nextDue }),
    ...(offerExtra === undefined ? {} : { offerExtra }),
    token,
  };
}

/** The token is checked against the list on the phone; whether it is genuine, the server finds when the report arrives. */
function withoutServer(
  token: string,
  code: ReturnType<typeof readToken>,
  scannedAt: string,
  place: Position | undefined,
): Opened | Promise<Opened> {
  const held = pack.store.get().value;
  const point = held?.points.find((each) => each.id === code?.pointId);
  if (code === undefined) return { refusal: { code: 'UNKNOWN_CODE', token } };
  if (held === undefined || point === undefined) return { refusal: { code: 'OFFLINE_UNKNOWN', token } };
  if (code.keyVersion < point.keyVersion) return { refusal: { code: 'REVOKED', token } };
  const tasks = heldTasks().filter((each) => each.point.id === point.id);
  const task = tasks.find((each) => each.state === 'open' && Date.parse(each.graceUntil) > now().getTime());
  if (task === undefined) {
    const done = tasks.some((each) => each.state === 'done' || each.state === 'late');
    return { refusal: { code: done ? 'ALREADY_DONE' : 'OFFLINE_NO_TASK', token } };
  }
  const checklist = held.checklists.find((each) => each.id === point.checklistId);
  const items = point.items.flatMap((itemCode): FillItem[] => {
    const item = checklist?.items.find((each) => each.code === itemCode);
    if (item === undefined) return [];
    return [
      { ...item, limit: point.limits[itemCode] ?? null, last: (point.last[itemCode] ?? null) as FillItem['last'] },
    ];
  });
  if (items.length === 0) return { refusal: { code: 'OFFLINE_UNKNOWN', token } };
  return keepDraft(draftFromPack(task, point, items, token, scannedAt, place));
}
