import { defineProblems } from '../../core/problem';

export const whatIfProblems = defineProblems('WHATIF', {
  NOT_A_DRAFT: [409, '只能试算草稿；已发布的规则正在使用或已停用。'],
  NOTHING_IN_FORCE: [409, '现在没有生效的规则，无法比较。'],
  RUN_NEEDED: [409, '发布前请先用这份草稿做一次试算，并等它完成。'],
  RUN_TOO_SHORT: [409, '这次试算不到 90 天。请用这份草稿试算 90 天以上再发布。'],
  RUN_OUT_OF_DATE: [409, '这次试算之后情况变了（规则换过，或已超过 30 天）。请再试算一次。'],
  SECOND_PERSON: [403, '自己起草的规则，要由另一位同事发布。'],
  TOO_EARLY: [400, '生效日期最早是明天。'],
  ANOTHER_THAT_DAY: [409, '这一天已有另一份规则生效，请换一天。'],
});
