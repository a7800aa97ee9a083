import { createHash } from 'node:crypto';
import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../core/clock';
import { isLockWait, isUnavailable, type Tx } from '../../core/database';
import type { EventLog, NewEvent } from '../../core/events';
import type { Core } from '../../core/feature';
import {
  admitMarked,
  claimMarked,
  idsBetween,
  insertSnapshots,
  lockStandings,
  removeMarks,
  renewCodes,
  replaceDeductions,
  writeCodes,
  writeStates,
  type CodeRow,
  type SnapshotRow,
  type Standing,
  type StateRow,
} from './code.store';
import { nextColour, type ColourState } from './colour.rules';
import { followCode } from './effect.service';
import { evaluate, type Colour, type Deduction, type Evaluation } from './evaluate.rules';
import type { Fact } from './fact.rules';
import { factsOf } from './fact.store';
import { nextInstant, walk } from './forward.rules';
import { updatePositiveList } from './positive.service';
import type { RuleSet } from './ruleset.store';
import { ruleSetInForce } from './ruleset.store';

/** Enterprises that one transaction of the day evaluates. */
const BATCH = 200;
/** Reasons that an event of a change names. */
const REASONS = 5;

interface Evaluated {
  before: Standing;
  facts: readonly Fact[];
  evaluation: Evaluation;
  after: ColourState;
}

/** An enterprise that could not be evaluated is passed over for so long, ms. */
const ASIDE_MS = 30_000;
/** Enterprises passed over at the same time at most. */
const MOST_ASIDE = 5000;

/** The day's evaluations. One that fails, or whose rows somebody holds, keeps no other enterprise from its code. */
export class Evaluations {
  /** Until when, on the process's own clock. */
  private readonly aside = new Map<number, number>();

  constructor(private readonly core: Pick<Core, 'db' | 'events' | 'clock' | 'logger'>) {}

  /** Evaluates what has happened since the last time, and whose time has come. Returns how many enterprises. */
  async next(): Promise<number> {
    const { db, events, clock } = this.core;
    const except = this.passedOver();
    await admitMarked(db.read).catch((error: unknown) => {
      // A night that is cut off may hold new ones: they wait, and nobody else does.
      if (!isLockWait(error)) throw error;
    });
    let ids: readonly number[] = [];
    const evaluate = (most: { limit: number; except: readonly number[]; only?: number }) =>
      db.transaction(async (tx) => {
        const now = clock.now();
        const claimed = await claimMarked(tx, now, most);
        ids = claimed.enterpriseIds;
        if (ids.length === 0) return 0;
        await evaluateNow(tx, events, ids, now);
        await removeMarks(tx, claimed.marks);
        return ids.length;
      });
    try {
      return await evaluate({ limit: BATCH, except });
    } catch (error) {
      if (ids.length === 0 || (isUnavailable(error) && !isLockWait(error))) throw error;
    }
    let done = 0;
    for (const only of ids) {
      try {
        const evaluated = await evaluate({ limit: 1, except: [], only });
        done += evaluated;
      } catch (error) {
        this.core.logger.error({ err: error, enterpriseId: only }, 'code not evaluated');
        this.aside.set(only, performance.now() + ASIDE_MS);
      }
    }
    return done;
  }

  private passedOver(): number[] {
    for (const [id, until] of this.aside) if (until < performance.now()) this.aside.delete(id);
    return [...this.aside.keys()].slice(0, MOST_ASIDE);
  }
}

/** The night's evaluation of the enterprises `from`..`to`, with the snapshot of the day. Returns how many. */
export async function evaluateNight(
  tx: Tx,
  events: EventLog,
  range: { from: number; to: number },
  day: BusinessDate,
  now: Date,
): Promise<number> {
  const ids = await idsBetween(tx, range.from, range.to);
  const { ruleSet, results } = await evaluateNow(tx, events, ids, now);
  await insertSnapshots(
    tx,
    results.map((result) => snapshotOf(day, ruleSet.version, result.before.enterpriseId, result)),
  );
  return results.length;
}

/** Evaluates these enterprises at this instant and writes what has changed: a fixed number of statements. */
async function evaluateNow(tx: Tx, events: EventLog, ids: readonly number[], now: Date) {
  const ruleSet = await ruleSetInForce(tx, businessDate(now));
  const { body } = ruleSet;
  const at = now.getTime();
  const standings = await lockStandings(tx, ids);
  const facts = await factsOf(
    tx,
    standings.map(({ enterpriseId }) => enterpriseId),
    [body],
    now,
  );
  const results = standings.map((before): Evaluated => {
    const own = facts.get(before.enterpriseId) ?? [];
    const evaluation = evaluate(own, body, at);
    const state = caughtUp(own, body, before, at);
    return { before, facts: own, evaluation, after: nextColour(state, evaluation.colour, at, body) };
  });
  await write(tx, ruleSet, results, now);
  await events.append(tx, changeEvents(results, body.bands[0]?.colour));
  await followCode(tx, events, results, await updatePositiveList(tx, events, results, now), now);
  return { ruleSet, results };
}

