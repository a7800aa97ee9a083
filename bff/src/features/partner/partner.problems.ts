import { defineProblems } from '../../core/problem';

export const partnerProblems = defineProblems('PARTNER', {
  INVALID_CLIENT: [401, '客户端编号或密钥不对，或客户端已停用，请与生态环境部门联系。'],
  INVALID_SCOPE: [400, '申请的权限超出了这个客户端的范围。'],
  UNSUPPORTED_GRANT: [400, '只支持 client_credentials 方式。'],
  SCOPE_MISSING: [403, '访问令牌没有这项查询所需的权限，请重新申请令牌。'],
  TOO_FAST: [429, '查询太快，请按响应头提示的时间稍候再试。'],
  QUOTA_USED: [429, '今天的查询额度已用完，明天零点恢复；如需增加，请与生态环境部门联系。'],
  USCC_MALFORMED: [400, '统一社会信用代码不正确（18 位，末位为校验码），请核对后再试。'],
  UNKNOWN_ENTERPRISE: [404, '没有可以提供的健康码：企业不存在、不在查询范围内，或尚未评估。'],
  NOT_CURRENT: [503, '这家企业的健康码正在更新，请稍后再查；不要使用过期的结果。'],
  NO_CONSENT: [403, '企业没有授权您查看颜色和等级以外的内容，请联系企业在小程序内授权。'],
  TOO_MANY_ITEMS: [413, '一次最多查询 500 家企业，请分批查询。'],
  MOMENT_OUT_OF_RANGE: [400, '时间不对：不能晚于现在，也不能早于 2020 年 1 月 1 日。'],
  CONSENT_TERM: [400, '授权的截止时间不对：要晚于现在，最长三年。'],
  URL_NOT_ALLOWED: [400, '接收地址不符合要求：须为 https 公网地址，不带用户名和密码。'],
  TOO_MANY_WEBHOOKS: [409, '接收地址最多 5 个，请先停用不再使用的。'],
});
