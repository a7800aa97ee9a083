import type { Tx } from '../../core/database';
import type { CurrentGrade, Grade } from '../credit';
import type { Colour, Standing } from '../healthcode';

export interface Named {
  id: number;
  uscc: string;
  name: string;
  region: string;
}

/** Code and grade of one enterprise, as they were read together. */
export interface Code {
  enterprise: Named;
  standing: Standing;
  grade: CurrentGrade | null;
}

export function enterprisesByUscc(tx: Tx, usccs: readonly string[]): Promise<Named[]> {
  return tx.query<Named>('SELECT id, uscc, name, region_code AS region FROM enterprise WHERE uscc IN (?)', [
    [...usccs],
  ]);
}

export async function enterpriseById(tx: Tx, id: number): Promise<Named | undefined> {
  const [row] = await tx.query<Named>('SELECT id, uscc, name, region_code AS region FROM enterprise WHERE id = ?', [
    id,
  ]);
  return row;
}

export interface CodeSearch {
  region: string;
  colour: Colour | undefined;
  grade: Grade | undefined;
  /** Of this colour since then at the earliest. */
  since: Date | undefined;
  /** Valid at that time at least. */
  validUntil: Date | undefined;
  now: Date;
  after: number;
  limit: number;
}

/** Enterprises with a code inside a region, by id. */
export function searchCodes(tx: Tx, search: CodeSearch): Promise<Named[]> {
  // As in a single query: a colour that does not hold any more is told to nobody.
  const conditions = ['e.region_code LIKE ?', 'e.id > ?', 'c.valid_until > ?'];
  const values: (string | number | Date)[] = [`${search.region}%`, search.after, search.now];
  if (search.colour !== undefined) {
    conditions.push('c.colour = ?');
    values.push(search.colour);
  }
  if (search.validUntil !== undefined) {
    conditions.push('c.valid_until >= ?');
    values.push(search.validUntil);
  }
  if (search.since !== undefined) {
    conditions.push('c.colour_since >= ?');
    values.push(search.since);
  }
  if (search.grade !== undefined) {
    // Of the grades in force the one that counts: the latest period's, the province's before ours.
    conditions.push(
      `? = (SELECT g.grade FROM credit_grade g WHERE g.enterprise_id = e.id AND g.published_at <= ? AND g.valid_until > ?
         ORDER BY g.period DESC, g.source DESC LIMIT 1)`,
    );
    values.push(search.grade, search.now, search.now);
  }
  return tx.query<Named>(
    `SELECT e.id, e.uscc, e.name, e.region_code AS region FROM enterprise e JOIN health_code c ON c.enterprise_id = e.id
     WHERE ${conditions.join(' AND ')} ORDER BY e.id LIMIT ?`,
    [...values, search.limit],
  );
}

export interface ColourChange {
  at: Date;
  payload: unknown;
}

/** Changes of an enterprise's colour between two instants, newest first. */
export function colourChanges(
  tx: Tx,
  enterpriseId: number,
  from: Date,
  to: Date,
  limit: number,
): Promise<ColourChange[]> {
  return tx.query<ColourChange>(
    `SELECT at, payload FROM event WHERE enterprise_id = ? AND type = 'code.changed' AND at >= ? AND at <= ?
     ORDER BY id DESC LIMIT ?`,
    [enterpriseId, from, to, limit],
  );
}
