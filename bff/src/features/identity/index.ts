export { hashPassword } from './password.service';
import type { People } from '../../core/authenticate';
import type { Core, Feature } from '../../core/feature';
import type { WechatClient } from '../../gateways/wechat';
import type { WorkChatClient } from '../../gateways/work-chat';

export interface Identity extends Feature {
  people: People;
}

export function buildIdentity(_core: Core, _chat: { wechat: WechatClient; workChat: WorkChatClient }): Identity {
  return { endpoints: [], people: { find: async () => undefined } };
}
