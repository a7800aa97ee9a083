import type { Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import { wire } from '../../core/problem';
import type { NewRule } from './rule.schema';
import { currentRule, insertRule, ruleByClient, type Rule } from './rule.store';
import { warningProblems } from './warning.problems';

/**
 * Puts a new version of a rule into force from the next evaluation on; warnings that are open keep the version that
 * raised them. The same clientUuid gives the same version. Throws WARNING.DIFFERENT_CONTENT.
 */
export async function publishRule(tx: Tx, events: EventLog, actor: Actor, given: NewRule, now: Date): Promise<Rule> {
  const current = await currentRule(tx, given.code, true);
  if (current === undefined) throw wire.NOT_FOUND();
  const before = await ruleByClient(tx, given.clientUuid);
  if (before !== undefined) {
    const same =
      before.code === given.code && before.ackHours === given.ackHours && sameParams(before.params, given.params);
    if (!same) throw warningProblems.DIFFERENT_CONTENT();
    return before;
  }
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

function sameParams(one: Record<string, number>, other: Record<string, number>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
