import { on } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { writeXlsx, writeXlsxStream, type CellStyle, type ColumnDef } from 'hucre/xlsx';

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

/** The file holds more than a sheet may have, or is none. */
export class SheetProblem extends Error {
  constructor(readonly kind: 'not_a_sheet' | 'too_many_rows' | 'too_much') {
    super(kind);
  }
}

const READER = path.join(__dirname, 'sheet-reader.worker.mjs');
/** What reading a book may take, beside the file itself: 100,000 rows with texts of their own take half of it. */
const READER_MB = 640;

/** The rows of the first sheet with their numbers, empty ones left out. Formulas give their results. Throws SheetProblem. */
export async function* readRows(file: Buffer, limits: SheetLimits): AsyncGenerator<{ number: number; cells: Cell[] }> {
  const worker = new Worker(READER, {
    workerData: { file, columns: limits.columns },
    resourceLimits: { maxOldGenerationSizeMb: READER_MB },
    execArgv: [],
  });
  try {
    const batches = on(worker, 'message', { close: ['exit'] });
    worker.postMessage('more');
    for await (const [batch] of batches as AsyncIterable<[{ index: number; values: Cell[] }[] | null]>) {
      if (batch === null) return;
      for (const { index, values } of batch) {
        if (index >= limits.rows) throw new SheetProblem('too_many_rows');
        if (values.some((cell) => cell !== null)) yield { number: index + 1, cells: values.map(ours) };
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

/** Dates come across as dates, though not always as instances of this thread's class. */
function ours(cell: Cell): Cell {
  return typeof cell === 'object' && cell !== null ? new Date(cell) : cell;
}

/** Rows after which others get their turn while a sheet is written. */
const BREATH = 200;
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A row to be written; `marked` cells, by their place, get a red ground. */
export interface SheetRow {
  cells: readonly Cell[];
  marked?: readonly number[];
}

const HEADING: CellStyle = { font: { bold: true } };
const MARK: CellStyle = { fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFC7CE' } } };
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
  for await (const { cells, marked = [] } of rows) {
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
  columns: readonly { width: number; options?: readonly string[] | undefined }[];
  /** The first one is the heading. */
  rows: readonly (readonly Cell[])[];
}

/** A small book of several sheets; columns with options offer them as a list in the first `choiceRows` rows. */
export async function writeBook(sheets: readonly BookSheet[], choiceRows: number): Promise<Buffer> {
  const book = await writeXlsx({
    sheets: sheets.map(({ name, columns, rows }) => ({
      name,
      columns: columns.map(({ width }) => ({ width })),
      rows: rows.map((row) => row.map(clean)),
      cells: new Map((rows[0] ?? []).map((_, index) => [`0,${index}`, { style: HEADING }])),
      freezePane: { rows: 1 },
      dataValidations: columns.flatMap(({ options }, index) => {
        const letter = String.fromCharCode('A'.charCodeAt(0) + index);
        const range = `${letter}2:${letter}${choiceRows + 1}`;
        return options === undefined
          ? []
          : [{ type: 'list' as const, values: [...options], allowBlank: true, showErrorMessage: true, range }];
      }),
    })),
  });
  return Buffer.from(book);
}
