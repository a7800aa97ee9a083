import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../bff/src/core/clock';
import type { SqlValue, Tx } from '../../bff/src/core/database';
import {
  followUpBy,
  MEASURED_DAYS,
  PLAN_GRACE_DAYS,
  type Agreed,
  type VisitState,
} from '../../bff/src/features/assistance/visit.rules';
import { storeMeasured } from '../../bff/src/features/assistance/visit.store';
import { addWorkingDays } from '../../bff/src/features/healthcode';
import { chance, pick } from './dice';
import { uuidOf } from './known';

/** Share of enterprises that somebody went to help, by how they behave: about one in four of all. */
const HELPED: Readonly<Record<string, number>> = {
  diligent: 0.06,
  hurried: 0.2,
  seasonal: 0.2,
  recovering: 0.4,
  failing: 0.5,
};
/** The same for those that are not on the positive list: where one goes first. */
const HELPED_FIRST = 0.9;
/** Share of enterprises on the list that somebody went to all the same, and said why. */
const DISTURBED = 0.15;
const OVERRIDES = ['企业请我们去看新装的设备。', '有人反映夜间有异味，上门核实。', '县里交办，上门核对排污许可。'];
/** Shares of visits that are still planned, that were called off, and where somebody has yet to look again. */
const PLANNED = 0.22;
const CANCELLED = 0.06;
const RECORDED = 0.28;
/** Days before an enterprise enters the positive list in which somebody helped it there. */
const BEFORE_LIST_DAYS = 60;
/** Share of agreed steps that came about. */
const KEPT = 0.82;

/** What was wrong, what was taught, what the enterprise lacks, and what was agreed on: they belong together. */
const CASES = [
  {
    purpose: '连续漏检，上门看看是不是人手不够。',
    taught: '教会替班人员扫码、拍照和填写，当场独立做了一遍。',
    lacks: '环保员一人兼三个岗位，请假时没有人替。',
    agreed: ['确定一名替班人员并在系统里登记', '把巡查时间固定在早班交接后'],
  },
  {
    purpose: '同一问题反复出现，帮助找原因。',
    taught: '一起查了排水沟走向，讲了为什么清理后又堵。',
    lacks: '雨水沟没有格栅，落叶和布毛直接冲进去。',
    agreed: ['雨水沟入口加装格栅', '每周五清一次沟并拍照'],
  },
  {
    purpose: '危废台账多次不全，上门指导。',
    taught: '按车间逐笔核对了台账，讲了标签怎么写、贮存期怎么算。',
    lacks: '转移联系人离职后没有交接，不知道找谁拉走。',
    agreed: ['补齐近三个月危废台账', '与处置单位约好下一次转移'],
  },
  {
    purpose: '治理设施电流偏低，看看运行情况。',
    taught: '讲了活性炭饱和的迹象，教会看压差表和换炭记录。',
    lacks: '备用活性炭没有库存，压差表坏了一只。',
    agreed: ['更换活性炭并留存发票', '压差表送修或更换'],
  },
  {
    purpose: '整改超期，了解困难。',
    taught: '对照清单逐项讲了怎样算改好、照片要拍到什么。',
    lacks: '配件要从外地发货，负责人不知道可以申请延期。',
    agreed: ['与供应商确认到货日期', '到货后两天内装好并提交整改'],
  },
] as const;
const INTERNAL = ['负责人配合，主要是不懂。', '老板不常在厂，下次先约时间。', '建议列入季度集中培训名单。', ''];
const KEPT_NOTES = ['看过现场，已做到。', '有照片，已做到。', ''];
const LEFT_NOTES = ['还差一半，已再约时间。', '配件还没有到货。'];
const LOOKED = ['电话问过，又到现场看了一遍。', '到现场逐项看过。', '顺路回访，现场核对。'];
const CALLED_OFF = ['企业当天停电检修，改日再约。', '负责人住院，等他出院。', '问题已自行改好，不用再去。'];

interface Door {
  id: number;
  enterpriseId: number;
  behaviour: string;
  ownerId: number;
  positiveSince: Date | null;
}

