import type { Actor } from '../../core/actor';
import { businessDate, shanghaiInstant } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { Core } from '../../core/feature';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import { addWorkingDays } from '../healthcode';
import { tell } from '../notifications';
import { creditProblems } from './credit.problems';
import { evaluatePeriod, periodAfter, spanOf } from './credit.rules';
import {
  chunkEnd,
  hasOpenTasks,
  hasSnapshots,
  insertResults,
  insertRound,
  moveRound,
  officersWithResults,
  openMatters,
  periodFacts,
  publishGrades,
  roundOf,
  roundToCompute,
  type Round,
} from './round.store';
import { schemeInForce, schemeOf } from './scheme.store';

/** Enterprises in one transaction. */
const CHUNK = 1000;
/** Working days in which an enterprise may object (domain.md §B: appeals have ten). */
export const OBJECTION_DAYS = 10;

/** Begins the evaluation of a half-year that is over; a loop computes it. The same clientUuid begins it once. */
export async function beginRound(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: { clientUuid: string; period: string },
  now: Date,
): Promise<Round> {
  const span = spanOf(given.period);
  if (businessDate(now) <= span.to) throw creditProblems.PERIOD_NOT_OVER();
  const before = await roundOf(tx, given.period);
  if (before !== undefined) {
    if (before.clientUuid !== given.clientUuid) throw creditProblems.ROUND_EXISTS();
    return before;
  }
  const scheme = await schemeInForce(tx);
  if (scheme === undefined) throw wire.NOT_FOUND();
  if (!(await hasSnapshots(tx, span))) throw creditProblems.PERIOD_UNKNOWN();
  if (await hasOpenTasks(tx, span)) throw creditProblems.LAST_DAY_OPEN();
  const { clientUuid, period } = given;
  await insertRound(tx, { period, clientUuid, schemeVersion: scheme.version, personId: actor.personId }, now);
  await events.append(tx, [
    {
      type: 'credit-round.begun',
      subject: { type: 'credit-round', id: period },
      actorId: actor.personId,
      payload: { period, schemeVersion: scheme.version },
    },
  ]);
  return found(await roundOf(tx, period));
}

/** Computes the next enterprises of a round that has been begun. Returns how many; 0 when there is nothing to do. */
export function computeNext({ db, events, clock }: Core): Promise<number> {
  return db.transaction(async (tx) => {
    const round = await roundToCompute(tx);
    if (round === undefined) return 0;
    const now = clock.now();
    const to = await chunkEnd(tx, round.computedTo, CHUNK);
    if (to === undefined) {
      await showPreliminary(tx, events, round, now);
      return 1;
    }
    const { period } = round;
    const range = { from: round.computedTo + 1, to };
    const span = spanOf(period);
    const { body } = (await schemeOf(tx, round.schemeVersion)) ?? missing();
    const facts = await periodFacts(tx, range, span);
    const results = [...facts].flatMap(([enterpriseId, each]) => {
      const evaluated = evaluatePeriod(each, body);
      return evaluated === undefined ? [] : [{ ...evaluated, enterpriseId }];
    });
    await insertResults(tx, period, results);
    await moveRound(tx, period, { computed_to: to });
    const officers = await officersWithResults(tx, period, range);
    await tellOfficers(tx, 'credit.preliminary', officers, period, now);
    return to - range.from + 1;
  });
}

async function showPreliminary(tx: Tx, events: EventLog, { period }: Round, now: Date): Promise<void> {
  const until = addWorkingDays(businessDate(now), OBJECTION_DAYS);
  await moveRound(tx, period, { state: 'preliminary', preliminary_at: now, objections_until: until });
  await events.append(tx, [
    {
      type: 'credit-round.preliminary',
      subject: { type: 'credit-round', id: period },
      actorId: null,
      payload: { period, objectionsUntil: until },
    },
  ]);
}

/** Closes the list once objections are over and all of them decided. */
export async function finaliseRound(tx: Tx, events: EventLog, actor: Actor, period: string, now: Date): Promise<Round> {
  const round = found(await roundOf(tx, period, true));
  if (round.state !== 'preliminary') throw creditProblems.NOT_PRELIMINARY();
  if (businessDate(now) <= (round.objectionsUntil ?? ''))
    throw creditProblems.OBJECTIONS_RUN({ until: round.objectionsUntil });
  const open = await openMatters(tx, actor.scope, period);
  if (open.objections + open.adjustments > 0) throw creditProblems.OPEN_MATTERS(open);
  await moveRound(tx, period, { state: 'final', final_at: now, final_by: actor.personId });
  await events.append(tx, [
    {
      type: 'credit-round.final',
      subject: { type: 'credit-round', id: period },
      actorId: actor.personId,
      payload: { period },
    },
  ]);
  return found(await roundOf(tx, period));
}

/** Publishes the grades: from now on agencies see them, until the half-year after the next has begun. */
export async function publishRound(tx: Tx, events: EventLog, actor: Actor, period: string, now: Date): Promise<Round> {
  const round = found(await roundOf(tx, period, true));
  if (round.state !== 'final') throw creditProblems.NOT_FINAL();
  await moveRound(tx, period, { state: 'published', published_at: now, published_by: actor.personId });
  const grades = await publishGrades(tx, period, now, validUntil(period));
  const officers = await officersWithResults(tx, period, { from: 1, to: Number.MAX_SAFE_INTEGER });
  await tellOfficers(tx, 'credit.published', officers, period, now);
  await events.append(tx, [
    {
      type: 'credit-round.published',
      subject: { type: 'credit-round', id: period },
      actorId: actor.personId,
      payload: { period, grades },
    },
  ]);
  return found(await roundOf(tx, period));
}

/**
 * A grade counts until the next one can be there: the next half-year, and a quarter to evaluate it. Ours: the published
 * schemes say "half-yearly" only.
 */
export function validUntil(period: string): Date {
  const { to } = spanOf(periodAfter(period));
  const year = Number(to.slice(0, 4));
  return shanghaiInstant(to.endsWith('06-30') ? `${year}-10-01` : `${year + 1}-04-01`, '00:00');
}

const periodWords = (period: string): string => `${period.slice(0, 4)} 年${period.endsWith('1') ? '上' : '下'}半年`;

function tellOfficers(
  tx: Tx,
  kind: 'credit.preliminary' | 'credit.published',
  officers: readonly { personId: number; enterpriseId: number; grade: string }[],
  period: string,
  now: Date,
): Promise<void> {
  return tell(
    tx,
    kind,
    officers.map(({ personId, enterpriseId, grade }) => ({
      persons: [personId],
      subject: `${period}:${enterpriseId}`,
      values: { period: periodWords(period), grade },
    })),
    now,
  );
}

function found(round: Round | undefined): Round {
  if (round === undefined) throw wire.NOT_FOUND();
  return round;
}

function missing(): never {
  throw new Error('a round names a scheme that is not there');
}
