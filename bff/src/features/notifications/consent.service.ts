import type { Tx } from '../../core/database';
import { balances, enter } from './consent.store';
import { TEMPLATES, type Template } from './template.rules';

export type ConsentResult = 'accept' | 'reject' | 'ban' | 'filter';

/**
 * Enters what the person answered into the ledger: one acceptance is one message.
 * Returns what is left of each template.
 */
export async function recordConsents(
  tx: Tx,
  personId: number,
  given: { clientUuid: string; results: Readonly<Partial<Record<Template, ConsentResult | undefined>>> },
  now: Date,
): Promise<Record<Template, number>> {
  for (const template of TEMPLATES) {
    const result = given.results[template];
    if (result === undefined) continue;
    const accepted = result === 'accept';
    const entry = { personId, template, delta: accepted ? 1 : 0, reason: accepted ? 'accepted' : 'refused' } as const;
    await enter(tx, { ...entry, clientUuid: given.clientUuid }, now);
  }
  return remaining(tx, personId);
}

/** Consents left, by template. */
export async function remaining(tx: Tx, personId: number): Promise<Record<Template, number>> {
  const rows = await balances(tx, personId);
  const left = (template: Template) => rows.find((row) => row.template === template)?.remaining ?? 0;
  return { dailyList: left('dailyList'), reminder: left('reminder'), notice: left('notice') };
}
