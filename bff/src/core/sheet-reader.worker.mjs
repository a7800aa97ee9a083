import { parentPort, workerData } from 'node:worker_threads';
import { streamXlsxRows } from 'hucre/xlsx';

/*
 * Reads a sheet away from the thread that answers requests: all distinct texts of a book are parsed in one go before its
 * first row, which takes up to a second, and a book made for that fills any memory. Plain JavaScript, so that it starts
 * without a compiler. A batch of rows for each message; null after the last, and the names of sheets where more than one
 * of those that may be meant holds something.
 */
const BATCH = 500;
/** `sheets`: places and names of those that may be meant. */
const { file, columns, sheets } = workerData;

const rows = (async function* () {
  const filled = sheets.length > 1 ? await filledOf(sheets) : sheets;
  if (filled.length > 1) yield { several: filled.map(({ name }) => name) };
  let batch = [];
  for await (const row of filledRows((filled[0] ?? sheets[0]).place)) {
    batch.push(row);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
})();

async function filledOf(all) {
  const filled = [];
  for (const sheet of all) {
    const rows = filledRows(sheet.place);
    const { done } = await rows.next();
    await rows.return();
    if (done !== true) filled.push(sheet);
  }
  return filled;
}

/** Rows that hold something: a format alone is nothing. What stands beyond the columns shows in one more. */
async function* filledRows(sheet) {
  for await (const { index, values } of streamXlsxRows(file, { sheet })) {
    const cells = values.map(plain);
    if (cells.every((cell) => cell === null)) continue;
    const beyond = cells.slice(columns).find((cell) => cell !== null);
    yield { index, values: beyond === undefined ? cells.slice(0, columns) : [...cells.slice(0, columns), beyond] };
  }
}

function plain(value) {
  if (typeof value === 'string') return /^[\s\u200b\ufeff]*$/.test(value) ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' || value instanceof Date ? value : null;
}

parentPort.on('message', async () => {
  const { value, done } = await rows.next();
  parentPort.postMessage(done ? null : value);
});
