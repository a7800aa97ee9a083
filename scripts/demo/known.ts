import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../bff/src/core/clock';
import type { SqlValue, Tx } from '../../bff/src/core/database';
import { addWorkingDays } from '../../bff/src/features/healthcode';
import { chance, pick } from './dice';

/** Shares of enterprises that were fined, complained of, and (few) found to have falsified data. */
const FINED = 0.14;
const COMPLAINED = 0.12;
const FALSIFIED = 0.015;
/** Shares of penalties whose repair was asked for, and of missed tasks that were disputed. */
const REPAIRED = 0.6;
const DISPUTED = 0.01;
/** The same of what was missed in the last days, and how many those are. */
const DISPUTED_OF_LATE = 0.12;
const LATE_DAYS = 12;
/** Share of repairs that were asked for only now, and still wait. */
const WAITING = 0.25;
const WAITING_DAYS = 150;
const UPHELD = 0.35;

const GROUNDS = ['废水总排口化学需氧量超标', '危险废物标签不规范', '治理设施未与生产同步运行', '未按规定保存台账'];
const SMELLS = ['厂区周边有异味，夜间明显', '雨水口有浑水排出', '风机噪声影响居民'];
const REASONS = ['当天设备检修停产，已口头报备。', '手机没有信号，到现场看过。', '负责人住院，没有来得及换人。'];
const DONE = ['已更换设备并培训操作人员，连续监测达标。', '已完成整改，整改报告见附件。'];

export interface Span {
  start: BusinessDate;
  now: Date;
}

interface Officials {
  regulator: number;
  enforcement: number;
}

const DAY_MS = 86_400_000;
const at = (date: BusinessDate, time = '10:00') => shanghaiInstant(date, time);

/** What officials knew of the enterprises in these days: penalties and verified petitions. Returns how many. */
export async function seedKnown(tx: Tx, ids: readonly number[], span: Span, who: Officials): Promise<number> {
  const days = Math.round((span.now.getTime() - at(span.start).getTime()) / DAY_MS);
  const on = (salt: string, id: number) => addDays(span.start, 20 + Math.floor(chance(salt, id) * (days - 25)));
  const penalties = ids.flatMap((id): SqlValue[][] => {
    if (chance('fined', id) >= FINED) return [];
    const date = on('fined on', id);
    const falsified = chance('falsified', id) < FALSIFIED / FINED;
    const kind = falsified ? 'sealing' : pick(['order', 'fine', 'fine', 'fine', 'limit'], 'kind', id);
    const amount = kind === 'fine' ? pick([8000, 20_000, 30_000, 45_000, 80_000], 'amount', id) : null;
    const veto = falsified ? 'data_falsification' : null;
    const document = `湖德环罚〔${date.slice(0, 4)}〕${id}号`;
    return [[id, document, date, kind, amount, veto, pick(GROUNDS, 'ground', id), who.enforcement, at(date)]];
  });
  await insert(
    tx,
    'penalty (enterprise_id, document_no, decided_on, kind, amount, veto, content, entered_by, entered_at)',
    penalties,
  );
  const petitions = ids.flatMap((id): SqlValue[][] => {
    if (chance('complained', id) >= COMPLAINED) return [];
    const date = on('complained on', id);
    const decided = at(addDays(date, 3));
    if (decided > span.now) return [];
    return [
      [
        id,
        date,
        'hotline',
        pick(['odour', 'waste_water', 'noise'], 'issue', id),
        pick(SMELLS, 'smell', id),
        'verified',
        addDays(date, 60),
        decided,
        who.enforcement,
        '现场核实属实，已要求整改。',
        who.enforcement,
        at(date),
      ],
    ];
  });
  await insert(
    tx,
    'petition (enterprise_id, received_on, source, issue, content, state, answer_by, decided_at, decided_by, result, entered_by, entered_at)',
    petitions,
  );
  return penalties.length + petitions.length;
}