/** How the colour stands after what time alone has done since the last evaluation: dwells go on while nobody evaluates. */
function caughtUp(
  facts: readonly Fact[],
  ruleSet: RuleSet['body'],
  { state, nextAt }: Standing,
  at: number,
): ColourState | null {
  if (state === null || nextAt === null || nextAt >= at) return state;
  let last = state;
  walk(facts, ruleSet, { state, from: nextAt - 1, to: at - 1 }, (moment) => {
    last = moment.state;
  });
  return last;
}

async function write(tx: Tx, ruleSet: RuleSet, results: readonly Evaluated[], now: Date): Promise<void> {
  const codes: CodeRow[] = [];
  const states: StateRow[] = [];
  const deductions = new Map<number, readonly Deduction[]>();
  for (const { before, facts, evaluation, after } of results) {
    const { enterpriseId } = before;
    const digest = digestOf(evaluation.deductions);
    const nextAt = nextInstant(facts, ruleSet.body, after, now.getTime());
    const shown = before.score !== evaluation.score || before.state?.colour !== after.colour;
    if (shown || before.state?.since !== after.since || before.ruleSetVersion !== ruleSet.version) {
      codes.push({
        enterpriseId,
        ruleSetVersion: ruleSet.version,
        score: evaluation.score,
        colour: after.colour,
        since: after.since,
        version: before.version + (shown ? 1 : 0),
      });
    }
    const better = JSON.stringify(after.better) === JSON.stringify(before.state?.better ?? {});
    if (!better || before.digest !== digest || before.nextAt !== nextAt) {
      states.push({ enterpriseId, better: after.better, nextAt, digest });
    }
    if (before.digest !== digest) deductions.set(enterpriseId, evaluation.deductions);
  }
  const validUntil = validUntilOf(now);
  const written = new Set(codes.map(({ enterpriseId }) => enterpriseId));
  await writeCodes(tx, codes, now, validUntil);
  await renewCodes(
    tx,
    results.map(({ before }) => before.enterpriseId).filter((id) => !written.has(id)),
    now,
    validUntil,
  );
  await writeStates(tx, states);
  await replaceDeductions(tx, deductions);
}

/** The next night renews it, with some hours to spare. */
function validUntilOf(now: Date): Date {
  return shanghaiInstant(addDays(businessDate(now), 1), '06:00');
}

/** Names what is stored of the deductions. */
function digestOf(deductions: readonly Deduction[]): string {
  const stored = deductions.map((each) => [
    each.key,
    each.points,
    each.counted,
    each.expiresAt,
    each.disputed,
    each.restored,
    each.rows.ids,
  ]);
  return createHash('sha1').update(JSON.stringify(stored)).digest('hex');
}

/** What a day keeps of an evaluation. */
export function snapshotOf(
  day: BusinessDate,
  ruleSetVersion: number,
  enterpriseId: number,
  { evaluation, after }: Pick<Evaluated, 'evaluation' | 'after'>,
): SnapshotRow {
  const counts = new Map<string, [string, number, number]>();
  for (const { code, counted } of evaluation.deductions) {
    const [, facts, points] = counts.get(code) ?? [code, 0, 0];
    counts.set(code, [code, facts + 1, Math.round((points + counted) * 100) / 100]);
  }
  return {
    day,
    enterpriseId,
    ruleSetVersion,
    score: evaluation.score,
    colour: after.colour,
    dimensions: Object.fromEntries(
      evaluation.dimensions.filter(({ counted }) => counted > 0).map(({ code, counted }) => [code, counted]),
    ),
    deductions: [...counts.values()],
    vetoes: evaluation.vetoes.length,
  };
}

/** A new code that is good from the start is no news. */
function changeEvents(results: readonly Evaluated[], best: Colour | undefined): NewEvent[] {
  const changed = results.filter(({ before, after }) => after.colour !== (before.state?.colour ?? best));
  return changed.map(({ before, evaluation, after }) => {
    const worst = [...evaluation.deductions].sort((one, other) => other.counted - one.counted).slice(0, REASONS);
    return {
      type: 'code.changed',
      enterpriseId: before.enterpriseId,
      subject: { type: 'code', id: before.enterpriseId },
      actorId: null,
      payload: {
        from: before.state?.colour ?? null,
        to: after.colour,
        score: evaluation.score,
        version: before.version + 1,
        reasons: [
          ...evaluation.vetoes.map(({ code, key }) => ({ code, key })),
          ...worst.map(({ code, key, counted }) => ({ code, key, points: counted })),
        ],
      },
    };
  });
}
