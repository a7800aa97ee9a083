import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../bff/src/core/clock';
import type { SqlValue, Tx } from '../../bff/src/core/database';
import { moveIntervals, multiplyFactors, writeFactors } from '../../bff/src/features/directory/factor.store';
import {
  factsOf,
  nextColour,
  ruleSetInForce,
  walk,
  evaluate,
  type ColourState,
  type Fact,
  type RuleSet,
} from '../../bff/src/features/healthcode';
import { snapshotOf } from '../../bff/src/features/healthcode/code.service';
import {
  insertSnapshots,
  writeCodes,
  writeStates,
  type SnapshotRow,
} from '../../bff/src/features/healthcode/code.store';
import type { Moment } from '../../bff/src/features/healthcode/forward.rules';
import { codeFactor } from '../../bff/src/features/healthcode/factor.rules';
import { barredFromList } from '../../bff/src/features/healthcode/positive.rules';
import { chance } from './dice';
import { insertChecks, seedCases, seedKnown, type SeededCheck } from './known';

const DAY_MS = 86_400_000;
/** Snapshots in one statement. */
const ROWS = 4000;

interface History {
  moments: Moment[];
  checks: Date[];
}

/**
 * The health codes of these enterprises from `start` until now: what officials knew, what was disputed and repaired, and
 * a snapshot of every night, by the same functions as the live system's. Returns how many nights.
 */
export async function seedHealth(tx: Tx, ids: readonly number[], start: BusinessDate, now: Date): Promise<number> {
  if (ids.length === 0) return 0;
  const who = await officials(tx);
  const span = { start, now };
  await seedKnown(tx, ids, span, who);
  await seedCases(tx, ids, span, who);
  const ruleSet = await ruleSetInForce(tx, businessDate(now));
  const facts = await factsOf(tx, ids, [ruleSet.body], shanghaiInstant(start, '00:00'));
  const doors = await firstPoints(tx, ids);
  const checks: SeededCheck[] = [];
  const stays: SqlValue[][] = [];
  const last: { id: number; moment: Moment }[] = [];
  let rows: SnapshotRow[] = [];
  let nights = 0;
  const flush = async () => {
    nights += await insertSnapshots(tx, rows);
    rows = [];
  };
  for (const id of ids) {
    const own = facts.get(id) ?? [];
    const { moments, checks: visits } = historyOf(id, own, ruleSet, span);
    const days = daily(moments, start, now);
    rows.push(
      ...days.map(({ day, moment }) =>
        snapshotOf(day, ruleSet.version, id, { evaluation: moment.evaluation, after: moment.state }),
      ),
    );
    if (rows.length >= ROWS) await flush();
    stays.push(...staysOf(id, own, days));
    const moment = moments.at(-1);
    if (moment !== undefined) last.push({ id, moment });
    for (const at of visits) checks.push({ enterpriseId: id, pointId: doors.get(id) ?? 0, at });
  }
  await flush();
  await insertChecks(tx, checks, who.enforcement);
  await insert(tx, 'positive_list (enterprise_id, open_key, since, until, entered_because, left_because)', stays);
  await writeLast(tx, last, ruleSet, now);
  const listed = new Set(stays.flatMap(([, open]) => (typeof open === 'number' ? [open] : [])));
  await setIntervals(tx, last, listed, now);
  return nights;
}

/** Every change of the code; who turned red was visited about two weeks later. */
function historyOf(
  id: number,
  facts: readonly Fact[],
  { body }: RuleSet,
  { start, now }: { start: BusinessDate; now: Date },
): History {
  const moments: Moment[] = [];
  const checks: Date[] = [];
  let from = shanghaiInstant(start, '00:00').getTime();
  const note = (at: number, state: ColourState | null) => {
    const evaluation = evaluate(facts, body, at);
    const moment = { at, evaluation, state: nextColour(state, evaluation.colour, at, body) };
    moments.push(moment);
    return moment;
  };
  let { state } = note(from, null);
  for (;;) {
    const ahead: Moment[] = [];
    walk(facts, body, { state, from, to: now.getTime() }, (moment) => ahead.push(moment));
    const red = [{ state, at: from }, ...ahead].find(
      (moment) => moment.state.colour === 'red' && (moment.state.siteCheckAt ?? 0) < moment.state.since,
    );
    const visit = red === undefined ? Infinity : red.at + Math.floor(10 + chance('visit', id, red.at) * 10) * DAY_MS;
    moments.push(...ahead.filter(({ at }) => at < visit));
    if (visit >= now.getTime()) return { moments, checks };
    checks.push(new Date(visit));
    const before = moments.at(-1)?.state ?? state;
    state = note(visit, { ...before, siteCheckAt: visit }).state;
    from = visit;
  }
}

