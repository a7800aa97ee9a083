import { defineProblems } from '../../core/problem';

export const checklistProblems = defineProblems('CHECKLIST', {
  UNKNOWN_TYPE: [400, '没有这种点位类型，请从列表中选择。'],
  EFFECTIVE_IN_PAST: [400, '新版检查表最早从明天起生效，请修改日期。'],
  EFFECTIVE_ORDER: [409, '已有一版更晚生效的检查表，请把生效日期改到它之后。'],
});
