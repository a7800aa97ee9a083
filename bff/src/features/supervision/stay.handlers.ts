import { businessDate } from '../../core/clock';
import type { EventHandler } from '../../core/events';
import { notifyInApp } from '../notifications';
import { exitWords } from './stay.present';
import { officersOf, quietDays } from './stay.store';

const TOLD = {
  'supervision.confirmed': {
    title: '企业被列入重点监管',
    body: (days: number) => `巡查次数会增加一倍。${exitWords(days)}`,
  },
  'supervision.kept': {
    title: '重点监管继续',
    body: (days: number) => `现场核查没有通过。再${exitWords(days)}`,
  },
  'supervision.left': { title: '企业退出重点监管', body: () => '现场核查已通过，巡查次数恢复正常。' },
} as const;

/** What becomes of supervision is told to the enterprise; whether it was read can be seen. */
export function stayHandlers(): EventHandler[] {
  return Object.entries(TOLD).map(([type, { title, body }]) => ({
    type,
    handle: async (tx, { enterpriseId, subject, at }) => {
      if (enterpriseId === null || enterpriseId === undefined) return;
      const officers = await officersOf(tx, enterpriseId);
      const told = { title, body: body(await quietDays(tx)) };
      await notifyInApp(
        tx,
        officers.map(({ id }) => ({
          personId: id,
          kind: type,
          date: businessDate(at),
          subject: String(subject.id),
          ...told,
          page: 'pages/officer/today/index',
        })),
        at,
      );
    },
  }));
}
