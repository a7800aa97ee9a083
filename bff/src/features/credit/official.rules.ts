import type { Cell } from '../../core/sheet';
import { columnName, notText, type Wanted } from '../../core/sheet-columns';
import { usccIsValid } from '../directory';
import { GRADES, type Grade } from './scheme.schema';

/** A row of the province's list. */
export interface OfficialGrade {
  row: number;
  uscc: string;
  period: string;
  grade: Grade;
}

export interface OfficialFault {
  row: number;
  /** Its letter; null for the row as a whole. */
  column: string | null;
  problem: string;
}

export const OFFICIAL_COLUMNS: readonly Wanted[] = ['统一社会信用代码', '评价周期', '等级'].map((title) => ({
  title,
  required: true,
  text: true,
}));
/** Columns that such lists have as well, and that are not read. */
const BESIDES = ['序号', '企业名称'];
export const isBeside = (heading: string): boolean => BESIDES.includes(heading);

const PERIOD = /^(20\d{2})\s*(?:H([12])|年?\s*(上|下)半年)$/i;

/** Reads a row, or says what is wrong with it. */
export function readOfficial(
  number: number,
  cells: readonly Cell[],
  places: readonly (number | undefined)[],
): OfficialGrade | OfficialFault {
  const typed = places.map((place) => (place === undefined ? null : (cells[place] ?? null)));
  const fault = (index: number, problem: string): OfficialFault => {
    const place = places[index];
    return { row: number, column: place === undefined ? null : columnName(place), problem };
  };
  for (const [index, cell] of typed.entries()) {
    const wrong = notText(cell);
    if (wrong !== undefined) return fault(index, `${OFFICIAL_COLUMNS[index]?.title ?? ''}：${wrong}`);
  }
  const [uscc = '', span = '', letter = ''] = typed.map((cell) =>
    String(cell ?? '')
      .trim()
      .toUpperCase(),
  );
  if (!usccIsValid(uscc)) return fault(0, '统一社会信用代码不对，请核对 18 位');
  const match = PERIOD.exec(span);
  if (match === null) return fault(1, '评价周期看不懂，请写成 2026H1 或 2026年上半年');
  const [, year = '', half, words] = match;
  const grade = GRADES.find((each) => letter === each || letter === `${each}级`);
  if (grade === undefined) return fault(2, '等级只能是 A、B、C、D、E');
  return { row: number, uscc, period: `${year}H${half ?? (words === '上' ? '1' : '2')}`, grade };
}
