import { defineProblems } from '../../core/problem';

export const creditProblems = defineProblems('CREDIT', {
  PERIOD_NOT_OVER: [409, '这个评价周期还没有结束，暂时不能评价。'],
  PERIOD_UNKNOWN: [409, '这个评价周期没有足够的记录，不能评价。'],
  LAST_DAY_OPEN: [409, '最后一天的任务要到次日 10:00 才结束，请在那之后再开始评价。'],
  ROUND_EXISTS: [409, '这个周期已经在评价，不能再开一次。'],
  NOT_PRELIMINARY: [409, '只有初评名单可以这样处理，现在不在初评阶段。'],
  NOT_FINAL: [409, '还没有定稿，不能公布。'],
  OBJECTIONS_RUN: [409, '异议期还没有结束，暂时不能定稿。'],
  OPEN_MATTERS: [409, '还有没处理完的异议或调整，处理完才能定稿。'],
  OBJECTIONS_OVER: [409, '异议期已经结束。'],
  OBJECTED_ALREADY: [409, '这个周期已经提过异议，正在处理或已处理。'],
  DECIDED: [409, '这件事已经有决定，不能再改。'],
  POINTS_NEEDED: [400, '异议成立时，请写明调整多少分。'],
  SECOND_PERSON: [403, '自己提出的，要由另一位同事决定。'],
  NOT_A_SHEET: [400, '这不是能读的 Excel 文件（.xlsx），或内容太多，请核对后再传。'],
  NOT_A_DRAFT: [409, '只有草稿可以发布。'],
});
