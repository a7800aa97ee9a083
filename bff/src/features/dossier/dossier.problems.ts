import { defineProblems } from '../../core/problem';

export const dossierProblems = defineProblems('DOSSIER', {
  ALREADY_DECIDED: [409, '这条记录已经有结论，不能再改；确有错误请作废后重新登记。'],
  NOT_CONFIRMED: [409, '事件还没有核实，不能结案。'],
  ALREADY_CLOSED: [409, '这个事件已经结案。'],
  VOIDED: [409, '这条记录已经作废。'],
  IN_FUTURE: [400, '日期不能晚于今天。'],
  TOO_EARLY: [400, '日期太早，请核对（应在 2000 年以后）。'],
  DOCUMENT_KNOWN: [409, '这个文号已经登记过，请核对。'],
  AMOUNT: [400, '罚款要填金额；其他处罚不填金额。'],
  DETENTION: [400, '行政拘留要在“一票否决”里选“行政拘留”。'],
  NOT_A_SHEET: [400, '这不是 Excel 文件（.xlsx），请用模板填写后再传。'],
  FILE_TOO_LARGE: [413, '文件太大：展开后超过限度，请拆成几个文件再传。'],
  FILE_KNOWN: [409, '同样的文件已经导入过，不用再传。'],
  FILE_GONE: [404, '文件已过保存期（7 天），请重新导入。'],
});
