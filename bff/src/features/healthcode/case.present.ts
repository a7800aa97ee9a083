import { businessDate } from '../../core/clock';
import { fromJson, type Tx } from '../../core/database';
import type { ObjectStore } from '../../gateways/object-store';
import { PhotoStates } from '../inspection';
import type { Dispute, EnteredFact, Repair } from './dispute.store';

/** Shows disputes or repairs with what the check of their photos says, read once for all of them. */
export async function withPhotos<Row extends { id: number; enterpriseId: number; photos: unknown }, Shown>(
  tx: Tx,
  store: ObjectStore,
  type: 'dispute' | 'repair',
  rows: readonly Row[],
  present: (row: Row) => Shown,
) {
  const states = await PhotoStates.of(
    tx,
    type,
    rows.map(({ id }) => id),
  );
  return Promise.all(
    rows.map(async (row) => ({
      ...present(row),
      photos: await states.shown(store, row, fromJson<string[]>(row.photos)),
    })),
  );
}

export function presentDispute(row: Dispute, now: Date) {
  return {
    id: String(row.id),
    enterprise: { id: String(row.enterpriseId), name: row.enterpriseName },
    factKey: row.factKey,
    code: row.code,
    reason: row.reason,
    filedAt: row.filedAt.toISOString(),
    decideBy: row.decideBy,
    state: row.state,
    overdue: row.state === 'open' && businessDate(now) > row.decideBy,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    note: row.note,
  };
}

export function presentRepair(row: Repair, now: Date) {
  return {
    id: String(row.id),
    enterprise: { id: String(row.enterpriseId), name: row.enterpriseName },
    factKey: row.factKey,
    code: row.code,
    statement: row.statement,
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
