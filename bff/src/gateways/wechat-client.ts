import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import type { WechatClient } from './wechat';

export function createWechatClient(_config: Config['wechat'], _clock: Clock): WechatClient {
  throw new Error('unwritten');
}
