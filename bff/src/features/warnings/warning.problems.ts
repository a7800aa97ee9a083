import { defineProblems } from '../../core/problem';

export const warningProblems = defineProblems('WARNING', {
  CLOSED: [409, '这条预警已经关闭，不用再处理。'],
  ALREADY_ACKNOWLEDGED: [409, '这条预警已经有人确认，请刷新查看。'],
  SNOOZED: [409, '这条预警正在暂缓，到期会重新提醒；要提前结束请直接填写处理结果并关闭。'],
  ESCALATED: [403, '这条预警已升级到上级处理，请与上级联系。'],
  SNOOZE_DATE: [400, '暂缓的日期不对：要晚于现在，最长 14 天。'],
  DUTY_REGION: [400, '值班表按区县或全市登记，请选择区县或市。'],
  DUTY_DATES: [400, '值班日期不对：从今天起，最长 92 天。'],
  DUTY_PERSON: [400, '值班人员须是该区域在职的执法或监管人员，请核对。'],
});
