import type { Actor } from '../../core/actor';
import { addDays, businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { itemsFor, limitOf, type ItemHistory } from '../checklists';
import { createOwnExtra, nextDueDate } from '../dispatch';
import { itemHistory } from './history.service';
import { reportProblems, scanProblems } from './inspection.problems';
import { pointFacts } from './judge.service';
import { readQr } from './qr.rules';
import type { ReportParts } from './report.service';
import { scannedPoint, scannedTasks, type ScannedPoint, type ScannedTask } from './scan.store';

/** A scan proves presence for a working day: the report may be sent long after. */
const TICKET_S = 24 * 3600;

/** The point behind a scanned code, if this officer may inspect it. Throws SCAN.*. */
async function admittedPoint(tx: Tx, parts: ReportParts, actor: Actor, token: string): Promise<ScannedPoint> {
  const code = readQr(parts.qrKeys, token);
  const point = code && (await scannedPoint(tx, code.pointId));
  if (code === undefined || point === undefined) throw scanProblems.UNKNOWN_CODE();
  if (!actor.scope.enterpriseIds.includes(point.enterprise_id)) throw scanProblems.OTHER_ENTERPRISE();
  if (code.keyVersion !== point.key_version) throw scanProblems.REVOKED();
  if (!point.active) throw scanProblems.POINT_INACTIVE();
  return point;
}

const isTheirs = (actor: Actor, point: ScannedPoint, tasks: readonly ScannedTask[]) =>
  [point.officer_id, point.deputy_id, ...tasks.map((task) => task.officer_id)].includes(actor.personId);

/** The task and checklist behind a scanned door, or a SCAN problem that says why there is none. */
export async function scan(tx: Tx, parts: ReportParts, actor: Actor, token: string, now: Date) {
  const point = await admittedPoint(tx, parts, actor, token);
  const today = businessDate(now);
  const tasks = await scannedTasks(tx, point.id, addDays(today, -1), today);
  if (!isTheirs(actor, point, tasks)) throw scanProblems.NOT_YOUR_POINT();
  const open = tasks.find((task) => task.state === 'open' && task.grace_until > now);
  if (open !== undefined) return opened(tx, parts, actor, point, open, now);
  const latest = tasks.filter((task) => task.task_date === today).at(-1);
  if (latest?.state === 'excused') throw scanProblems.SUSPENDED();
  if (latest !== undefined) throw scanProblems.ALREADY_DONE({ offerExtra: true });
  throw scanProblems.NOT_DUE({
    nextDue: nextDueDate(point.anchor_date, point.interval_days, today),
    offerExtra: true,
  });
}

/** Starts an extra inspection at a door where nothing is due; what is open there already is answered instead. */
export async function scanExtra(tx: Tx, parts: ReportParts, actor: Actor, token: string, now: Date) {
  const point = await admittedPoint(tx, parts, actor, token);
  const today = businessDate(now);
  const before = await scannedTasks(tx, point.id, today, today);
  if (!isTheirs(actor, point, before)) throw scanProblems.NOT_YOUR_POINT();
  if (!before.some((task) => task.state === 'open'))
    await createOwnExtra(tx, parts.core.events, actor, point.id, today);
  return scan(tx, parts, actor, token, now);
}

async function opened(tx: Tx, parts: ReportParts, actor: Actor, point: ScannedPoint, task: ScannedTask, now: Date) {
  const checklist = await parts.reader.inForce(tx, point.point_type, task.task_date);
  if (checklist === undefined) throw reportProblems.NO_CHECKLIST();
  const facts = await pointFacts(tx, parts.reader, point);
  const history: Map<string, ItemHistory> = await itemHistory(tx, point.id, now);
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
      type: point.point_type,
      enterprise: point.enterprise_name,
    },
    checklist: {
      id: String(checklist.id),
      version: checklist.version,
      items: itemsFor(checklist.items, facts, history).map((item) => ({
        ...item,
        limit: limitOf(item, facts, history.get(item.code)),
        last: history.get(item.code)?.values.at(-1) ?? null,
      })),
    },
    scanTicket: parts.core.keys.sign('scan', String(actor.personId), { pointId: point.id }, TICKET_S),
  };
}
