import type { Config } from '../../core/config';
import type { Tx } from '../../core/database';
import { post, type Endpoint } from '../../core/endpoint';
import { callbackSeal } from '../../gateways/dingtalk-callback';
import { callbackAnswer, callbackBody, callbackQuery } from './callback.schema';
import { takeCallback } from './callback.service';

/** A whole department may leave at once; DingTalk calls from a few addresses. */
const LIMIT = { calls: 600, perSeconds: 60 };

/** DingTalk tells us of its events. It waits 1500 ms for the sealed word. */
export function callbackEndpoint(
  { callback, appKey }: Extract<Config['workChat'], { kind: 'dingtalk' }>,
  left: (tx: Tx, subjects: readonly string[]) => Promise<void>,
): Endpoint {
  const seal = callbackSeal({ ...callback, appKey });
  return post({
    path: '/api/callbacks/dingtalk',
    summary: '钉钉事件订阅的回调（验签、解密，由钉钉服务器调用）',
    access: 'public',
    limit: LIMIT,
    query: callbackQuery,
    body: callbackBody,
    answer: callbackAnswer,
    handler: async ({ tx, query, body, now }) => {
      const signature = query.msg_signature ?? query.signature ?? '';
      const sealed = { signature, timestamp: query.timestamp ?? '', nonce: query.nonce ?? '', encrypt: body.encrypt };
      await takeCallback(tx, seal, sealed, now, (subjects) => left(tx, subjects));
      return seal.seal('success', now);
    },
  });
}
