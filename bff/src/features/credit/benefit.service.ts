import type { Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import type { Benefit, NewBenefit } from './benefit.schema';
import { currentBenefit, insertBenefit } from './benefit.store';

/** Puts a rule, or a new version of it, into force. */
export async function publishBenefit(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: NewBenefit,
  now: Date,
): Promise<Benefit> {
  const current = await currentBenefit(tx, given.code, true);
  const version = (current?.version ?? 0) + 1;
  await insertBenefit(tx, given, version, actor.personId, now);
  await events.append(tx, [
    {
      type: 'credit-benefit.published',
      subject: { type: 'credit-benefit', id: given.code },
      actorId: actor.personId,
      payload: { version, conditions: given.conditions, reason: given.reason },
    },
  ]);
  const { clientUuid: _uuid, ...rest } = given;
  return { ...rest, version, createdAt: now.toISOString() };
}
