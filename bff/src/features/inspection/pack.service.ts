import type { Actor } from '../../core/actor';
import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { Checklist } from '../checklists';
import { itemHistory, needsHistory } from './history.service';
import { fillOf } from './fill.service';
import { pointFacts } from './judge.service';
import { lastReports, officerPoints } from './pack.store';
import type { ScanParts } from './scan.service';

/** What an officer's phone keeps for a day without signal. A fixed number of statements, however many points. */
export async function packOf(tx: Tx, { reader }: ScanParts, actor: Actor, now: Date) {
  const today = businessDate(now);
  const points = await officerPoints(tx, actor.scope.enterpriseIds, actor.personId, now);
  const checklists = new Map<string, Checklist>();
  // A handful of types, nearly always from the reader's memory.
  for (const type of new Set(points.map((point) => point.point_type))) {
    const checklist = await reader.inForce(tx, type, today);
    if (checklist !== undefined) checklists.set(type, checklist);
  }
  const asking = points.filter((point) => needsHistory(checklists.get(point.point_type)?.items ?? []));
  const histories = await itemHistory(
    tx,
    asking.map((point) => point.id),
    now,
  );
  const last = await lastReports(
    tx,
    points.map((point) => point.id),
  );
  const packed = [];
  for (const point of points) {
    const checklist = checklists.get(point.point_type);
    if (checklist === undefined) continue;
    const facts = await pointFacts(tx, reader, point);
    const filled = fillOf(checklist, facts, histories.get(point.id), last.get(point.id));
    packed.push({
      id: String(point.id),
      code: point.code,
      name: point.name,
      place: point.place,
      type: point.point_type,
      typeName: point.type_name,
      enterprise: { id: String(point.enterprise_id), name: point.enterprise_name },
      keyVersion: point.key_version,
      lng: point.lng,
      lat: point.lat,
      fenceM: point.fence_m,
      checklistId: String(checklist.id),
      items: filled.items.map((item) => item.code),
      limits: Object.fromEntries(
        filled.items.flatMap((item) => (item.limit === null ? [] : [[item.code, item.limit]])),
      ),
      last: Object.fromEntries(filled.items.flatMap((item) => (item.last === null ? [] : [[item.code, item.last]]))),
      lastAt: filled.lastAt,
    });
  }
  return {
    at: now.toISOString(),
    points: packed,
    checklists: [...checklists.values()].map((each) => ({
      id: String(each.id),
      version: each.version,
      type: each.pointType,
      items: [...each.items],
    })),
  };
}
