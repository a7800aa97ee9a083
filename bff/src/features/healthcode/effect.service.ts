import { addDays, businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventHandler, EventLog, StoredEvent } from '../../core/events';
import type { Core } from '../../core/feature';
import { setFactors } from '../directory';
import { notifyInApp } from '../notifications';
import type { ColourState } from './colour.rules';
import { codeFactors, watchersOf } from './effect.store';
import type { Colour } from './evaluate.rules';
import { codeFactor, MAJOR_DAYS, MAJOR_FACTOR } from './factor.rules';

interface Evaluated {
  before: { enterpriseId: number };
  after: ColourState;
}

/**
 * Inspection intervals follow colour and positive list from the next dispatch on. Compared with what is set, so that a
 * change that was lost is made up for in the next night.
 */
export async function followCode(
  tx: Tx,
  events: EventLog,
  results: readonly Evaluated[],
  positive: ReadonlySet<number>,
  now: Date,
): Promise<void> {
  const set = await codeFactors(
    tx,
    results.map(({ before }) => before.enterpriseId),
  );
  const changes = results.flatMap(({ before: { enterpriseId }, after }) => {
    const wanted = codeFactor(after.colour, positive.has(enterpriseId));
    return wanted.factor === (set.get(enterpriseId) ?? null)
      ? []
      : [{ enterpriseId, source: 'code' as const, ...wanted }];
  });
  await setFactors(tx, events, changes, now);
}

const NAMES: Readonly<Record<Colour, string>> = {
  green: '绿码',
  blue: '蓝码',
  yellow: '黄码',
  red: '红码',
  black: '黑码',
};

/** What follows from a colour, and from a major finding, beyond the code itself. */
export function effectHandlers({ events }: Core): EventHandler[] {
  const major = async (tx: Tx, { enterpriseId, payload, at }: StoredEvent) => {
    if (payload['severity'] !== 'major' || enterpriseId === null || enterpriseId === undefined) return;
    const until = addDays(businessDate(at), MAJOR_DAYS - 1);
    const because = `发现重大问题，${MAJOR_DAYS} 天内检查加密`;
    await setFactors(tx, events, [{ enterpriseId, source: 'major', factor: MAJOR_FACTOR, until, because }], at);
  };
  return [
    { type: 'code.changed', handle: tellColour },
    decided('health-dispute.decided', ({ payload }) =>
      payload['state'] === 'upheld' ? '异议成立，这一项不再扣分。' : '异议没有成立，扣分维持；理由见健康码页面。',
    ),
    decided('health-repair.verified', () => '现场核查通过，这一项从现在起减半扣分。'),
    decided('health-repair.refused', () => '现场核查没有通过，整改后可以再次申请；原因见健康码页面。'),
    { type: 'finding.opened', handle: major },
    { type: 'finding.joined', handle: major },
  ];
}

/** Tells the officers what became of what they asked for. */
function decided(type: string, say: (event: StoredEvent) => string): EventHandler {
  return {
    type,
    handle: async (tx, event) => {
      if (event.enterpriseId === null || event.enterpriseId === undefined) return;
      const watchers = await watchersOf(tx, event.enterpriseId);
      await notifyInApp(
        tx,
        watchers
          .filter(({ role }) => role === 'officer')
          .map(({ personId }) => ({
            personId,
            kind: type,
            date: businessDate(event.at),
            subject: `event${event.id}`,
            title: type === 'health-dispute.decided' ? '扣分异议有了决定' : '信用修复核查有了结果',
            body: say(event),
          })),
        event.at,
      );
    },
  };
}

/** Tells officers and township; each change once. */
async function tellColour(tx: Tx, event: StoredEvent): Promise<void> {
  const { enterpriseId, payload, at, id } = event;
  if (enterpriseId === null || enterpriseId === undefined) return;
  const { from, to, score } = payload as { from: Colour | null; to: Colour; score: number };
  const watchers = await watchersOf(tx, enterpriseId);
  const grave = to === 'red' || to === 'black';
  const title = from === null ? `健康码：${NAMES[to]}` : `健康码由${NAMES[from]}变为${NAMES[to]}`;
  await notifyInApp(
    tx,
    watchers.map(({ personId, role, enterprise }) => ({
      personId,
      kind: 'code.changed',
      date: businessDate(at),
      subject: `event${id}`,
      title: role === 'officer' ? title : `${enterprise}：${title}`,
      body:
        role === 'officer'
          ? `现在 ${score} 分。${grave ? '专管员会与您联系帮扶。' : ''}每一项扣分的原因和恢复办法见健康码页面。`
          : `现在 ${score} 分。${grave ? '请尽快上门帮扶，并增加检查次数。' : ''}`,
    })),
    at,
  );
}
