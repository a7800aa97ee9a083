import { randomUUID } from 'node:crypto';
import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../bff/src/core/clock';
import type { EventLog } from '../../bff/src/core/events';
import type { SqlValue, Tx } from '../../bff/src/core/database';
import { setFactors } from '../../bff/src/features/directory';
import { CHECK_DAYS, DECIDE_DAYS, FACTOR, REVIEW_DAYS } from '../../bff/src/features/supervision/stay.rules';
import { insertStay, proposeByRule } from '../../bff/src/features/supervision/stay.store';
import { collectFacts } from '../../bff/src/features/supervision/case.service';
import { changeCase } from '../../bff/src/features/supervision/case.store';
import { DUE_DAYS, FACT_DAYS } from '../../bff/src/features/supervision/case.rules';
import { chance } from './dice';

/** Share of the proposals that the bureau has confirmed by now; the others wait for it. */
const CONFIRMED = 0.6;
/** Stays that ended in the past, and cases, in the whole county. */
const PAST = 5;
/** Those with the worst codes that enforcement has proposed by hand. */
const WORST = 7;
const CASES = [
  { title: '夜间废水未经处理外排线索', state: 'investigating' },
  { title: '危险废物贮存超期未转移', state: 'opened' },
  { title: '治理设施停运期间照常生产', state: 'concluded' },
  { title: '雨水口检出工艺废水', state: 'transferred' },
  { title: '重大问题逾期拒不整改', state: 'investigating' },
] as const;

/** Nothing happens to what is history: its events have been handled. */
const SILENT = { append: () => Promise.resolve() } as unknown as EventLog;

/** Who is under key supervision today by the live rule, who was let go, and the cases that came of it. */
export async function seedSupervision(tx: Tx, enterprises: number, now: Date): Promise<number> {
  const today = businessDate(now);
  const at = (date: BusinessDate) => shanghaiInstant(date, '10:00');
  const [regulator, enforcement] = await Promise.all([one(tx, 'regulator'), one(tx, 'enforcement')]);
  if (regulator === undefined || enforcement === undefined) return 0;
  const before = await earlier(tx, enterprises, today, { regulator, enforcement });
  await proposeByRule(tx, { date: addDays(today, -2), now: at(addDays(today, -2)), from: 1, to: enterprises });
  await proposeWorst(tx, enforcement, addDays(today, -2));
  const stays = await tx.query<{ id: number; enterpriseId: number }>(
    "SELECT id, enterprise_id AS enterpriseId FROM supervision WHERE state = 'proposed' ORDER BY id",
  );
  const active = stays.filter(({ enterpriseId }) => chance('supervised', enterpriseId) < CONFIRMED);
  if (active.length > 0) {
    await tx.execute("UPDATE supervision SET state = 'active', confirmed_at = ?, due_on = ? WHERE id IN (?)", [
      at(addDays(today, -1)),
      addDays(today, REVIEW_DAYS - 1),
      active.map(({ id }) => id),
    ]);
    await insertSteps(
      tx,
      active.map(({ id }) => [
        id,
        randomUUID(),
        'confirm',
        regulator,
        at(addDays(today, -1)),
        '情况属实，列入。',
        '{}',
      ]),
    );
    await setFactors(
      tx,
      SILENT,
      active.map(({ enterpriseId }) => ({
        enterpriseId,
        source: 'supervision',
        factor: FACTOR,
        because: '重点监管',
      })),
      now,
    );
  }
  await cases(tx, active, { enforcement, today, at });
  return before + stays.length;
}

