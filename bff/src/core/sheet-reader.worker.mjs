import { parentPort, workerData } from 'node:worker_threads';
import { streamXlsxRows } from 'hucre/xlsx';

/*
 * Reads a sheet away from the thread that answers requests: all distinct texts of a book are parsed in one go before its
 * first row, which takes up to a second, and a book made for that fills any memory. Plain JavaScript, so that it starts
 * without a compiler. A batch of rows for each message; null after the last.
 */
const BATCH = 500;
const { file, columns } = workerData;

const rows = (async function* () {
  let batch = [];
  for await (const { index, values } of streamXlsxRows(file)) {
    batch.push({ index, values: values.slice(0, columns).map(plain) });
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
})();

function plain(value) {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' || value instanceof Date ? value : null;
}

parentPort.on('message', async () => {
  const { value, done } = await rows.next();
  parentPort.postMessage(done ? null : value);
});
