import { on } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { writeXlsx, writeXlsxStream, type CellStyle, type ColumnDef } from 'hucre/xlsx';
import { entryText } from './zip-guard';

/*
 * Excel in and out, row by row, so that memory does not grow with the file. The only place that knows the library.
 * (exceljs, which is better known, tears Chinese characters apart where its reader's chunks meet.)
 */

/** What a cell holds. Dates are calendar time as it stands in the sheet, read as if it were UTC: sheets have no zone. */
export type Cell = string | number | boolean | Date | null;

interface SheetLimits {
  rows: number;
  columns: number;
}

type Kind = 'not_a_sheet' | 'too_many_rows' | 'too_much' | 'hidden_sheet' | 'several_sheets';

/** The file holds more than a sheet may have, another than the one that is meant, or is none. */
export class SheetProblem extends Error {
  constructor(
    readonly kind: Kind,
    private readonly about = '',
  ) {
    super(kind);
  }

  /** What to do about it. */
  inWords(): string {
    switch (this.kind) {
      case 'not_a_sheet':
        return '文件无法读取，请用模板填写。';
      case 'too_many_rows':
        return `超过 ${this.about} 行，请拆成几个文件。`;
      case 'too_much':
        return '文件内容太多，请拆成几个文件。';
      case 'hidden_sheet':
        return `有隐藏的工作表“${this.about}”。请在工作表标签上点右键取消隐藏，删去不用的工作表，再重新上传。`;
      case 'several_sheets':
        return `有内容的工作表不止一个（${this.about}）。请只留要导入的一个，再重新上传。`;
    }
  }
}

const READER = path.join(__dirname, 'sheet-reader.worker.mjs');
/** What reading a book may take, beside the file itself: 100,000 rows with texts of their own take half of it. */
const READER_MB = 640;

/** A sheet of this name explains how another is filled. */
export const GUIDE = '填写说明';
const MAX_BOOK_BYTES = 1024 * 1024;

/**
 * The sheets that may be meant, with their places: all that are seen but the one that explains. What a program keeps out
 * of everybody's sight ('veryHidden', as WPS does with pictures) is nobody's data.
 */