interface Visit {
  id: number;
  door: Door;
  state: VisitState;
  plannedOn: BusinessDate;
  text: (typeof CASES)[number];
  stay: { arrivedAt: Date; leftAt: Date } | undefined;
  agreed: readonly (Agreed & { done: boolean | null; note: string | null })[];
  dueOn: BusinessDate | null;
  closedAt: Date | null;
}

/** Visits to about every fourth enterprise since `start`, and what came of them. Returns how many. */
export async function seedVisits(tx: Tx, start: BusinessDate, now: Date): Promise<number> {
  const doors = await doorsOf(tx);
  const visits = doors
    .filter(({ enterpriseId, behaviour, positiveSince }) => {
      const share = positiveSince === null ? HELPED_FIRST : (HELPED[behaviour] ?? 0);
      return chance('helped', enterpriseId) < share;
    })
    .map((door) => courseOf(door, start, now))
    .filter((visit) => !onList(visit) || chance('disturbed', visit.door.enterpriseId) < DISTURBED)
    .map((visit, index) => ({ ...visit, id: index + 1 }));
  if (visits.length === 0) return 0;
  await insertVisits(tx, visits);
  const today = businessDate(now);
  const measuredBefore = shanghaiInstant(addDays(today, -MEASURED_DAYS - 1), '00:00');
  await storeMeasured(tx, today, measuredBefore, { from: 1, to: visits.length });
  return visits.length;
}

/** The first point of each enterprise, with the specialist of its township. */
function doorsOf(tx: Tx): Promise<Door[]> {
  return tx.query<Door>(
    `SELECT MIN(p.id) AS id, e.id AS enterpriseId, b.behaviour, MIN(g.person_id) AS ownerId, MAX(l.since) AS positiveSince
     FROM enterprise e JOIN point p ON p.enterprise_id = e.id JOIN demo_behaviour b ON b.enterprise_id = e.id
     JOIN person_grant g ON g.role = 'township' AND g.region_prefix = e.region_code
     LEFT JOIN positive_list l ON l.open_key = e.id
     GROUP BY e.id, b.behaviour ORDER BY e.id`,
  );
}

/** Whether the enterprise was to be left undisturbed on the day of the visit. */
const onList = ({ door: { positiveSince }, plannedOn }: Pick<Visit, 'door' | 'plannedOn'>): boolean =>
  positiveSince !== null && businessDate(positiveSince) <= plannedOn;

/** How one visit went, as far as that has happened by now. */
function courseOf(door: Door, start: BusinessDate, now: Date): Omit<Visit, 'id'> {
  const { enterpriseId } = door;
  const roll = (what: string) => chance('visit', what, enterpriseId);
  const between = (low: number, high: number, what: string) => low + Math.floor((high - low + 1) * roll(what));
  const today = businessDate(now);
  const text = pick(CASES, 'visit case', enterpriseId);
  // Who is on the positive list now was helped before.
  const since = door.positiveSince === null ? undefined : businessDate(door.positiveSince);
  const before = since !== undefined && since > addDays(start, BEFORE_LIST_DAYS) ? since : undefined;
  const kind = before === undefined ? roll('state') : 1;
  const plain = { door, text, stay: undefined, agreed: [], closedAt: null };
  const plannedFor = (on: BusinessDate) => ({
    ...plain,
    state: 'planned' as const,
    plannedOn: on,
    dueOn: addDays(on, PLAN_GRACE_DAYS),
  });
  if (kind < PLANNED) {
    // Some should have taken place already.
    const late = roll('late') < 0.25;
    const on = late ? addDays(today, -between(4, 8, 'late by')) : addWorkingDays(today, between(1, 9, 'ahead'));
    return plannedFor(on);
  }
  const until = before ?? today;
  const daysBack =
    before !== undefined ? [8, BEFORE_LIST_DAYS - 10] : kind < PLANNED + CANCELLED + RECORDED ? [2, 20] : [45, 330];
  const ago = between(daysBack[0] ?? 0, daysBack[1] ?? 0, 'ago');
  const plannedOn = addWorkingDays(addDays(until, -ago), 1);
  // After a long holiday the next working day may be yet to come.
  if (plannedOn >= today) return plannedFor(plannedOn);
  if (kind < PLANNED + CANCELLED) {
    const closedAt = shanghaiInstant(addDays(plannedOn, -1), '16:20');
    return { ...plain, state: 'cancelled', plannedOn, dueOn: null, closedAt };
  }
  const arrivedAt = shanghaiInstant(plannedOn, pick(['09:10', '09:40', '13:50', '14:30'], 'arrived', enterpriseId));
  const leftAt = new Date(arrivedAt.getTime() + between(35, 110, 'minutes') * 60_000);
  const promised = text.agreed.map((each, index) => ({ text: each, by: addDays(plannedOn, 5 + 7 * index) }));
  const dueOn = followUpBy(promised, plannedOn);
  const closedAt = shanghaiInstant(addWorkingDays(addDays(dueOn, -between(1, 5, 'looked')), 1), '10:30');
  const ended = kind >= PLANNED + CANCELLED + RECORDED && closedAt < now;
  const agreed = promised.map((each, index) => {
    if (!ended) return { ...each, done: null, note: null };
    const done = chance('kept', enterpriseId, index) < KEPT;
    const note = pick(done ? KEPT_NOTES : LEFT_NOTES, 'kept note', enterpriseId, index);
    return { ...each, done, note: note === '' ? null : note };
  });
  return {
    ...plain,
    plannedOn,
    stay: { arrivedAt, leftAt },
    agreed,
    state: ended ? 'followed_up' : 'recorded',
    dueOn: ended ? null : dueOn,
    closedAt: ended ? closedAt : null,
  };
}

