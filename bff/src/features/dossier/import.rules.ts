import { businessDate, shanghaiInstant, type BusinessDate } from '../../core/clock';
import type { Cell } from '../../core/sheet';
import { notText, type PlaceFault } from '../../core/sheet-columns';
import { usccIsValid } from '../directory';
import { documentNumber, entryFault, type Entry } from './entry.rules';
import { COLUMNS, DOCUMENT_TITLE, USCC_TITLE, type Column } from './import-columns.rules';
import type { RecordType } from './record.rules';

/** The column in which faults come back; ignored when the file is sent again. */
export const FAULT_COLUMN = '错误说明';

interface Verdict {
  state: 'verified' | 'unfounded';
  result: string;
  at: Date;
}

/** What is wrong in a row, and in which column, by its title or its place; without one where it is about the whole row. */
export interface Fault extends PlaceFault {
  title?: string;
}

/** Columns that people like to have and that are not read. */
const BESIDES = ['序号', '企业名称'];

/** Whether a heading may be there although nothing is read from it. */
export const isBeside = (heading: string): boolean => BESIDES.includes(heading) || heading.startsWith(FAULT_COLUMN);

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

/** Reads a row into a record, or names everything that is wrong with it. */
export function readRow(
  type: RecordType,
  row: { number: number; cells: readonly Cell[] },
  places: readonly (number | undefined)[],
  now: Date,
): ReadRow {
  const columns: readonly Column[] = COLUMNS[type];
  const faults: Fault[] = [];
  const fault = (title: string, problem: string): undefined => {
    faults.push({ title, problem });
    return undefined;
  };
  const cells = new Map<string, Cell>();
  const spoilt = new Set<string>();
  for (const [index, { title, text }] of columns.entries()) {
    const place = places[index];
    const cell = place === undefined ? null : (row.cells[place] ?? null);
    const wrong = text ? notText(cell) : undefined;
    if (wrong !== undefined) {
      fault(title, wrong);
      spoilt.add(title);
    }
    cells.set(title, wrong === undefined ? cell : null);
  }
  const at = (title: string): Cell => cells.get(title) ?? null;
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
    if (required && !spoilt.has(title) && tidy(at(title)) === '') fault(title, '没有填');
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
