import type { Wanted } from '../../core/sheet-columns';
import type { RecordType } from './record.rules';

/** One column of a sheet for officials. */
export interface Column extends Wanted {
  width: number;
  /** What may stand there, for the sheet that explains. */
  hint: string;
  example: string | number;
  /** What is allowed, by its Chinese name. */
  options?: Readonly<Record<string, string>>;
}

const SOURCES = { 热线: 'hotline', 来信: 'letter', 来访: 'visit', 网络: 'online', 媒体: 'media', 其他: 'other' };
const ISSUES = {
  异味: 'odour',
  废气: 'waste_gas',
  废水: 'waste_water',
  噪声: 'noise',
  扬尘: 'dust',
  固废: 'solid_waste',
  其他: 'other',
};
const VERDICTS = { 查实: 'verified', 查无实据: 'unfounded' };
const PENALTIES = {
  警告: 'warning',
  责令改正: 'order',
  罚款: 'fine',
  限产: 'limit',
  停产: 'stop',
  查封: 'sealing',
  行政拘留: 'detention',
};
const VETOES = {
  数据造假: 'data_falsification',
  暗管排放: 'hidden_pipe',
  行政拘留: 'detention',
  环境犯罪: 'environmental_crime',
};
const INCIDENTS = {
  泄漏: 'leak',
  火灾: 'fire',
  爆炸: 'explosion',
  超标排放: 'discharge',
  异味: 'odour',
  其他: 'other',
};
const INCIDENT_SOURCES = { 企业报告: 'enterprise', 巡查: 'patrol', 热线: 'hotline', 监测: 'monitor', 其他: 'other' };
const LEVELS = { 轻微: 'minor', 一般: 'general', 重大: 'major' };

/** The heading of the column that says which enterprise it is. */
export const USCC_TITLE = '统一社会信用代码';
/** The headings of the columns for the document number. */
export const DOCUMENT_TITLE: Readonly<Record<RecordType, string>> = {
  petition: '登记编号',
  penalty: '决定文号',
  incident: '编号',
};

const uscc: Column = {
  title: USCC_TITLE,
  required: true,
  text: true,
  width: 24,
  hint: '18 位，本辖区已登记的企业',
  example: '91330521MA2B0001XX',
};
const content = (example: string): Column => ({
  title: '内容',
  required: true,
  text: true,
  width: 60,
  hint: '最多 1000 字，不写投诉人的姓名和电话',
  example,
});
const choice = (
  title: string,
  required: boolean,
  options: Readonly<Record<string, string>>,
  example: string,
): Column => ({
  title,
  required,
  text: false,
  width: 14,
  hint: Object.keys(options).join('、'),
  example,
  options,
});
const documentNo = (title: string, required: boolean, example: string): Column => ({
  title,
  required,
  text: true,
  width: 26,
  hint: required ? '不能重复' : '可以不填；填了不能重复',
  example,
});

/** The sheets that officials fill, column by column. */
export const COLUMNS = {
  petition: [
    uscc,
    { title: '收到日期', required: true, text: false, width: 14, hint: '例如 2026-11-20', example: '2026-11-20' },
    choice('来源', true, SOURCES, '热线'),
    choice('事项', true, ISSUES, '异味'),
    content('夜间有刺鼻气味。'),
    documentNo('登记编号', false, '12345-2026-000123'),
    choice('核查结论', false, VERDICTS, '查实'),
    {
      title: '核查情况',
      required: false,
      text: true,
      width: 40,
      hint: '有核查结论时必填，最多 500 字',
      example: '夜间确有异味。',
    },
    { title: '核查日期', required: false, text: false, width: 14, hint: '有核查结论时必填', example: '2026-11-22' },
  ],
  penalty: [
    uscc,
    documentNo('决定文号', true, '湖德环罚〔2026〕18 号'),
    { title: '决定日期', required: true, text: false, width: 14, hint: '例如 2026-11-18', example: '2026-11-18' },
    choice('处罚种类', true, PENALTIES, '罚款'),
    { title: '罚款金额（元）', required: false, text: false, width: 16, hint: '罚款必填，其他不填', example: 42_000 },
    choice('一票否决', false, VETOES, ''),
    content('废水超标排放。'),
    {
      title: '处罚机关',
      required: false,
      text: true,
      width: 24,
      hint: '可以不填，最多 60 字',
      example: '湖州市生态环境局德清分局',
    },
  ],
  incident: [
    uscc,
    {
      title: '发生时间',
      required: true,
      text: false,
      width: 20,
      hint: '例如 2026-11-22 03:00；只写日期按 0 点算',
      example: '2026-11-22 03:00',
    },
    choice('种类', true, INCIDENTS, '泄漏'),
    choice('等级', true, LEVELS, '一般'),
    content('储罐阀门渗漏，已围堵。'),
    documentNo('编号', false, ''),
    choice('来源', false, INCIDENT_SOURCES, '企业报告'),
  ],
} as const satisfies Record<RecordType, readonly Column[]>;