/** What the enterprises asked for: disputes of missed tasks, repairs after penalties; old ones are decided. */
export async function seedCases(tx: Tx, ids: readonly number[], span: Span, who: Officials): Promise<number> {
  const missed = await tx.query<{ id: number; enterpriseId: number; officerId: number; closedAt: Date }>(
    "SELECT id, enterprise_id AS enterpriseId, officer_id AS officerId, closed_at AS closedAt FROM task WHERE enterprise_id IN (?) AND state = 'missed'",
    [[...ids]],
  );
  const disputes = missed.flatMap((task): SqlValue[][] => {
    const ago = (span.now.getTime() - task.closedAt.getTime()) / DAY_MS;
    if (chance('disputed', task.id) >= (ago < LATE_DAYS ? DISPUTED_OF_LATE : DISPUTED)) return [];
    const filed = addDays(businessDate(task.closedAt), 1);
    const decided = addWorkingDays(filed, 2 + Math.floor(chance('decided', task.id) * 7));
    if (at(filed) > span.now) return [];
    const open = at(decided) > span.now;
    const state = open ? 'open' : chance('upheld', task.id) < UPHELD ? 'upheld' : 'refused';
    const note = state === 'upheld' ? '情况属实，不再扣分。' : '没有报备记录，维持扣分。';
    const reason = pick(REASONS, 'reason', task.id);
    return [
      [
        uuidOf('dispute', task.id),
        task.enterpriseId,
        `H01:task:${task.id}`,
        'H01',
        reason,
        '[]',
        task.officerId,
        at(filed),
        addWorkingDays(filed, 10),
        state,
        open ? null : who.regulator,
        open ? null : at(decided),
        open ? null : note,
      ],
    ];
  });
  await insert(
    tx,
    'health_dispute (client_uuid, enterprise_id, fact_key, code, reason, photos, filed_by, filed_at, decide_by, state, decided_by, decided_at, note)',
    disputes,
  );
  const penalties = await tx.query<{
    id: number;
    enterpriseId: number;
    code: string;
    decidedOn: BusinessDate;
    officerId: number;
    pointId: number;
  }>(
    `SELECT n.id, n.enterprise_id AS enterpriseId, n.decided_on AS decidedOn, MIN(p.officer_id) AS officerId, MIN(p.id) AS pointId,
       CASE n.kind WHEN 'fine' THEN IF(n.amount > 50000, 'H22', 'H21') WHEN 'order' THEN 'H20' WHEN 'warning' THEN 'H20' ELSE 'H23' END AS code
     FROM penalty n JOIN point p ON p.enterprise_id = n.enterprise_id WHERE n.enterprise_id IN (?) GROUP BY n.id, n.enterprise_id, n.decided_on, n.kind, n.amount`,
    [[...ids]],
  );
  const asked = penalties
    .filter(({ id }) => chance('repaired', id) < REPAIRED)
    .map((penalty) => {
      const ago = (span.now.getTime() - at(penalty.decidedOn).getTime()) / DAY_MS;
      const lately = ago > 10 && ago < WAITING_DAYS && chance('waiting', penalty.id) < WAITING;
      const filed = lately
        ? addDays(businessDate(span.now), -2)
        : addDays(penalty.decidedOn, 25 + Math.floor(chance('repair asked', penalty.id) * 30));
      const checked = addWorkingDays(filed, 3 + Math.floor(chance('repair checked', penalty.id) * 6));
      return { ...penalty, filed, checked, waits: at(checked) > span.now };
    })
    .filter(({ filed }) => at(filed) <= span.now);
  await insert(
    tx,
    'health_repair (client_uuid, enterprise_id, fact_key, code, statement, photos, filed_by, filed_at, check_by, state, open_key, checked_by, checked_at, note)',
    asked.map(({ id, enterpriseId, code, officerId, filed, checked, waits }) => {
      const key = `${code}:penalty:${id}`;
      return [
        uuidOf('repair', id),
        enterpriseId,
        key,
        code,
        pick(DONE, 'done', id),
        '[]',
        officerId,
        at(filed),
        addWorkingDays(filed, 10),
        waits ? 'applied' : 'verified',
        waits ? `${enterpriseId}:${key}` : null,
        waits ? null : who.enforcement,
        waits ? null : at(checked),
        waits ? null : '现场核查，整改到位。',
      ];
    }),
  );
  await insertChecks(
    tx,
    asked
      .filter(({ waits }) => !waits)
      .map(({ enterpriseId, pointId, checked }) => ({ enterpriseId, pointId, at: at(checked) })),
    who.enforcement,
  );
  return disputes.length + asked.length;
}

export interface SeededCheck {
  enterpriseId: number;
  pointId: number;
  at: Date;
}

/** Officials were there and found it in order. */
export function insertChecks(tx: Tx, checks: readonly SeededCheck[], personId: number): Promise<void> {
  return insert(
    tx,
    'health_site_check (client_uuid, enterprise_id, point_id, passed, note, checked_by, checked_at)',
    checks.map((check) => [
      uuidOf('check', check.enterpriseId, check.at.getTime()),
      check.enterpriseId,
      check.pointId,
      true,
      '现场核查，符合要求。',
      personId,
      check.at,
    ]),
  );
}

async function insert(tx: Tx, into: string, rows: SqlValue[][]): Promise<void> {
  if (rows.length > 0) await tx.execute(`INSERT INTO ${into} VALUES ?`, [rows]);
}

/** The same uuid for the same thing, so that the same county comes out. */
export function uuidOf(...key: (string | number)[]): string {
  const part = (salt: string) =>
    Math.floor(chance(salt, ...key) * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  const hex = part('a') + part('b') + part('c') + part('d');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
