import type { Scope } from '../../core/actor';
import { businessDate, daysBetween } from '../../core/clock';
import type { Tx } from '../../core/database';
import { lastVisits } from '../assistance';
import { standingsOf, type Standing } from '../healthcode';
import { benefitOf, type Benefit } from './benefit.rules';
import { candidates, countEnterprises, factsOf, type CandidateRow, type RowFacts } from './priority.store';

/** More than any township has; beyond it only those that have something open are worked out. */
const MOST = 500;

export interface Priority {
  enterprise: CandidateRow;
  facts: RowFacts;
  standing: Standing | undefined;
  benefit: Benefit;
}

/** Where a visit would help most, the most helpful first; `total` counts those that were left out too. */
export async function priorities(
  tx: Tx,
  scope: Scope,
  q: string | undefined,
  now: Date,
): Promise<{ rows: Priority[]; total: number }> {
  const found = await candidates(tx, scope, { q, now, limit: MOST });
  const rows = await weighed(tx, found, now);
  rows.sort((a, b) => b.benefit.score - a.benefit.score || a.enterprise.id - b.enterprise.id);
  return { rows, total: found.length < MOST ? found.length : await countEnterprises(tx, scope, q) };
}

/** The benefit of each of these enterprises. */
export async function weighed(tx: Tx, found: readonly CandidateRow[], now: Date): Promise<Priority[]> {
  const ids = found.map(({ id }) => id);
  const facts = await factsOf(tx, ids, now);
  const standings = await standingsOf(tx, ids);
  const visits = await lastVisits(tx, ids);
  const today = businessDate(now);
  return found.flatMap((enterprise) => {
    const own = facts.get(enterprise.id);
    if (own === undefined) return [];
    const standing = standings.get(enterprise.id);
    const visited = visits.get(enterprise.id);
    const benefit = benefitOf({
      ...own,
      daysSinceVisit: visited === undefined ? null : daysBetween(businessDate(visited), today),
      undisturbed: (standing?.positiveSince ?? null) !== null,
    });
    return [{ enterprise, facts: own, standing, benefit }];
  });
}
