import type { People, Sessions } from '../../core/authenticate';
import type { Tx } from '../../core/database';
import type { Core, Feature } from '../../core/feature';
import type { WechatClient } from '../../gateways/wechat';
import type { WorkChatClient } from '../../gateways/work-chat';
import { createBindingCodes } from './binding-code.service';
import { createEndedSessions } from './ended-session.service';
import { releaseAccounts, type Released } from './leaving.service';
import { passwordEndpoints } from './password.routes';
import { peopleEndpoints } from './people.routes';
import { createPeople } from './people.service';
import { sessionEndpoints } from './session.routes';
import { webEndpoints } from './web.routes';

export { createFounder, FounderRefused } from './founder.service';
export { hashPassword } from './password.service';

export interface Identity extends Feature {
  people: People;
  sessions: Sessions;
  /** Unbinds accounts that a platform says are gone, and ends their holders' tokens. Unknown ones change nothing. */
  release(tx: Tx, accounts: Released): Promise<void>;
}

/** Who people are, how they prove it, and how that is taken from them again. */
export function buildIdentity(core: Core, chat: { wechat: WechatClient; workChat: WorkChatClient }): Identity {
  const people = createPeople(core.db.of('phones'));
  const codes = createBindingCodes(core);
  const sessions = createEndedSessions(core.db.of('officials'));
  return {
    people,
    sessions,
    jobs: [
      {
        name: 'sign-in-records',
        at: '03:40',
        plan: async () => [{ from: 0, to: 0 }],
        runChunk: (tx) => sessions.forgetOld(tx, core.clock.now()),
      },
    ],
    release: (tx, accounts) => releaseAccounts(core, people, tx, accounts),
    endpoints: [
      ...sessionEndpoints(core, chat, codes),
      ...webEndpoints(core, codes, sessions),
      ...passwordEndpoints(core, people),
      ...peopleEndpoints(core, people, codes),
    ],
  };
}
