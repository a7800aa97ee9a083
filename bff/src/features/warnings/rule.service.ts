import type { Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import type { NewRule } from './rule.schema';
import { currentRule, insertRule, type Rule } from './rule.store';

/**
 * Puts a new version of a rule into force from the next evaluation on; warnings that are open keep the version that
 * raised them. Throws WIRE.NOT_FOUND.
 */
export async function publishRule(tx: Tx, events: EventLog, actor: Actor, given: NewRule, now: Date): Promise<Rule> {
  const current = await currentRule(tx, given.code, true);
  if (current === undefined) throw wire.NOT_FOUND();
  const rule: Rule = {
    ...current,
    version: current.version + 1,
    params: given.params,
    ackHours: given.ackHours,
    createdAt: now,
  };
  await insertRule(tx, rule, given.clientUuid, actor.personId);
  await events.append(tx, [
    {
      type: 'warning-rule.published',
      subject: { type: 'warning-rule', id: rule.code },
      actorId: actor.personId,
      payload: { version: rule.version, params: rule.params, ackHours: rule.ackHours },
    },
  ]);
  return rule;
}
