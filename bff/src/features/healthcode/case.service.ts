import type { KeyObject } from 'node:crypto';
import { type Actor, isSecondPerson } from '../../core/actor';
import { businessDate } from '../../core/clock';
import { fromJson, type Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { addWorkingDays } from '../../core/workday';
import type { ObjectStore } from '../../gateways/object-store';
import { missingPhotos, notePhotos, PhotoStates, readQr } from '../inspection';
import { isWithin } from './code.read.store';
import {
  casesOf,
  decideDispute,
  decideRepair,
  enteredBy,
  findDispute,
  findRepair,
  insertDispute,
  insertRepair,
  insertSiteCheck,
  isDoorOf,
  type Dispute,
  type NewCase,
  type Repair,
} from './dispute.store';
import { evaluate, type Evaluation } from './evaluate.rules';
import { factsOf } from './fact.store';
import { healthProblems } from './healthcode.problems';
import { ruleSetInForce } from './ruleset.store';

/** Working days in which a dispute is decided, and a repair checked. */
const DECIDE_DAYS = 10;

export interface Parts {
  tx: Tx;
  events: EventLog;
  actor: Actor;
  now: Date;
}

interface Asked {
  clientUuid: string;
  enterpriseId: number;
  factKey: string;
  text: string;
  photos: readonly string[];
}

/** Throws HEALTHCODE.PHOTO_NOT_STORED for photos that the object store has not got. Asked outside any transaction. */
export async function requireStored(
  read: Tx,
  store: ObjectStore,
  actor: Actor,
  enterpriseId: number,
  photos: readonly string[],
): Promise<void> {
  if (!(await isWithin(read, actor.scope, enterpriseId))) throw wire.NOT_FOUND();
  const missing = await missingPhotos(read, store, enterpriseId, photos);
  if (missing.length > 0) throw healthProblems.PHOTO_NOT_STORED({ photos: missing });
}

/** The enterprise holds that a fact was not so. The deduction is marked and still counts. Throws HEALTHCODE.*. */
export async function fileDispute(parts: Parts, asked: Asked): Promise<Dispute> {
  const { tx, actor, now } = parts;
  const { enterpriseId, factKey } = asked;
  if (!(await isWithin(tx, actor.scope, enterpriseId))) throw wire.NOT_FOUND();
  const evaluation = await evaluationOf(tx, enterpriseId, now);
  const deduction = evaluation.deductions.find(({ key }) => key === factKey);
  const veto = evaluation.vetoes.find(({ key }) => key === factKey);
  const code = deduction?.code ?? veto?.code;
  if (code === undefined) throw healthProblems.NOT_COUNTED();
  if ((await casesOf(tx, enterpriseId, factKey)).disputed) throw healthProblems.DISPUTED_ALREADY();
  if (deduction !== undefined && !deduction.remedies.includes('dispute')) throw healthProblems.NOT_DISPUTABLE();
  const id = await insertDispute(tx, newCase(asked, code, actor, now), now);
  await notePhotos(tx, { type: 'dispute', id, enterpriseId, personId: actor.personId }, asked.photos, now);
  await tell(parts, 'health-dispute.filed', enterpriseId, { type: 'health-dispute', id }, { factKey, code });
  return found(await findDispute(tx, actor.scope, id));
}

/**
 * A regulator who has not entered the fact decides. Upheld: the fact does not count any more. Photos that are still being
 * checked hold up nobody; over photos that are not what they should be he upholds only by saying so. The event keeps both.
 */
export async function decide(
  parts: Parts,
  id: number,
  given: { upheld: boolean; note: string; despitePhotos?: true | undefined },
): Promise<Dispute> {
  const { tx, actor, now } = parts;
  const dispute = found(await findDispute(tx, actor.scope, id, true));
  const state = given.upheld ? 'upheld' : 'refused';
  if (dispute.state !== 'open') {
    if (dispute.state === state && dispute.note === given.note) return dispute;
    throw healthProblems.DISPUTE_DECIDED();
  }
  const { factKey, code, enterpriseId } = dispute;
  if (!isSecondPerson(actor, await enteredBy(tx, factKey))) throw healthProblems.OWN_FACT();
  const photos = (await PhotoStates.of(tx, 'dispute', [id])).counts(id, fromJson<string[]>(dispute.photos));
  if (given.upheld && photos.bad > 0 && given.despitePhotos !== true) {
    throw healthProblems.PHOTOS_BAD({ photos: photos.bad });
  }
  await decideDispute(tx, id, { state, personId: actor.personId, note: given.note }, now);
  await tell(
    parts,
    'health-dispute.decided',
    enterpriseId,
    { type: 'health-dispute', id },
    { factKey, code, state, photos },
  );
  return found(await findDispute(tx, actor.scope, id));
}

/** The enterprise says that it has made good what it was penalised for, and asks for a check on site. */
export async function applyForRepair(parts: Parts, asked: Asked): Promise<Repair> {
  const { tx, actor, now } = parts;
  const { enterpriseId, factKey } = asked;
  if (!(await isWithin(tx, actor.scope, enterpriseId))) throw wire.NOT_FOUND();
  if ((await casesOf(tx, enterpriseId, factKey)).repairWaits) throw healthProblems.REPAIR_WAITS();
  const deduction = (await evaluationOf(tx, enterpriseId, now)).deductions.find(({ key }) => key === factKey);
  if (deduction === undefined) throw healthProblems.NOT_COUNTED();
  if (!deduction.remedies.includes('repair')) throw healthProblems.NOT_REPAIRABLE();
  const { code } = deduction;
  const id = await insertRepair(tx, newCase(asked, code, actor, now), now);
  await notePhotos(tx, { type: 'repair', id, enterpriseId, personId: actor.personId }, asked.photos, now);
  await tell(parts, 'health-repair.applied', enterpriseId, { type: 'health-repair', id }, { factKey, code });
  return found(await findRepair(tx, actor.scope, id));
}

interface Check {
  clientUuid: string;
  passed: boolean;
  note: string;
  token: string;
  position?: object | undefined;
}

/** An official has been there about a repair. Passed: the deduction counts half from now on. */
export async function checkRepair(
  parts: Parts,
  qrKeys: ReadonlyMap<string, KeyObject>,
  id: number,
  check: Check,
): Promise<Repair> {
  const { tx, actor, now } = parts;
  const repair = found(await findRepair(tx, actor.scope, id, true));
  const { enterpriseId, factKey, code } = repair;
  if (repair.state !== 'applied') throw healthProblems.REPAIR_CHECKED();
  await noteCheck(parts, qrKeys, enterpriseId, id, check);
  const state = check.passed ? 'verified' : 'refused';
  const photos = (await PhotoStates.of(tx, 'repair', [id])).counts(id, fromJson<string[]>(repair.photos));
  await decideRepair(tx, id, { state, personId: actor.personId, note: check.note }, now);
  await tell(parts, `health-repair.${state}`, enterpriseId, { type: 'health-repair', id }, { factKey, code, photos });
  return found(await findRepair(tx, actor.scope, id));
}

/** An official has been there and found it in order, or not: what a red code needs to rise again. */
export async function checkSite(
  parts: Parts,
  qrKeys: ReadonlyMap<string, KeyObject>,
  enterpriseId: number,
  check: Check,
): Promise<Date> {
  const { tx, actor, now } = parts;
  if (!(await isWithin(tx, actor.scope, enterpriseId))) throw wire.NOT_FOUND();
  await noteCheck(parts, qrKeys, enterpriseId, null, check);
  return now;
}

async function noteCheck(
  parts: Parts,
  qrKeys: ReadonlyMap<string, KeyObject>,
  enterpriseId: number,
  repairId: number | null,
  { clientUuid, passed, note, token, position }: Check,
): Promise<void> {
  const { tx, actor, now } = parts;
  const door = readQr(qrKeys, token);
  if (door === undefined || !(await isDoorOf(tx, enterpriseId, door.pointId, door.keyVersion))) {
    throw healthProblems.WRONG_DOOR();
  }
  const { pointId } = door;
  const row = { clientUuid, enterpriseId, pointId, repairId, passed, note, position: position ?? null };
  await insertSiteCheck(tx, { ...row, personId: actor.personId }, now);
  const type = passed ? 'health-site-check.passed' : 'health-site-check.failed';
  await tell(parts, type, enterpriseId, { type: 'enterprise', id: enterpriseId }, { pointId, repairId });
}

async function evaluationOf(tx: Tx, enterpriseId: number, now: Date): Promise<Evaluation> {
  const { body } = await ruleSetInForce(tx, businessDate(now));
  const facts = (await factsOf(tx, [enterpriseId], [body], now)).get(enterpriseId) ?? [];
  return evaluate(facts, body, now.getTime());
}

function newCase({ text, ...asked }: Asked, code: string, actor: Actor, now: Date): NewCase {
  return {
    ...asked,
    text,
    code,
    personId: actor.personId,
    by: addWorkingDays(businessDate(now), DECIDE_DAYS),
  };
}

function found<T>(row: T | undefined): T {
  if (row === undefined) throw wire.NOT_FOUND();
  return row;
}

export function tell(
  { tx, events, actor }: Parts,
  type: string,
  enterpriseId: number,
  subject: { type: string; id: number },
  payload: Record<string, unknown>,
): Promise<void> {
  return events.append(tx, [{ type, enterpriseId, subject, actorId: actor.personId, payload }]);
}
