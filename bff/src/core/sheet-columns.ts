import type { Cell } from './sheet';

/*
 * What a sheet that people fill may look like: one row of headings on top, each known and there once, and in columns of
 * text nothing that the sheet's program has already turned into a number or a date. Nothing is dropped in silence.
 */

/** A column that is read. */
export interface Wanted {
  title: string;
  required: boolean;
  /** Codes and words: a number or a date there is not what was typed any more. */
  text: boolean;
}

/** What is wrong in a row; without a column where it is about the row as a whole. */
export interface PlaceFault {
  /** From 0. */
  column?: number;
  problem: string;
}

interface Found {
  /** Where each wanted column stands, in their order. */
  places: (number | undefined)[];
  /** Columns with a heading. */
  headed: ReadonlySet<number>;
  row: number;
  faults: PlaceFault[];
}

/** Rows that may stand above the headings for us to say that they do. */
const MOST_ABOVE = 10;

/** 'A' for 0, 'AA' for 26. */
export function columnName(index: number): string {
  const last = String.fromCharCode('A'.charCodeAt(0) + (index % 26));
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last;
}

/** Stars, blanks, what nobody sees and the width of letters make no other heading. */
export function asHeading(cell: Cell): string {
  if (cell === null || cell instanceof Date) return '';
  return String(cell)
    .normalize('NFKC')
    .replace(/[*\s]|[\p{Cc}\p{Cf}]/gu, '');
}

/** Looks for the headings, row by row from the top. */
export class HeadingSearch {
  private readonly titles: readonly string[];
  private above: number[] = [];

  /** `besides`: headings that may be there and are not read. */
  constructor(
    private readonly wanted: readonly Wanted[],
    private readonly besides: (heading: string) => boolean,
  ) {
    this.titles = wanted.map(({ title }) => asHeading(title));
  }

  /** Undefined while the headings may still come. */
  take(row: { number: number; cells: readonly Cell[] }): Found | undefined {
    const headings = row.cells.map(asHeading);
    if (!headings.some((heading) => this.titles.includes(heading))) {
      this.above.push(row.number);
      return this.above.length > MOST_ABOVE ? this.end() : undefined;
    }
    const [first] = this.above;
    if (first !== undefined) {
      const last = this.above.at(-1) ?? first;
      const rows = first === last ? `第 ${first} 行` : `第 ${first}—${last} 行`;
      const problem = `列名应在最上面，现在在第 ${row.number} 行。请删除${rows}，再重新上传`;
      return this.none(first, problem);
    }
    return this.place(row.number, row.cells, headings);
  }

  /** There are no more rows, or too many without headings. */
  end(): Found {
    const [first] = this.above;
    return first === undefined ? this.none(1, '表里没有数据') : this.none(first, this.missing([]));
  }

  private none(row: number, problem: string): Found {
    return { places: [], headed: new Set(), row, faults: [{ problem }] };
  }

  private missing(headings: readonly string[]): string {
    const lacking = this.wanted.filter(
      ({ required }, index) => required && !headings.includes(this.titles[index] ?? ''),
    );
    return lacking.length === 0 ? '' : `缺少列：${lacking.map(({ title }) => title).join('、')}`;
  }

  private place(row: number, cells: readonly Cell[], headings: readonly string[]): Found {
    const faults: PlaceFault[] = [];
    const headed = new Set<number>();
    cells.forEach((cell, column) => {
      if (cell === null) return;
      headed.add(column);
      const heading = headings[column] ?? '';
      if (this.besides(heading)) return;
      const first = headings.indexOf(heading);
      if (!this.titles.includes(heading)) faults.push({ column, problem: this.unknown(cell, heading) });
      else if (first < column) {
        const title = this.wanted[this.titles.indexOf(heading)]?.title ?? heading;
        faults.push({
          column,
          problem: `“${title}”有两列（${columnName(first)} 列和 ${columnName(column)} 列），请只留一列`,
        });
      }
    });
    const missing = this.missing(headings);
    if (missing !== '') faults.unshift({ problem: missing });
    const places = this.titles.map((title) => {
      const at = headings.indexOf(title);
      return at === -1 ? undefined : at;
    });
    return { places, headed, row, faults };
  }

  private unknown(cell: Cell, heading: string): string {
    const shown = cell instanceof Date ? '日期' : String(cell).trim().slice(0, 20);
    const near = this.titles.findIndex(
      (title) => heading !== '' && (title.includes(heading) || heading.includes(title)),
    );
    const hint = near === -1 ? '' : `（是不是“${this.wanted[near]?.title ?? ''}”？）`;
    return `“${shown}”不是模板里的列${hint}，请改成模板里的列名，或删除这一列`;
  }
}

/** Cells of a row that stand under no heading. */
export function strayCells(cells: readonly Cell[], headed: ReadonlySet<number>): PlaceFault[] {
  return cells.flatMap((cell, column) =>
    cell === null || headed.has(column) ? [] : [{ column, problem: '这一列没有列名，请补上列名，或删除这一格' }],
  );
}

const ERRORS = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$/;
const SHORTENED = /^\d(?:\.\d+)?E\+\d{1,3}$/i;
const AGAIN = '请把这一列设成“文本”格式，再重新填写这一格';

/** What is wrong with a cell where text should stand: what it shows is not what was typed. Undefined when nothing is. */
export function notText(cell: Cell): string | undefined {
  if (typeof cell === 'number') return `是数字格式：超过 15 位的会变，开头的 0 会丢。${AGAIN}`;
  if (cell instanceof Date) return `被表格软件改成了日期。${AGAIN}`;
  if (typeof cell === 'boolean') return `是 TRUE 或 FALSE。${AGAIN}`;
  if (cell === null) return undefined;
  if (ERRORS.test(cell.trim())) return `公式出错（${cell.trim()}），请改成文字`;
  if (SHORTENED.test(cell.trim())) return `被表格软件缩写过，原来的号码已经丢了。${AGAIN}`;
  return undefined;
}
