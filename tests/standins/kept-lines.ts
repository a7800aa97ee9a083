import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Rows that outlive the process if they have a file, one JSON object per line. */
export class KeptLines<T> {
  readonly rows: T[];

  constructor(private readonly file: string | undefined) {
    const lines = file === undefined || !existsSync(file) ? [] : readFileSync(file, 'utf8').split('\n');
    this.rows = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
  }

  add(row: T): void {
    this.rows.push(row);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(row)}\n`);
  }
}