/** Enforcement has proposed those with the worst codes, whom the rule does not see yet. */
async function proposeWorst(tx: Tx, enforcement: number, on: BusinessDate): Promise<void> {
  const worst = await tx.query<{ id: number; score: number }>(
    `SELECT h.enterprise_id AS id, h.score FROM health_code h
     WHERE h.colour = 'red' AND NOT EXISTS (SELECT 1 FROM supervision s WHERE s.open_key = h.enterprise_id)
     ORDER BY h.score, h.enterprise_id LIMIT ?`,
    [WORST],
  );
  const now = shanghaiInstant(on, '10:00');
  for (const { id: enterpriseId, score } of worst) {
    const reason = `健康码红码 ${Math.round(score)} 分，多次处罚，建议重点监管。`;
    const given = { clientUuid: randomUUID(), enterpriseId, reason, personId: enforcement };
    const id = await insertStay(tx, { ...given, dueOn: addDays(on, DECIDE_DAYS) }, now);
    await insertSteps(tx, [[id, randomUUID(), 'propose', enforcement, now, reason, '{}']]);
  }
}

async function one(tx: Tx, role: string): Promise<number | undefined> {
  const [row] = await tx.query<{ id: number | null }>('SELECT MIN(person_id) AS id FROM person_grant WHERE role = ?', [
    role,
  ]);
  return row?.id ?? undefined;
}

/** Stays of the past: let go after a check, one that waits for its check now, one that was turned down. */
async function earlier(
  tx: Tx,
  enterprises: number,
  today: BusinessDate,
  who: { regulator: number; enforcement: number },
): Promise<number> {
  const at = (date: BusinessDate) => shanghaiInstant(date, '10:00');
  const ids = Array.from({ length: enterprises }, (_, index) => index + 1)
    .sort((one, other) => chance('was supervised', one) - chance('was supervised', other))
    .slice(0, Math.min(PAST, enterprises));
  const reason = '近 30 天有 3 个一般问题超过整改期限。';
  for (const [index, enterpriseId] of ids.slice(0, -1).entries()) {
    const begin = addDays(today, -300 + index * 35);
    const end = addDays(begin, 48);
    const { insertId } = await tx.execute(
      `INSERT INTO supervision (enterprise_id, state, rule_version, proposed_at, reason, evidence, confirmed_at, ended_at)
       VALUES (?, 'left', 1, ?, ?, '{"findings": []}', ?, ?)`,
      [enterpriseId, at(begin), reason, at(addDays(begin, 3)), at(end)],
    );
    await insertSteps(tx, [
      [insertId, null, 'propose', null, at(begin), reason, '{}'],
      [insertId, randomUUID(), 'confirm', who.regulator, at(addDays(begin, 3)), '同意列入。', '{}'],
      [insertId, null, 'quiet', null, at(addDays(end, -6)), '', '{}'],
      [insertId, randomUUID(), 'check', who.enforcement, at(end), '现场核查，问题都已改好。', '{"passed": true}'],
    ]);
  }
  const [refused] = ids.slice(-1);
  const quiet = await withNothingOverdue(tx, at(today), ids);
  if (quiet !== undefined) await toCheck(tx, quiet, today, who.regulator);
  if (refused !== undefined) {
    const begin = addDays(today, -60);
    const { insertId } = await tx.execute(
      `INSERT INTO supervision (enterprise_id, state, proposed_by, proposed_at, reason, evidence, ended_at)
       VALUES (?, 'rejected', ?, ?, '群众反映夜间有异味。', '{"findings": []}', ?)`,
      [refused, who.enforcement, at(begin), at(addDays(begin, 2))],
    );
    await insertSteps(tx, [
      [insertId, randomUUID(), 'propose', who.enforcement, at(begin), '群众反映夜间有异味。', '{}'],
      [insertId, randomUUID(), 'reject', who.regulator, at(addDays(begin, 2)), '查过，异味不是这家的。', '{}'],
    ]);
  }
  return ids.length;
}

/** One that has had nothing overdue for long, and is not one of `others`. */
async function withNothingOverdue(tx: Tx, now: Date, others: readonly number[]): Promise<number | undefined> {
  const [row] = await tx.query<{ id: number }>(
    `SELECT e.id FROM enterprise e
     WHERE e.id NOT IN (?) AND NOT EXISTS (
       SELECT 1 FROM finding f WHERE f.enterprise_id = e.id AND COALESCE(f.submitted_at, f.closed_at, ?) > f.due_at)
     ORDER BY e.id LIMIT 1`,
    [[...others], now],
  );
  return row?.id;
}

