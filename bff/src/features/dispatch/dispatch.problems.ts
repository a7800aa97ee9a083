import { defineProblems } from '../../core/problem';

export const dispatchProblems = defineProblems('DISPATCH', {
  DATE_OUT_OF_RANGE: [400, '日期不在可查询的范围内：任务单可看前后 7 天，记录可看本月和之前 13 个月，请重新选择。'],
  RANGE_TOO_LONG: [400, '一次最多查询 92 天，请缩短日期范围。'],
  EXTRA_DATE: [400, '加查日期只能选今天到 30 天以内，请重新选择。'],
  EXTRA_TOO_MANY: [409, '这个点位当天的加查已经够多了，请换一天。'],
  POINT_INACTIVE: [409, '这个点位已停用，不能安排加查。'],
});
