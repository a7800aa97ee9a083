import { monitorEventLoopDelay } from 'node:perf_hooks';
import { randomUUID } from 'node:crypto';
import { sha256Of } from '../../bff/src/core/digest';
import ExcelJS from 'exceljs';
import { buildApp } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { usccCheck } from '../../bff/src/features/directory';
import { takeFile } from '../../bff/src/features/dossier';
import { benchCounty } from './county';
import { benchEnvironment, round, type Bench } from './frame';

const ENTERPRISES = 400;
const ROWS = 50_000;
/** Every so many rows one that is faulty. */
const FAULTY_EACH = 100;
const MB = 1024 * 1024;

/** 50,000 penalties from Excel, 500 of them faulty: named in a file; then the mended file, taken whole. */
export const importBench: Bench = async ({ url, db, say }) => {
  await benchCounty(db, ENTERPRISES, 1);
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  const usccs = Array.from({ length: ENTERPRISES }, (_, index) => {
    const body = `91330521${String(index + 1).padStart(9, '0')}`;
    return `${body}${usccCheck(body)}`;
  });
  await db.read.execute('UPDATE enterprise SET uscc = ELT(id, ?) WHERE id <= ?', [usccs, ENTERPRISES]);
  const [{ id: personId } = { id: 0 }] = await db.read.query<{ id: number }>('SELECT MIN(id) AS id FROM person');
  await db.read.execute("INSERT INTO person_grant (person_id, role, region_prefix) VALUES (?, 'regulator', '3305')", [
    personId,
  ]);
  const actor = { personId, name: '', grants: [], scope: { enterpriseIds: [], regionPrefixes: ['3305'] } };
  const heading = ['统一社会信用代码', '决定文号', '决定日期', '处罚种类', '罚款金额（元）', '内容'];
  const rows = function* (faulty: boolean) {
    yield heading;
    for (let index = 0; index < ROWS; index += 1) {
      const wrong = faulty && index % FAULTY_EACH === 0;
      const uscc = usccs[index % ENTERPRISES] ?? '';
      const text = `第 ${index} 起：${'废水超标排放，责令改正。'.repeat(4)}`;
      yield [wrong ? '91330521' : uscc, `测 ${index} 号`, '2026-01-05', '罚款', 1000 + index, text];
    }
  };
  const figures = [];
  for (const faulty of [true, false]) {
    say(`${ROWS} rows, ${faulty ? ROWS / FAULTY_EACH : 0} of them faulty`);
    const content = await bookOf(rows(faulty));
    const sent = {
      clientUuid: randomUUID(),
      kind: 'penalty',
      fileName: 'a.xlsx',
      sha256: await sha256Of(content),
    } as const;
    await db.transaction((tx) => takeFile(tx, actor, { ...sent, content }, new Date()));
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const began = performance.now();
    await app.jobs.tickLoops();
    const seconds = (performance.now() - began) / 1000;
    delay.disable();
    clearInterval(watch);
    const [row] = await db.read.query<{ state: string; rows: number; faults: number }>(
      'SELECT state, row_count AS `rows`, fault_count AS faults FROM dossier_import ORDER BY id DESC LIMIT 1',
    );
    const expected = faulty ? { state: 'faulty', faults: ROWS / FAULTY_EACH } : { state: 'done', faults: 0 };
    if (row?.state !== expected.state || row.faults !== expected.faults || row.rows !== ROWS) {
      throw new Error(`the import ended as ${JSON.stringify(row)}`);
    }
    const name = faulty ? 'import-faulty' : 'import';
    figures.push(
      { bench: 'import', figure: `${name}-s`, value: round(seconds), unit: 's' },
      { bench: 'import', figure: `${name}-loop-delay-ms`, value: round(delay.max / 1e6), unit: 'ms' },
      { bench: 'import', figure: `${name}-rss-mb`, value: Math.round((peak - before) / MB), unit: 'MB' },
    );
  }
  await app.close();
  return figures;
};

/** A file as Excel writes it: every distinct text once, in a table that has to be read before the rows. */
async function bookOf(rows: Iterable<(string | number)[]>): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('导入');
  for (const row of rows) sheet.addRow(row);
  return Buffer.from(await book.xlsx.writeBuffer());
}
