import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import type { CallPace } from './call-pace';
import { miniAppLink } from './dingtalk-link';
import { createDingtalkTodos } from './dingtalk-todos';
import { errcodeApi } from './errcode-api';
import { GatewayError, type Quota } from './gateway-error';
import { fitMessage } from './message-text';
import type { MessageResult, WorkChatClient } from './work-chat';

const TOKEN_CODES = new Set([40014, 42001]);
/** Busy, and a token refused twice; besides too many calls, all others need somebody to act. */
const RETRYABLE = new Set([-1, ...TOKEN_CODES]);
const MESSAGE_BYTES = 2048;

/** The gateway before the interfaces has refused; why stands in sub_code. */
const WRAPPED = 88;

/**
 * Too many calls: 90005–90019 within a second, 90001–90004 a ban of a while, 90020 the month's; 143103/143104 messages
 * of a minute (reference: DingTalk's global error codes).
 */
function quotaOf(code: number | string): Quota | undefined {
  const number = Number(code);
  if (number === 90020) return 'month';
  if (number >= 90005 && number <= 90019) return 'second';
  return (number >= 90001 && number <= 90004) || number === 143103 || number === 143104 ? 'minute' : undefined;
}

function codeOf(answer: Record<string, unknown>): number | string {
  const { errcode, sub_code: inner } = answer;
  if (Number(errcode) !== WRAPPED || (typeof inner !== 'string' && typeof inner !== 'number')) return Number(errcode);
  return Number.isNaN(Number(inner)) ? inner : Number(inner);
}

/** DingTalk's server API for an internal app. Throws GatewayError with DingTalk's errcode (40078: code wrong or used). */
export function createDingtalkClient(
  config: Extract<Config['workChat'], { kind: 'dingtalk' }>,
  clock: Clock,
  pace: CallPace,
): WorkChatClient {
  const api = errcodeApi({
    system: 'dingtalk',
    base: config.api,
    clock,
    pace,
    // The month's calls are those to all interfaces.
    paced: () => true,
    codeOf,
    quotaOf,
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
    todos: createDingtalkTodos(config, clock, pace),

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
