import type { Actor, Scope } from '../../core/actor';
import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import type { Core } from '../../core/feature';
import { wire } from '../../core/problem';
import { currentBenefits, isMeant } from '../credit';
import { factsOf, publishRuleSet, ruleSetInForce, ruleSetOf, type RuleSet } from '../healthcode';
import { whatIfProblems } from './whatif.problems';
import { compare } from './whatif.rules';
import {
  chunkEnd,
  insertResults,
  insertRun,
  markComputed,
  markDone,
  positions,
  runOf,
  runToCompute,
  type BenefitMove,
  type Run,
} from './whatif.store';

/** What a draft must have been tried over before it comes into force, and how long such a trial tells anything. */
const LEAST_DAYS = 90;
const GOOD_DAYS = 30;
/** Enterprises in one transaction. */
const CHUNK = 200;
/** Enterprises after which others get their turn. */
const BREATH = 20;

/** Begins to try a draft; a loop computes it. Throws WHATIF.*, WIRE.NOT_FOUND. */
export async function beginRun(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: { clientUuid: string; version: number; days: number },
  now: Date,
): Promise<Run> {
  const draft = await ruleSetOf(tx, given.version);
  if (draft === undefined) throw wire.NOT_FOUND();
  if (draft.state !== 'draft') throw whatIfProblems.NOT_A_DRAFT();
  const today = businessDate(now);
  const base = await ruleSetInForce(tx, today);
  const run = {
    clientUuid: given.clientUuid,
    draftVersion: draft.version,
    baseVersion: base.version,
    fromDay: addDays(today, -given.days),
    toDay: today,
    personId: actor.personId,
  };
  const id = await insertRun(tx, run, now);
  await events.append(tx, [
    {
      type: 'what-if.begun',
      subject: { type: 'what-if', id },
      actorId: actor.personId,
      payload: { draft: draft.version, base: base.version, days: given.days },
    },
  ]);
  return found(await runOf(tx, id));
}

/** Computes the next enterprises of a run. Returns how many; 0 when there is nothing to do. */
export function computeNext({ db, events, clock }: Core): Promise<number> {
  return db.transaction(async (tx) => {
    const run = await runToCompute(tx);
    if (run === undefined) return 0;
    const to = await chunkEnd(tx, run.computedTo, CHUNK);
    if (to === undefined) {
      await markDone(tx, run.id, await benefitMoves(tx, undefined, run), clock.now());
      await events.append(tx, [
        {
          type: 'what-if.done',
          subject: { type: 'what-if', id: run.id },
          actorId: null,
          payload: { enterprises: run.enterprises },
        },
      ]);
      return 1;
    }
    const base = found(await ruleSetOf(tx, run.baseVersion)).body;
    const draft = found(await ruleSetOf(tx, run.draftVersion)).body;
    const from = shanghaiInstant(run.fromDay, '00:00');
    // The instant at which it was begun, for every chunk: all enterprises are looked at as of then.
    const window = { from: from.getTime(), to: run.startedAt.getTime() };
    const ids = await enterpriseIds(tx, run.computedTo, to);
    const results = [];
    let seen = 0;
    for (const [enterpriseId, facts] of await factsOf(tx, ids, [base, draft], from)) {
      results.push({ ...compare(facts, base, draft, window), enterpriseId });
      seen += 1;
      if (seen % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await insertResults(tx, run.id, results);
    await markComputed(tx, run.id, to);
    return results.length;
  });
}

async function enterpriseIds(tx: Tx, after: number, to: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>('SELECT id FROM enterprise WHERE id > ? AND id <= ?', [after, to]);
  return rows.map(({ id }) => id);
}

/**
 * For each rule for agencies that looks at colours: who would come under it and who would fall out, grades unchanged;
 * within a scope, or in all of the city.
 */
export async function benefitMoves(
  tx: Tx,
  scope: Scope | undefined,
  run: Pick<Run, 'id' | 'startedAt'>,
): Promise<BenefitMove[]> {
  const groups = await positions(tx, scope, run.id, run.startedAt);
  const benefits = (await currentBenefits(tx)).filter(({ conditions }) => conditions.colours !== undefined);
  return benefits.map(({ code, zh, kind, conditions }) => {
    const move: BenefitMove = { code, zh, kind, now: 0, gained: 0, lost: 0 };
    for (const { grade, positive, base, draft, n } of groups) {
      const before = isMeant(conditions, { grade, colour: base, positive: positive === 1 });
      const after = isMeant(conditions, { grade, colour: draft, positive: positive === 1 });
      if (before) move.now += n;
      if (after && !before) move.gained += n;
      if (before && !after) move.lost += n;
    }
    return move;
  });
}

/**
 * Puts a draft into force from a day on: by somebody else than its author, with a reason, and only after a run of it
 * that is done, long enough, and compared it with what is in force now. Throws WHATIF.*, WIRE.NOT_FOUND.
 */
export async function publish(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: { version: number; runId: number; reason: string; effectiveFrom: BusinessDate },
  now: Date,
): Promise<RuleSet> {
  const { version, runId, reason, effectiveFrom } = given;
  const draft = found(await ruleSetOf(tx, version));
  if (draft.state !== 'draft') throw whatIfProblems.NOT_A_DRAFT();
  const run = await runOf(tx, runId);
  if (run?.draftVersion !== version || run.state !== 'done') throw whatIfProblems.RUN_NEEDED();
  const today = businessDate(now);
  if (addDays(run.fromDay, LEAST_DAYS) > run.toDay) throw whatIfProblems.RUN_TOO_SHORT();
  if (addDays(run.toDay, GOOD_DAYS) < today || run.baseVersion !== (await ruleSetInForce(tx, today)).version) {
    throw whatIfProblems.RUN_OUT_OF_DATE();
  }
  if (effectiveFrom <= today) throw whatIfProblems.TOO_EARLY();
  const outcome = await publishRuleSet(tx, { version, reason, effectiveFrom, actor }, now);
  if (outcome === 'own') throw whatIfProblems.SECOND_PERSON();
  if (outcome === 'taken') throw whatIfProblems.ANOTHER_THAT_DAY();
  if (outcome === 'gone') throw whatIfProblems.NOT_A_DRAFT();
  await events.append(tx, [
    {
      type: 'health-rule-set.published',
      subject: { type: 'health-rule-set', id: version },
      actorId: actor.personId,
      payload: { version, runId, reason, effectiveFrom },
    },
  ]);
  return found(await ruleSetOf(tx, version));
}

function found<T>(row: T | undefined): T {
  if (row === undefined) throw wire.NOT_FOUND();
  return row;
}
