import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { miniAppLink } from './dingtalk-link';
import { createDingtalkTodos } from './dingtalk-todos';
import { errcodeApi } from './errcode-api';
import { GatewayError } from './gateway-error';
import { fitMessage } from './message-text';
import type { MessageResult, WorkChatClient } from './work-chat';

const TOKEN_CODES = new Set([40014, 42001]);
/** Busy, too many calls per second or minute, and a token refused twice; all others need somebody to act. */
const RETRYABLE = new Set([-1, 90018, 143103, 143104, ...TOKEN_CODES]);
const MESSAGE_BYTES = 2048;

/** DingTalk's server API for an internal app. Throws GatewayError with DingTalk's errcode (40078: code wrong or used). */
export function createDingtalkClient(
  config: Extract<Config['workChat'], { kind: 'dingtalk' }>,
  clock: Clock,
): WorkChatClient {
  const api = errcodeApi({
    system: 'dingtalk',
    base: config.api,
    clock,
    tokenCodes: TOKEN_CODES,
    retryable: RETRYABLE,
    async fetchToken(call) {
      const answer = await call('GET', '/gettoken', { appkey: config.appKey, appsecret: config.appSecret });
      return { token: String(answer['access_token']), expiresInS: Number(answer['expires_in']) };
    },
  });
  const resultOf = async (path: string, body: Record<string, unknown>) => (await api.authorised(path, body))['result'];

  return {
    kind: 'dingtalk',
    todos: createDingtalkTodos(config, clock),

    async identify(code) {
      const { userid } = (await resultOf('/topapi/v2/user/getuserinfo', { code })) as { userid: string };
      const user = (await resultOf('/topapi/v2/user/get', { userid })) as {
        unionid?: string;
        name?: string;
        mobile?: string;
      };
      return {
        subject: userid,
        name: user.name ?? '',
        ...(user.unionid ? { unionId: user.unionid } : {}),
        // Absent unless the app holds the permission for mobile numbers.
        ...(user.mobile ? { mobile: user.mobile } : {}),
      };
    },

    async sendMessage(message) {
      const msg = fitMessage(message, MESSAGE_BYTES, (markdown) => ({
        msgtype: 'action_card',
        action_card: {
          title: message.title,
          markdown,
          single_title: '查看',
          single_url: miniAppLink(config, message.page),
        },
      }));
      const answer = await api.authorised('/topapi/message/corpconversation/asyncsend_v2', {
        agent_id: Number(config.agentId),
        userid_list: message.subject,
        msg,
      });
      const task = answer['task_id'];
      if (typeof task !== 'number' && typeof task !== 'string') {
        throw new GatewayError('dingtalk', 'no_json', 'the answer has no task_id', true);
      }
      return String(task);
    },

    async messageResult(taskId, subject) {
      const answer = await api.authorised('/topapi/message/corpconversation/getsendresult', {
        agent_id: Number(config.agentId),
        task_id: Number(taskId),
      });
      return readResult(answer['send_result'] ?? {}, subject);
    },
  };
}

interface SendResult {
  invalid_user_id_list?: string[];
  forbidden_user_id_list?: string[];
  failed_user_id_list?: string[];
  read_user_id_list?: string[];
  unread_user_id_list?: string[];
  forbidden_list?: { code: number | string; userid: string }[];
}

/** The result of one receiver. Everything empty: DingTalk has not got to him yet. */
function readResult(result: SendResult, subject: string): MessageResult {
  const names = (list: string[] | undefined) => list?.includes(subject) === true;
  if (names(result.read_user_id_list) || names(result.unread_user_id_list)) return { state: 'delivered' };
  // Why he was left out stands in a list of its own, which need not be there.
  const forbidden = result.forbidden_list?.find(({ userid }) => userid === subject);
  if (forbidden !== undefined) return { state: 'dropped', code: Number(forbidden.code) };
  const left = [result.forbidden_user_id_list, result.invalid_user_id_list, result.failed_user_id_list];
  return left.some(names) ? { state: 'unreachable' } : { state: 'unknown' };
}
