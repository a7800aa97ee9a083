import { addDays, businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventHandler, EventLog, StoredEvent } from '../../core/events';
import type { Core } from '../../core/feature';
import { setFactors } from '../directory';
import { tellOf } from '../notifications';
import type { ColourState } from './colour.rules';
import { codeFactors } from './effect.store';
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
    {
      type: 'health-dispute.decided',
      handle: (tx, event) => {
        const upheld = event.payload['state'] === 'upheld';
        const body = upheld ? '异议成立，这一项不再扣分。' : '异议没有成立，扣分维持；理由见健康码页面。';
        return tellOf(tx, 'health-dispute.decided', event, { values: { body } });
      },
    },
    { type: 'finding.opened', handle: major },
    { type: 'finding.joined', handle: major },
  ];
}

/** Tells officers and township; each change once. */
async function tellColour(tx: Tx, event: StoredEvent): Promise<void> {
  const { payload, id } = event;
  const { from, to, score } = payload as { from: Colour | null; to: Colour; score: number };
  const grave = to === 'red' || to === 'black';
  const title = from === null ? `健康码：${NAMES[to]}` : `健康码由${NAMES[from]}变为${NAMES[to]}`;
  const subject = `event${id}`;
  const told = (help: string) => ({ subject, values: { title, score, help: grave ? help : '' } });
  await tellOf(tx, 'code.changed', event, told('专管员会与您联系帮扶。'));
  await tellOf(tx, 'code.watched', event, told('请尽快上门帮扶，并增加检查次数。'));
}
