import { businessDate } from '../../core/clock';
import { fromJson } from '../../core/database';
import type { ObjectStore } from '../../gateways/object-store';
import { objectKey } from '../inspection';
import type { Dispute, EnteredFact, Repair } from './dispute.store';

/** Links to photos are good for so long, seconds. */
const URL_S = 600;

function presentPhotos(store: ObjectStore, enterpriseId: number, photos: unknown) {
  return Promise.all(
    fromJson<string[]>(photos).map(async (sha256) => ({
      sha256,
      url: await store.signedUrl(objectKey(enterpriseId, sha256), URL_S),
    })),
  );
}

export async function presentDispute(store: ObjectStore, row: Dispute, now: Date) {
  return {
    id: String(row.id),
    enterprise: { id: String(row.enterpriseId), name: row.enterpriseName },
    factKey: row.factKey,
    code: row.code,
    reason: row.reason,
    photos: await presentPhotos(store, row.enterpriseId, row.photos),
    filedAt: row.filedAt.toISOString(),
    decideBy: row.decideBy,
    state: row.state,
    overdue: row.state === 'open' && businessDate(now) > row.decideBy,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    note: row.note,
  };
}

export async function presentRepair(store: ObjectStore, row: Repair, now: Date) {
  return {
    id: String(row.id),
    enterprise: { id: String(row.enterpriseId), name: row.enterpriseName },
    factKey: row.factKey,
    code: row.code,
    statement: row.statement,
    photos: await presentPhotos(store, row.enterpriseId, row.photos),
    filedAt: row.filedAt.toISOString(),
    checkBy: row.checkBy,
    state: row.state,
    overdue: row.state === 'applied' && businessDate(now) > row.checkBy,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    note: row.note,
  };
}

export function presentFact(row: EnteredFact) {
  return {
    id: String(row.id),
    enterpriseId: String(row.enterpriseId),
    code: row.code,
    occurredAt: row.occurredAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    note: row.note,
    enteredAt: row.enteredAt.toISOString(),
  };
}
