import { businessDate } from '../../core/clock';
import type { EventHandler } from '../../core/events';
import { tell } from '../notifications';
import { leaveOf, openTasks } from './absence.store';

/** A deputy hears at once what has come to him, whatever the morning's list said; and both hear when a leave ends early. */
export function leaveHandlers(): EventHandler[] {
  return [
    {
      type: 'leave.taken',
      handle: async (tx, { subject, at }) => {
        const leave = await leaveOf(tx, Number(subject.id));
        if (leave === undefined || leave.cancelled_at !== null) return;
        const today = businessDate(at);
        const covers = leave.from_date <= today && today <= leave.to_date;
        const n = covers ? await openTasks(tx, leave.deputy_id, today) : 0;
        const values = {
          from: leave.from_date,
          to: leave.to_date,
          officer: leave.officer_name,
          now: covers ? `您今天共有 ${n} 项未完成。` : '',
        };
        await tell(tx, 'leave.deputy', { persons: [leave.deputy_id], subject: leave.id, values }, at);
      },
    },
    {
      type: 'leave.cancelled',
      handle: async (tx, { subject, payload, at }) => {
        const leave = await leaveOf(tx, Number(subject.id));
        if (leave === undefined) return;
        const n = Number(payload['reassigned'] ?? 0);
        const { id, person_id: officer, deputy_id: deputy, officer_name, deputy_name } = leave;
        await tell(
          tx,
          'leave.ended',
          [
            {
              persons: [officer],
              subject: id,
              values: { title: '请假已提前结束', body: `${deputy_name}代理的任务有 ${n} 项未完成，已还给您。` },
            },
            {
              persons: [deputy],
              subject: id,
              values: { title: `${officer_name}的请假已提前结束`, body: `代理的任务有 ${n} 项未完成，已还给本人。` },
            },
          ],
          at,
        );
      },
    },
  ];
}
