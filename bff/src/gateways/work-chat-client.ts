import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { createDingtalkClient } from './dingtalk-client';
import type { WorkChatClient } from './work-chat';
import { createZwddClient } from './zwdd-client';

/** The work chat that the configuration names. */
export function createWorkChatClient(config: Config['workChat'], clock: Clock): WorkChatClient {
  return config.kind === 'dingtalk' ? createDingtalkClient(config, clock) : createZwddClient(config, clock);
}