/** How it stood at 02:00 of each day. */
function daily(moments: readonly Moment[], start: BusinessDate, now: Date): { day: BusinessDate; moment: Moment }[] {
  const days: { day: BusinessDate; moment: Moment }[] = [];
  let index = 0;
  const yesterday = addDays(businessDate(now), -1);
  for (let day = start; day <= yesterday; day = addDays(day, 1)) {
    const night = shanghaiInstant(day, '02:00').getTime();
    while (index + 1 < moments.length && (moments[index + 1]?.at ?? Infinity) <= night) index += 1;
    const moment = moments[index];
    if (moment !== undefined) days.push({ day, moment });
  }
  return days;
}

/** Its stays on the positive list, found night by night. */
function staysOf(
  id: number,
  facts: readonly Fact[],
  days: readonly { day: BusinessDate; moment: Moment }[],
): SqlValue[][] {
  const stays: SqlValue[][] = [];
  let since: Date | null = null;
  const because = '连续绿码 90 天，12 个月无处罚，6 个月无信访查实';
  for (const { day, moment } of days) {
    const night = shanghaiInstant(day, '02:00');
    const barred = barredFromList(facts, moment.state, night.getTime());
    if (barred === null) since ??= night;
    else if (since !== null) {
      stays.push([id, null, since, night, because, barred]);
      since = null;
    }
  }
  if (since !== null) stays.push([id, id, since, null, because, null]);
  return stays;
}

/** How it stands now; the first evaluation of the running system adds what follows from it. */
async function writeLast(
  tx: Tx,
  last: readonly { id: number; moment: Moment }[],
  ruleSet: RuleSet,
  now: Date,
): Promise<void> {
  await writeCodes(
    tx,
    last.map(({ id, moment }) => ({
      enterpriseId: id,
      ruleSetVersion: ruleSet.version,
      score: moment.evaluation.score,
      colour: moment.state.colour,
      since: moment.state.since,
      version: 1,
    })),
    now,
    shanghaiInstant(addDays(businessDate(now), 1), '06:00'),
  );
  await writeStates(
    tx,
    last.map(({ id, moment }) => ({
      enterpriseId: id,
      better: moment.state.better,
      nextAt: now.getTime(),
      digest: '',
    })),
  );
  await tx.execute(
    `UPDATE health_state s JOIN (SELECT enterprise_id, MAX(checked_at) AS at FROM health_site_check GROUP BY enterprise_id) c
       ON c.enterprise_id = s.enterprise_id SET s.site_check_at = c.at`,
  );
}

/** As the colours ask for, so that the first list of the running system is like all that follow. */
async function setIntervals(
  tx: Tx,
  last: readonly { id: number; moment: Moment }[],
  listed: ReadonlySet<number>,
  now: Date,
): Promise<void> {
  const changes = last.map(({ id, moment }) => ({
    enterpriseId: id,
    source: 'code' as const,
    ...codeFactor(moment.state.colour, listed.has(id)),
  }));
  await writeFactors(
    tx,
    changes.filter(({ factor }) => factor !== null),
    now,
  );
  const moved = await multiplyFactors(
    tx,
    last.map(({ id }) => id),
  );
  if (moved.length > 0) await moveIntervals(tx, moved, addDays(businessDate(now), -1));
}

export async function officials(tx: Tx): Promise<{ regulator: number; enforcement: number }> {
  const rows = await tx.query<{ role: string; id: number }>(
    "SELECT role, MIN(person_id) AS id FROM person_grant WHERE role IN ('regulator', 'enforcement') GROUP BY role",
  );
  const of = (role: string) => rows.find((row) => row.role === role)?.id ?? 1;
  return { regulator: of('regulator'), enforcement: of('enforcement') };
}

async function firstPoints(tx: Tx, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await tx.query<{ enterpriseId: number; id: number }>(
    'SELECT enterprise_id AS enterpriseId, MIN(id) AS id FROM point WHERE enterprise_id IN (?) GROUP BY enterprise_id',
    [[...ids]],
  );
  return new Map(rows.map((row) => [row.enterpriseId, row.id]));
}

async function insert(tx: Tx, into: string, rows: SqlValue[][]): Promise<void> {
  if (rows.length > 0) await tx.execute(`INSERT INTO ${into} VALUES ?`, [rows]);
}
