import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Actor } from '../../core/actor';
import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { findEnterprise } from '../directory';
import { DUE_DAYS, FACT_DAYS, illegalInCase, periodFits, type CaseAction, type CaseResult } from './case.rules';
import type { fact } from './case.schema';
import {
  changeCase,
  factsOf,
  findCase,
  insertCase,
  insertCaseStep,
  sourceFits,
  type Case,
  type CaseChange,
  type Fact,
} from './case.store';
import { caseProblems } from './stay.problems';

interface Call {
  tx: Tx;
  actor: Actor;
  now: Date;
}

/** More facts than anybody reads; who needs more names a shorter span. */
const MOST_FACTS = 20_000;

/** Opens a case against an enterprise within the scope. */
export async function openCase(
  { tx, actor, now }: Call,
  events: EventLog,
  given: {
    clientUuid: string;
    enterpriseId: number;
    title: string;
    supervisionId: number | null;
    warningId: number | null;
    from: BusinessDate | undefined;
  },
): Promise<Case> {
  const { clientUuid, enterpriseId, title, supervisionId, warningId } = given;
  if ((await findEnterprise(tx, actor.scope, enterpriseId)) === undefined) throw wire.NOT_FOUND();
  if (!(await sourceFits(tx, enterpriseId, { supervisionId, warningId }))) throw caseProblems.SOURCE();
  const today = businessDate(now);
  const fromDay = given.from ?? addDays(today, -FACT_DAYS);
  if (!periodFits(fromDay, today)) throw caseProblems.PERIOD();
  const row = { clientUuid, enterpriseId, supervisionId, warningId, title, fromDay };
  const id = await insertCase(tx, { ...row, ownerId: actor.personId, dueOn: addDays(today, DUE_DAYS.opened) }, now);
  await insertCaseStep(tx, { caseId: id, clientUuid, kind: 'open', actorId: actor.personId, at: now, note: title });
  await events.append(tx, [
    {
      type: 'case.opened',
      enterpriseId,
      subject: { type: 'case', id },
      actorId: actor.personId,
      payload: { title, supervisionId, warningId },
    },
  ]);
  return found(await findCase(tx, actor.scope, id));
}

/** Somebody takes it on. */
export function investigate(
  call: Call,
  events: EventLog,
  given: { id: number; clientUuid: string; note: string },
): Promise<Case> {
  return perform(call, events, { ...given, action: 'investigate' }, () =>
    Promise.resolve({
      state: 'investigating',
      due_on: addDays(businessDate(call.now), DUE_DAYS.investigating),
      owner_id: call.actor.personId,
    }),
  );
}

/** Handed over under a document number: from now on the facts stand as they are, with their hash. */
export function transfer(
  call: Call,
  events: EventLog,
  given: { id: number; clientUuid: string; note: string; documentNo: string },
): Promise<Case> {
  const { tx, now } = call;
  return perform(call, events, { ...given, action: 'transfer' }, async (row) => {
    return {
      state: 'transferred',
      due_on: addDays(businessDate(now), DUE_DAYS.transferred),
      to_day: businessDate(now),
      document_no: given.documentNo,
      ...(await collectFacts(tx, row.enterpriseId, spanOf(row, now))),
    };
  });
}

export function conclude(
  call: Call,
  events: EventLog,
  given: { id: number; clientUuid: string; note: string; result: CaseResult },
): Promise<Case> {
  return perform(call, events, { ...given, action: 'conclude' }, () =>
    Promise.resolve({ state: 'concluded', due_on: null, result: given.result, closed_at: call.now }),
  );
}

export function withdraw(
  call: Call,
  events: EventLog,
  given: { id: number; clientUuid: string; note: string },
): Promise<Case> {
  return perform(call, events, { ...given, action: 'withdraw' }, () =>
    Promise.resolve({ state: 'withdrawn', due_on: null, closed_at: call.now }),
  );
}

/** The days that a case looks at. */
export function spanOf({ fromDay }: Case, now: Date): { from: Date; to: Date } {
  return { from: shanghaiInstant(fromDay, '00:00'), to: now };
}

/** The facts of a span as they are handed over, with their hash. */
export async function collectFacts(
  tx: Tx,
  enterpriseId: number,
  span: { from: Date; to: Date },
): Promise<{ facts: string; facts_sha256: string }> {
  const facts = JSON.stringify((await factsOf(tx, enterpriseId, span, undefined, MOST_FACTS)).map(presentFact));
  return { facts, facts_sha256: createHash('sha256').update(facts).digest('hex') };
}

export function presentFact({ at, kind, type, id, text, who }: Fact): z.input<typeof fact> {
  return { at: at.toISOString(), kind, subject: { type, id: String(id) }, text, who };
}

const EVENTS: Readonly<Record<CaseAction, string>> = {
  investigate: 'case.investigated',
  transfer: 'case.transferred',
  conclude: 'case.concluded',
  withdraw: 'case.withdrawn',
};

/** One step: within the scope, legal now, noted, told as an event. */
async function perform(
  { tx, actor, now }: Call,
  events: EventLog,
  step: { id: number; clientUuid: string; note: string; action: CaseAction },
  change: (row: Case) => Promise<CaseChange>,
): Promise<Case> {
  const { id, clientUuid, note, action } = step;
  const row = found(await findCase(tx, actor.scope, id, true));
  const problem = illegalInCase(action, row.state);
  if (problem !== undefined) throw problem;
  await changeCase(tx, id, await change(row));
  await insertCaseStep(tx, { caseId: id, clientUuid, kind: action, actorId: actor.personId, at: now, note });
  await events.append(tx, [
    {
      type: EVENTS[action],
      enterpriseId: row.enterpriseId,
      subject: { type: 'case', id },
      actorId: actor.personId,
      payload: {},
    },
  ]);
  return found(await findCase(tx, actor.scope, id));
}

function found(row: Case | undefined): Case {
  if (row === undefined) throw wire.NOT_FOUND();
  return row;
}
