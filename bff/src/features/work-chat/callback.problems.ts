import { defineProblems } from '../../core/problem';

/** Calls of the work chat to us. */
export const callback = defineProblems('CALLBACK', {
  UNSIGNED: [403, '签名不正确，请检查事件订阅的 Token 配置。'],
  STALE: [403, '时间戳已过期，请校准服务器时间后重新推送。'],
  UNREADABLE: [403, '内容无法解密，请检查事件订阅的加密密钥和应用配置。'],
  REPLAYED: [409, '这条推送已经处理过，请勿重复提交。'],
});
