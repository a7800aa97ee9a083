import type { Tx } from '../../core/database';
import { balances, enter, enteredBefore } from './consent.store';
import { TEMPLATES, type Template } from './template.rules';

export type ConsentResult = 'accept' | 'reject' | 'ban' | 'filter';

/**
 * Enters what the person answered into the ledger: one acceptance is one message. The same clientUuid counts once.
 * Returns what is left of each template.
 */
export async function recordConsents(
  tx: Tx,
  personId: number,
  given: { clientUuid: string; results: Readonly<Partial<Record<Template, ConsentResult | undefined>>> },
  now: Date,
): Promise<Record<Template, number>> {
  // Two sendings at once wait here for each other.
  await tx.query('SELECT id FROM person WHERE id = ? FOR UPDATE', [personId]);
  if (!(await enteredBefore(tx, personId, given.clientUuid))) {
    for (const template of TEMPLATES) {
      const result = given.results[template];
      if (result === undefined) continue;
      const accepted = result === 'accept';
      await enter(
        tx,
        {
          personId,
          template,
          delta: accepted ? 1 : 0,
          reason: accepted ? 'accepted' : 'refused',
          clientUuid: given.clientUuid,
        },
        now,
      );
    }
  }
  return remaining(tx, personId);
}

/** Consents left, by template. */
export async function remaining(tx: Tx, personId: number): Promise<Record<Template, number>> {
  const rows = await balances(tx, personId);
  const left = (template: Template) => rows.find((row) => row.template === template)?.remaining ?? 0;
  return { dailyList: left('dailyList'), reminder: left('reminder') };
}
