import { defineProblems } from '../../core/problem';

export const directoryProblems = defineProblems('DIRECTORY', {
  USCC_INVALID: [400, '统一社会信用代码不正确，请核对 18 位代码。'],
  USCC_TAKEN: [409, '这个统一社会信用代码已经登记过了。'],
  REGION_OUTSIDE: [400, '所选区划不存在，或不在您的管辖范围内。'],
  OFFICER_UNFIT: [400, '负责人必须是本企业在职的环保负责人。'],
  TYPE_UNKNOWN: [400, '没有这种点位类型，请从列表中选择。'],
  PROFILE_UNKNOWN: [400, '没有这个执行标准，请从列表中选择。'],
  POINT_CODE_TAKEN: [409, '这个企业已有同样编号的点位，请换一个编号。'],
  MOBILE_TAKEN: [409, '这个手机号已登记在别人名下，请核对。'],
  GRANT_OUTSIDE: [403, '不能授予管辖范围以外的权限。'],
  LEAVE_DATES: [400, '请假日期不对：从今天起，最长 60 天。'],
  LEAVE_OVERLAP: [409, '这段时间您已经请过假，请先结束原来的请假。'],
  LEAVE_OVER: [409, '这次请假已经结束，不用再操作。'],
  DEPUTY_AWAY: [409, '代理人这段时间也在请假，请换一位代理人或调整日期。'],
  DEPUTISES: [409, '这段时间您正代理别人的任务，请先让对方换代理人。'],
  SUSPENSION_DATES: [400, '停产日期不对：最早 3 天前，最长 180 天。'],
  SUSPENSION_OVERLAP: [409, '这段时间已经报备过停产，请先撤回原来的报备。'],
  SUSPENSION_DECIDED: [409, '这份报备已经处理过了，请刷新查看结果。'],
});
