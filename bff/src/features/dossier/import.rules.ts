import { businessDate, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Cell } from '../../core/sheet';
import { usccIsValid } from '../directory';
import { documentNumber, entryFault, type Entry } from './entry.rules';
import type { RecordType } from './record.rules';

/** One column of a sheet for officials. */
export interface Column {
  /** The heading; a star says that it must be filled. */
  title: string;
  required: boolean;
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
  width: 24,
  hint: '18 位，本辖区已登记的企业',
  example: '91330521MA2B0001XX',
};
const content = (example: string): Column => ({
  title: '内容',
  required: true,
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
  width: 14,
  hint: Object.keys(options).join('、'),
  example,
  options,
});
const documentNo = (title: string, required: boolean, example: string): Column => ({
  title,
  required,
  width: 26,
  hint: required ? '不能重复' : '可以不填；填了不能重复',
  example,
});

/** The sheets that officials fill, column by column. */
export const COLUMNS = {
  petition: [
    uscc,
    { title: '收到日期', required: true, width: 14, hint: '例如 2026-11-20', example: '2026-11-20' },
    choice('来源', true, SOURCES, '热线'),
    choice('事项', true, ISSUES, '异味'),
    content('夜间有刺鼻气味。'),
    documentNo('登记编号', false, '12345-2026-000123'),
    choice('核查结论', false, VERDICTS, '查实'),
    { title: '核查情况', required: false, width: 40, hint: '有核查结论时必填，最多 500 字', example: '夜间确有异味。' },
    { title: '核查日期', required: false, width: 14, hint: '有核查结论时必填', example: '2026-11-22' },
  ],
  penalty: [
    uscc,
    documentNo('决定文号', true, '湖德环罚〔2026〕18 号'),
    { title: '决定日期', required: true, width: 14, hint: '例如 2026-11-18', example: '2026-11-18' },
    choice('处罚种类', true, PENALTIES, '罚款'),
    { title: '罚款金额（元）', required: false, width: 16, hint: '罚款必填，其他不填', example: 42_000 },
    choice('一票否决', false, VETOES, ''),
    content('废水超标排放。'),
    {
      title: '处罚机关',
      required: false,
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

/** The column in which faults come back; ignored when the file is sent again. */
export const FAULT_COLUMN = '错误说明';

interface Verdict {
  state: 'verified' | 'unfounded';
  result: string;
  at: Date;
}

/** What is wrong in a row, and in which column; without one where it is about the row as a whole. */
export interface Fault {
  title?: string;
  problem: string;
}

/** A row by itself; whether its enterprise and number are right is for the database to say. */
export interface ReadRow {
  number: number;
  /** Undefined unless it is well formed. */
  uscc: string | undefined;
  documentNo: string | null;
  /** Undefined as soon as there are faults. */
  entry: Entry | undefined;
  verdict: Verdict | undefined;
  faults: Fault[];
}

/** Where each column stands in this file: by its heading, so that columns may be moved or added. */
export function findColumns(type: RecordType, heading: readonly Cell[]): (number | undefined)[] {
  const titles = heading.map(asHeading);
  return COLUMNS[type].map(({ title }) => {
    const at = titles.indexOf(asHeading(title));
    return at === -1 ? undefined : at;
  });
}

/** Stars, blanks and the width of brackets make no other heading. */
function asHeading(cell: Cell): string {
  return tidy(cell).normalize('NFKC').replace(/[*\s]/g, '');
}

/** Reads a row into a record, or names everything that is wrong with it. */
export function readRow(
  type: RecordType,
  row: { number: number; cells: readonly Cell[] },
  places: readonly (number | undefined)[],
  now: Date,
): ReadRow {
  const columns: readonly Column[] = COLUMNS[type];
  const faults: Fault[] = [];
  const at = (title: string): Cell => {
    const place = places[columns.findIndex((each) => each.title === title)];
    return place === undefined ? null : (row.cells[place] ?? null);
  };
  const fault = (title: string, problem: string): undefined => {
    faults.push({ title, problem });
    return undefined;
  };
  const words = (title: string, most: number): string | null => {
    const text = tidy(at(title));
    if ([...text].length > most) return fault(title, `不能超过 ${most} 字`) ?? null;
    return text === '' ? null : text;
  };
  const picked = <T extends string>(title: string): T | null => {
    const text = tidy(at(title));
    if (text === '') return null;
    const options = columns.find((each) => each.title === title)?.options ?? {};
    return (options[text] as T | undefined) ?? fault(title, `“${text.slice(0, 20)}”不在可选范围内`) ?? null;
  };
  for (const { title, required } of columns) {
    if (required && tidy(at(title)) === '') fault(title, '没有填');
  }
  const code = tidy(at(USCC_TITLE)).toUpperCase().replace(/\s/g, '');
  const codeIsValid = usccIsValid(code);
  if (code !== '' && !codeIsValid) fault(USCC_TITLE, '代码不对，请核对 18 位');
  const typed = words(DOCUMENT_TITLE[type], 60);
  const documentNo = typed === null ? null : documentNumber(typed);
  const instant = (title: string, time: boolean): Date | undefined => {
    const cell = at(title);
    if (tidy(cell) === '') return undefined;
    return (
      readInstant(cell, time) ??
      fault(title, time ? '日期时间看不懂，请写成 2026-11-22 03:00' : '日期看不懂，请写成 2026-11-20')
    );
  };
  const entry = entryOf();
  const verdict = entry?.type === 'petition' ? verdictOf(entry.receivedOn) : undefined;
  const whole = entry === undefined ? undefined : entryFault(entry, now);
  if (whole !== undefined) faults.push({ problem: whole.message });
  return {
    number: row.number,
    uscc: codeIsValid ? code : undefined,
    documentNo,
    entry: faults.length === 0 ? entry : undefined,
    verdict,
    faults,
  };

  function entryOf(): Entry | undefined {
    const text = words('内容', 1000);
    switch (type) {
      case 'petition': {
        const on = instant('收到日期', false);
        const source = picked<Extract<Entry, { type: 'petition' }>['source']>('来源');
        const kind = picked<Extract<Entry, { type: 'petition' }>['kind']>('事项');
        if (on === undefined || source === null || kind === null || text === null) return undefined;
        return { type, documentNo, receivedOn: businessDate(on), source, kind, content: text };
      }
      case 'penalty': {
        const on = instant('决定日期', false);
        const kind = picked<Extract<Entry, { type: 'penalty' }>['kind']>('处罚种类');
        const amount = readAmount(at('罚款金额（元）'));
        if (amount === undefined) fault('罚款金额（元）', '不是正数，或多于两位小数');
        const veto = picked<NonNullable<Extract<Entry, { type: 'penalty' }>['veto']>>('一票否决');
        const authority = words('处罚机关', 60);
        if (on === undefined || kind === null || text === null || amount === undefined) return undefined;
        return { type, documentNo, decidedOn: businessDate(on), authority, kind, amount, veto, content: text };
      }
      case 'incident': {
        const happenedAt = instant('发生时间', true);
        const kind = picked<Extract<Entry, { type: 'incident' }>['kind']>('种类');
        const level = picked<Extract<Entry, { type: 'incident' }>['level']>('等级');
        const source = picked<NonNullable<Extract<Entry, { type: 'incident' }>['source']>>('来源');
        if (happenedAt === undefined || kind === null || level === null || text === null) return undefined;
        return { type, documentNo, happenedAt, source, kind, level, content: text };
      }
    }
  }

  function verdictOf(receivedOn: BusinessDate): Verdict | undefined {
    const state = picked<Verdict['state']>('核查结论');
    const result = words('核查情况', 500);
    const on = instant('核查日期', false);
    const blank = (title: string) => tidy(at(title)) === '';
    if (blank('核查结论')) {
      return blank('核查情况') && blank('核查日期') ? undefined : fault('核查结论', '有核查情况或日期时必填');
    }
    for (const title of ['核查情况', '核查日期']) if (blank(title)) fault(title, '有核查结论时必填');
    if (on !== undefined && (on > now || businessDate(on) < receivedOn)) {
      return fault('核查日期', '应在收到日期之后，不晚于今天');
    }
    return state === null || result === null || on === undefined ? undefined : { state, result, at: on };
  }
}

/** What nobody sees, and what turns the direction of writing around. */
const HIDDEN = /[^\P{Cc}\t\n\r]|[\u200b\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A cell as text: full-width letters and digits made narrow, blanks around it gone. */
function tidy(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  return String(cell)
    .replace(/[\uff01-\uff5e]/g, (wide) =>
      /[（）：，；！？]/.test(wide) ? wide : String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    )
    .replace(HIDDEN, '')
    .trim();
}

const DATE =
  /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT]+(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?)?$/;

/** A date, or a date with a time, on the clocks of Asia/Shanghai; undefined for what is none. */
function readInstant(cell: Cell, withTime: boolean): Date | undefined {
  if (cell instanceof Date) {
    // A sheet's date has no zone: what it shows is Chinese time. It may be off by the rounding of a day's fraction.
    const shown = new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString();
    return shanghaiInstant(shown.slice(0, 10), withTime ? shown.slice(11, 16) : '00:00');
  }
  const match = DATE.exec(tidy(cell));
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '00'] = match;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const known = new Date(`${date}T00:00:00Z`);
  // 30 February is no date.
  if (Number.isNaN(known.getTime()) || known.toISOString().slice(0, 10) !== date) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59) return undefined;
  return shanghaiInstant(date, withTime ? `${hour.padStart(2, '0')}:${minute}` : '00:00');
}

/** An amount in yuan; null where none is given, undefined for what is none. */
function readAmount(cell: Cell): number | null | undefined {
  const text = tidy(cell).replace(/[,，\s元￥¥]/g, '');
  if (text === '') return null;
  // A sheet computes in binary fractions: 0.1 + 0.2 is meant to be 0.3.
  const amount = typeof cell === 'number' ? Math.round(cell * 1e6) / 1e6 : Number(text);
  if (typeof cell !== 'number' && !/^\d+(\.\d{1,2})?$/.test(text)) return undefined;
  const cents = Math.round(amount * 100);
  return amount > 0 && amount <= 1e9 && Math.abs(amount * 100 - cents) < 1e-4 ? cents / 100 : undefined;
}
