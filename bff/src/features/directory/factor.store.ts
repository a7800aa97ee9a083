import { addDays, type BusinessDate } from '../../core/clock';
import { namedQuery, type SqlValue, type Tx } from '../../core/database';

type FactorSource = 'code' | 'major' | 'supervision';

/** A factor as it is to be from now on; null takes it back. */
export interface FactorChange {
  enterpriseId: number;
  source: FactorSource;
  /** Multiplied into the interval: below 1 means more often. 0.1 to 2. */
  factor: number | null;
  /** The last day on which it counts; until it is taken back, if not given. */
  until?: BusinessDate | undefined;
  /** As the officer reads it in his list. */
  because: string;
}

export async function writeFactors(tx: Tx, changes: readonly FactorChange[], now: Date): Promise<void> {
  const given = changes.filter(({ factor }) => factor !== null);
  const gone = changes.filter(({ factor }) => factor === null);
  if (gone.length > 0) {
    await tx.execute('DELETE FROM enterprise_factor WHERE (enterprise_id, source) IN (?)', [
      gone.map(({ enterpriseId, source }): SqlValue[] => [enterpriseId, source]),
    ]);
  }
  if (given.length === 0) return;
  await tx.execute(
    `INSERT INTO enterprise_factor (enterprise_id, source, factor, until, because, since) VALUES ?
     ON DUPLICATE KEY UPDATE factor = VALUES(factor), until = VALUES(until), because = VALUES(because), since = VALUES(since)`,
    [
      given.map(({ enterpriseId, source, factor, until, because }): SqlValue[] => [
        enterpriseId,
        source,
        factor,
        until ?? null,
        because,
        now,
      ]),
    ],
  );
}

/** Multiplies the factors of each enterprise. Returns those for which that is another number than before. */
export async function multiplyFactors(tx: Tx, enterpriseIds: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ id: number; before: number; factor: number | null }>(
    `SELECT e.id, e.risk_factor AS \`before\`, f.factor FROM enterprise e LEFT JOIN enterprise_factor f ON f.enterprise_id = e.id
     WHERE e.id IN (?) ORDER BY e.id FOR UPDATE`,
    [[...enterpriseIds]],
  );
  const products = new Map<number, { before: number; product: number }>();
  for (const { id, before, factor } of rows) {
    products.set(id, { before, product: (products.get(id)?.product ?? 1) * (factor ?? 1) });
  }
  const moved = [...products]
    .map(([id, { before, product }]) => ({ id, before, product: Math.max(0.1, Math.round(product * 100) / 100) }))
    .filter(({ before, product }) => product !== before);
  // A handful of products: colour, major finding and supervision have few values each.
  for (const factor of new Set(moved.map(({ product }) => product))) {
    const ids = moved.filter(({ product }) => product === factor).map(({ id }) => id);
    await tx.execute('UPDATE enterprise SET risk_factor = ? WHERE id IN (?)', [factor, ids]);
  }
  return moved.map(({ id }) => id);
}

const factorPoints = namedQuery('factor-points');

/** Gives the points of enterprises their new intervals. Returns how many points changed. */
export async function moveIntervals(tx: Tx, enterpriseIds: readonly number[], today: BusinessDate): Promise<number> {
  const { affectedRows } = await tx.execute(factorPoints, [
    [...enterpriseIds],
    today,
    today,
    addDays(today, 1),
    addDays(today, 1),
  ]);
  return affectedRows;
}

/** Lets go of what has run out before `today`, for a range of enterprises. Returns whose it was. */
export async function dropExpired(
  tx: Tx,
  today: BusinessDate,
  { from, to }: { from: number; to: number },
): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    'SELECT DISTINCT enterprise_id AS id FROM enterprise_factor WHERE until < ? AND enterprise_id BETWEEN ? AND ?',
    [today, from, to],
  );
  await tx.execute('DELETE FROM enterprise_factor WHERE until < ? AND enterprise_id BETWEEN ? AND ?', [
    today,
    from,
    to,
  ]);
  return rows.map(({ id }) => id);
}

export async function expiredSpan(tx: Tx, today: BusinessDate): Promise<[number | null, number | null]> {
  const [row] = await tx.query<{ low: number | null; high: number | null }>(
    'SELECT MIN(enterprise_id) AS low, MAX(enterprise_id) AS high FROM enterprise_factor WHERE until < ?',
    [today],
  );
  return [row?.low ?? null, row?.high ?? null];
}
