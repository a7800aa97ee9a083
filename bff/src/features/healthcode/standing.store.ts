import type { Tx } from '../../core/database';
import type { Colour } from './evaluate.rules';

/** What other features need to know of an enterprise's code. */
export interface Standing {
  enterpriseId: number;
  /** 0..100, two decimals. */
  score: number;
  colour: Colour;
  colourSince: Date;
  evaluatedAt: Date;
  /** Not to be relied on afterwards. */
  validUntil: Date;
  version: number;
  /** Since when it is on the positive list; null when it is not. */
  positiveSince: Date | null;
}

/** The codes of some enterprises by their ids; one that has never been evaluated is absent. */
export async function standingsOf(tx: Tx, enterpriseIds: readonly number[]): Promise<Map<number, Standing>> {
  if (enterpriseIds.length === 0) return new Map();
  const rows = await tx.query<Standing>(
    `SELECT code.enterprise_id AS enterpriseId, code.score, code.colour, code.colour_since AS colourSince,
       code.evaluated_at AS evaluatedAt, code.valid_until AS validUntil, code.version, positive.since AS positiveSince
     FROM health_code code LEFT JOIN positive_list positive ON positive.open_key = code.enterprise_id
     WHERE code.enterprise_id IN (?)`,
    [[...enterpriseIds]],
  );
  return new Map(rows.map((row) => [row.enterpriseId, row]));
}

/** Since when an enterprise is on the positive list (正面清单); null when it is not. */
export async function positiveSince(tx: Tx, enterpriseId: number): Promise<Date | null> {
  const [row] = await tx.query<{ since: Date }>('SELECT since FROM positive_list WHERE open_key = ?', [enterpriseId]);
  return row?.since ?? null;
}
