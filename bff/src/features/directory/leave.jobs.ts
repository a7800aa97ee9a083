import type { Core } from '../../core/feature';
import { cutIds, type DailyJob } from '../../core/jobs';
import { tell } from '../notifications';
import { endingLeaves, endingSpan } from './absence.store';

const CHUNK = 5000;

/**
 * 17:00 on the last day of a leave: both hear how it goes on. What is open of that day stays with the deputy, grace
 * included; what the next day brings is the officer's again.
 */
export function leaveEndJob({ clock }: Core): DailyJob {
  return {
    name: 'leave-end',
    at: '17:00',
    plan: async (tx, date) => cutIds(...(await endingSpan(tx, date)), CHUNK),
    runChunk: async (tx, date, { from, to }) => {
      const leaves = await endingLeaves(tx, date, { from, to });
      await tell(
        tx,
        'leave.over',
        leaves.flatMap(({ id, person_id: officer, deputy_id: deputy, officer_name, deputy_name }) => [
          {
            persons: [officer],
            subject: id,
            values: {
              title: '请假今天结束',
              body: `明天起检查任务由您自己完成；今天的仍由${deputy_name}完成。`,
            },
          },
          {
            persons: [deputy],
            subject: id,
            values: {
              title: `${officer_name}的请假今天结束`,
              body: '今天代理的任务仍由您完成，最迟明天 10:00 前补报；明天起不用代理了。',
            },
          },
        ]),
        clock.now(),
      );
      return leaves.length;
    },
  };
}
