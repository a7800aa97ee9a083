import type { EventHandler } from '../../core/events';
import { tellOfficers } from '../notifications';
import { exitWords } from './stay.present';
import { quietDays } from './stay.store';

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
    handle: async (tx, event) => {
      const told = { title, body: body(await quietDays(tx)), page: 'pages/officer/today/index' };
      await tellOfficers(tx, event, told);
    },
  }));
}
