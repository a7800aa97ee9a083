import { businessDate } from '../../core/clock';
import { defineProblems, Problem } from '../../core/problem';

export const visitProblems = defineProblems('ASSIST', {
  UNDISTURBED: [409, '这家企业在正面清单上，无事不扰。确需上门，请写明原因。'],
  DATE: [400, '计划日期要在今天到 60 天之内。'],
  WARNING: [409, '这条预警不是这家企业的，或已经关闭。'],
  WRONG_DOOR: [400, '扫的不是这家企业现在的点位码，请到现场扫门上的码。'],
  TIMES: [400, '到达和离开的时间不对，请核对手机时间。'],
  STEP_DATES: [400, '约定事项的日期要在上门之后、180 天之内。'],
  NOT_PLANNED: [409, '只有计划中的上门可以这样处理。'],
  NOT_RECORDED: [409, '还没有上门记录，不能回访。'],
  ENDED: [409, '这次帮扶已经结束。'],
  ALREADY_RECORDED: [409, '这次上门已经有记录，不能再记。'],
  EVERY_STEP: [400, '请逐项写明约定事项有没有做到。'],
  PHOTO_NOT_STORED: [409, '有照片还没有传到，请等照片传完再提交。'],
});

/** The refusal that says since when the enterprise has earned to be left alone. */
export function undisturbed(since: Date): Problem {
  const { code, status } = visitProblems.UNDISTURBED();
  const message = `这家企业从 ${businessDate(since)} 起在正面清单上，无事不扰。确需上门，请写明原因。`;
  return new Problem(code, status, message, { since: since.toISOString() });
}
