import type { Actor, Role } from '../../core/actor';
import { OFFICIALS } from '../../core/actor';
import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import type { Core } from '../../core/feature';
import { GUIDE, readRows, SheetProblem, writeBook } from '../../core/sheet';
import { HeadingSearch, strayCells } from '../../core/sheet-columns';
import { unpacks } from '../../core/zip-guard';
import { dossierProblems } from './dossier.problems';
import type { Entry } from './entry.rules';
import { COLUMNS, DOCUMENT_TITLE, USCC_TITLE, type Column } from './import-columns.rules';
import { faultFile, LIMITS, placeOfFaults, placesOf, shown, type Faults, type Told } from './import.present';
import { isBeside, readRow, type Fault, type ReadRow } from './import.rules';
import {
  claimImport,
  documentsKnown,
  dropOldFiles,
  dropSentFile,
  endImport,
  enterprisesByUscc,
  fileOf,
  importByContent,
  importOf,
  insertFile,
  insertImport,
  insertImportSteps,
  regionsOf,
  type Import,
} from './import.store';
import type { RecordType } from './record.rules';
import { columnsOf } from './record.service';
import { insertRecords } from './record.store';

/** Bytes of a file at most, and of what it unpacks to. 50,000 full rows are about 5 MB, and 60 MB unpacked. */
export const MAX_FILE_BYTES = 12 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 150 * 1024 * 1024;
const KEEP_MS = 7 * 86_400_000;
const LEASE_S = 300;
/** Rows that are looked up, or stored, with one statement. */
const BATCH = 1000;
/** Rows of the template that offer lists to choose from and keep text as text; longer ones are mostly pasted. */
const FORMED_ROWS = 2000;
/** A file that ended a worker so often is not tried again. */
const MAX_ATTEMPTS = 3;

/** Through which roles a kind may be entered: penalties are not the township's. */
export const ENTERED_BY: Readonly<Record<RecordType, readonly [Role, ...Role[]]>> = {
  petition: OFFICIALS,
  penalty: ['enforcement', 'regulator'],
  incident: OFFICIALS,
};

/** Takes a file in; it is read in the background. Throws DOSSIER.NOT_A_SHEET, FILE_TOO_LARGE, FILE_KNOWN. */
export async function takeFile(
  tx: Tx,
  actor: Actor,
  given: { clientUuid: string; kind: RecordType; fileName: string; sha256: string; content: Buffer },
  now: Date,
): Promise<Import> {
  const { clientUuid, kind, fileName, sha256, content } = given;
  if ((await importByContent(tx, kind, sha256)) !== undefined) throw dossierProblems.FILE_KNOWN();
  const keepUntil = new Date(now.getTime() + KEEP_MS);
  const row = { clientUuid, kind, sha256, fileName, personId: actor.personId };
  const id = await insertImport(tx, row, content, keepUntil, now);
  const taken = await importOf(tx, actor.personId, id);
  if (taken === undefined) throw new Error('an import was not found after it had been stored');
  return taken;
}

/** Refuses what is no sheet, or would fill the memory. Asked before anything is stored. */
export async function requireSheet(content: Buffer): Promise<void> {
  if (content.length < 4 || content.readUInt32LE(0) !== 0x04034b50) throw dossierProblems.NOT_A_SHEET();
  const size = await unpacks(content, MAX_UNPACKED_BYTES);
  if (size === 'not_a_zip') throw dossierProblems.NOT_A_SHEET();
  if (size === 'too_large') throw dossierProblems.FILE_TOO_LARGE();
}

/** Works through the next file that waits: all of its rows, or none and a file that names the faults. */
export async function importNext(core: Core): Promise<number> {
  const { db, clock, events, instanceId, logger } = core;
  const owner = `${instanceId}:${clock.now().getTime()}`;
  const claimed = await claimImport(db.read, owner, LEASE_S);
  if (claimed === undefined) return 0;
  const now = clock.now();
  const end = async (
    tx: Tx,
    state: 'done' | 'faulty' | 'failed',
    { total, faults, places }: Pick<Checked, 'total' | 'faults' | 'places'>,
  ) => {
    const result = { state, rowCount: total, faultCount: faults.size, faults: shown(faults, places) };
    const mine = await endImport(tx, claimed.id, owner, result, now);
    if (mine) await dropSentFile(tx, claimed.id);
    return mine;
  };
  const giveUp = (problem: string) =>
    db.transaction((tx) =>
      end(tx, 'failed', { total: 0, faults: new Map([[1, [{ problem }]]]), places: placesOf(claimed.kind) }),
    );
  if (claimed.attempts > MAX_ATTEMPTS) {
    await giveUp('多次没能读完这个文件，请联系管理员。');
    return 1;
  }
  try {
    const content = await fileOf(db.read, claimed.id, 'sent');
    if (content === undefined) throw new SheetProblem('not_a_sheet');
    const checked = await check(core, claimed, content, now);
    if (checked.faults.size > 0) {
      const back = await faultFile(claimed.kind, content, checked);
      await db.transaction(async (tx) => {
        if (!(await end(tx, 'faulty', checked))) return;
        await insertFile(tx, claimed.id, 'faults', back, new Date(now.getTime() + KEEP_MS));
      });
      return 1;
    }
    await db.transaction(async (tx) => {
      if (await end(tx, 'done', checked)) await store(tx, events, claimed, checked.rows, now);
    });
  } catch (error) {
    if (!(error instanceof SheetProblem)) throw error;
    logger.info({ importId: claimed.id, kind: error.kind }, 'a file could not be read');
    await giveUp(error.inWords());
  }
  return 1;
}

