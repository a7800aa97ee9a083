import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../../core/actor';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import type { Benefit, NewBenefit } from './benefit.schema';
import { benefitByClient, currentBenefit, insertBenefit } from './benefit.store';
import { creditProblems } from './credit.problems';

/** Puts a rule, or a new version of it, into force. The same clientUuid gives the same version. */
export async function publishBenefit(
  tx: Tx,
  events: EventLog,
  actor: Actor,
  given: NewBenefit,
  now: Date,
): Promise<Benefit> {
  const before = await benefitByClient(tx, given.clientUuid);
  if (before !== undefined) {
    const { version: _version, createdAt: _createdAt, ...content } = before;
    const { clientUuid: _clientUuid, ...wanted } = given;
    if (!isDeepStrictEqual(content, wanted)) throw creditProblems.DIFFERENT_CONTENT();
    return before;
  }
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
