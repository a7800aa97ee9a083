import { defineProblems } from '../../core/problem';

export const stayProblems = defineProblems('SUPERVISE', {
  ALREADY: [409, '这家企业已经在重点监管，或正在等确认。'],
  DECIDED: [409, '这项建议已经有决定。'],
  NOT_CONFIRMED: [409, '还没有确认列入，不用核查。'],
  NOT_QUIET: [409, '还没到核查退出的时候：要先有一段日子没有问题超期。'],
  OVERDUE: [409, '还有问题超期没有改好，现在不能通过。'],
  ENDED: [409, '这次重点监管已经结束。'],
  SECOND_PERSON: [403, '自己提出的建议，要由另一位同事确认。'],
  WRONG_DOOR: [400, '扫的不是这家企业现在的点位码，请到现场扫门上的码。'],
});

export const caseProblems = defineProblems('CASE', {
  NOT_OPENED: [409, '案件已经开始调查。'],
  NOT_INVESTIGATING: [409, '案件还没有开始调查。'],
  ALREADY_TRANSFERRED: [409, '案件已经移送，不能撤回。'],
  ENDED: [409, '案件已经办结。'],
  SOURCE: [409, '这条线索不是这家企业的，或已经结束。'],
  PERIOD: [400, '起止日期不对：最早 400 天前，不能晚于今天。'],
});
