import { addDays, businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { addWorkingDays } from '../healthcode';
import { PLAN_GRACE_DAYS } from './visit.rules';
import type { VisitParts } from './visit.service';
import { insertStep, insertVisit, isPlanned, specialistFor, visitByClient } from './visit.store';

/** Working days within which somebody goes to an enterprise whose code has turned red (ours). */
const RED_DAYS = 3;
const PURPOSE = '红码帮扶：一起看扣分最多的几项，逐项定改法';

/**
 * A red code opens assistance: a visit by the township's specialist, planned by the system, which he may cancel with a
 * reason and plan anew. Once for a warning, and not where somebody goes anyway. Where the township has nobody in office
 * nothing is planned: the warning itself climbs.
 */
export async function openForRed(
  tx: Tx,
  { events }: Pick<VisitParts, 'events'>,
  about: { enterpriseId: number; warningId: number },
  now: Date,
): Promise<void> {
  const { enterpriseId, warningId } = about;
  const clientUuid = uuidOf(warningId);
  if ((await visitByClient(tx, clientUuid)) !== undefined || (await isPlanned(tx, enterpriseId))) return;
  const ownerId = await specialistFor(tx, enterpriseId);
  if (ownerId === undefined) return;
  const plannedOn = addWorkingDays(businessDate(now), RED_DAYS);
  const dueOn = addDays(plannedOn, PLAN_GRACE_DAYS);
  const visit = {
    clientUuid,
    enterpriseId,
    warningId,
    ownerId,
    plannedOn,
    purpose: PURPOSE,
    overrideReason: null,
    dueOn,
  };
  const id = await insertVisit(tx, visit, now);
  await insertStep(tx, { visitId: id, clientUuid, kind: 'plan', actorId: null, at: now, note: PURPOSE });
  await events.append(tx, [
    {
      type: 'visit.planned',
      enterpriseId,
      subject: { type: 'visit', id },
      actorId: null,
      payload: { visitId: id, plannedOn, warningId, overrideReason: null },
    },
  ]);
}

/** The number of the visit that a warning opens; no phone makes such a one. */
function uuidOf(warningId: number): string {
  return `00000000-0000-4000-8000-${warningId.toString(16).padStart(12, '0')}`;
}
