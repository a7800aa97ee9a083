import { defineProblems } from '../../core/problem';

export const scanProblems = defineProblems('SCAN', {
  UNKNOWN_CODE: [404, '这不是本系统的点位码。请扫描贴在点位门上的二维码。'],
  REVOKED: [410, '这张点位码已作废。请联系乡镇专管员更换新码。'],
  OTHER_ENTERPRISE: [403, '这是其他企业的点位，您不能检查。请核对门牌。'],
  NOT_YOUR_POINT: [403, '这个点位由同事负责。请联系负责人，或请乡镇专管员调整。'],
  POINT_INACTIVE: [409, '这个点位已停用，不需要检查。'],
  NOT_DUE: [409, '这个点位今天没有检查任务。如有需要，可以发起一次加查。'],
  ALREADY_DONE: [409, '这个点位今天已经检查过了。如有需要，可以发起一次加查。'],
  SUSPENDED: [409, '企业已报备停产，这几天不用检查。如已复产，请先撤回停产报备。'],
});

export const reportProblems = defineProblems('REPORT', {
  NOT_YOUR_TASK: [403, '这项任务由同事负责，您不能上报。'],
  NO_CHECKLIST: [409, '这个点位类型还没有检查表，请联系监管部门。'],
  WRONG_CHECKLIST: [400, '检查表与点位类型不符，请刷新任务单后重新填写。'],
  UNKNOWN_ITEM: [400, '上报里有检查表没有的项目，请刷新任务单后重新填写。'],
  REPEATED_ITEM: [400, '同一个项目填写了两次，请更新应用后再试。'],
  WRONG_ANSWER: [400, '有项目的填写方式不对，请按提示修改。'],
  INCOMPLETE: [400, '还有项目没有填写，或缺少必拍的照片，请补齐后再上报。'],
  TIMES_OUT_OF_ORDER: [400, '填写时间早于开始时间，请检查手机时间后再试。'],
});
