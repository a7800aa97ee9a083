import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { createDingtalkClient } from './dingtalk-client';
import type { WorkChatClient } from './work-chat';
import { createZwddClient } from './zwdd-client';

/** The work chat that the configuration names. */
export function createWorkChatClient(
  { workChat, publicUrl }: Pick<Config, 'workChat' | 'publicUrl'>,
  clock: Clock,
): WorkChatClient {
  return workChat.kind === 'dingtalk'
    ? createDingtalkClient(workChat, clock)
    : createZwddClient(workChat, publicUrl, clock);
}
