import type { Core, Feature } from '../../core/feature';
import type { WechatClient } from '../../gateways/wechat';
import type { WorkChatClient } from '../../gateways/work-chat';
import { noticeHandlers } from './notice.handlers';
import { notificationEndpoints } from './notification.routes';
import { sendDue } from './outbox.service';
import { pushJobs } from './push.jobs';
import { sendWorkDue } from './work-message.service';

export { notifyInApp, notifyOfficials, renewInApp } from './notice.service';
export type { OfficialNotice } from './notice.service';
export { tellOfficers } from './officer.service';
export { retryAfterS } from './send.rules';

/** Messages out: the morning list, the afternoon reminder, notices in the app, and the consent that they need. */
export function buildNotifications(core: Core, chat: { wechat: WechatClient; workChat: WorkChatClient }): Feature {
  return {
    endpoints: notificationEndpoints(core),
    jobs: pushJobs(core),
    loops: [
      { name: 'outbox', drain: () => sendDue(core, chat.wechat) },
      { name: 'work-outbox', drain: () => sendWorkDue(core, chat.workChat) },
    ],
    handlers: noticeHandlers(),
  };
}