/** Lets go of files whose time is over. */
export async function forgetFiles({ db, clock }: Core): Promise<number> {
  return dropOldFiles(db.read, clock.now());
}

type Placed = Pick<ReadRow, 'verdict'> & { enterpriseId: number; entry: Entry };
interface Checked extends Told {
  rows: Placed[];
  total: number;
}

async function check({ db }: Core, { kind, sentBy }: Import, content: Buffer, now: Date): Promise<Checked> {
  const faults: Faults = new Map();
  let rows: Placed[] = [];
  const scope = { enterpriseIds: [], regionPrefixes: await regionsOf(db.read, sentBy, ENTERED_BY[kind]) };
  const numbers = new Map<string, number>();
  const columns: readonly Column[] = COLUMNS[kind];
  const search = new HeadingSearch(columns, isBeside);
  let heading: ReturnType<HeadingSearch['take']>;
  let waiting: ReadRow[] = [];
  let total = 0;
  let width = 0;
  let toldAt: number | undefined;
  const fault = (row: number, ...found: Fault[]) => {
    faults.set(row, [...(faults.get(row) ?? []), ...found]);
    // Nothing will be stored: what has been read so far need not be kept.
    rows = [];
  };
  const settle = async () => {
    const usccs = [...new Set(waiting.flatMap(({ uscc = [] }) => uscc))];
    const documents = waiting.flatMap(({ documentNo }) => documentNo ?? []);
    const known = await enterprisesByUscc(db.read, scope, usccs);
    const taken = await documentsKnown(db.read, kind, documents);
    for (const { number, uscc, documentNo, entry, verdict, faults: found } of waiting) {
      const enterpriseId = uscc === undefined ? undefined : known.get(uscc);
      if (uscc !== undefined && enterpriseId === undefined) {
        found.push({ title: USCC_TITLE, problem: '辖区内没有这家企业' });
      }
      const earlier = documentNo === null ? undefined : numbers.get(documentNo);
      const title = DOCUMENT_TITLE[kind];
      if (documentNo !== null && taken.has(documentNo)) found.push({ title, problem: '已经登记过' });
      if (earlier !== undefined) found.push({ title, problem: `与第 ${earlier} 行重复` });
      else if (documentNo !== null) numbers.set(documentNo, number);
      if (found.length > 0) fault(number, ...found);
      else if (faults.size === 0 && enterpriseId !== undefined && entry !== undefined) {
        rows.push({ enterpriseId, entry, verdict });
      }
    }
    waiting = [];
  };
  for await (const row of readRows(content, LIMITS)) {
    width = Math.max(width, row.cells.length);
    if (heading === undefined) {
      heading = search.take(row);
      if (heading !== undefined) toldAt = placeOfFaults(row.cells);
      continue;
    }
    // Under headings that are wrong nothing can be read.
    if (heading.faults.length > 0) continue;
    total += 1;
    const read = readRow(kind, row, heading.places, now);
    read.faults.push(...strayCells(row.cells, heading.headed));
    waiting.push(read);
    if (waiting.length >= BATCH) await settle();
  }
  await settle();
  heading ??= search.end();
  if (heading.faults.length > 0) fault(heading.row, ...heading.faults);
  else if (total === 0) fault(1, { problem: '表里没有数据' });
  return { rows, faults, total, places: placesOf(kind, heading.places), width, toldAt };
}

async function store(
  tx: Tx,
  events: EventLog,
  { id, kind, sentBy }: Import,
  rows: readonly Placed[],
  now: Date,
): Promise<void> {
  const today = businessDate(now);
  for (let from = 0; from < rows.length; from += BATCH) {
    const records = rows.slice(from, from + BATCH).map(({ enterpriseId, entry, verdict }) => ({
      clientUuid: null,
      enterpriseId,
      importId: id,
      values: columnsOf(entry, today, verdict && { ...verdict, by: sentBy }),
    }));
    await insertRecords(tx, kind, records, sentBy, now);
  }
  await insertImportSteps(tx, kind, id);
  await events.append(tx, [
    {
      type: 'dossier.imported',
      subject: { type: 'dossier_import', id },
      actorId: sentBy,
      payload: { kind, importId: id, rows: rows.length },
    },
  ]);
}

/** A sheet with its heading and one example, and one that says how each column is filled. */
export function template(kind: RecordType): Promise<Buffer> {
  const columns: readonly Column[] = COLUMNS[kind];
  return writeBook(
    [
      {
        name: '导入',
        columns: columns.map(({ width, options, text }) => ({ width, options: options && Object.keys(options), text })),
        rows: [
          columns.map(({ title, required }) => (required ? `${title}*` : title)),
          columns.map(({ example }) => (example === '' ? null : example)),
        ],
      },
      {
        name: GUIDE,
        columns: [{ width: 24 }, { width: 10 }, { width: 70 }],
        rows: [
          ['列', '必填', '怎样填'],
          ...columns.map(({ title, required, hint }) => [title, required ? '是' : '否', hint]),
          [null, null, null],
          ['列名放在第 1 行，不改动、不重复；可以另加“序号”“企业名称”两列，不导入。不要隐藏工作表。'],
          ['请填在“导入”表里，第 2 行是示例，填写前请删除。只要有一处错误，整个文件都不导入，并给出标明错误的文件。'],
        ],
      },
    ],
    FORMED_ROWS,
  );
}
