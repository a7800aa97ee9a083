import type { Core, Feature } from '../../core/feature';
import type { WechatClient } from '../../gateways/wechat';
import { noticeHandlers } from './notice.handlers';
import { notificationEndpoints } from './notification.routes';
import { sendDue } from './outbox.service';
import { pushJobs } from './push.jobs';

/** Messages out: the morning list, the afternoon reminder, notices in the app, and the consent that they need. */
export function buildNotifications(core: Core, wechat: WechatClient): Feature {
  return {
    endpoints: notificationEndpoints(core),
    jobs: pushJobs(core),
    loops: [{ name: 'outbox', drain: () => sendDue(core, wechat) }],
    handlers: noticeHandlers(),
  };
}
