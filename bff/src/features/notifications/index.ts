import type { Core, Feature } from '../../core/feature';
import type { SharedPace } from '../../gateways/shared-pace';
import type { WechatClient } from '../../gateways/wechat';
import type { WorkChatClient } from '../../gateways/work-chat';
import { CallBudget } from './call-budget';
import { noticeHandlers } from './notice.handlers';
import { notificationEndpoints } from './notification.routes';
import { sendDue } from './outbox.service';
import { pushJobs } from './push.jobs';
import { waitingJob } from './waiting.jobs';
import { sendWorkDue } from './work-message.service';

export { renew, tell, tellOf, type Notice } from './notice.service';
export { retryAt } from './send.rules';

/** Messages out: the morning list, the afternoon reminder, notices in the app, and the consent that they need. */
export function buildNotifications(
  core: Core,
  { wechat, workChat, pace }: { wechat: WechatClient; workChat: WorkChatClient; pace: SharedPace },
): Feature {
  const budget = new CallBudget(pace, core.config.workChat);
  core.metrics.gauge('platform_calls_month', 'Calls to a platform interface in this month', 'api', async () =>
    (await pace.usage()).map(({ api, calls }) => ({ of: api, value: calls })),
  );
  core.metrics.gauge('platform_calls_month_limit', 'Calls a month that the edition includes', 'platform', () =>
    Promise.resolve(budget.limit === undefined ? [] : [{ of: workChat.kind, value: budget.limit }]),
  );
  return {
    endpoints: notificationEndpoints(core),
    jobs: [...pushJobs(core), waitingJob(core)],
    loops: [
      { name: 'outbox', drain: () => sendDue(core, wechat, pace) },
      { name: 'work-outbox', drain: () => sendWorkDue(core, workChat, budget) },
    ],
    handlers: noticeHandlers(),
    queues: (['wechat', 'workchat'] as const).map((channel) => ({
      name: `messages-${channel}`,
      table: 'notification',
      waiting: `state = 'queued' AND channel = '${channel}'`,
      // One that WeChat did not take stays in the app.
      givenUp: `state = 'dead' AND channel ${channel === 'workchat' ? '=' : '<>'} 'workchat'`,
      since: 'created_at',
      leased: true,
    })),
  };
}
