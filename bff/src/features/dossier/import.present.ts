import { readRows, writeSheet, type Cell, type SheetRow } from '../../core/sheet';
import { asHeading, columnName } from '../../core/sheet-columns';
import { FAULT_COLUMN, type Fault } from './import.rules';
import { COLUMNS, type Column } from './import-columns.rules';
import type { ShownFault } from './import.store';
import type { RecordType } from './record.rules';

/** The heading counts as a row. */
export const LIMITS = { rows: 100_001, columns: 40 };
const SHOWN_FAULTS = 20;

/** By row number. */
export type Faults = Map<number, Fault[]>;
/** Where each column stands in the file, by its title. */
export type Places = ReadonlyMap<string, number | undefined>;

/** What is told about a file. */
export interface Told {
  faults: Faults;
  places: Places;
  /** Columns that hold something, in any row. */
  width: number;
  /** Where faults were told the time before. */
  toldAt: number | undefined;
}

export function placesOf(kind: RecordType, found: readonly (number | undefined)[] = []): Places {
  return new Map(COLUMNS[kind].map(({ title }, index) => [title, found[index]]));
}

/** The first faults, in words. */
export function shown(faults: Faults, places: Places): ShownFault[] {
  return [...faults]
    .sort(([one], [other]) => one - other)
    .slice(0, SHOWN_FAULTS)
    .flatMap(([row, list]) =>
      list.map((fault) => {
        const column = columnOf(fault, places);
        return { row, column: column === undefined ? null : columnName(column), problem: inWords(fault) };
      }),
    )
    .slice(0, SHOWN_FAULTS);
}

function columnOf({ title, column }: Fault, places: Places): number | undefined {
  return column ?? (title === undefined ? undefined : places.get(title));
}

function inWords({ title, problem }: Fault): string {
  return title === undefined ? problem : `${title}：${problem}`;
}

/** In the file each fault of a row has to say where it is: a column without a title by its letter. */
function inFile(fault: Fault): string {
  return fault.title === undefined && fault.column !== undefined
    ? `${columnName(fault.column)} 列：${fault.problem}`
    : inWords(fault);
}

/**
 * The file as it came, row by row, with the faulty cells marked and a last column that says what is wrong in each row.
 * It can be mended and sent again.
 */
export function faultFile(kind: RecordType, content: Buffer, told: Told): Promise<Buffer> {
  const columns: readonly Column[] = COLUMNS[kind];
  const text = columns.flatMap((column) => (column.text ? (told.places.get(column.title) ?? []) : []));
  return writeSheet('导入', [...columns.map(({ width }) => width), 60], withFaults(content, told, text));
}

async function* withFaults(
  content: Buffer,
  { faults, places, width, toldAt }: Told,
  text: readonly number[],
): AsyncGenerator<SheetRow> {
  // Behind the last column, or where it was the time before, if that is the last one.
  const tellAt = toldAt === width - 1 ? toldAt : width;
  let written = 0;
  let first = true;
  for await (const { number, cells } of readRows(content, LIMITS)) {
    // Rows keep their numbers: faults speak of them.
    for (; written < number - 1; written += 1) yield { cells: [] };
    written += 1;
    const found = faults.get(number) ?? [];
    const said = found.map(inFile).join('；');
    const heading = first;
    first = false;
    const words = heading ? [FAULT_COLUMN, said].filter(Boolean).join('：') : said;
    yield {
      cells: [
        ...Array.from({ length: tellAt }, (_, index) => (index === toldAt ? null : (cells[index] ?? null))),
        words === '' ? null : words,
      ],
      marked: found.flatMap((fault) => columnOf(fault, places) ?? []),
      text: heading ? [] : text,
    };
  }
}

/** The column in which faults were told the time before. */
export function placeOfFaults(heading: readonly Cell[]): number | undefined {
  const before = heading.findIndex((cell) => asHeading(cell).startsWith(FAULT_COLUMN));
  return before === -1 ? undefined : before;
}