/** Watched for weeks, nothing overdue since: enforcement is to go and see. */
async function toCheck(tx: Tx, enterpriseId: number, today: BusinessDate, regulator: number): Promise<void> {
  const at = (date: BusinessDate) => shanghaiInstant(date, '10:00');
  const begin = addDays(today, -44);
  const reason = '近 30 天有 1 个重大问题超过整改期限。';
  const { insertId } = await tx.execute(
    `INSERT INTO supervision (enterprise_id, open_key, state, rule_version, proposed_at, reason, evidence, confirmed_at, due_on)
     VALUES (?, ?, 'checking', 1, ?, ?, '{"findings": []}', ?, ?)`,
    [enterpriseId, enterpriseId, at(begin), reason, at(addDays(begin, 2)), addDays(today, CHECK_DAYS - 3)],
  );
  await insertSteps(tx, [
    [insertId, null, 'propose', null, at(begin), reason, '{}'],
    [insertId, randomUUID(), 'confirm', regulator, at(addDays(begin, 2)), '同意列入。', '{}'],
    [insertId, null, 'quiet', null, at(addDays(today, -3)), '', '{}'],
  ]);
  const factor = { enterpriseId, source: 'supervision', factor: FACTOR, because: '重点监管' } as const;
  await setFactors(tx, SILENT, [factor], at(today));
}

async function insertSteps(tx: Tx, rows: SqlValue[][]): Promise<void> {
  await tx.execute(
    'INSERT INTO supervision_step (supervision_id, client_uuid, kind, actor_id, at, note, evidence) VALUES ?',
    [rows],
  );
}

/** A case against each of the first few that are watched. */
async function cases(
  tx: Tx,
  stays: readonly { enterpriseId: number }[],
  { enforcement, today, at }: { enforcement: number; today: BusinessDate; at: (date: BusinessDate) => Date },
): Promise<void> {
  for (const [index, { title, state }] of CASES.slice(0, stays.length).entries()) {
    const stay = stays[index];
    if (stay === undefined) break;
    const opened = addDays(today, -20 + index * 4);
    const done = state === 'concluded';
    const { insertId } = await tx.execute(
      `INSERT INTO enforcement_case (client_uuid, enterprise_id, title, state, owner_id, due_on, from_day, opened_at, result, closed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        randomUUID(),
        stay.enterpriseId,
        title,
        state,
        enforcement,
        done ? null : addDays(opened, DUE_DAYS[state]),
        addDays(opened, -FACT_DAYS),
        at(opened),
        done ? 'order' : null,
        done ? at(addDays(opened, 6)) : null,
      ],
    );
    const steps: SqlValue[][] = [[insertId, randomUUID(), 'open', enforcement, at(opened), title]];
    if (state !== 'opened')
      steps.push([insertId, randomUUID(), 'investigate', enforcement, at(addDays(opened, 1)), '调取监控和台账。']);
    if (done)
      steps.push([insertId, randomUUID(), 'conclude', enforcement, at(addDays(opened, 6)), '责令改正，已送达。']);
    if (state === 'transferred') {
      const moved = addDays(opened, 5);
      const span = { from: shanghaiInstant(addDays(opened, -FACT_DAYS), '00:00'), to: at(moved) };
      await changeCase(tx, insertId, {
        state,
        due_on: addDays(moved, DUE_DAYS.transferred),
        to_day: moved,
        document_no: `德环移〔${moved.slice(0, 4)}〕7 号`,
        ...(await collectFacts(tx, stay.enterpriseId, span)),
      });
      steps.push([insertId, randomUUID(), 'transfer', enforcement, at(addDays(opened, 5)), '移送综合行政执法局。']);
    }
    await tx.execute('INSERT INTO case_step (case_id, client_uuid, kind, actor_id, at, note) VALUES ?', [steps]);
  }
}