async function insertVisits(tx: Tx, visits: readonly Visit[]): Promise<void> {
  await tx.execute(
    `INSERT INTO visit (id, client_uuid, enterprise_id, state, owner_id, planned_on, purpose, override_reason, due_on, created_at, point_id, arrived_at,
       left_at, photos, taught, lacks, internal_note, recorded_at, closed_at) VALUES ?`,
    [visits.map(rowOf)],
  );
  const agreed = visits.flatMap(({ id, agreed: promised }) =>
    promised.map(({ text, by, done, note }, seq): SqlValue[] => [id, seq, text, by, done, note]),
  );
  await tx.execute('INSERT INTO visit_agreed (visit_id, seq, text, by_date, done, note) VALUES ?', [agreed]);
  await tx.execute('INSERT INTO visit_step (visit_id, client_uuid, kind, actor_id, at, note) VALUES ?', [
    visits.flatMap(stepsOf),
  ]);
}

/** The enterprise hears of it ten days before. */
const announcedAt = ({ plannedOn }: Visit): Date => shanghaiInstant(addDays(plannedOn, -10), '16:00');

function rowOf(visit: Visit): SqlValue[] {
  const { id, door, text, stay } = visit;
  const note = pick(INTERNAL, 'internal', door.enterpriseId);
  return [
    id,
    uuidOf('visit', door.enterpriseId),
    door.enterpriseId,
    visit.state,
    door.ownerId,
    visit.plannedOn,
    text.purpose,
    onList(visit) ? pick(OVERRIDES, 'override', door.enterpriseId) : null,
    visit.dueOn,
    announcedAt(visit),
    ...(stay === undefined
      ? [null, null, null, null, null, null, null, null]
      : [
          door.id,
          stay.arrivedAt,
          stay.leftAt,
          '[]',
          text.taught,
          text.lacks,
          note === '' ? null : note,
          new Date(stay.leftAt.getTime() + 60_000),
        ]),
    visit.closedAt,
  ];
}

function stepsOf(visit: Visit): SqlValue[][] {
  const { id, door, text, state, stay, closedAt } = visit;
  const step = (kind: string, at: Date, note: string): SqlValue[] => [
    id,
    uuidOf('visit step', kind, door.enterpriseId),
    kind,
    door.ownerId,
    at,
    note,
  ];
  const steps = [step('plan', announcedAt(visit), text.purpose)];
  if (stay !== undefined) steps.push(step('record', new Date(stay.leftAt.getTime() + 60_000), ''));
  if (closedAt !== null && state === 'followed_up') {
    steps.push(step('follow-up', closedAt, pick(LOOKED, 'looked', door.enterpriseId)));
  }
  if (closedAt !== null && state === 'cancelled') {
    steps.push(step('cancel', closedAt, pick(CALLED_OFF, 'called off', door.enterpriseId)));
  }
  return steps;
}
