import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import type { WorkChatClient } from './work-chat';

export function createWorkChatClient(_config: Config['workChat'], _clock: Clock): WorkChatClient {
  throw new Error('unwritten');
}
