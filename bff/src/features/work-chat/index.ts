import type { Core, Feature } from '../../core/feature';
import type { WorkChatClient } from '../../gateways/work-chat';
import type { Identity } from '../identity';
import { callbackEndpoint } from './callback.routes';
import { todoHandlers } from './todo.handlers';
import { tellTodos } from './todo.service';

/** What the officials' chat knows beside messages: a todo for each warning, and who has left the organisation. */
export function buildWorkChat(core: Core, workChat: WorkChatClient, { release }: Pick<Identity, 'release'>): Feature {
  const { config, clock } = core;
  const { kind, todos } = workChat;
  return {
    endpoints:
      config.workChat.kind === 'dingtalk'
        ? [callbackEndpoint(config.workChat, (tx, subjects) => release(tx, { provider: kind, subjects }))]
        : [],
    ...(todos === undefined
      ? {}
      : {
          handlers: todoHandlers(clock),
          loops: [{ name: 'work-todos', drain: () => tellTodos(core, workChat, todos) }],
          queues: [
            {
              name: 'todos',
              table: 'work_todo',
              waiting: "state = 'queued'",
              givenUp: "state = 'dead'",
              since: 'next_attempt_at',
              leased: true,
            },
          ],
        }),
  };
}
