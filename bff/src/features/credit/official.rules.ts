import type { Cell } from '../../core/sheet';
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
  problem: string;
}

const TITLES = ['统一社会信用代码', '评价周期', '等级'] as const;
const PERIOD = /^(20\d{2})\s*(?:H([12])|年?\s*(上|下)半年)$/i;

/** Where the columns stand, by their headings; what is missing is named. */
export function findTitles(heading: readonly Cell[]): { places: number[] } | { missing: string[] } {
  const known = heading.map((cell) => (typeof cell === 'string' ? cell.replace(/[*＊\s]/g, '') : ''));
  const places = TITLES.map((title) => known.indexOf(title));
  const missing = TITLES.filter((_, index) => places[index] === -1);
  return missing.length > 0 ? { missing } : { places };
}

/** Reads a row, or says what is wrong with it. */
export function readOfficial(
  number: number,
  cells: readonly Cell[],
  places: readonly number[],
): OfficialGrade | OfficialFault {
  const [uscc = '', span = '', letter = ''] = places.map((place) =>
    String(cells[place] ?? '')
      .trim()
      .toUpperCase(),
  );
  if (!usccIsValid(uscc)) return { row: number, problem: '统一社会信用代码不对，请核对 18 位' };
  const match = PERIOD.exec(span);
  if (match === null) return { row: number, problem: '评价周期看不懂，请写成 2026H1 或 2026年上半年' };
  const [, year = '', half, words] = match;
  const grade = GRADES.find((each) => letter === each || letter === `${each}级`);
  if (grade === undefined) return { row: number, problem: '等级只能是 A、B、C、D、E' };
  return { row: number, uscc, period: `${year}H${half ?? (words === '上' ? '1' : '2')}`, grade };
}
