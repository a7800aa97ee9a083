import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { unpaced, type CallPace } from './call-pace';
import { createDingtalkClient } from './dingtalk-client';
import type { WorkChatClient } from './work-chat';
import { createZwddClient } from './zwdd-client';

/** The work chat that the configuration names. */
export function createWorkChatClient(
  { workChat, publicUrl }: Pick<Config, 'workChat' | 'publicUrl'>,
  clock: Clock,
  pace: CallPace = unpaced,
): WorkChatClient {
  return workChat.kind === 'dingtalk'
    ? createDingtalkClient(workChat, clock, pace)
    : createZwddClient(workChat, publicUrl, clock, pace);
}
