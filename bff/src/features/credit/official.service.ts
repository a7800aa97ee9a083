import type { Actor } from '../../core/actor';
import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { readRows, SheetProblem } from '../../core/sheet';
import { columnName, HeadingSearch, strayCells, type PlaceFault } from '../../core/sheet-columns';
import { unpacks } from '../../core/zip-guard';
import { creditProblems } from './credit.problems';
import { spanOf } from './credit.rules';
import { isBeside, OFFICIAL_COLUMNS, readOfficial, type OfficialFault, type OfficialGrade } from './official.rules';
import { enterprisesByUscc, upsertOfficial } from './official.store';
import { validUntil } from './round.service';

/** A city's list is some thousand rows. */
const LIMITS = { rows: 20_001, columns: 40 };
export const MAX_OFFICIAL_BYTES = 3 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 40 * 1024 * 1024;
const BATCH = 1000;

export interface OfficialList {
  grades: OfficialGrade[];
  faults: OfficialFault[];
}

/** Reads the province's list. Throws CREDIT.NOT_A_SHEET; what is wrong with single rows is named in the result. */
export async function readOfficialList(content: Buffer): Promise<OfficialList> {
  if (content.length < 4 || (await unpacks(content, MAX_UNPACKED_BYTES)) !== 'fits') throw creditProblems.NOT_A_SHEET();
  const grades: OfficialGrade[] = [];
  const faults: OfficialFault[] = [];
  const seen = new Map<string, number>();
  const search = new HeadingSearch(OFFICIAL_COLUMNS, isBeside);
  let heading: ReturnType<HeadingSearch['take']>;
  const note = (row: number, found: readonly PlaceFault[]) => {
    for (const { column, problem } of found) {
      faults.push({ row, column: column === undefined ? null : columnName(column), problem });
    }
  };
  try {
    for await (const { number, cells } of readRows(content, LIMITS)) {
      if (heading === undefined) {
        heading = search.take({ number, cells });
        // Under headings that are wrong nothing can be read.
        if (heading !== undefined && heading.faults.length > 0) break;
        continue;
      }
      note(number, strayCells(cells, heading.headed));
      const read = readOfficial(number, cells, heading.places);
      if ('problem' in read) {
        faults.push(read);
        continue;
      }
      const key = `${read.uscc}:${read.period}`;
      const before = seen.get(key);
      if (before !== undefined) faults.push({ row: number, column: null, problem: `与第 ${before} 行重复` });
      seen.set(key, number);
      grades.push(read);
    }
  } catch (error) {
    if (!(error instanceof SheetProblem)) throw error;
    if (error.kind === 'not_a_sheet') throw creditProblems.NOT_A_SHEET();
    return { grades: [], faults: [{ row: 1, column: null, problem: error.inWords() }] };
  }
  heading ??= search.end();
  note(heading.row, heading.faults);
  if (grades.length + faults.length === 0) faults.push({ row: 1, column: null, problem: '表里没有数据' });
  return { grades, faults };
}

/**
 * Takes the province's grades over, all of them or none: from now on they count before ours. The same list again changes
 * nothing. Returns what is wrong when it is not taken.
 */
export async function takeOfficial(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  { grades, faults }: OfficialList,
  now: Date,
): Promise<OfficialFault[]> {
  const all = [...faults];
  const ids = new Map<string, number>();
  for (let from = 0; from < grades.length; from += BATCH) {
    const usccs = grades.slice(from, from + BATCH).map(({ uscc }) => uscc);
    for (const [uscc, id] of await enterprisesByUscc(tx, actor.scope, usccs)) ids.set(uscc, id);
  }
  for (const { row, uscc, period } of grades) {
    if (!ids.has(uscc)) all.push({ row, column: null, problem: '辖区内没有这家企业' });
    if (spanOf(period).to >= businessDate(now)) all.push({ row, column: null, problem: '这个评价周期还没有结束' });
  }
  if (all.length > 0) return all.sort((one, other) => one.row - other.row);
  for (let from = 0; from < grades.length; from += BATCH) {
    await upsertOfficial(
      tx,
      grades.slice(from, from + BATCH).map(({ uscc, period, grade }) => ({
        enterpriseId: ids.get(uscc) ?? 0,
        period,
        grade,
        validUntil: validUntil(period),
      })),
      now,
    );
  }
  const periods = [...new Set(grades.map(({ period }) => period))];
  await events.append(
    tx,
    periods.map((period) => ({
      type: 'credit-grades.imported',
      subject: { type: 'credit-round', id: period },
      actorId: actor.personId,
      payload: { period, grades: grades.filter((each) => each.period === period).length },
    })),
  );
  return [];
}