async function sheetsOf(file: Buffer): Promise<{ place: number; name: string }[]> {
  const book = await entryText(file, /(?:^|\/)workbook\d*\.xml$/i, MAX_BOOK_BYTES);
  const tags = book?.match(/<(?:\w+:)?sheet\s[^>]*>/g);
  if (tags === undefined || tags === null) throw new SheetProblem('not_a_sheet');
  const sheets = tags.map((tag, place) => ({
    place,
    name: unescaped(/\sname=(?:"([^"]*)"|'([^']*)')/.exec(tag)?.slice(1).find(Boolean) ?? ''),
    state: /\sstate=["'](\w+)["']/.exec(tag)?.[1] ?? 'visible',
  }));
  const hidden = sheets.find(({ state }) => state === 'hidden');
  if (hidden !== undefined) throw new SheetProblem('hidden_sheet', hidden.name);
  const seen = sheets.filter(({ state }) => state === 'visible');
  const meant = seen.filter(({ name }) => name !== GUIDE);
  return meant.length > 0 ? meant : seen;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string): string =>
  text
    .replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, (whole, hex?: string, decimal?: string) => {
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '');

/**
 * The rows of the only sheet that is seen and holds something, with their numbers, empty ones left out. Formulas give
 * their results. Throws SheetProblem.
 */
export async function* readRows(file: Buffer, limits: SheetLimits): AsyncGenerator<{ number: number; cells: Cell[] }> {
  const sheets = await sheetsOf(file);
  const worker = new Worker(READER, {
    workerData: { file, columns: limits.columns, sheets },
    resourceLimits: { maxOldGenerationSizeMb: READER_MB },
    execArgv: [],
  });
  try {
    const batches = on(worker, 'message', { close: ['exit'] });
    worker.postMessage('more');
    for await (const [batch] of batches as AsyncIterable<[Message]>) {
      if (batch === null) return;
      if ('several' in batch) throw new SheetProblem('several_sheets', batch.several.join('、'));
      for (const { index, values } of batch) {
        if (index >= limits.rows) throw new SheetProblem('too_many_rows', String(limits.rows - 1));
        yield { number: index + 1, cells: values.map(ours) };
      }
      worker.postMessage('more');
    }
    throw new SheetProblem('not_a_sheet');
  } catch (error) {
    if (error instanceof SheetProblem) throw error;
    const { code } = error as { code?: string };
    throw new SheetProblem(code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too_much' : 'not_a_sheet');
  } finally {
    await worker.terminate();
  }
}

type Message = { index: number; values: Cell[] }[] | { several: string[] } | null;

/** Dates come across as dates, though not always as instances of this thread's class. */
function ours(cell: Cell): Cell {
  return typeof cell === 'object' && cell !== null ? new Date(cell) : cell;
}

/** Rows after which others get their turn while a sheet is written. */
const BREATH = 200;
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A row to be written; `marked` cells, by their place, get a red ground, `text` ones stay text when somebody mends them. */
export interface SheetRow {
  cells: readonly Cell[];
  marked?: readonly number[];
  text?: readonly number[];
}

const HEADING: CellStyle = { font: { bold: true } };
const MARK: CellStyle = { fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFC7CE' } } };
const TEXT: CellStyle = { numFmt: '@' };
const TO_THE_MINUTE: CellStyle = { numFmt: 'yyyy-mm-dd hh:mm' };
const DAY_MS = 86_400_000;
/** Columns that a sheet has at most, so that each of their cells can be marked. */
const COLUMNS = 64;

/** A sheet, written as it comes; the first row is its heading. Text stays text, also when it looks like a formula. */
export async function writeSheet(
  name: string,
  widths: readonly number[],
  rows: AsyncIterable<SheetRow> | Iterable<SheetRow>,
): Promise<Buffer> {
  const columns = Array.from({ length: COLUMNS }, (_, index): ColumnDef => {
    const width = widths[index];
    return width === undefined ? {} : { width };
  });
  const stream = writeXlsxStream(dressed(rows, columns), { name, columns, freezePane: { rows: 1 } });
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The stream takes a cell's style from its column at the moment it writes the row: columns wear a style for one row. */
async function* dressed(
  rows: AsyncIterable<SheetRow> | Iterable<SheetRow>,
  columns: ColumnDef[],
): AsyncGenerator<Cell[]> {
  let written = 0;
  for await (const { cells, marked = [], text = [] } of rows) {
    written += 1;
    if (written % BREATH === 0) await breathe();
    const worn: ColumnDef[] = [];
    const wear = (index: number, style: CellStyle) => {
      const column = columns[index];
      if (column === undefined) return;
      column.style = { ...column.style, ...style };
      worn.push(column);
    };
    cells.forEach((cell, index) => {
      if (written === 1) wear(index, HEADING);
      if (cell instanceof Date && cell.getTime() % DAY_MS !== 0) wear(index, TO_THE_MINUTE);
    });
    for (const index of text) wear(index, TEXT);
    for (const index of marked) wear(index, MARK);
    yield cells.map(clean);
    for (const column of worn) delete column.style;
  }
}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

function clean(value: Cell): Cell {
  return typeof value === 'string' ? value.replace(CONTROL, '') : value;
}

/** One of the few sheets of a small book. */
interface BookSheet {
  name: string;
  columns: readonly { width: number; options?: readonly string[] | undefined; text?: boolean }[];
  /** The first one is the heading. */
  rows: readonly (readonly Cell[])[];
}

/** A small book of several sheets; in the first `formedRows` rows columns with options offer them as a list, and those of text keep what is typed as it is. */
export async function writeBook(sheets: readonly BookSheet[], formedRows: number): Promise<Buffer> {
  const book = await writeXlsx({
    sheets: sheets.map(({ name, columns, rows }) => ({
      name,
      columns: columns.map(({ width }) => ({ width })),
      rows: rows.map((row) => row.map(clean)),
      cells: new Map<string, { style: CellStyle }>([
        ...(rows[0] ?? []).map((_, index) => [`0,${index}`, { style: HEADING }] as const),
        ...columns.flatMap(({ text = false }, index) =>
          Array.from({ length: text ? formedRows : 0 }, (_, row) => [`${row + 1},${index}`, { style: TEXT }] as const),
        ),
      ]),
      freezePane: { rows: 1 },
      dataValidations: columns.flatMap(({ options }, index) => {
        const letter = String.fromCharCode('A'.charCodeAt(0) + index);
        const range = `${letter}2:${letter}${formedRows + 1}`;
        return options === undefined
          ? []
          : [{ type: 'list' as const, values: [...options], allowBlank: true, showErrorMessage: true, range }];
      }),
    })),
  });
  return Buffer.from(book);
}
