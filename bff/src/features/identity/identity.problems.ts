import { defineProblems } from '../../core/problem';

/** Signing in and binding. */
export const session = defineProblems('SESSION', {
  CODE_INVALID: [400, '登录凭证已失效或已使用，请返回后重新登录。'],
  ACCOUNT_BLOCKED: [403, '该微信账号被平台限制登录，请换一个账号或联系管理员。'],
  PLATFORM_BUSY: [503, '登录平台暂时没有响应，请稍后再试。'],
  PLATFORM_REFUSED: [502, '登录平台拒绝了本系统的请求，请联系管理员检查接入配置。'],
  BINDING_EXPIRED: [400, '绑定操作已超时，请重新登录后再绑定。'],
  NOT_REGISTERED: [403, '这个手机号没有登记，请联系乡镇专管员登记后再试。'],
  WRONG_ONE_TIME_CODE: [
    403,
    '手机号或绑定码不正确，或绑定码已失效；连续输错 5 次后请 15 分钟后再试，或向管理员重新领取。',
  ],
  ALREADY_BOUND: [409, '这个账号已绑定其他人员，请联系管理员解绑后再试。'],
  WRONG_CREDENTIALS: [401, '用户名或密码不正确；连续输错 5 次后请 15 分钟后再试，或联系管理员。'],
  ONE_TIME_PASSWORD_OVER: [403, '一次性密码已过期（24 小时内有效），请联系管理员重新领取。'],
  NO_PASSWORD: [409, '您还没有开通网页登录，请联系两位管理员为您开通。'],
  WRONG_OLD_PASSWORD: [403, '原密码不正确；连续输错 5 次后请 15 分钟后再试，或联系管理员重置。'],
  PASSWORD_LENGTH: [400, '新密码要有 12 到 128 个字符，可以用一句话。'],
  PASSWORD_IS_YOURS: [400, '新密码不能包含您的用户名、手机号或姓名，请换一个。'],
  PASSWORD_COMMON: [400, '这个密码太常见，容易被猜到，请换一个。'],
  PASSWORD_SAME: [400, '新密码不能和原密码相同，请换一个。'],
  PERSON_DISABLED: [403, '您的账号已停用，请联系管理员。'],
  NO_ROLE: [403, '您的账号还没有分配职责，请联系管理员。'],
});

/** Managing other people's access. */
export const people = defineProblems('PEOPLE', {
  NOT_YOURSELF: [409, '不能停用或解绑自己的账号，请由其他管理员操作。'],
  SECOND_PERSON: [403, '监管人员由您登记，要由另一位管理员确认启用。'],
  NO_WEB_LOGIN: [409, '企业人员不用密码登录，请为其生成绑定码。'],
  DISABLED: [409, '该人员已停用，请先恢复后再操作。'],
});
