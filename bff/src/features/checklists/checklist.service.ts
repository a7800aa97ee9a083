import { addDays, businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventLog } from '../../core/events';
import type { z } from 'zod';
import { checklistProblems } from './checklist.problems';
import type { newChecklist } from './checklist.schema';
import { insertVersion, lockNewest } from './checklist.store';

/**
 * Stores a new version of a point type's checklist, in force from a coming day on; reports already filled in keep
 * theirs. Throws CHECKLIST.*.
 */
export async function publishVersion(
  tx: Tx,
  events: EventLog,
  given: z.infer<typeof newChecklist>,
  personId: number,
  now: Date,
): Promise<number> {
  const newest = await lockNewest(tx, given.pointType);
  if (!newest.known) throw checklistProblems.UNKNOWN_TYPE();
  // A version that begins today would judge the morning's reports by another list than the evening's.
  if (given.effectiveFrom < addDays(businessDate(now), 1)) throw checklistProblems.EFFECTIVE_IN_PAST();
  if (newest.effectiveFrom !== null && given.effectiveFrom < newest.effectiveFrom)
    throw checklistProblems.EFFECTIVE_ORDER();
  const version = newest.version + 1;
  const id = await insertVersion(tx, { ...given, version, createdBy: personId, now });
  await events.append(tx, [
    {
      type: 'checklist.published',
      subject: { type: 'checklist', id },
      actorId: personId,
      payload: { pointType: given.pointType, version, effectiveFrom: given.effectiveFrom, note: given.note },
    },
  ]);
  return id;
}
