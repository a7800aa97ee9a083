import type { KeyObject } from 'node:crypto';
import { type Actor, hasRole, isSecondPerson } from '../../core/actor';
import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import type { ObjectStore } from '../../gateways/object-store';
import { missingPhotos, notePhotos, PhotoStates, readQr } from '../inspection';
import { findingProblems } from './finding.problems';
import { extendedTo, extensionFits, illegal, type Action } from './finding.rules';
import {
  changeFinding,
  correctionPhotos,
  findFinding,
  insertSteps,
  type Change,
  type FindingRow,
} from './finding.store';

export interface FindingParts {
  events: EventLog;
  qrKeys: ReadonlyMap<string, KeyObject>;
}

export interface StepPhoto {
  sha256: string;
  when: 'before' | 'after';
}

/** What a step brings: its idempotency key, who, and what shows it. */
interface Step {
  actor: Actor;
  findingId: number;
  clientUuid: string;
  now: Date;
  note: string;
}

/** Throws FINDING.PHOTO_NOT_STORED for photos that the object store has not got. Asked outside any transaction. */
export async function requireStored(
  read: Tx,
  store: ObjectStore,
  actor: Actor,
  findingId: number,
  photos: readonly StepPhoto[],
): Promise<void> {
  const finding = await findFinding(read, actor.scope, findingId);
  if (finding === undefined) throw wire.NOT_FOUND();
  const hashes = photos.map(({ sha256 }) => sha256);
  const missing = await missingPhotos(read, store, finding.enterprise_id, hashes);
  if (missing.length > 0) throw findingProblems.PHOTO_NOT_STORED({ photos: missing });
}

/** The officer says how a major finding was brought under control. */
export function contain(tx: Tx, parts: FindingParts, step: Step, photos: readonly StepPhoto[]): Promise<FindingRow> {
  return perform(tx, parts, step, 'contain', 'contained', { photos }, () => ({ contained_at: step.now }));
}

/** The officer says that it is corrected, and shows it. A correction contains as well. */
export function correct(
  tx: Tx,
  parts: FindingParts,
  step: Step,
  given: { photos: readonly StepPhoto[]; cost?: number | undefined; responsible?: string | undefined },
): Promise<FindingRow> {
  if (!given.photos.some(({ when }) => when === 'after')) throw findingProblems.PHOTO_AFTER_NEEDED();
  return perform(tx, parts, step, 'correct', 'submitted', given, (finding) => ({
    state: 'submitted',
    submitted_at: step.now,
    submitted_by: step.actor.personId,
    ...(finding.severity === 'major' && finding.contained_at === null ? { contained_at: step.now } : {}),
  }));
}

/** The officer asks, once, for more time. */
export function askExtension(tx: Tx, parts: FindingParts, step: Step, to: BusinessDate): Promise<FindingRow> {
  return perform(tx, parts, step, 'ask_extension', 'extension_asked', { to }, (finding) => {
    if (!extensionFits(finding.due_at, to)) throw findingProblems.EXTENSION_DATES();
    return { extension: 'asked', extension_to: to };
  });
}

/** An official grants more time, or does not. */
export function decideExtension(tx: Tx, parts: FindingParts, step: Step, granted: boolean): Promise<FindingRow> {
  const kind = granted ? 'extension_granted' : 'extension_refused';
  return perform(tx, parts, step, 'decide_extension', kind, {}, (finding) =>
    granted && finding.extension_to !== null
      ? { extension: 'granted', due_at: extendedTo(finding.extension_to) }
      : { extension: 'refused' },
  );
}

/**
 * An official verifies a correction; a major one only with the code on its door. Rejected goes back with the reason. Photos
 * that are still being checked hold up nobody, the step keeps how many they were; over photos that are not what they should
 * be, a correction passes only on the spot.
 */
export async function verify(
  tx: Tx,
  parts: FindingParts,
  step: Step,
  given: {
    passed: boolean;
    token?: string | undefined;
    position?: object | undefined;
    photos?: readonly StepPhoto[] | undefined;
  },
): Promise<FindingRow> {
  const { passed, token, position, photos } = given;
  const shown = (await correctionPhotos(tx, step.findingId)).map(({ sha256 }) => sha256);
  const { waiting, bad } = (await PhotoStates.of(tx, 'finding', [step.findingId])).counts(step.findingId, shown);
  const evidence = {
    onSite: token !== undefined,
    ...(waiting === 0 ? {} : { photosUnchecked: waiting }),
    ...(position === undefined ? {} : { position }),
    ...(photos === undefined ? {} : { photos }),
  };
  return perform(tx, parts, step, 'verify', passed ? 'verified' : 'rejected', evidence, (finding) => {
    if (!isSecondPerson(step.actor, finding.submitted_by)) throw findingProblems.OWN_CORRECTION();
    if (finding.severity === 'major' && token === undefined) throw findingProblems.SCAN_NEEDED();
    if (passed && bad > 0 && token === undefined) throw findingProblems.PHOTOS_BAD({ photos: bad });
    if (token !== undefined) requireDoor(parts, finding, token);
    return passed
      ? { state: 'closed', closed_at: step.now, open_key: null }
      : { state: 'open', submitted_at: null, submitted_by: null };
  });
}

function requireDoor({ qrKeys }: FindingParts, finding: FindingRow, token: string): void {
  const code = readQr(qrKeys, token);
  if (code?.pointId !== finding.point_id || code.keyVersion !== finding.key_version) {
    throw findingProblems.WRONG_POINT();
  }
}

/**
 * One step of the state machine: within the scope, legal now, noted with actor and evidence, told as an event.
 * Throws WIRE.NOT_FOUND, FINDING.*.
 */
async function perform(
  tx: Tx,
  { events }: FindingParts,
  step: Step,
  action: Action,
  kind: string,
  evidence: { photos?: readonly StepPhoto[]; [more: string]: unknown },
  change: (finding: FindingRow) => Change,
): Promise<FindingRow> {
  const { actor, findingId, clientUuid, now, note } = step;
  const finding = await findFinding(tx, actor.scope, findingId, true);
  if (finding === undefined) throw wire.NOT_FOUND();
  const { severity, state, extension } = finding;
  const problem = illegal(action, { severity, state, extension, contained: finding.contained_at !== null });
  if (problem !== undefined) throw problem;
  const mine = [finding.officer_id, finding.deputy_id].includes(actor.personId);
  if (hasRole(actor, 'officer') && OFFICERS_ACTIONS.has(action) && !mine) throw findingProblems.NOT_YOURS();
  await changeFinding(tx, findingId, change(finding));
  const shows = {
    type: 'finding' as const,
    id: findingId,
    enterpriseId: finding.enterprise_id,
    personId: actor.personId,
  };
  await notePhotos(
    tx,
    shows,
    (evidence.photos ?? []).map(({ sha256 }) => sha256),
    now,
  );
  await insertSteps(tx, [{ findingId, clientUuid, kind, actorId: actor.personId, at: now, note, evidence }]);
  await events.append(tx, [
    {
      type: kind === 'verified' ? 'finding.closed' : `finding.${kind}`,
      enterpriseId: finding.enterprise_id,
      subject: { type: 'finding', id: findingId },
      actorId: actor.personId,
      payload: { findingId, pointId: finding.point_id, itemCode: finding.item_code, severity },
    },
  ]);
  return (await findFinding(tx, actor.scope, findingId)) ?? finding;
}

const OFFICERS_ACTIONS: ReadonlySet<Action> = new Set(['contain', 'correct', 'ask_extension']);
