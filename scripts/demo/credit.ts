import { randomUUID } from 'node:crypto';
import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../bff/src/core/clock';
import type { Tx } from '../../bff/src/core/database';
import { adjusted, evaluatePeriod, gradeOf, spanOf, type Evaluated } from '../../bff/src/features/credit/credit.rules';
import {
  decideAdjustment,
  decideObjection,
  insertAdjustment,
  insertObjection,
} from '../../bff/src/features/credit/matter.store';
import { validUntil } from '../../bff/src/features/credit/round.service';
import {
  changeResult,
  chunkEnd,
  hasSnapshots,
  insertResults,
  insertRound,
  moveRound,
  periodFacts,
  publishGrades,
} from '../../bff/src/features/credit/round.store';
import type { SchemeBody } from '../../bff/src/features/credit/scheme.schema';
import { schemeInForce } from '../../bff/src/features/credit/scheme.store';
import { addWorkingDays } from '../../bff/src/features/healthcode';
import { chance, pick } from './dice';

const CHUNK = 2000;
const OBJECTIONS = ['漏检那几天停产，已报备。', '超期的问题按期改好，照片传晚了。', '黄码当天已经修复并核查。'];
/** Shares of enterprises below A that object, and of objections that are upheld. */
const OBJECTING = 0.08;
const UPHELD = 0.4;
/** Points that an upheld objection gives back. */
const GIVEN = 2;

/** The half-years that ended within the history: evaluated, objected to, published. Returns how many grades. */
export async function seedCredit(tx: Tx, start: BusinessDate, now: Date): Promise<number> {
  const scheme = await schemeInForce(tx);
  const [first, second] = await regulators(tx);
  if (scheme === undefined || first === undefined || second === undefined) return 0;
  const officers = await officersOf(tx);
  let grades = 0;
  for (const period of periodsBetween(start, businessDate(now))) {
    const span = spanOf(period);
    const shown = addDays(span.to, 5);
    const until = addWorkingDays(shown, 10);
    const final = addWorkingDays(until, 3);
    if (at(final) > now || !(await hasSnapshots(tx, span))) continue;
    const given = { period, clientUuid: randomUUID(), schemeVersion: scheme.version, personId: first };
    await insertRound(tx, given, at(shown));
    const unhappy = await evaluateAll(tx, period, scheme.body);
    for (const result of unhappy) {
      const personId = officers.get(result.enterpriseId);
      if (personId === undefined) continue;
      await objectTo(
        tx,
        result,
        { period, personId, first, second, filed: addWorkingDays(shown, 4), until, final },
        scheme.body,
      );
    }
    await moveRound(tx, period, {
      state: 'published',
      preliminary_at: at(shown),
      objections_until: until,
      final_at: at(final),
      final_by: first,
      published_at: at(final),
      published_by: second,
    });
    grades += await publishGrades(tx, period, at(final), validUntil(period));
  }
  return grades;
}

const at = (date: BusinessDate): Date => shanghaiInstant(date, '10:00');

type Judged = Evaluated & { enterpriseId: number };

/** Computes a period by the live rules; returns the results that their enterprises will not accept. */
async function evaluateAll(tx: Tx, period: string, scheme: SchemeBody): Promise<Judged[]> {
  const span = spanOf(period);
  const unhappy: Judged[] = [];
  for (let from = 0, to; (to = await chunkEnd(tx, from, CHUNK)) !== undefined; from = to) {
    const facts = await periodFacts(tx, { from: from + 1, to }, span);
    const results = [...facts].flatMap(([enterpriseId, each]): Judged[] => {
      const evaluated = evaluatePeriod(each, scheme);
      return evaluated === undefined ? [] : [{ ...evaluated, enterpriseId }];
    });
    await insertResults(tx, period, results);
    unhappy.push(
      ...results.filter(
        ({ grade, enterpriseId }) => grade !== 'A' && chance('objects', period, enterpriseId) < OBJECTING,
      ),
    );
  }
  return unhappy;
}

interface Course {
  period: string;
  personId: number;
  first: number;
  second: number;
  filed: BusinessDate;
  until: BusinessDate;
  final: BusinessDate;
}

/** One objection with its decision; an upheld one gives points, which a second person confirms. They are a handful. */
async function objectTo(tx: Tx, { enterpriseId, score }: Judged, course: Course, scheme: SchemeBody): Promise<void> {
  const { period, personId, first, second } = course;
  const reason = pick(OBJECTIONS, period, enterpriseId);
  const filing = { clientUuid: randomUUID(), period, enterpriseId, reason, personId, decideBy: course.final };
  const objectionId = await insertObjection(tx, filing, at(course.filed));
  const state = chance('upheld', period, enterpriseId) < UPHELD ? 'upheld' : 'refused';
  const note = state === 'upheld' ? '核对记录属实，调整。' : '记录显示当时没有报备，维持。';
  await decideObjection(tx, objectionId, { state, personId: first, note }, at(course.until));
  if (state === 'refused') return;
  const proposal = { clientUuid: randomUUID(), period, enterpriseId, objectionId, points: GIVEN, reason: note };
  const id = await insertAdjustment(tx, { ...proposal, personId: first }, at(course.until));
  await decideAdjustment(tx, id, { state: 'confirmed', personId: second, note: '同意。' }, at(course.final));
  const better = adjusted(score, [GIVEN]);
  await changeResult(tx, period, enterpriseId, better, gradeOf(better, scheme));
}

/** Half-years that ended between two dates. */
function periodsBetween(start: BusinessDate, end: BusinessDate): string[] {
  const periods: string[] = [];
  for (let year = Number(start.slice(0, 4)); year <= Number(end.slice(0, 4)); year += 1) {
    for (const period of [`${year}H1`, `${year}H2`]) {
      const { to } = spanOf(period);
      if (to > start && to < end) periods.push(period);
    }
  }
  return periods;
}

async function regulators(tx: Tx): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    "SELECT person_id AS id FROM person_grant WHERE role = 'regulator' ORDER BY person_id LIMIT 2",
  );
  return rows.map(({ id }) => id);
}

/** One officer of each enterprise. */
async function officersOf(tx: Tx): Promise<Map<number, number>> {
  const rows = await tx.query<{ enterpriseId: number; personId: number }>(
    "SELECT enterprise_id AS enterpriseId, MIN(person_id) AS personId FROM person_grant WHERE role = 'officer' GROUP BY enterprise_id",
  );
  return new Map(rows.map(({ enterpriseId, personId }) => [enterpriseId, personId]));
}
