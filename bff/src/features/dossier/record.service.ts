import type { Actor } from '../../core/actor';
import { addDays, businessDate, type BusinessDate } from '../../core/clock';
import type { SqlValue, Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { findEnterprise } from '../directory';
import { dossierProblems } from './dossier.problems';
import { documentNumber, entryFault, type Entry } from './entry.rules';
import {
  CLOSE_DAYS,
  CONFIRM_DAYS,
  illegal,
  PETITION_DAYS,
  stateAfter,
  type RecordAction,
  type RecordType,
} from './record.rules';
import {
  changeRecord,
  documentKnown,
  findRecord,
  insertRecords,
  insertStep,
  type RecordChange,
  type RowOf,
} from './record.store';

interface Parts {
  tx: Tx;
  events: EventLog;
  actor: Actor;
  now: Date;
}

/**
 * Enters a record of an enterprise within the scope. Throws WIRE.NOT_FOUND, DOSSIER.*.
 */
export async function enter<T extends RecordType>(
  { tx, events, actor, now }: Parts,
  typed: Entry & { type: T },
  given: { clientUuid: string; enterpriseId: number },
): Promise<RowOf[T]> {
  const { type } = typed;
  const entry: Entry = { ...typed, documentNo: typed.documentNo && documentNumber(typed.documentNo) };
  const { clientUuid, enterpriseId } = given;
  const fault = entryFault(entry, now);
  if (fault !== undefined) throw fault;
  if ((await findEnterprise(tx, actor.scope, enterpriseId)) === undefined) throw wire.NOT_FOUND();
  if (entry.documentNo !== null && (await documentKnown(tx, type, entry.documentNo))) {
    throw dossierProblems.DOCUMENT_KNOWN();
  }
  const record = { clientUuid, enterpriseId, importId: null, values: columnsOf(entry, businessDate(now)) };
  const id = await insertRecords(tx, type, [record], actor.personId, now);
  await insertStep(tx, { type, recordId: id, clientUuid, kind: 'enter', actorId: actor.personId, at: now, note: '' });
  await events.append(tx, [
    {
      type: ENTERED[type],
      enterpriseId,
      subject: { type, id },
      actorId: actor.personId,
      payload: { kind: entry.kind },
    },
  ]);
  return found(await findRecord(tx, type, actor.scope, id));
}

/** What has happened once a record is there, in the words of the event log. */
const ENTERED: Readonly<Record<RecordType, string>> = {
  petition: 'petition.received',
  penalty: 'penalty.entered',
  incident: 'incident.reported',
};

/** What was found on the spot, where that is known when a petition is entered. */
export interface Conclusion {
  state: 'verified' | 'unfounded';
  result: string;
  by: number;
  at: Date;
}

/** The columns of a new row, deadlines included, in the order of the store. */
export function columnsOf(entry: Entry, today: BusinessDate, conclusion?: Conclusion): SqlValue[] {
  switch (entry.type) {
    case 'petition':
      return [
        entry.documentNo,
        entry.receivedOn,
        entry.source,
        entry.kind,
        entry.content,
        addDays(entry.receivedOn, PETITION_DAYS),
        conclusion?.state ?? 'received',
        conclusion?.result ?? null,
        conclusion?.by ?? null,
        conclusion?.at ?? null,
      ];
    case 'penalty':
      return [entry.documentNo, entry.decidedOn, entry.authority, entry.kind, entry.amount, entry.veto, entry.content];
    case 'incident':
      return [
        entry.documentNo,
        entry.happenedAt,
        entry.source,
        entry.kind,
        entry.level,
        entry.content,
        addDays(today, CONFIRM_DAYS),
      ];
  }
}

const DONE: Readonly<Record<RecordAction, string>> = {
  verify: 'verified',
  dismiss: 'dismissed',
  confirm: 'confirmed',
  close: 'closed',
  void: 'voided',
};

/** One step of a record: within the scope, legal now, noted, told as an event. */
export async function step<T extends RecordType>(
  { tx, events, actor, now }: Parts,
  type: T,
  action: RecordAction,
  given: { id: number; clientUuid: string; note: string },
): Promise<RowOf[T]> {
  const { id, clientUuid, note } = given;
  const record = found(await findRecord(tx, type, actor.scope, id, true));
  const problem = illegal(action, record.state);
  if (problem !== undefined) throw problem;
  await changeRecord(tx, type, id, changeBy(type, action, { actorId: actor.personId, note, now }));
  await insertStep(tx, { type, recordId: id, clientUuid, kind: action, actorId: actor.personId, at: now, note });
  await events.append(tx, [
    {
      type: `${type}.${DONE[action]}`,
      enterpriseId: record.enterprise_id,
      subject: { type, id },
      actorId: actor.personId,
      payload: {},
    },
  ]);
  return found(await findRecord(tx, type, actor.scope, id));
}

function changeBy(
  type: RecordType,
  action: RecordAction,
  { actorId, note, now }: { actorId: number; note: string; now: Date },
): RecordChange {
  const state = stateAfter(action);
  if (type === 'petition' && action !== 'void') {
    return { state, decided_at: now, decided_by: actorId, result: note };
  }
  if (action === 'confirm') return { state, confirmed_at: now, due_on: addDays(businessDate(now), CLOSE_DAYS) };
  return { state };
}

function found<T>(record: T | undefined): T {
  if (record === undefined) throw wire.NOT_FOUND();
  return record;
}
