import type { KeyObject } from 'node:crypto';
import type { Actor } from '../../core/actor';
import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import type { ChecklistReader } from '../checklists';
import { createOwnExtra, nextDueDate } from '../dispatch';
import { fillOf } from './fill.service';
import { itemHistory, needsHistory } from './history.service';
import { reportProblems, scanProblems } from './inspection.problems';
import { pointFacts } from './judge.service';
import { lastReports } from './pack.store';
import { readQr } from './qr.rules';
import { currentTasks, scannedPoint, suspendedOn, type PointTask, type ScannedPoint } from './scan.store';

export interface ScanParts {
  core: Core;
  reader: ChecklistReader;
  qrKeys: ReadonlyMap<string, KeyObject>;
}

/** A scan proves presence for as long as a day's tasks can be reported. */
const TICKET_S = 36 * 3600;

/** The point behind a scanned code, if this officer may inspect it; throws SCAN.* with the reason otherwise. */
export async function resolveScan(tx: Tx, parts: ScanParts, actor: Actor, token: string): Promise<ScannedPoint> {
  const code = readQr(parts.qrKeys, token);
  const point = code === undefined ? undefined : await scannedPoint(tx, code.pointId);
  if (code === undefined || point === undefined) throw scanProblems.UNKNOWN_CODE();
  if (!actor.scope.enterpriseIds.includes(point.enterprise_id)) throw scanProblems.OTHER_ENTERPRISE();
  if (code.keyVersion !== point.key_version) throw scanProblems.REVOKED({ pointName: point.name });
  if (!point.active) throw scanProblems.POINT_INACTIVE();
  return point;
}

/** The task that a scan opens; throws SCAN.NOT_DUE, ALREADY_DONE, SUSPENDED or NOT_YOUR_POINT. */
export async function taskToFill(tx: Tx, point: ScannedPoint, actor: Actor, now: Date): Promise<PointTask> {
  const today = businessDate(now);
  const tasks = await currentTasks(tx, point.id, today, now);
  const open = tasks.filter((task) => task.state === 'open');
  const mine = (task: PointTask) => [task.officer_id, point.officer_id, point.deputy_id].includes(actor.personId);
  const task = open.find(mine);
  if (task !== undefined) return task;
  const theirs = [point.officer_id, point.deputy_id].includes(actor.personId);
  if (open.length > 0 || !(theirs || tasks.some(mine))) {
    throw scanProblems.NOT_YOUR_POINT({ officer: point.officer_name });
  }
  const nextDue = nextDueDate(point.anchor_date, point.interval_days, today);
  if (await suspendedOn(tx, point.enterprise_id, today)) throw scanProblems.SUSPENDED();
  if (tasks.some((each) => each.state === 'done' || each.state === 'late')) {
    throw scanProblems.ALREADY_DONE({ nextDue, offerExtra: true });
  }
  throw scanProblems.NOT_DUE({ nextDue, offerExtra: true });
}

/** Starts an extra inspection of the scanned point by the officer's own wish. */
export async function startExtra(
  tx: Tx,
  parts: ScanParts,
  point: ScannedPoint,
  actor: Actor,
  now: Date,
): Promise<PointTask> {
  if (![point.officer_id, point.deputy_id].includes(actor.personId)) {
    throw scanProblems.NOT_YOUR_POINT({ officer: point.officer_name });
  }
  // A second tap, or a task that came meanwhile, opens what is there instead of making another.
  const existing = (await currentTasks(tx, point.id, businessDate(now), now)).find((task) => task.state === 'open');
  if (existing !== undefined) return existing;
  const id = await createOwnExtra(tx, parts.core.events, actor, point.id, businessDate(now));
  const made = (await currentTasks(tx, point.id, businessDate(now), now)).find((task) => task.id === id);
  if (made === undefined) throw new Error('the extra task was not found after it had been made');
  return made;
}

/** The checklist of a task as the phone shows it: items that apply today with their limits and last values. */
export async function openChecklist(
  tx: Tx,
  parts: ScanParts,
  point: ScannedPoint,
  task: PointTask,
  actor: Actor,
  now: Date,
) {
  const checklist = await parts.reader.inForce(tx, point.point_type, businessDate(now));
  if (checklist === undefined) throw reportProblems.NO_CHECKLIST();
  const facts = await pointFacts(tx, parts.reader, point);
  const asked = needsHistory(checklist.items) ? [point.id] : [];
  const history = (await itemHistory(tx, asked, now)).get(point.id);
  const { items, lastAt } = fillOf(checklist, facts, history, (await lastReports(tx, [point.id])).get(point.id));
  return {
    task: {
      id: String(task.id),
      date: task.task_date,
      state: task.state,
      dueAt: task.due_at.toISOString(),
      graceUntil: task.grace_until.toISOString(),
    },
    point: {
      id: String(point.id),
      code: point.code,
      name: point.name,
      place: point.place,
      type: point.point_type,
      enterprise: point.enterprise_name,
      keyVersion: point.key_version,
      lng: point.lng,
      lat: point.lat,
      fenceM: point.fence_m,
    },
    checklist: { id: String(checklist.id), version: checklist.version, items, lastAt },
    scanTicket: parts.core.keys.sign('scan', String(actor.personId), { pointId: point.id }, TICKET_S),
  };
}
